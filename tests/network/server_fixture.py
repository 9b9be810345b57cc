"""A live network on loopback for the tests: a real Synapse with our module, and phones that speak to it by plain HTTP.

`live_network` is one server for all tests of a process; a test that ends or damages a server starts its own with `start`.
"""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from loopback import NO_TLS
from underseal.core.records import Secret
from underseal.network.creation import create_network
from underseal.network.homeserver import Homeserver, running
from underseal.network.licences import Licences, Money, Staff
from underseal.network.pins import Pin
from underseal.network.setup import Network, NetworkSettings, free_ports

API = "/_underseal/client/v1"
CLIENT = "/_matrix/client/v3"
PASSWORD = Secret(b"a reseller's password")


@dataclass(slots=True, kw_only=True)
class LiveNetwork:
    """A network that runs."""

    network: Network
    licences: Licences
    homeserver: Homeserver

    @property
    def url(self) -> str:
        return self.homeserver.url

    def codes(self, count: int = 1) -> list[str]:
        """Issue activation codes."""
        return [
            code.text
            for code in self.licences.codes.issue(
                "Flora", "half a year", count, at=now(), by=Staff.command_line()
            ).codes
        ]

    def phone(self) -> "RawPhone":
        """Activate a phone."""
        phone = RawPhone(self.url)
        phone.activate(self.codes()[0])
        return phone

    def friends(self) -> tuple["RawPhone", "RawPhone"]:
        """Activate two phones of which each has accepted the other."""
        one, other = self.phone(), self.phone()
        one.ok("POST", f"{API}/contacts/ask", {"pin": other.pin})
        other.ok("POST", f"{API}/contacts/answer", {"pin": one.pin, "accept": True})
        return one, other


@dataclass(slots=True)
class RawPhone:
    """A phone without encryption of its own: what an attacker with a licence and a terminal has."""

    url: str
    pin: Pin = field(init=False, default=Pin(""))
    user: str = field(init=False, default="")
    device: str = field(init=False, default="")
    token: str = field(init=False, default="", repr=False)
    _sent: int = field(init=False, default=0)

    def activate(self, code: str, retry_key: bytes | None = None) -> httpx.Response:
        """Activate with a code; the answer may be a refusal."""
        answer = self.call(
            "POST", f"{API}/activate", {"code": code, "retry_key": b64(retry_key or secrets.token_bytes(32))}
        )
        if answer.is_success:
            found = answer.json()
            self.pin, self.user = Pin(found["pin"]), found["user_id"]
            self.device, self.token = found["device_id"], found["access_token"]
        return answer

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Make a request with the phone's token, if it has one."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        answer: httpx.Response = httpx.request(
            method, f"{self.url}{path}", json=body, headers=headers, timeout=60, verify=NO_TLS, **more
        )
        return answer

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request that must succeed and return its JSON."""
        answer = self.call(method, path, body)
        assert answer.status_code == 200, (method, path, answer.status_code, answer.text)
        return answer.json()

    def send(self, room: str, kind: str, content: Any) -> httpx.Response:
        """Send an event as it is."""
        self._sent += 1
        return self.call("PUT", f"{CLIENT}/rooms/{room}/send/{kind}/{self._sent}", content)

    def room_with(self, *others: "RawPhone") -> str:
        """Make a room in which all have joined."""
        room: str = self.ok("POST", f"{CLIENT}/createRoom", {"invite": [other.user for other in others]})["room_id"]
        for other in others:
            other.ok("POST", f"{CLIENT}/join/{room}", {})
        return room


def now() -> datetime:
    return datetime.now(UTC)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def make(folder: Path, *, database: str = "sqlite") -> Network:
    """Make a network with something to sell."""
    phone_port, office_port = free_ports(2)
    network = create_network(
        folder,
        NetworkSettings(
            server_name="phone.example",
            phone_port=phone_port,
            office_port=office_port,
            upload_bytes=2**20,
            database=database,
        ),
    )
    with Licences(network.licences, network.signing_key) as licences:
        licences.products.add("half a year", Money.parse("900.00 EUR"), at=now(), by=Staff.command_line())
        licences.resellers.add("Flora", PASSWORD, quota=1000, at=now(), by=Staff.command_line())
    return network


@contextmanager
def start(network: Network) -> Iterator[LiveNetwork]:
    """Run a network."""
    with Licences(network.licences, network.signing_key) as licences, running(network) as homeserver:
        yield LiveNetwork(network=network, licences=licences, homeserver=homeserver)


@pytest.fixture(scope="session")
def live_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNetwork]:
    """A network that runs for all tests of this process."""
    with start(make(tmp_path_factory.mktemp("network") / "net")) as live:
        yield live


@pytest.fixture(scope="module")
def synapse_database(postgresql_folder: Path) -> Iterator[str]:
    """Address of an empty PostgreSQL database as Synapse wants it: UTF8, collation C."""
    name = f"synapse_{uuid4().hex}"
    with psycopg.connect(host=str(postgresql_folder), user="postgres", dbname="postgres", autocommit=True) as server:
        made = f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        server.execute(made.encode())
        yield f"postgresql://postgres@/{name}?host={postgresql_folder}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
