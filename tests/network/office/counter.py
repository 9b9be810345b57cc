"""A real office over a real network, and browsers that talk to it: what all tests of this folder stand on."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import Cookie
from typing import Any, TypeAlias

import httpx
import uvicorn

from loopback import NO_TLS
from underseal.core.records import Secret
from underseal.core.web.forgery import CSRF
from underseal.core.web.pages import Pages
from underseal.core.web.running import configure
from underseal.network.licences import Licences, Staff
from underseal.network.office import Books, create_office
from underseal.network.office.serving import _listen
from underseal.network.setup import Network

Row: TypeAlias = dict[str, Any]
"""An object of an answer, as JSON has it."""

NOW = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
OTHER_PASSWORD = "another horse battery"
ANNA, NORTH, SOUTH = "anna", "north", "south"
OFFICE = Staff.operator(ANNA)
PRODUCT, RENEWAL = "Six months", "One month"
PAGES = Pages(files={"index.html": b'<meta name="csp-nonce" content="__CSP_NONCE__">'})


@dataclass
class Clock:
    """A clock that is set by hand."""

    time: datetime = NOW

    def __call__(self) -> datetime:
        return self.time

    def pass_time(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """What somebody's browser keeps of being logged in."""

    cookies: tuple[Cookie, ...]
    csrf: str


@dataclass(kw_only=True)
class Browser:
    """Somebody's browser: keeps cookies, and says what the page says with every request."""

    http: httpx.Client
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **params: str | int) -> httpx.Response:
        return self.http.get(path, params=params, headers=self._headers())

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.http.post(path, json=body, headers=self._headers())

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.http.request(method, path, json=body, headers=self._headers())

    def read(self, path: str, **params: str | int) -> Row:
        """Return the JSON of an answer that must succeed."""
        response = self.get(path, **params)
        assert response.status_code == 200, response.text
        found: Row = response.json()
        return found

    def do(self, path: str, body: object = None) -> Row:
        """Return the JSON of a change that must succeed."""
        response = self.post(path, body)
        assert response.is_success, response.text
        found: Row = response.json() if response.content else {}
        return found

    def login(self, name: str, password: str = PASSWORD) -> httpx.Response:
        response = self.post("/api/login", {"name": name, "password": password})
        if response.is_success:
            self.csrf = response.json()["csrf"]
        return response

    def seat(self) -> Seat:
        """Return what it keeps of being logged in."""
        return Seat(cookies=tuple(self.http.cookies.jar), csrf=self.csrf)

    def follow(self, link: str) -> httpx.Response:
        """Open a one-time link, and learn the session's token as the page does."""
        response = self.http.get(link)
        if response.headers.get("location") == "/":
            self.csrf = self.get("/api/session").json()["csrf"]
        return response

    def _headers(self) -> dict[str, str]:
        return ({CSRF: self.csrf} if self.csrf else {}) | self.headers


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A running office."""

    base: str
    network: Network
    licences: Licences
    books: Books
    clock: Clock
    seats: Mapping[str, Seat]

    @contextmanager
    def browser(self, **headers: str) -> Iterator[Browser]:
        with httpx.Client(base_url=self.base, headers=headers, timeout=60, verify=NO_TLS) as http:
            yield Browser(http=http)

    @contextmanager
    def seated(self, name: str) -> Iterator[Browser]:
        """The browser of somebody who has logged in before."""
        with self.browser() as browser:
            browser.csrf = self.seats[name].csrf
            for cookie in self.seats[name].cookies:
                browser.http.cookies.jar.set_cookie(cookie)
            yield browser

    @contextmanager
    def enter(self, name: str) -> Iterator[Browser]:
        """The browser of somebody who logs in."""
        with self.browser() as browser:
            response = browser.login(name)
            assert response.status_code == 200, response.text
            yield browser

    def link(self) -> str:
        """Make a one-time link."""
        token = self.books.links.create(at=round(self.clock().timestamp() * 1000), lasts=3_600_000)
        return f"{self.base}/login?token={token.reveal().decode()}"

    def name_operators(self) -> None:
        """Add the operator Anna."""
        self.licences.operators.add(ANNA, Secret(PASSWORD.encode()), at=NOW, by=Staff.command_line())


@contextmanager
def opened(network: Network, seats: Mapping[str, Seat] | None = None) -> Iterator[Counter]:
    """Serve the office of a network on a free port of this machine."""
    clock = Clock()
    with Licences(network.licences, network.signing_key) as licences, Books(network.office) as books:
        app = create_office(network, licences, books, clock=clock, pages=PAGES)
        server = uvicorn.Server(configure(app, behind_proxy=bool(network.settings.office_url)))
        with _listen(0) as listener:  # who connects before it is served waits in its queue
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                base = f"http://127.0.0.1:{listener.getsockname()[1]}"
                yield Counter(
                    base=base, network=network, licences=licences, books=books, clock=clock, seats=seats or {}
                )
            finally:
                server.should_exit = True
                thread.join(30)
