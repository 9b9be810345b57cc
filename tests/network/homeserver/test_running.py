"""The homeserver runs on both databases, survives being killed, and ends with whoever started it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from network.homeserver.test_closed import megolm
from network.server_fixture import CLIENT, LiveNetwork, make, start
from underseal.errors import CallerError, ConflictError, InternalError
from underseal.network.homeserver import DATABASE_VARIABLE, Homeserver
from underseal.network.homeserver.configuration import write_configuration


def talk(live: LiveNetwork) -> str:
    """Send a message from one phone to another and return the event id that the other got."""
    one, other = live.friends()
    room = one.room_with(other)
    sent = one.send(room, "m.room.encrypted", megolm()).json()["event_id"]
    timeline = other.ok("GET", f"{CLIENT}/sync?timeout=0")["rooms"]["join"][room]["timeline"]["events"]
    assert sent in [event["event_id"] for event in timeline]
    return str(sent)


def test_it_runs_on_postgresql_and_its_files_hold_no_password(
    tmp_path: Path, synapse_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, synapse_database.replace("postgres@", "postgres:open%20sesame@"))
    network = make(tmp_path / "net", database="postgresql")
    with start(network) as live:
        sent = talk(live)
    with psycopg.connect(
        host=synapse_database.partition("host=")[2], user="postgres", dbname=urlsplit(synapse_database).path[1:]
    ) as database:
        assert database.execute("SELECT count(*) FROM events WHERE event_id = %s", (sent,)).fetchone() == (1,)
    texts = [file.read_bytes() for file in network.homeserver.rglob("*") if file.is_file()]
    assert not [text for text in texts if b"open sesame" in text or b"open%20sesame" in text]


@pytest.mark.parametrize("address", ["", "mysql://x/y", "postgresql://host"])
def test_postgresql_without_an_address_is_refused_with_a_hint(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = make(tmp_path / "net", database="postgresql")
    monkeypatch.setenv(DATABASE_VARIABLE, address)
    with pytest.raises(CallerError) as refused:
        Homeserver(network)
    assert "postgresql://" in refused.value.hint


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    network = make(tmp_path / "net")
    with start(network) as live:
        one, other = live.friends()
        room = one.room_with(other)
        sent = [one.send(room, "m.room.encrypted", megolm()).json()["event_id"] for _ in range(20)]
        live.homeserver.kill()
    with start(network):
        timeline = other.ok("GET", f"{CLIENT}/rooms/{room}/messages?dir=b&limit=100")["chunk"]
        assert sorted(event["event_id"] for event in timeline if event["type"] == "m.room.encrypted") == sorted(sent)


def test_a_network_runs_once_and_not_on_a_port_of_others(tmp_path: Path) -> None:
    network = make(tmp_path / "net")
    with start(network), pytest.raises(ConflictError, match="runs already"):
        Homeserver(network)
    with socket.create_server(("127.0.0.1", network.settings.phone_port)), pytest.raises(ConflictError, match="Port"):
        Homeserver(network)


def test_a_homeserver_that_does_not_start_is_said_with_its_last_words(tmp_path: Path) -> None:
    network = make(tmp_path / "net")
    (network.homeserver / "signing.key").write_text("not a key", encoding="ascii")
    homeserver = Homeserver(network)
    with pytest.raises(InternalError) as failed:
        homeserver.wait_until_ready()
    homeserver.stop()
    assert "ended before it was ready" in failed.value.message
    assert "signing" in failed.value.hint


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    network = make(tmp_path / "net")
    code = (
        "import sys; from pathlib import Path; from underseal.network.setup import Network;"
        "from underseal.network.homeserver import Homeserver;"
        "server = Homeserver(Network.open(Path(sys.argv[1]))); server.wait_until_ready();"
        "print(server.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, network.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.send_signal(signal.SIGKILL)
    descriptor = os.pidfd_open(child) if exists(child) else None
    if descriptor is not None:
        await_end(descriptor)
    assert not exists(child)


def exists(pid: int) -> bool:
    """Say whether a process runs; one that ended and was not yet collected does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def await_end(descriptor: int) -> None:
    """Wait for a process that is not our child."""
    import select  # noqa: PLC0415  # the one test that needs it

    ready, _, _ = select.select([descriptor], [], [], 60)
    os.close(descriptor)
    assert ready, "the homeserver outlived the process that started it by a minute"


def test_a_message_is_gone_from_the_database_when_its_time_has_come(tmp_path: Path) -> None:
    network = make(tmp_path / "net")
    with start(network) as live:
        one, other = live.friends()
        room = one.room_with(other)
        content = megolm() | {"org.matrix.self_destruct_after": int(time.time() * 1000) + 1500}
        sent = one.send(room, "m.room.encrypted", content).json()["event_id"]
        answer = {"content": content}
        deadline = time.monotonic() + 60
        while answer["content"] and time.monotonic() < deadline:
            answer = other.ok("GET", f"{CLIENT}/rooms/{room}/event/{sent}")
        assert answer["content"] == {}
    with sqlite3.connect(network.homeserver / "homeserver.db") as database:
        (row,) = database.execute("SELECT json FROM event_json WHERE event_id = ?", (sent,)).fetchone()
    assert content["ciphertext"] not in row


def test_every_file_with_a_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    network = make(tmp_path / "net")
    write_configuration(network)
    open_to_others = [
        file.name for file in network.homeserver.iterdir() if file.is_file() and file.stat().st_mode & 0o077
    ]
    assert not open_to_others
