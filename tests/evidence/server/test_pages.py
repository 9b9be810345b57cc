"""The desk's own files."""

import re
from pathlib import Path

import pytest

from underseal.core.web.pages import Pages

from .serving_room import Served, served


@pytest.mark.parametrize("path", ["/", "/search?q=x", "/conversations/!a%3Ab", "/login/x", "/index.html"])
def test_the_desk_knows_its_pages_itself(room: Served, path: str) -> None:
    with room.browser() as browser:
        response = browser.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"


def test_each_page_has_a_nonce_of_its_own(room: Served) -> None:
    with room.browser() as browser:
        answers = [browser.get("/") for _ in range(3)]
    nonces = [re.search(r'content="([\w-]{22})"', answer.text) for answer in answers]
    assert len({nonce[1] for nonce in nonces if nonce}) == 3
    for answer, nonce in zip(answers, nonces, strict=True):
        assert nonce
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'self' 'nonce-{nonce[1]}';" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_files_that_never_change_are_kept_by_the_browser(room: Served) -> None:
    with room.browser() as browser:
        script, icon = browser.get("/assets/desk-1a2b.js"), browser.get("/favicon.svg")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]
    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/old-9f.js", "/api", "/api/", "/api/nothing"])
def test_what_is_not_there_is_said(room: Served, path: str) -> None:
    with room.browser() as browser:
        response = browser.get(path)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path", ["/../keys/signing.key", "/assets/..%2f..%2fkeys/signing.key", "/%00", "/" + "x" * 5000]
)
def test_nothing_but_the_desk_is_served(room: Served, path: str) -> None:
    with room.browser() as browser:
        response = browser.http.get(path)
    assert response.status_code == 404 or "csp-nonce" in response.text


def test_a_desk_that_was_not_built_says_so(room: Served) -> None:
    with served(room.investigation, pages=Pages(files={})) as bare, bare.browser() as browser:
        response = browser.get("/")
    assert response.status_code == 503
    assert "make web" in response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_built_desk_is_found(tmp_path: Path) -> None:
    (tmp_path / "built" / "assets").mkdir(parents=True)
    (tmp_path / "built" / "index.html").write_text("page")
    (tmp_path / "built" / "assets" / "a.js").write_text("1")
    places = (tmp_path / "missing", tmp_path / "built")
    assert Pages.find(places).files == {"index.html": b"page", "assets/a.js": b"1"}
