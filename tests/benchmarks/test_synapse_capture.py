"""Invented captures: real ciphertexts that open with the exported keys, in a database that our reader reads whole."""

import hashlib
import json
import sqlite3
from base64 import b64decode, urlsafe_b64encode
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from benchmarks.generate.messages import Plan, World, make_blocks
from benchmarks.generate.rooms import LATE_INDEX, ROTATION
from benchmarks.generate.synapse import PASSPHRASE, Capture, write_capture

from underseal.core.crypto import key_export, megolm
from underseal.core.records import Secret
from underseal.evidence.intake.formats.synapse import SynapseReader
from underseal.evidence.intake.reader import Source

PLAN = Plan(messages=3_000, accounts=20, conversations=10)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Capture:
    return write_capture(PLAN, tmp_path_factory.mktemp("capture"), share=0.5, workers=2)


@pytest.fixture(scope="module")
def truth(capture: Capture) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(capture.truth.read_text())
    return value


@pytest.fixture(scope="module")
def events(capture: Capture) -> list[tuple[str, dict[str, Any]]]:
    query = "SELECT event_id, json FROM events JOIN event_json USING (event_id) ORDER BY stream_ordering"
    with closing(sqlite3.connect(capture.folder / "homeserver.db")) as database:
        return [(event, json.loads(text)) for event, text in database.execute(query)]


@pytest.fixture(scope="module")
def keys(capture: Capture) -> dict[str, key_export.ExportedSession]:
    found = {}
    for path in capture.keys:
        for session in key_export.read(path.read_bytes(), Secret(PASSPHRASE.encode())):
            assert isinstance(session, key_export.ExportedSession)
            found[session.session_id] = session
    return found


def encrypted(events: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [event for _, event in events if event["type"] == "m.room.encrypted"]


def ciphertext(event: dict[str, Any]) -> bytes:
    text = event["content"]["ciphertext"]
    return b64decode(text + "=" * (-len(text) % 4))


def test_the_ciphertexts_open_with_the_exported_keys_as_the_truth_says(
    events: list[tuple[str, dict[str, Any]]], keys: dict[str, key_export.ExportedSession], truth: dict[str, Any]
) -> None:
    sessions = {name: megolm.InboundSession(key.session_key, session_id=name) for name, key in keys.items()}
    texts = [text for block in make_blocks(PLAN, World(PLAN)) for text in block.text.to_pylist()]
    verdicts: Counter[str] = Counter()
    for text, event in zip(texts, encrypted(events), strict=True):
        session = sessions.get(event["content"]["session_id"])
        if session is None:
            verdicts["no_key"] += 1
            continue
        try:
            plain, _ = session.decrypt(ciphertext(event))
        except megolm.KeyTooLateError:
            verdicts["key_too_late"] += 1
            continue
        verdicts["opened"] += 1
        payload = json.loads(plain)
        assert payload["content"]["body"] == text
        assert payload["room_id"] == event["room_id"] == keys[session.session_id].room_id
    assert dict(sorted(verdicts.items())) == truth["verdicts"]
    assert set(verdicts) == {"opened", "no_key", "key_too_late"}


def test_every_ciphertext_is_signed_by_its_session_and_sessions_rotate(
    events: list[tuple[str, dict[str, Any]]], truth: dict[str, Any]
) -> None:
    used: dict[str, list[int]] = {}
    for event in encrypted(events):
        name, message = event["content"]["session_id"], ciphertext(event)
        assert megolm.signature_valid(name, message)
        used.setdefault(name, []).append(megolm.message_index(message))
    assert len(used) == truth["sessions"]
    assert all(indices == list(range(len(indices))) for indices in used.values())
    assert max(map(len, used.values())) == ROTATION


def test_some_sessions_are_exported_and_some_of_those_from_a_later_index(
    keys: dict[str, key_export.ExportedSession], truth: dict[str, Any]
) -> None:
    assert len(keys) == truth["exported"]
    assert 0.3 < len(keys) / truth["sessions"] < 0.7
    assert {session.first_index for session in keys.values()} == {0, LATE_INDEX}


def test_events_have_the_hash_and_the_id_of_their_content(events: list[tuple[str, dict[str, Any]]]) -> None:
    assert len({event_id for event_id, _ in events}) == len(events)
    for event_id, event in events:
        unsigned = {name: value for name, value in event.items() if name not in {"signatures", "unsigned"}}
        bare = {name: value for name, value in unsigned.items() if name != "hashes"}
        digest = hashlib.sha256(orjson.dumps(bare, option=orjson.OPT_SORT_KEYS)).digest()
        assert b64decode(event["hashes"]["sha256"] + "=") == digest
        if event["type"] == "m.room.encrypted":
            redacted = orjson.dumps({**unsigned, "content": {}}, option=orjson.OPT_SORT_KEYS)
            reference = hashlib.sha256(redacted).digest()
            assert event_id == "$" + urlsafe_b64encode(reference).decode().rstrip("=")


def test_our_reader_reads_every_row(capture: Capture, truth: dict[str, Any]) -> None:
    reader, source = SynapseReader(), Source(path=capture.folder, exhibit="B1")
    assert reader.detect(capture.folder)
    batches = list(reader.read(source))
    assert [failure for batch in batches for failure in batch.failures] == []
    assert sum(batch.records.num_rows for batch in batches) == truth["records"] == reader.total(source)


def test_who_wrote_what_and_which_keys_are_held_follow_from_the_seed(tmp_path: Path, truth: dict[str, Any]) -> None:
    again = write_capture(PLAN, tmp_path, share=0.5, workers=1)
    assert json.loads(again.truth.read_text()) == truth
