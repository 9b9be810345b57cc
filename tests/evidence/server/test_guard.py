"""What holds for every answer, whatever was asked."""

import asyncio
import traceback
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from underseal.core.web.errors import handle_errors
from underseal.core.web.guard import LOOPBACK, MAX_BODY, BrokenAnswerError, Guard

from .serving_room import Browser, Served

SECRET = "meet at the harbour"


@pytest.mark.parametrize("path", ["/", "/assets/desk-1a2b.js", "/api/session", "/api/nothing", "/login", "/search"])
def test_every_answer_carries_the_headers(room: Served, path: str) -> None:
    with room.browser() as browser:
        headers = browser.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers
    if path.startswith("/api"):
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8420", "LOCALHOST", "[::1]:9"])
def test_the_server_answers_to_its_names(room: Served, host: str) -> None:
    with room.browser(Host=host) as browser:
        assert browser.get("/api/session").status_code == 401


@pytest.mark.parametrize("host", ["attacker.example", "attacker.example:80", "127.0.0.1.attacker.example", "[", "a@b"])
def test_and_to_no_other_name(room: Served, host: str) -> None:
    with room.browser(Host=host) as browser:
        for path in ("/", "/api/session", "/login"):
            response = browser.get(path)
            assert (response.status_code, response.json()["error"]["code"]) == (400, "host")


def test_long_bodies_are_not_read(room: Served) -> None:
    with room.browser() as browser:
        body = b'{"name": "' + b"x" * MAX_BODY
        assert browser.http.post("/api/login", content=body).json()["error"]["message"] == "The request is too large."
        chunks = (b"x" * 1000 for _ in range(100))
        response = browser.http.post("/api/login", content=chunks, headers={"Content-Type": "application/json"})
        assert (response.status_code, response.json()["error"]["code"]) == (413, "request")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 60_000, b"null", b"[]", b'{"name": 1}', b'{"name":"a","password":"b","role":"x"}', b"\xff"],
)
def test_malformed_bodies_have_an_answer_of_the_one_shape(room: Served, body: bytes) -> None:
    with room.browser() as browser:
        response = browser.http.post("/api/login", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == 400
        assert response.json()["error"].keys() == {"code", "message", "hint", "position", "length", "field"}


def test_a_wrong_value_is_never_repeated(room: Served) -> None:
    with room.browser() as browser:
        assert SECRET not in browser.post("/api/login", {"name": "anna", "password": [SECRET]}).text
        assert SECRET not in browser.post("/api/login", {"name": "anna" * 40, "password": SECRET}).text


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH"])
def test_unknown_addresses_have_an_answer_of_the_one_shape(reader: Browser, method: str) -> None:
    response = reader.http.request(method, "/api/nothing", headers={"X-CSRF-Token": reader.csrf})
    assert response.json()["error"]["code"] in ("not_found", "request")
    assert response.status_code == (404 if method == "GET" else 405)


@pytest.fixture
def broken() -> FastAPI:
    """An application in which everything goes wrong."""
    app = FastAPI()

    @app.get("/fails")
    def fail() -> None:
        raise ValueError(SECRET)

    @app.get("/breaks")
    def break_off() -> StreamingResponse:
        def chunks() -> Iterator[bytes]:
            yield b"begun"
            raise ValueError(SECRET)

        return StreamingResponse(chunks())

    handle_errors(app)
    app.add_middleware(Guard, hosts=LOOPBACK, secure=False)
    return app


def test_what_goes_wrong_inside_stays_inside(broken: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> tuple[httpx.Response, str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(broken), base_url="http://localhost") as client:
            answered = await client.get("/fails?q=secret")
            with pytest.raises(BrokenAnswerError) as caught:
                await client.get("/breaks")
            return answered, "".join(traceback.format_exception(caught.value))

    response, shown = asyncio.run(ask())
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal"
    incident = response.json()["error"]["message"].split()[5]
    assert f"incident {incident}: ValueError at " in caplog.messages[0]
    assert caplog.messages[0].endswith(" in GET /fails")
    assert "in GET /breaks" in caplog.messages[1]
    for text in (response.text, caplog.text, shown):
        assert SECRET not in text
        assert "secret" not in text
