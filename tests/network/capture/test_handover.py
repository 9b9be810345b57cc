"""A handover is whole, within its order, readable by whoever knows Synapse, and says where feed and database differ."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from network.homeserver.test_closed import device_keys, megolm, upload
from network.server_fixture import CLIENT, LiveNetwork, RawPhone, make, now, start
from underseal.core.crypto import VerifyKey
from underseal.core.ledger import read_document
from underseal.errors import ConflictError, NotFoundError, RefusedError
from underseal.network.capture import MANIFEST, Order, begin_capture, end_capture, hand_over, read_manifest
from underseal.network.capture.source import LOG_TABLE
from underseal.network.homeserver import DATABASE_VARIABLE

NUMBERS = count(1)


def order(*accounts: str, begins: datetime | None = None) -> Order:
    start_of_it = begins or now() - timedelta(minutes=1)
    return Order.of(
        number=f"BR-2026/{next(NUMBERS)}",
        magistrate="Examining magistrate of the test",
        legal_basis="none: invented",
        accounts=accounts or ("all",),
        begins=start_of_it,
        ends=start_of_it + timedelta(days=7),
    )


@dataclass(slots=True, kw_only=True)
class Captured:
    """A network that runs, and how its database is found."""

    live: LiveNetwork
    database: str

    @contextmanager
    def under(self, entered: Order) -> Iterator[None]:
        begin_capture(self.live.network, entered, now())
        try:
            yield
        finally:
            end_capture(self.live.network, now())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def servers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Captured]:
    """A network on each database, for all tests of this file."""
    database = request.getfixturevalue("synapse_database") if request.param == "postgresql" else ""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATABASE_VARIABLE, database)
        with start(make(tmp_path_factory.mktemp("capture") / "net", database=request.param)) as live:
            yield Captured(live=live, database=database)


@pytest.fixture
def captured(servers: Captured, monkeypatch: pytest.MonkeyPatch) -> Captured:
    """That network, with the environment that its commands need."""
    monkeypatch.setenv(DATABASE_VARIABLE, servers.database)
    return servers


def rows(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "homeserver.db")) as database:
        return database.execute(query).fetchall()


def events(folder: Path, kind: str = "m.room.encrypted") -> list[str]:
    return [event for (event,) in rows(folder, f"SELECT event_id FROM events WHERE type = '{kind}' ORDER BY 1")]


def talk(one: RawPhone, room: str, count: int) -> list[str]:
    return [one.send(room, "m.room.encrypted", megolm()).json()["event_id"] for _ in range(count)]


def tell_device(one: RawPhone, other: RawPhone) -> None:
    path = f"{CLIENT}/sendToDevice/m.room.encrypted/{secrets.token_hex(4)}"
    one.ok("PUT", path, {"messages": {other.user: {other.device: megolm()}}})


def test_the_first_handover_is_whole_and_the_next_has_what_is_new(captured: Captured, tmp_path: Path) -> None:
    live = captured.live
    one, other = live.friends()
    room = one.room_with(other)
    other.ok("POST", f"{CLIENT}/keys/upload", device_keys(other))
    before = talk(one, room, 3)
    data = secrets.token_bytes(3000)
    media = upload(one, data).json()["content_uri"].rpartition("/")[2]
    with captured.under(order()):
        tell_device(one, other)
        other.ok("GET", f"{CLIENT}/sync?timeout=0")  # delivered, so that the server deletes it
        first = hand_over(live.network, tmp_path / "first", now())
        assert set(before) <= set(events(first.folder))
        assert rows(first.folder, f"SELECT user_id FROM {LOG_TABLE}") == [(other.user,)]
        place = first.folder / "media_store" / "local_content" / media[:2] / media[2:4] / media[4:]
        assert place.read_bytes() == data

        after = talk(other, room, 4)
        second = hand_over(live.network, tmp_path / "second", now())
    assert events(second.folder) == sorted(after)
    assert events(second.folder, "m.room.member") == events(first.folder, "m.room.member")
    assert rows(second.folder, f"SELECT count(*) FROM {LOG_TABLE}") == [(0,)]
    assert (second.number, read_manifest(second.folder)["previous"]) == (2, first.manifest)
    fed = [json.loads(line)["event_id"] for line in (second.folder / "feed.jsonl").read_text().splitlines()]
    assert sorted(fed) == sorted(after)
    assert (second.sums["in_both"], second.sums["only_in_database"], second.sums["only_in_feed"]) == (4, 0, 0)


def test_no_secret_of_the_server_leaves_it(captured: Captured, tmp_path: Path) -> None:
    one, other = captured.live.friends()
    one.room_with(other)
    with captured.under(order()):
        hand_over(captured.live.network, tmp_path / "out", now())
    everything = b"".join(file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
    kept = [file.read_bytes().strip() for file in captured.live.network.homeserver.glob("*.secret")]
    assert len(kept) == 2
    assert not [secret for secret in [*kept, one.token.encode(), other.token.encode()] if secret in everything]


def test_every_file_is_named_with_its_digest_under_the_networks_signature(captured: Captured, tmp_path: Path) -> None:
    network = captured.live.network
    with captured.under(order()):
        done = hand_over(network, tmp_path / "out", now())
    key = VerifyKey.from_hex((network.root / "keys" / "signing.pub").read_text().strip())
    files: Any = read_document((done.folder / MANIFEST).read_bytes(), key)["files"]
    found = {
        str(file.relative_to(done.folder)): sha256(file.read_bytes()).hexdigest()
        for file in done.folder.rglob("*")
        if file.is_file() and file.name != MANIFEST
    }
    assert {entry["path"]: entry["sha256"] for entry in files} == found


def test_an_order_for_one_pin_covers_its_rooms_and_no_others(captured: Captured, tmp_path: Path) -> None:
    live = captured.live
    (one, other), (third, fourth) = live.friends(), live.friends()
    mine, theirs = one.room_with(other), third.room_with(fourth)
    with captured.under(order(one.pin)):
        inside = talk(one, mine, 2) + talk(other, mine, 1)
        talk(third, theirs, 3)
        upload(third, secrets.token_bytes(900))
        tell_device(third, fourth)
        tell_device(other, one)
        done = hand_over(live.network, tmp_path / "out", now())
    assert events(done.folder) == sorted(inside)
    for table in ("events", "room_memberships", "rooms", "event_json"):
        assert {room for (room,) in rows(done.folder, f"SELECT room_id FROM {table}")} == {mine}
    assert rows(done.folder, "SELECT count(*) FROM local_media_repository") == [(0,)]
    assert {user for (user,) in rows(done.folder, "SELECT name FROM users")} == {one.user, other.user}
    assert rows(done.folder, f"SELECT user_id FROM {LOG_TABLE}") == [(one.user,)]
    assert done.sums["in_both"] == 3
    everything = b"".join(file.read_bytes() for file in done.folder.rglob("*") if file.is_file())
    assert not [word for word in (theirs, third.user, fourth.user) if word.encode() in everything]


def test_what_a_crash_took_from_the_feed_is_named(captured: Captured, tmp_path: Path) -> None:
    live = captured.live
    one, other = live.friends()
    room = one.room_with(other)
    with captured.under(order()):
        feed = live.network.capture / "feed.jsonl"
        sent = talk(one, room, 4)
        wait_for_lines(feed, 4)
        lines = feed.read_bytes().splitlines(keepends=True)
        feed.write_bytes(b"".join(lines[:2]) + lines[3][: len(lines[3]) // 2])
        one.ok("PUT", f"{CLIENT}/rooms/{room}/redact/{sent[0]}/gone", {})
        done = hand_over(live.network, tmp_path / "out", now())
    named = [json.loads(line) for line in (done.folder / "differences.jsonl").read_text().splitlines()]
    missing = [entry["event_id"] for entry in named if entry["difference"] == "only_in_database"]
    assert missing[: len(sent) - 2] == sent[2:]
    assert [entry["line"] for entry in named if entry["difference"] == "damaged_line"] == [3]


def wait_for_lines(file: Path, lines: int) -> None:
    """The feed is a moment behind the answer that the phone got."""
    deadline = now() + timedelta(seconds=30)
    while file.read_bytes().count(b"\n") < lines:
        assert now() < deadline, "the feed does not come"


def test_without_an_order_nothing_is_kept_and_nothing_handed_over(captured: Captured, tmp_path: Path) -> None:
    one, other = captured.live.friends()
    talk(one, one.room_with(other), 1)
    with pytest.raises(NotFoundError, match="no order"):
        hand_over(captured.live.network, tmp_path / "out", now())
    assert not (tmp_path / "out").exists()
    assert not (captured.live.network.capture / "feed.jsonl").exists()


def test_an_order_holds_only_within_its_time(captured: Captured, tmp_path: Path) -> None:
    network, later = captured.live.network, order(begins=now() + timedelta(days=1))
    with captured.under(later):
        with pytest.raises(RefusedError, match="holds from"):
            hand_over(network, tmp_path / "early", now())
        with pytest.raises(ConflictError, match="in force"):
            begin_capture(network, order(), now())
        one, other = captured.live.friends()
        talk(one, one.room_with(other), 1)
        assert not (network.capture / "feed.jsonl").read_bytes()
    with pytest.raises(ConflictError, match="entered before"):
        begin_capture(network, later, now())


def test_the_end_of_an_order_deletes_what_was_kept(captured: Captured, tmp_path: Path) -> None:
    live = captured.live
    one, other = live.friends()
    room = one.room_with(other)
    with captured.under(order()):
        talk(one, room, 1)
        tell_device(one, other)
    assert sorted(file.name for file in live.network.capture.iterdir()) == ["ledger"]
    with captured.under(order()):
        done = hand_over(live.network, tmp_path / "out", now())
    assert rows(done.folder, f"SELECT count(*) FROM {LOG_TABLE}") == [(0,)]


def test_a_handover_that_breaks_off_leaves_nothing(captured: Captured, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary").touch()
    with captured.under(order()):
        with pytest.raises(ConflictError):
            hand_over(captured.live.network, tmp_path / "out", now())

        def stop(words: str, *_: object) -> None:
            if words == "Hashing":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            hand_over(captured.live.network, tmp_path / "stopped", now(), progress=stop)
        assert hand_over(captured.live.network, tmp_path / "next", now()).number == 1
    assert sorted(file.name for file in tmp_path.iterdir() if file.name != "net") == ["next", "out"]
