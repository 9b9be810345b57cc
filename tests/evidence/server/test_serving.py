"""The server as a program: where it listens, what it prints, how it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from loopback import NO_TLS
from underseal.errors import CallerError
from underseal.evidence.casework import Role
from underseal.evidence.investigation import Investigation, create_investigation
from underseal.evidence.server import serve

from .serving_room import add_users

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104  # to be refused

PROGRAM = """
import sys
from underseal.evidence.investigation import open_investigation
from underseal.evidence.server import serve
with open_investigation(sys.argv[1], user="boss") as investigation:
    serve(investigation, announce=lambda link: print(link, flush=True))
"""


@contextmanager
def running(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run the server as a process of its own, and yield it with what it announced."""
    server = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        yield server, server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()


def test_the_printed_link_opens_the_desk_once(harbour: Path) -> None:
    with running(harbour) as (server, link):
        assert link.startswith("http://127.0.0.1:")
        with httpx.Client(timeout=60, verify=NO_TLS) as browser, httpx.Client(timeout=60, verify=NO_TLS) as thief:
            opened = browser.get(link)
            assert (opened.status_code, opened.headers["location"]) == (303, "/")
            cookie = opened.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "samesite=strict" in cookie
            assert thief.get(link).headers["location"] == "/link-used"
            base = link.partition("/login")[0]
            page = browser.get(f"{base}/")
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            assert browser.get(f"{base}/api/session").json()["user"] == "boss"
            assert thief.get(f"{base}/api/session").status_code == 401
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
        assert server.stderr
        said = server.stderr.read()
        assert link.partition("=")[2] not in said


def test_a_stopped_server_lets_go_of_its_port(harbour: Path) -> None:
    with running(harbour) as (server, link):
        os.kill(server.pid, signal.SIGTERM)
        server.wait(30)
        with pytest.raises(httpx.ConnectError):
            httpx.get(link, verify=NO_TLS)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Investigation]:
    with create_investigation(tmp_path / "workspace", "Empty") as investigation:
        yield investigation


@pytest.mark.parametrize("host", [EVERY_ADDRESS, "192.0.2.1", "::", "example.org"])
def test_strangers_are_not_let_in_without_named_users(empty: Investigation, host: str) -> None:
    for behind_proxy in ("", "desk.example.org"):
        with pytest.raises(CallerError, match="this machine only"):
            serve(empty, host=host, behind_proxy=behind_proxy, announce=pytest.fail)


def test_nor_without_a_proxy(empty: Investigation) -> None:
    add_users(empty, {"anna": Role.ADMINISTRATOR})
    with pytest.raises(CallerError, match="this machine only"):
        serve(empty, host=EVERY_ADDRESS, announce=pytest.fail)


def test_a_workspace_of_one_person_is_not_published(empty: Investigation) -> None:
    with pytest.raises(CallerError, match="named users"):
        serve(empty, behind_proxy="desk.example.org", announce=pytest.fail)


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_cannot_be_is_said(empty: Investigation, port: int) -> None:
    with pytest.raises(CallerError, match="cannot listen"):
        serve(empty, port=port, announce=pytest.fail)
