"""`underseal network operator`, and `underseal network serve` as a person runs it: two servers, one process to stop."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from loopback import NO_TLS
from network.licences.command_line import CommandLine
from underseal.network.creation import create_network
from underseal.network.licences import Licences, Staff
from underseal.network.setup import Network, NetworkSettings, free_ports

from .counter import OTHER_PASSWORD, PASSWORD

UNDERSEAL = Path(sys.executable).parent / "underseal"
DEADLINE = 120


@pytest.fixture
def network(tmp_path: Path) -> Network:
    """A network on ports of its own."""
    phone, office = free_ports(2)
    settings = NetworkSettings(server_name="phone.example", phone_port=phone, office_port=office)
    return create_network(tmp_path / "net", settings)


@pytest.fixture
def run(network: Network, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line of the network."""
    return CommandLine(network.root, monkeypatch, capsys)


@contextmanager
def serving(network: Network) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run `underseal network serve`, and yield it with all that it said until it was ready."""
    server = subprocess.Popen(
        [UNDERSEAL, "network", "serve", network.root],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert server.stdout
    said = ""
    try:
        for line in server.stdout:
            said += line
            if "Stop with" in line:
                break
        yield server, said
    finally:
        server.kill()
        server.wait(DEADLINE)
        server.stdout.close()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_operators_are_added_listed_kept_out_and_let_in(network: Network, run: CommandLine) -> None:
    assert "no named operators" in run("operator", "list").stdout
    added = run("operator", "add", "anna", "--password-file", "-", typed=f"{PASSWORD}\n")
    assert (added.returncode, added.stdout) == (0, "Added anna.\n")
    assert run("operator", "disable", "anna").stdout == "Disabled anna.\n"
    assert re.search(r"anna.*disabled", run("operator", "list").stdout)
    assert run("operator", "enable", "anna").stdout == "Enabled anna.\n"
    changed = run("operator", "password", "anna", "--password-file", "-", typed=f"{OTHER_PASSWORD}\n")
    assert changed.stdout == "Changed the password of anna.\n"
    with Licences(network.licences, network.signing_key) as licences:
        assert [operator.disabled for operator in licences.operators.all()] == [False]
        acts = [(told.act, told.by, told.details["operator"]) for told in licences.entrances.page(name="ANNA")]
    assert acts == [
        (act, Staff.command_line(), "anna")
        for act in ("operator_password_set", "operator_enabled", "operator_disabled", "operator_added")
    ]
    kept = b"".join(file.read_bytes() for file in network.licences.rglob("*") if file.is_file())
    assert OTHER_PASSWORD.encode() not in kept


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "Zoë", "--password-file", "-"), "cannot be used"),
        (("add", "zoe", "--password-file", "-"), "at least 12 characters"),
        (("disable", "nemo"), "There is no operator nemo."),
        (("enable", "nemo"), "There is no operator nemo."),
        (("password", "nemo", "--password-file", "-"), "at least 12 characters"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(run: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    refused = run("operator", *arguments, typed="short\n")
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_both_servers_answer_and_stop_together(network: Network, stop: signal.Signals) -> None:
    settings = network.settings
    with serving(network) as (server, said):
        link = re.search(r"http://127\.0\.0\.1:\d+/login\?token=\S+", said)
        assert link, said
        with httpx.Client(verify=NO_TLS) as browser:
            assert browser.get(link[0]).headers["location"] == "/"
            base = f"http://127.0.0.1:{settings.office_port}"
            assert browser.get(f"{base}/api/session").json()["network"] == "phone.example"
            assert httpx.get(f"http://127.0.0.1:{settings.phone_port}/health", verify=NO_TLS).status_code == 200
        server.send_signal(stop)
        assert server.wait(DEADLINE) == 0
        assert server.stdout
        assert server.stdout.read() == "Stopping ...\n"
    assert is_free(settings.phone_port)
    assert is_free(settings.office_port)


def test_with_a_named_operator_no_link_is_given_and_the_office_ends_with_the_homeserver_and_says_so(
    network: Network, run: CommandLine
) -> None:
    run("operator", "add", "anna", "--password-file", "-", typed=PASSWORD)
    with serving(network) as (server, said):
        assert "token" not in said
        assert f"http://127.0.0.1:{network.settings.office_port}/" in said
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)
        assert server.wait(DEADLINE) == 70
        assert server.stdout
        assert "The homeserver ended by itself." in server.stdout.read()
    assert is_free(network.settings.office_port)


def test_a_port_that_is_taken_is_named_before_anything_starts(network: Network, run: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", network.settings.office_port)):
        refused = run("serve", str(network.root))
    assert refused.returncode == 1
    assert f"Port {network.settings.office_port}" in refused.stderr
    assert "Starting" not in refused.stderr


def test_a_network_without_named_operators_is_not_published(network: Network, run: CommandLine) -> None:
    file = network.root / "network.toml"
    file.write_text(file.read_text().replace('office_url = ""', 'office_url = "https://office.example.org"'))
    refused = run("serve", str(network.root))
    assert refused.returncode == 1
    assert "operator add" in refused.stderr


def test_an_office_address_that_is_none_is_refused(network: Network, run: CommandLine) -> None:
    for wrong in ("http://office.example.org", "https://office.example.org/path", "https://"):
        file = network.root / "network.toml"
        file.write_text(re.sub(r'office_url = ".*"', f'office_url = "{wrong}"', file.read_text()))
        refused = run("operator", "list")
        assert refused.returncode == 1
        assert "office_url is https://" in refused.stderr
