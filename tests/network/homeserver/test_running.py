"""The homeserver runs on both databases, survives being killed, and ends with whoever started it."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.homeserver.test_closed import megolm
from network.server_fixture import CLIENT, LiveNetwork, RawPhone, make, start
from underseal.errors import CallerError, ConflictError, InternalError
from underseal.network.homeserver import DATABASE_VARIABLE, Homeserver, configuration
from underseal.network.homeserver.configuration import write_configuration
from underseal.network.homeserver.undelivered import MARKS_FILE, due

TWO_DAYS_MS = 48 * 3600 * 1000 + 60_000


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What a server is asked that was killed, and begins again two days later.

    Attributes:
        live: the server. phone: one of two that wrote to each other. room: where they did. sent: the events that were
            acknowledged last. old, young: events from before the two days and after. unfetched: messages to a device
            that nobody fetched, the first from before the two days.
    """

    live: LiveNetwork
    phone: RawPhone
    room: str
    sent: list[str]
    old: list[str]
    young: list[str]
    unfetched: list[int]

    def database(self) -> "closing[sqlite3.Connection]":
        return closing(sqlite3.connect(self.live.network.homeserver / "homeserver.db"))


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """A server that was killed; it begins again, as if two days had passed between."""
    network = make(tmp_path_factory.mktemp("aftermath") / "net")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(configuration, "PURGE_INTERVAL", "2s")
        with start(network) as live:
            one, other = live.friends()
            room = one.room_with(other)
            old, young, sent = (
                [one.send(room, "m.room.encrypted", megolm()).json()["event_id"] for _ in range(count)]
                for count in (3, 3, 20)
            )
            for number in range(2):
                told = {"messages": {other.user: {other.device: {"n": number}}}}
                one.ok("PUT", f"{CLIENT}/sendToDevice/m.room.encrypted/{number}", told)
            live.homeserver.kill()
        with closing(sqlite3.connect(network.homeserver / "homeserver.db")) as database, database:
            database.execute(  # as if everything until the last of the old ones had been sent two days ago
                "UPDATE events SET received_ts = received_ts - ? WHERE stream_ordering <="
                " (SELECT stream_ordering FROM events WHERE event_id = ?)",
                (TWO_DAYS_MS, old[-1]),
            )
            unfetched = inbox(database)
        marks = [[int(time.time() * 1000) - TWO_DAYS_MS, unfetched[0]]]
        (network.homeserver / MARKS_FILE).write_text(json.dumps(marks), encoding="ascii")
        with start(network) as again:
            yield Aftermath(live=again, phone=other, room=room, sent=sent, old=old, young=young, unfetched=unfetched)


def test_what_was_acknowledged_outlives_a_kill(aftermath: Aftermath) -> None:
    path = f"{CLIENT}/rooms/{aftermath.room}/messages?dir=b&limit={len(aftermath.sent)}"
    timeline = aftermath.phone.ok("GET", path)["chunk"]
    assert sorted(event["event_id"] for event in timeline) == sorted(aftermath.sent)


def test_what_is_older_than_two_days_is_dropped_delivered_or_not(aftermath: Aftermath) -> None:
    with aftermath.database() as database:
        deadline = time.monotonic() + 90
        while kept(database, aftermath.old) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert kept(database, aftermath.old) == set()
        assert kept(database, aftermath.young) == set(aftermath.young)


def test_messages_to_devices_that_nobody_fetched_are_dropped_as_late(aftermath: Aftermath) -> None:
    first, second = aftermath.unfetched
    with aftermath.database() as database:
        deadline = time.monotonic() + 60
        while first in inbox(database) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert inbox(database) == [second]


def test_a_network_runs_once_and_not_on_a_port_of_others(tmp_path: Path, live_network: LiveNetwork) -> None:
    with pytest.raises(ConflictError, match="runs already"):
        Homeserver(live_network.network)
    network = make(tmp_path / "net")
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


def test_a_message_is_gone_from_the_database_when_its_time_has_come(live_network: LiveNetwork) -> None:
    one, other = live_network.friends()
    room = one.room_with(other)
    content = megolm() | {"org.matrix.self_destruct_after": int(time.time() * 1000) + 1500}
    sent = one.send(room, "m.room.encrypted", content).json()["event_id"]
    answer = {"content": content}
    deadline = time.monotonic() + 60
    while answer["content"] and time.monotonic() < deadline:
        time.sleep(0.2)
        answer = other.ok("GET", f"{CLIENT}/rooms/{room}/event/{sent}")
    assert answer["content"] == {}
    with closing(sqlite3.connect(live_network.network.homeserver / "homeserver.db")) as database:
        (row,) = database.execute("SELECT json FROM event_json WHERE event_id = ?", (sent,)).fetchone()
    assert content["ciphertext"] not in row


def inbox(database: sqlite3.Connection) -> list[int]:
    return [number for (number,) in database.execute("SELECT stream_id FROM device_inbox ORDER BY 1")]


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000))), st.integers(0, 1100))
def test_only_what_was_there_before_a_time_is_due(drawn: list[tuple[int, int]], before: int) -> None:
    marks = list(zip(sorted(at for at, _ in drawn), sorted(number for _, number in drawn), strict=True))
    number, needed = due(marks, before)
    assert number == max((number for at, number in marks if at <= before), default=0)
    assert [mark for mark in marks if mark[0] > before] == [mark for mark in needed if mark[0] > before]
    assert len([mark for mark in needed if mark[0] <= before]) <= 1
    assert due(needed, before) == (number, needed)


def kept(database: sqlite3.Connection, events: list[str]) -> set[str]:
    found = {event for (event,) in database.execute("SELECT event_id FROM event_json")}
    return found & set(events)


def test_every_file_with_a_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    network = make(tmp_path / "net")
    write_configuration(network)
    open_to_others = [
        file.name for file in network.homeserver.iterdir() if file.is_file() and file.stat().st_mode & 0o077
    ]
    assert not open_to_others
