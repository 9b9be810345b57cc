"""A real server over a real workspace, and browsers that talk to it: what all tests of this folder stand on."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx
import uvicorn

from loopback import NO_TLS
from underseal.core.records import Secret
from underseal.core.web.forgery import CSRF
from underseal.core.web.pages import Pages
from underseal.core.web.running import configure
from underseal.evidence.casework import Role
from underseal.evidence.investigation import Investigation
from underseal.evidence.server import create_app, new_link
from underseal.evidence.server.asking import AUTHORITY, PURPOSE
from underseal.evidence.server.openapi import FILES
from underseal.evidence.server.packs import Packs
from underseal.evidence.server.serving import listen

Row: TypeAlias = dict[str, Any]
"""An object of an answer, as JSON has it."""

NUMBER = "BR-2026/17"
"""The authority of the sample: everything in it may be seen."""

PASSWORD = "correct horse battery"

ROOT = Path(__file__).parents[3]

PAGES = Pages(
    files={
        "index.html": b'<meta name="csp-nonce" content="__CSP_NONCE__">',
        "assets/desk-1a2b.js": b"1",
        "favicon.svg": b"<svg/>",
    }
)


@dataclass(kw_only=True)
class Browser:
    """Somebody's browser: keeps cookies, and says what the desk says with every request."""

    http: httpx.Client
    csrf: str = ""
    authority: str = NUMBER
    purpose: str = "a test"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **params: str | int | list[str]) -> httpx.Response:
        return self.http.get(path, params=params, headers=self._headers())

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.http.post(path, json=body, headers=self._headers())

    def put(self, path: str, body: object) -> httpx.Response:
        return self.http.put(path, json=body, headers=self._headers())

    def follow(self, link: str) -> httpx.Response:
        """Open a one-time link, and learn the session's token as the desk does."""
        response = self.http.get(link)
        if response.headers.get("location") == "/":
            self.csrf = self.get("/api/session").json()["csrf"]
        return response

    def login(self, name: str, password: str = PASSWORD) -> httpx.Response:
        response = self.post("/api/login", {"name": name, "password": password})
        if response.is_success:
            self.csrf = response.json()["csrf"]
        return response

    def _headers(self) -> dict[str, str]:
        said = {AUTHORITY: quote(self.authority), PURPOSE: quote(self.purpose), CSRF: self.csrf}
        return {name: value for name, value in said.items() if value} | self.headers


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running server."""

    base: str
    investigation: Investigation
    packs: Packs

    @contextmanager
    def browser(self, **headers: str) -> Iterator[Browser]:
        with httpx.Client(base_url=self.base, headers=headers, timeout=60, verify=NO_TLS) as http:
            yield Browser(http=http)

    @contextmanager
    def reader(self, name: str = "") -> Iterator[Browser]:
        """The browser of somebody who is logged in: by link, or as a named user."""
        with self.browser() as browser:
            response = browser.login(name) if name else browser.follow(new_link(self.investigation, self.base))
            assert response.status_code in (200, 303), response.text
            yield browser


def described() -> Row:
    """Return the description of the API as it stands beside the desk; that it is current has a test of its own."""
    found: Row = json.loads((ROOT / FILES[0]).read_text(encoding="utf-8"))
    return found


@contextmanager
def served(investigation: Investigation, *, public_name: str = "", pages: Pages = PAGES) -> Iterator[Served]:
    """Serve an investigation on a free port of this machine."""
    app = create_app(investigation, public_name=public_name, pages=pages)
    server = uvicorn.Server(configure(app, behind_proxy=bool(public_name)))
    with listen("127.0.0.1", 0) as listener:  # who connects before it is served waits in its queue
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield Served(base=base, investigation=investigation, packs=app.state.shared.packs)
        finally:
            server.should_exit = True
            thread.join(30)
            app.state.shared.packs.close()


def add_users(investigation: Investigation, roles: Mapping[str, Role]) -> None:
    """Name users, the administrator first."""
    for name, role in sorted(roles.items(), key=lambda pair: pair[1] is not Role.ADMINISTRATOR):
        investigation.casework.users.add(name, role, Secret(PASSWORD.encode()), at=investigation.gate.clock())


def acts(investigation: Investigation, act: str) -> list[dict[str, str | int]]:
    """The details of all entries of an act, the newest first, with who did it."""
    return [{"user": e.user, **e.details} for e in investigation._audit.entries(act=act, limit=1000)]
