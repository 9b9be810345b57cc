"""The harbour sample is what its truth says, seen by a decoder that shares no code with its makers."""

import hashlib
import hmac
import json
import os
import sqlite3
import struct
import subprocess
import sys
from base64 import b64decode, urlsafe_b64decode
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .harbour_fixture import MAKE

COMMITTED = MAKE.parent
BEGIN, END = "-----BEGIN MEGOLM SESSION DATA-----", "-----END MEGOLM SESSION DATA-----"


def unpadded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))


def counter_mode(key: bytes, block: bytes, data: bytes) -> bytes:
    opener = Cipher(algorithms.AES(key), modes.CTR(block)).decryptor()
    return opener.update(data) + opener.finalize()


def read_export(path: Path, passphrase: str) -> list[dict[str, Any]]:
    """Open a key export (Client-Server API, "Key exports")."""
    text = path.read_text("ascii").strip()
    assert text.startswith(BEGIN)
    assert text.endswith(END)
    raw = b64decode("".join(text.removeprefix(BEGIN).removesuffix(END).split()) + "==")
    version, salt, block, rounds = struct.unpack(">B16s16sI", raw[:37])
    assert version == 1
    keys = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), salt, rounds, 64)
    assert hmac.compare_digest(hmac.digest(keys[32:], raw[:-32], "sha256"), raw[-32:])
    sessions: list[dict[str, Any]] = json.loads(counter_mode(keys[:32], block, raw[37:-32]))
    return sessions


@dataclass(frozen=True)
class Sample:
    folder: Path

    @cached_property
    def truth(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "truth.jsonl").read_text("utf-8").splitlines()]

    @cached_property
    def exports(self) -> dict[str, list[dict[str, Any]]]:
        passphrases = json.loads((self.folder / "keys" / "passphrases.json").read_text("utf-8"))
        return {Path(name).stem: read_export(self.folder / "keys" / name, word) for name, word in passphrases.items()}

    @cached_property
    def sessions(self) -> dict[str, dict[str, vodozemac.InboundGroupSession]]:
        """By phone and session id."""
        return {
            phone: {
                entry["session_id"]: vodozemac.InboundGroupSession.import_session(
                    vodozemac.ExportedSessionKey(entry["session_key"])
                )
                for entry in entries
            }
            for phone, entries in self.exports.items()
        }

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        database = f"file:{self.folder / 'capture' / 'homeserver.db'}?mode=ro&immutable=1"
        with closing(sqlite3.connect(database, uri=True)) as connection:
            return connection.execute(sql).fetchall()

    @cached_property
    def contents(self) -> dict[str, dict[str, Any]]:
        """The content of every event that is not state, as the database has it."""
        rows = self.query("SELECT event_id, json FROM event_json JOIN events USING (event_id) WHERE state_key IS NULL")
        return {event_id: json.loads(text)["content"] for event_id, text in rows}

    def open(self, event_id: str, phone: str) -> dict[str, Any] | None:
        """What a phone's export makes of an event; None when it cannot open it."""
        content = self.contents[event_id]
        session = self.sessions[phone].get(content.get("session_id", ""))
        if not session:
            return None
        try:
            opened = session.decrypt(vodozemac.MegolmMessage.from_base64(content["ciphertext"]))
        except (vodozemac.MegolmDecryptionException, vodozemac.DecodeException):
            return None
        payload: dict[str, Any] = json.loads(opened.plaintext)
        return payload

    def opened(self, event: dict[str, Any]) -> dict[str, Any]:
        """The content of an event that some export opens."""
        payload = self.open(event["event_id"], event["openable_by"][0])
        assert payload is not None
        content: dict[str, Any] = payload["content"]
        return content

    def encrypted(self) -> list[dict[str, Any]]:
        return [event for event in self.truth if event["encrypted"]]

    def only(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.truth if event["kind"] == kind]


@pytest.fixture(scope="module", params=["small", "committed"])
def sample(request: pytest.FixtureRequest) -> Sample:
    if request.param == "committed":
        return Sample(COMMITTED)
    return Sample(request.getfixturevalue("small_harbour"))


def test_truth_names_every_event_that_is_not_state(sample: Sample) -> None:
    found = sample.query("SELECT event_id, sender, room_id, type, origin_server_ts FROM events WHERE state_key IS NULL")
    told = [(e["event_id"], e["sender"], e["room_id"], e["type"], e["ts"]) for e in sample.truth]
    assert sorted(found) == sorted(told)


def test_the_exports_open_exactly_what_truth_says(sample: Sample) -> None:
    for event in sample.encrypted():
        openers = sorted(phone for phone in sample.exports if sample.open(event["event_id"], phone))
        assert openers == event["openable_by"], event


def test_what_opens_says_what_truth_says(sample: Sample) -> None:
    for event in sample.encrypted():
        if not event["openable_by"]:
            continue
        content = sample.opened(event)
        body = content["m.new_content"]["body"] if event["kind"] == "edit" else content["body"]
        assert body == event["body"]


def test_clear_events_lie_open_in_the_database(sample: Sample) -> None:
    texts = [e for e in sample.truth if e["type"] == "m.room.message" and e["kind"] in {"text", "reply"}]
    assert texts
    assert all(sample.contents[e["event_id"]]["body"] == e["body"] for e in texts)


def test_every_verdict_occurs(sample: Sample) -> None:
    verdicts = {event["verdict"] for event in sample.truth}
    spoilt = {"bad_mac", "bad_signature", "replayed", "malformed"}
    assert verdicts == {"opened", "clear", "no_key", "key_too_late"} | spoilt


def test_a_key_is_too_late_only_where_a_held_session_begins_later(sample: Sample) -> None:
    for event in sample.encrypted():
        if event["verdict"] not in {"no_key", "key_too_late"}:
            continue
        held = [s[event["session_id"]] for s in sample.sessions.values() if event["session_id"] in s]
        assert bool(held) == (event["verdict"] == "key_too_late")
        assert all(session.first_known_index > event["message_index"] for session in held)


def test_a_spoilt_ciphertext_fails_by_its_signature_and_a_spoilt_mac_by_its_mac(sample: Sample) -> None:
    for kind, word in (("flipped_ciphertext", "signature"), ("wrong_mac", "mac")):
        for event in sample.only(kind):
            session = next(s[event["session_id"]] for s in sample.sessions.values() if event["session_id"] in s)
            message = vodozemac.MegolmMessage.from_base64(sample.contents[event["event_id"]]["ciphertext"])
            with pytest.raises(vodozemac.MegolmDecryptionException, match=rf"(?i)\b{word}\b"):
                session.decrypt(message)


def test_a_replay_is_the_ciphertext_of_an_earlier_event(sample: Sample) -> None:
    replays = sample.only("replay")
    assert replays
    for event in replays:
        assert sample.contents[event["event_id"]] == sample.contents[event["replays"]]


def test_one_seized_phone_holds_no_key_at_all(sample: Sample) -> None:
    assert [phone for phone, entries in sample.exports.items() if not entries] == [
        phone for phone in sample.exports if phone.endswith("-old")
    ]


def test_one_session_lies_in_two_exports_from_different_indexes(sample: Sample) -> None:
    firsts: dict[str, set[int]] = {}
    for sessions in sample.sessions.values():
        for name, session in sessions.items():
            firsts.setdefault(name, set()).add(session.first_known_index)
    assert any(len(indexes) > 1 for indexes in firsts.values())


def test_enclosures_lie_sealed_in_the_media_store(sample: Sample) -> None:
    sealed = [event for event in sample.truth if "sealed_sha256" in event]
    assert {event["kind"] for event in sealed} == {"picture", "voice"}
    for event in sealed:
        data = stored(sample, event)
        assert hashlib.sha256(data).hexdigest() == event["sealed_sha256"]
        if event["openable_by"]:
            file = sample.opened(event)["file"]
            key = urlsafe_b64decode(file["key"]["k"] + "=")
            plain = counter_mode(key, unpadded(file["iv"]), data)
            assert hashlib.sha256(plain).hexdigest() == event["sha256"]


def test_the_clear_picture_lies_open_in_the_media_store(sample: Sample) -> None:
    clear = [event for event in sample.only("picture") if not event["encrypted"]]
    assert clear
    assert all(hashlib.sha256(stored(sample, event)).hexdigest() == event["sha256"] for event in clear)


def stored(sample: Sample, event: dict[str, Any]) -> bytes:
    """The file of an enclosure, where Synapse keeps it."""
    media = str(event["mxc"]).rpartition("/")[2]
    return (sample.folder / "capture/media_store/local_content" / media[:2] / media[2:4] / media[4:]).read_bytes()


def test_every_room_key_that_was_sent_is_in_the_to_device_log(sample: Sample) -> None:
    logged = Counter(
        json.loads(text)["type"] for (text,) in sample.query("SELECT message_json FROM underseal_to_device_log")
    )
    assert logged["m.room.encrypted"] > 0
    sessions = {e["session_id"] for e in sample.encrypted()}
    withheld = [
        json.loads(text)["content"]["session_id"]
        for (text,) in sample.query("SELECT message_json FROM underseal_to_device_log")
        if json.loads(text)["type"] == "m.room_key.withheld"
    ]
    assert withheld
    assert set(withheld) <= sessions
    assert len(withheld) == len(set(withheld))


def test_delivered_to_device_messages_are_gone_from_the_inbox(sample: Sample) -> None:
    left = {json.loads(text)["type"] for (text,) in sample.query("SELECT message_json FROM device_inbox")}
    assert left == {"m.room_key.withheld"}


def test_redacted_events_are_named_and_their_ciphertext_is_still_there(sample: Sample) -> None:
    taken_back = [event for event in sample.truth if "redacted_by" in event]
    assert {(e["redacted_by"], e["event_id"]) for e in taken_back} == set(
        sample.query("SELECT event_id, redacts FROM redactions")
    )
    assert all("ciphertext" in sample.contents[event["event_id"]] for event in taken_back)


def test_about_half_of_the_committed_sample_opens() -> None:
    sealed = Sample(COMMITTED).encrypted()
    assert 0.45 <= sum(bool(event["openable_by"]) for event in sealed) / len(sealed) <= 0.60


def test_the_small_sample_is_never_written_over_the_committed_one() -> None:
    refused = subprocess.run([sys.executable, str(MAKE), "--small"], check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "--small needs --out" in refused.stderr


def test_a_missing_speech_program_is_said_in_one_sentence(tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, str(MAKE), "--small", "--out", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": str(tmp_path)},
    )
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        "Making the voice messages needs espeak-ng and opusenc; install espeak-ng and opus-tools."
    ]
    assert not list(tmp_path.iterdir())
