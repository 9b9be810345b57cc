"""Reading the database of a real Synapse, and databases of its schema that hold what no server should write."""

import base64
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.errors import CallerError, UnreadableError
from underseal.evidence.intake import Source
from underseal.evidence.intake.formats.synapse import SynapseReader

from .reading import HARBOUR, SynapseDatabase, read_all

READER = SynapseReader()
ROOM, ANNA, BRAM, CLEO = "!room:hs", "@anna:hs", "@bram:hs", "@cleo:hs"


def _event(event_type: str = "m.room.message", content: object = None, **more: object) -> dict[str, object]:
    content = {"msgtype": "m.text", "body": "hello"} if content is None else content
    return {
        "type": event_type,
        "room_id": ROOM,
        "sender": ANNA,
        "origin_server_ts": 1_600_000_000_000,
        "content": content,
    } | more


def _member(user: str, membership: str, sender: str = "") -> dict[str, object]:
    return _event("m.room.member", {"membership": membership}, state_key=user, sender=sender or user)


def _source(path: Path) -> Source:
    return Source(path=path, exhibit="S-1")


def _truth() -> dict[str, dict[str, object]]:
    lines = (HARBOUR / "truth.jsonl").read_text("utf-8").splitlines()
    return {event["event_id"]: event for event in map(json.loads, lines)}


def test_every_event_that_was_sent_through_the_real_server_is_read() -> None:
    outcome = read_all(READER, _source(HARBOUR / "capture"))
    records = outcome.by_event()
    assert outcome.failures == []
    for event_id, sent in _truth().items():
        row = records[event_id]
        assert (row["conversation"], row["sender"], row["time"], row["device"]) == (
            sent["room_id"],
            sent["sender"],
            sent["ts"],
            sent["device_id"],
        )
        assert (row["kind"] == "sealed") == sent["encrypted"]
        if not sent["encrypted"] and sent["kind"] != "redaction":
            assert row["text"] == sent["body"]


def test_spoilt_ciphertexts_of_the_real_server_are_kept_as_records() -> None:
    records = read_all(READER, _source(HARBOUR / "capture")).by_event()
    spoilt = {sent["kind"]: records[event_id] for event_id, sent in _truth().items()}
    assert "session" not in spoilt["no_session_id"]
    assert spoilt["no_session_id"]["ciphertext"]
    assert spoilt["not_base64"]["detail"] == "the ciphertext is not base64"
    ciphertext = spoilt["not_base64"]["ciphertext"]
    assert isinstance(ciphertext, bytes)
    assert ciphertext.startswith(b"*")


def test_relations_point_to_the_events_that_were_meant() -> None:
    records = read_all(READER, _source(HARBOUR / "capture")).by_event()
    for event_id, sent in _truth().items():
        for relation, field in (("edit", "replaces"), ("reaction", "reacts_to"), ("redaction", "redacts")):
            if field in sent:
                assert (records[event_id]["relation"], records[event_id]["target"]) == (relation, sent[field])


def test_a_place_leads_back_to_the_bytes() -> None:
    database = HARBOUR / "capture" / "homeserver.db"
    row = next(row for row in read_all(READER, _source(HARBOUR / "capture")).rows if row["kind"] == "sealed")
    with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
        (data,) = connection.execute(
            "SELECT json FROM event_json JOIN events USING (event_id) WHERE events.rowid = ?", (row["row"],)
        ).fetchone()
    content = json.loads(data)["content"]
    assert (row["file"], row["unit"]) == ("homeserver.db", "events rowid")
    assert row["source_sha256"] == hashlib.sha256(data.encode()).digest()
    assert row["ciphertext"] == base64.b64decode(content["ciphertext"] + "==")


def test_nothing_is_written_beside_the_original(harbour_copy: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in harbour_copy.rglob("*")}
    read_all(READER, _source(harbour_copy))
    assert before == {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in harbour_copy.rglob("*")}


def test_the_database_alone_is_an_exhibit_too() -> None:
    file = HARBOUR / "capture" / "homeserver.db"
    assert READER.detect(file)
    assert read_all(READER, _source(file)).rows[0].get("file", "") == ""


def test_attachments_are_found_in_the_media_store_and_nowhere_else(harbour_copy: Path) -> None:
    sent = next(sent for sent in _truth().values() if "mxc" in sent)
    found = READER.locate(_source(harbour_copy), str(sent["mxc"]))
    assert found is not None
    assert hashlib.sha256(found.read_bytes()).hexdigest() == sent.get("sealed_sha256", sent["sha256"])
    (harbour_copy / "secret").write_text("not part of the store")
    for address in ("mxc://hs/none12", "mxc://hs/../../../secret", "mxc://../secretsecret", "https://hs/x", ""):
        assert READER.locate(_source(harbour_copy), address) is None


def test_a_link_in_the_media_store_is_not_followed(harbour_copy: Path) -> None:
    sent = next(sent for sent in _truth().values() if "mxc" in sent)
    found = READER.locate(_source(harbour_copy), str(sent["mxc"]))
    assert found is not None
    outside = harbour_copy.parent / "outside"
    outside.write_bytes(b"of somebody else")
    found.unlink()
    found.symlink_to(outside)
    assert READER.locate(_source(harbour_copy), str(sent["mxc"])) is None


def test_a_file_of_another_server_is_found_by_the_name_it_was_kept_under(harbour_copy: Path) -> None:
    with closing(sqlite3.connect(harbour_copy / "homeserver.db")) as connection, connection:
        connection.execute(
            "INSERT INTO remote_media_cache (media_origin, media_id, filesystem_id) VALUES (?, ?, ?)",
            ("other.example", "theirname", "ourname"),
        )
    kept = harbour_copy / "media_store" / "remote_content" / "other.example" / "ou" / "rn" / "ame"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"remote")
    assert READER.locate(_source(harbour_copy), "mxc://other.example/theirname") == kept


@pytest.mark.parametrize("batch", [1, 2, 7])
def test_reading_goes_on_behind_any_cursor_as_if_it_had_never_stopped(
    synapse: SynapseDatabase, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr("underseal.evidence.intake.formats._batches.BATCH_UNITS", batch)
    for user in (ANNA, BRAM):
        synapse.add(_member(user, "join"))
    synapse.add(_event())
    synapse.add(_member(CLEO, "join"))
    synapse.add_raw(b"{", {})
    synapse.add(_event(sender=BRAM))
    with synapse.edit() as own:
        own.execute("INSERT INTO devices (user_id, device_id, last_seen) VALUES ('@anna:hs', 'A', 5)")
        own.execute("INSERT INTO devices (user_id, device_id) VALUES ('@bram:hs', 'B')")
    whole = read_all(READER, _source(synapse.path))
    for number, cursor in enumerate(whole.cursors[:-1]):
        rest = list(READER.read(_source(synapse.path), after=cursor))
        read = sum(b.records.num_rows + len(b.failures) for b in list(READER.read(_source(synapse.path)))[: number + 1])
        rows = [row for b in rest for row in b.records.to_pylist()]
        skipped = whole.records.num_rows - len(rows)
        assert rows == whole.records.to_pylist()[skipped:]
        assert read + sum(b.records.num_rows + len(b.failures) for b in rest) == len(whole.rows) + 1


def test_a_cursor_of_another_reader_is_refused(synapse: SynapseDatabase) -> None:
    for cursor in ("12:3:0", "{}", "[]", '{"damaged":1,"spots":{"events":{"x":1}}}'):
        with pytest.raises(CallerError):
            list(READER.read(_source(synapse.path), after=cursor))


def test_recipients_are_who_had_joined_at_that_moment(synapse: SynapseDatabase) -> None:
    synapse.add(_member(ANNA, "join"))
    alone = synapse.add(_event())
    invite = synapse.add(_member(BRAM, "invite", sender=ANNA))
    synapse.add(_member(BRAM, "join"))
    two = synapse.add(_event())
    synapse.add(_member(CLEO, "join"), rejection_reason="auth_error")
    kick = synapse.add(_member(BRAM, "leave", sender=ANNA))
    after = synapse.add(_event())
    rows = read_all(READER, _source(synapse.path)).by_event()
    assert "recipients" not in rows[alone]
    assert rows[invite]["recipients"] == [BRAM]
    assert rows[two]["recipients"] == [BRAM]
    assert (rows[kick]["recipients"], rows[kick]["target"], rows[kick]["detail"]) == ([BRAM], BRAM, "leave")
    assert "recipients" not in rows[after]


def test_what_the_server_thought_of_an_event_is_noted(synapse: SynapseDatabase) -> None:
    rejected = synapse.add(_event(), rejection_reason="auth_error")
    failed = synapse.add(_event(), metadata='{"soft_failed": true, "device_id": "DEV"}')
    outlier = synapse.add(_event(), outlier=1)
    odd = synapse.add(_event(), sender="@other:hs")
    rows = read_all(READER, _source(synapse.path)).by_event()
    assert rows[rejected]["detail"] == "rejected: auth_error"
    assert (rows[failed]["detail"], rows[failed]["device"]) == ("soft-failed", "DEV")
    assert rows[outlier]["detail"] == "outlier"
    assert rows[odd]["detail"] == "the columns of the table differ from the event"
    assert rows[odd]["sender"] == ANNA


def test_unknown_event_types_are_records(synapse: SynapseDatabase) -> None:
    message = synapse.add(_event("org.example.poll", {"body": "choose"}))
    state = synapse.add(_event("org.example.state", {}, state_key=""))
    rows = read_all(READER, _source(synapse.path)).by_event()
    assert (rows[message]["kind"], rows[message]["detail"]) == ("other", "org.example.poll")
    assert (rows[state]["kind"], rows[state]["detail"]) == ("state", "org.example.state")


def test_an_encrypted_event_says_when_server_and_sender_name_two_devices(synapse: SynapseDatabase) -> None:
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AAAA", "device_id": "SAID"}
    event = synapse.add(_event("m.room.encrypted", content), metadata='{"device_id": "SEEN"}')
    empty = synapse.add(_event("m.room.encrypted", {"algorithm": 4, "ciphertext": {}}))
    rows = read_all(READER, _source(synapse.path)).by_event()
    assert (rows[event]["device"], rows[event]["detail"]) == ("SAID", "the server saw device SEEN")
    assert (rows[empty]["algorithm"], rows[empty].get("ciphertext")) == ("unknown", b"")


DAMAGED = {
    "cut short": (b'{"type": "m.room.message", "con', "malformed_json"),
    "200,000 open brackets": (b"[" * 200_000, "malformed_json"),
    "200,000 open objects with a surrogate": (b'{"a":"\\ud800","b":' * 20_000, "malformed_json"),
    "no JSON": (b"\x00\x01\x02", "malformed_json"),
    "not UTF-8": (b'{"type": "\xff\xfe"}', "invalid_utf8"),
    "a list": (b"[]", "wrong_type"),
    "nothing": (b"", "malformed_json"),
    "no type": (json.dumps(_event() | {"type": None}).encode(), "missing_field"),
    "a number for a sender": (json.dumps(_event(sender=4)).encode(), "wrong_type"),
    "a text for a content": (json.dumps(_event(content="x")).encode(), "wrong_type"),
    "no body": (json.dumps(_event(content={"msgtype": "m.text"})).encode(), "malformed_content"),
    "a text for a time": (json.dumps(_event(origin_server_ts="now")).encode(), "wrong_type"),
    "a truth value for a time": (json.dumps(_event(origin_server_ts=True)).encode(), "wrong_type"),
    "no time": (json.dumps(_event(origin_server_ts=None)).encode(), "missing_field"),
    "the year 300,000": (json.dumps(_event(origin_server_ts=9_404_640_000_000_000)).encode(), "impossible_time"),
    "an endless number": (json.dumps(_event(origin_server_ts=10**30)).encode(), "wrong_type"),
    "long before our era": (json.dumps(_event(origin_server_ts=-(10**17))).encode(), "impossible_time"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_event_is_a_failure_between_its_neighbours(synapse: SynapseDatabase, name: str) -> None:
    data, code = DAMAGED[name]
    before, damaged, after = synapse.add(_event()), synapse.add_raw(data, {}), synapse.add(_event())
    outcome = read_all(READER, _source(synapse.path))
    assert set(outcome.by_event()) == {before, after}
    (failure,) = outcome.failures
    assert (failure.code, failure.place.row, failure.place.unit) == (code, 2, "events rowid")
    assert damaged in failure.reason
    assert failure.sample == data[:200]


def test_nul_and_lone_surrogates_do_not_lose_an_event(synapse: SynapseDatabase) -> None:
    event = synapse.add(_event(content={"msgtype": "m.text", "body": "a\0b\ud800c"}, sender="@a\0:hs"))
    row = read_all(READER, _source(synapse.path)).by_event()[event]
    assert (row["text"], row["sender"]) == ("a\0b\ufffdc", "@a\ufffd:hs")


def test_columns_of_any_type_do_not_stop_the_reader(synapse: SynapseDatabase) -> None:
    good = synapse.add(_event())
    with synapse.edit() as own:
        own.execute(
            "INSERT INTO events (stream_ordering, topological_ordering, event_id, type, room_id, processed, outlier,"
            " sender) VALUES (77, 'x', x'ff00', 5, 1.5, 'x', 'maybe', NULL)"
        )
        own.execute("INSERT INTO event_json VALUES (x'ff00', 1, x'ff', 12345, 'x')")
        own.execute("INSERT INTO devices (user_id, device_id, last_seen) VALUES (x'ff', '', 'yesterday')")
        own.execute("INSERT INTO e2e_device_keys_json VALUES ('@a:hs', 'D', 'never', 5)")
        own.execute("INSERT INTO device_inbox VALUES ('@a:hs', 'D', 'x', '[[', NULL)")
    outcome = read_all(READER, _source(synapse.path))
    assert set(outcome.by_event()) == {good}
    assert len(outcome.failures) == 4


def test_an_event_without_its_row_is_told_and_a_row_without_its_event_is_read(synapse: SynapseDatabase) -> None:
    lost, orphan = synapse.add(_event()), synapse.add(_event())
    with synapse.edit() as own:
        own.execute("DELETE FROM event_json WHERE event_id = ?", (lost,))
        own.execute("DELETE FROM events WHERE event_id = ?", (orphan,))
    outcome = read_all(READER, _source(synapse.path))
    assert [failure.code for failure in outcome.failures] == ["missing_row"]
    row = outcome.by_event()[orphan]
    assert (row["unit"], row["detail"]) == ("event_json rowid", "no row in events")


def test_backfilled_events_with_negative_order_come_first(synapse: SynapseDatabase) -> None:
    new, old = synapse.add(_event()), synapse.add(_event(), order=-7)
    rows = read_all(READER, _source(synapse.path)).rows
    assert [row["event"] for row in rows] == [old, new]
    assert rows[0]["row"] == -7


def test_the_event_that_creates_a_room_of_version_12_is_in_its_room(synapse: SynapseDatabase) -> None:
    event = _event("m.room.create", {"room_version": "12"}, state_key="")
    del event["room_id"]
    created = synapse.add(event, room_id="!created")
    assert read_all(READER, _source(synapse.path)).by_event()[created]["conversation"] == "!created"


def test_devices_and_messages_to_them_are_records(synapse: SynapseDatabase) -> None:
    keys = {"keys": {"curve25519:DEV": "curve", "ed25519:DEV": "ed"}}
    olm = {
        "sender": BRAM,
        "type": "m.room.encrypted",
        "content": {
            "algorithm": "m.olm.v1.curve25519-aes-sha2",
            "sender_key": "curve",
            "ciphertext": {"key": {"type": 0, "body": "AAAA"}},
        },
    }
    withheld = {
        "sender": BRAM,
        "type": "m.room_key.withheld",
        "content": {"code": "m.blacklisted", "session_id": "session"},
    }
    with synapse.edit() as own:
        own.execute(
            "INSERT INTO devices (user_id, device_id, display_name, last_seen, ip, user_agent)"
            " VALUES ('@anna:hs', 'DEV', 'Phone', 99, '192.0.2.1', 'Element')"
        )
        own.execute("INSERT INTO e2e_device_keys_json VALUES ('@anna:hs', 'DEV', 88, ?)", (json.dumps(keys),))
        own.execute("INSERT INTO device_inbox VALUES ('@anna:hs', 'DEV', 1, ?, 'x')", (json.dumps(withheld),))
        own.execute(
            "CREATE TABLE underseal_to_device_log (stream_id BIGINT, user_id TEXT, device_id TEXT, message_json TEXT,"
            " logged_ts BIGINT)"
        )
        own.execute("INSERT INTO underseal_to_device_log VALUES (2, '@anna:hs', 'DEV', ?, 77)", (json.dumps(olm),))
    seen, identity, waiting, logged = read_all(READER, _source(synapse.path)).rows
    assert (seen["kind"], seen["time"], seen["text"], seen["detail"]) == (
        "device",
        99,
        "Phone",
        "last seen; 192.0.2.1; Element",
    )
    assert (identity["time"], identity["sender_key"], identity["detail"]) == (88, "curve", "device keys; ed25519 ed")
    assert (waiting["clock"], waiting["session"], waiting["detail"]) == (
        "none",
        "session",
        "m.room_key.withheld; m.blacklisted",
    )
    assert (logged["kind"], logged["time"], logged["ciphertext"]) == ("to_device", 77, b"\0\0\0")
    assert (logged["sender"], logged["recipients"], logged["target"]) == (BRAM, [ANNA], "DEV")


def test_a_later_capture_of_the_same_server_gives_only_what_is_new(synapse: SynapseDatabase) -> None:
    for user in (ANNA, BRAM):
        synapse.add(_member(user, "join"))
    with synapse.edit() as own:
        for stream in (1, 2):
            own.execute("INSERT INTO device_inbox VALUES ('@a:hs', 'D', ?, '{}', NULL)", (stream,))
        own.execute("INSERT INTO devices (user_id, device_id, last_seen) VALUES ('@anna:hs', 'A', 5)")
    last = read_all(READER, _source(synapse.path)).cursors[-1]
    assert read_all(READER, _source(synapse.path), after=last).rows == []
    new = synapse.add(_event())
    with synapse.edit() as own:
        own.execute("DELETE FROM device_inbox")  # delivered: the next message takes the same rowid
        own.execute("INSERT INTO device_inbox VALUES ('@a:hs', 'D', 3, '[]', NULL)")
        own.execute("UPDATE devices SET last_seen = 6")
    READER.check(_source(synapse.path), after=last)
    outcome = read_all(READER, _source(synapse.path), after=last)
    assert [row.get("event", row["kind"]) for row in outcome.rows] == [new, "device"]
    assert outcome.rows[0]["recipients"] == [BRAM]
    assert [failure.place.unit for failure in outcome.failures] == ["device_inbox rowid"]


def test_the_database_of_another_server_does_not_continue_this_one(synapse: SynapseDatabase) -> None:
    synapse.add(_event())
    last = read_all(READER, _source(synapse.path)).cursors[-1]
    with synapse.edit() as own:
        own.execute("UPDATE events SET event_id = '$another'")
    with pytest.raises(UnreadableError, match="not a later state"):
        READER.check(_source(synapse.path), after=last)


def test_a_log_beside_the_database_is_applied_to_a_copy_and_told(synapse: SynapseDatabase, tmp_path: Path) -> None:
    with closing(sqlite3.connect(synapse.path, isolation_level=None)) as server:
        server.execute("PRAGMA journal_mode=WAL")
        server.execute("PRAGMA wal_autocheckpoint=0")
        server.execute("SELECT * FROM events").fetchall()
        event = synapse.add(_event())
        log = synapse.path.with_name("homeserver.db-wal")
        before = {file: file.read_bytes() for file in (synapse.path, log)}
        for scratch in (None, tmp_path / "scratch"):
            source = Source(path=synapse.path, exhibit="S-1", scratch=scratch)
            outcome = read_all(READER, source)
            assert set(outcome.by_event()) == {event}
            assert "homeserver.db-wal" in outcome.notes[0]
            assert before == {file: file.read_bytes() for file in (synapse.path, log)}


def test_a_transaction_that_was_cut_off_is_rolled_back_in_a_copy(synapse: SynapseDatabase) -> None:
    kept = synapse.add(_event())
    with synapse.edit() as server:
        server.execute("PRAGMA cache_size=1")
        server.execute("BEGIN")
        server.execute("UPDATE event_json SET json = '[]'")
        for number in range(2_000):  # until pages are written before the commit, and the journal is on the disk
            server.execute(
                "INSERT INTO event_json VALUES (?, 'room', '{}', ?, 4)", (f"$uncommitted{number}", "x" * 200)
            )
        journal = synapse.path.with_name("homeserver.db-journal")
        spoilt, journal_data = synapse.path.read_bytes(), journal.read_bytes()
        server.execute("ROLLBACK")
    synapse.path.write_bytes(spoilt)
    journal.write_bytes(journal_data)
    outcome = read_all(READER, _source(synapse.path))
    assert set(outcome.by_event()) == {kept}
    assert outcome.failures == []
    assert "homeserver.db-journal" in outcome.notes[0]


def test_other_files_and_two_servers_in_a_folder_are_told(synapse: SynapseDatabase) -> None:
    folder = synapse.path.parent
    (folder / "keys.txt").write_text("keys")
    assert read_all(READER, _source(folder)).notes == ["Hashed, but not read: keys.txt."]
    (folder / "second.db").write_bytes(synapse.path.read_bytes())
    with pytest.raises(UnreadableError, match="2 Synapse databases"):
        READER.check(_source(folder))


def test_what_is_no_synapse_database_is_not_detected(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE events (x)")
        connection.execute(
            "CREATE VIEW event_json AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM t) SELECT x FROM t"
        )
    text = tmp_path / "text.db"
    text.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    for path in (other, text, tmp_path, tmp_path / "absent", Path("/dev/null")):
        assert not READER.detect(path)
    with pytest.raises(UnreadableError):
        READER.check(_source(other))


_NAMES = st.text(st.sampled_from("abé$ 中\n"), min_size=1, max_size=6)


@settings(max_examples=examples(25))
@given(
    events=st.lists(
        st.tuples(_NAMES, _NAMES, st.text(max_size=20), st.integers(-(10**12), 10**13)), min_size=1, max_size=8
    )
)
def test_any_message_that_is_stored_comes_back(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, str, str, int]]
) -> None:
    database = SynapseDatabase(tmp_path_factory.mktemp("round") / "homeserver.db")
    stored = [
        database.add(
            _event(room_id=room, sender=sender, origin_server_ts=time, content={"msgtype": "m.text", "body": body})
        )
        for room, sender, body, time in events
    ]
    rows = read_all(READER, _source(database.path)).rows
    assert [(row["event"], row["conversation"], row["sender"], row["text"], row["time"]) for row in rows] == [
        (event, room, sender, body, time) for event, (room, sender, body, time) in zip(stored, events, strict=True)
    ]


def test_a_fresh_capture_of_a_real_server_agrees_with_what_was_sent(small_harbour: Path) -> None:
    outcome = read_all(READER, _source(small_harbour / "capture"))
    records = outcome.by_event()
    sent = [json.loads(line) for line in (small_harbour / "truth.jsonl").read_text("utf-8").splitlines()]
    assert outcome.failures == []
    assert [(e["event_id"], e["sender"], e["ts"]) for e in sent] == [
        (e["event_id"], records[e["event_id"]]["sender"], records[e["event_id"]]["time"]) for e in sent
    ]
