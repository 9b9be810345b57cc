"""Links, sessions and cookies in a workspace of one person."""

import shutil
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from underseal.core.web.tokens import MINUTE, OWN
from underseal.evidence.authority.door import LOGIN_WINDOW
from underseal.evidence.investigation import Investigation, open_investigation
from underseal.evidence.server import new_link
from underseal.evidence.server.serving import LINK_LASTS
from underseal.evidence.server.shared import LOGINS_PER_ADDRESS

from .serving_room import PASSWORD, Browser, Served, acts, served


def cookie_of(response: httpx.Response) -> SimpleCookie:
    return SimpleCookie(response.headers["set-cookie"])


def test_a_link_logs_in_once(room: Served) -> None:
    link = new_link(room.investigation, room.base)
    with room.browser() as first, room.browser() as second:
        assert first.http.get(link).headers["location"] == "/"
        assert first.get("/api/session").json()["user"] == "boss"
        refused = second.http.get(link)
        assert (refused.status_code, refused.headers["location"]) == (303, "/link-used")
        assert "set-cookie" not in refused.headers
        assert second.get("/api/session").status_code == 401
        assert acts(room.investigation, "login")[0] == {"user": "boss", "role": "all", "door": "link"}
        assert acts(room.investigation, "login_failed")[0]["reason"] == "wrong link"
        assert first.http.get(link).headers["location"] == "/", "who is in already is led to the desk"


def test_a_link_ends(room: Served, pass_time: Callable[[int], None]) -> None:
    link = new_link(room.investigation, room.base)
    pass_time(LINK_LASTS)
    with room.browser() as browser:
        assert browser.http.get(link).headers["location"] == "/link-used"


@pytest.mark.parametrize("token", ["", "x", "é" * 40, "x" * 201])
def test_other_tokens_open_nothing(room: Served, token: str) -> None:
    with room.browser() as browser:
        response = browser.get("/login", token=token)
        assert response.status_code == 400 if len(token) > 200 else response.headers["location"] == "/link-used"


def test_a_preview_does_not_use_the_link_up(room: Served) -> None:
    link = new_link(room.investigation, room.base)
    with room.browser() as browser:
        assert "set-cookie" not in browser.http.head(link).headers
        assert browser.http.get(link).headers["location"] == "/"


def test_guessing_links_is_throttled(own_harbour: Investigation, pass_time: Callable[[int], None]) -> None:
    with served(own_harbour) as room, room.browser() as browser:
        before = len(acts(own_harbour, "login_failed"))
        for _ in range(LOGINS_PER_ADDRESS + 10):
            browser.get("/login", token="guess")
        assert browser.http.get(new_link(own_harbour, room.base)).headers["location"] == "/link-used"
        assert len(acts(own_harbour, "login_failed")) == before + LOGINS_PER_ADDRESS + 1
        pass_time(LOGIN_WINDOW)
        assert browser.http.get(new_link(own_harbour, room.base)).headers["location"] == "/"


def test_the_cookie_is_kept_from_scripts_and_other_sites(room: Served) -> None:
    with room.browser() as browser:
        (morsel,) = cookie_of(browser.http.get(new_link(room.investigation, room.base))).values()
    assert morsel["httponly"] is True
    assert morsel["samesite"] == "strict"
    assert morsel["path"] == "/"
    assert not morsel["secure"]
    assert not morsel["domain"]
    assert room.investigation.workspace.settings.id.hex[:12] in morsel.key


def test_behind_tls_the_cookie_is_sent_over_tls_only(own_harbour: Investigation) -> None:
    with served(own_harbour, public_name="Desk.example.org") as room, room.browser(Host="desk.example.org") as browser:
        response = browser.http.get(new_link(own_harbour, room.base))
        (morsel,) = cookie_of(response).values()
        assert morsel["secure"] is True
        assert morsel.key.startswith("__Host-")
        assert "max-age=31536000" in response.headers["strict-transport-security"]


def test_the_session_says_who_where_and_under_what(reader: Browser) -> None:
    session = reader.get("/api/session").json()
    assert session | {"csrf": ""} == {
        "user": "boss",
        "role": "investigator",
        "csrf": "",
        "workspace": "Harbour",
        "timezone": "UTC",
        "single_user": True,
        "release": 1,
        "authorities": session["authorities"],
    }
    (authority,) = session["authorities"]
    assert authority == {
        "number": "BR-2026/17",
        "magistrate": "M. Janssens",
        "legal_basis": "art. 90ter",
        "valid_from": "2020-01-01T00:00:00.000+00:00",
        "valid_to": "3000-01-01T00:00:00.000+00:00",
        "state": "valid",
        "accounts": None,
        "rooms": None,
        "start": None,
        "end": None,
    }


def test_logging_out_ends_the_session(room: Served) -> None:
    with room.reader() as browser:
        kept = dict(browser.http.cookies)
        assert browser.post("/api/logout").status_code == 204
        assert not browser.http.cookies
        assert browser.get("/api/session").status_code == 401
        browser.http.cookies.update(kept)
        assert browser.get("/api/session").status_code == 401
        assert acts(room.investigation, "logout")[0] == {"user": "boss"}


def test_a_session_ends_when_it_is_not_used(room: Served, pass_time: Callable[[int], None]) -> None:
    with room.reader() as browser:
        pass_time(OWN.idle - 2 * MINUTE)
        assert browser.get("/api/session").status_code == 200
        pass_time(OWN.idle + 1)
        assert browser.get("/api/session").json()["error"]["code"] == "login"
        assert browser.get("/api/session").status_code == 401


def test_a_session_ends_even_when_it_is_used(room: Served, pass_time: Callable[[int], None]) -> None:
    with room.reader() as browser:
        for _ in range(OWN.whole // OWN.idle):
            assert browser.get("/api/session").status_code == 200
            pass_time(OWN.idle - 2 * MINUTE)
        pass_time(10 * MINUTE)
        assert browser.get("/api/session").status_code == 401


def test_changes_need_the_sessions_token(reader: Browser, room: Served) -> None:
    for token in ("", "x", reader.csrf[:-1], reader.csrf + "x", "é"):
        response = reader.http.post("/api/audit/verify", headers=[(b"X-CSRF-Token", token.encode())])
        assert (response.status_code, response.json()["error"]["code"]) == (403, "forged")
    assert acts(room.investigation, "refused")[0] == {
        "user": "boss",
        "act": "POST /api/audit/verify",
        "reason": "forged",
    }
    assert reader.post("/api/audit/verify").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_changes_come_from_the_desks_own_pages(reader: Browser, site: str) -> None:
    reader.headers["Sec-Fetch-Site"] = site
    for path in ("/api/audit/verify", "/api/login"):
        assert reader.post(path, {"name": "x", "password": "y"}).json()["error"]["code"] == "forged"


def test_a_password_opens_nothing_without_named_users(room: Served) -> None:
    with room.browser() as browser:
        assert browser.login("boss").status_code == 401
        assert acts(room.investigation, "login_failed")[0]["user"] == "(nobody)"


def test_the_first_named_user_ends_the_workspace_of_one_person(harbour: Path, tmp_path: Path) -> None:
    shutil.copytree(harbour, tmp_path / "workspace")
    with open_investigation(tmp_path / "workspace", user="boss") as own, served(own) as room, room.reader() as browser:
        user = {"name": "ines", "role": "investigator", "password": PASSWORD}
        assert browser.post("/api/users", user).json()["error"]["message"].startswith("The first named user must be")
        assert browser.post("/api/users", user | {"name": "anna", "role": "administrator"}).status_code == 201
        assert browser.get("/api/session").status_code == 401
        session = browser.login("anna").json()
        assert (session["user"], session["role"], session["single_user"]) == ("anna", "administrator", False)
        assert browser.get("/api/search").status_code == 403


def test_who_works_alone_has_no_password_to_change(reader: Browser) -> None:
    body = {"old": "wrong horse battery", "new": "another horse battery"}
    response = reader.post("/api/password", body)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")
