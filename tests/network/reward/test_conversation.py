"""The conversation is a real one: what is published is what a server sees, and the kept keys open all of it."""

import base64
import json
from pathlib import Path
from typing import Any, cast

import pytest

from underseal.core.crypto.megolm import InboundSession
from underseal.core.crypto.olm import OlmAccount, OlmMessage, exported_of
from underseal.core.records import Secret
from underseal.core.verify.reward import Answer
from underseal.errors import CallerError, ConflictError, KeyFileError
from underseal.network.reward import Kept, converse, read_kept, small_talk, write_kept
from underseal.network.reward.conversation import MAX_LINES, _Speaker

from .playing import LINES, NOON, conversation


def content(event: object) -> dict[str, Any]:
    return cast("dict[str, dict[str, Any]]", event)["content"]


def test_the_kept_sessions_open_every_message_in_its_order() -> None:
    held = conversation()
    readers = {one.session: InboundSession(one.exported, session_id=one.session) for one in held.sessions}
    said = []
    for event in held.events:
        sealed = content(event)
        data = base64.b64decode(sealed["ciphertext"] + "==")
        inner = json.loads(readers[sealed["session_id"]].decrypt(data)[0])
        assert inner["room_id"] == event["room_id"]
        said.append(inner["content"]["body"])
    assert [line for line in said if line != held.answer.text] == LINES
    (answer,) = [event["event_id"] for event, line in zip(held.events, said, strict=True) if line == held.answer.text]
    assert answer == held.event


def test_the_session_key_goes_to_the_other_device_under_olm() -> None:
    one, other = _Speaker("first", "x"), _Speaker("second", "x")
    event = one.hand_over(other, "!room:x")
    message = content(event)["ciphertext"][other.account.curve25519]
    _, plaintext = other.account.accept(one.account.curve25519, OlmMessage(kind=message["type"], body=message["body"]))
    room_key = json.loads(plaintext)["content"]
    session, exported = exported_of(Secret(room_key["session_key"].encode()))
    assert session == one.session.session_id
    assert InboundSession(exported).session_id == session


def test_nothing_that_is_published_holds_a_secret_in_the_clear() -> None:
    held = conversation()
    public = json.dumps([held.to_device, held.events])
    assert held.answer.salt.hex() not in public
    assert held.answer.secret.hex() not in public
    assert all(line not in public for line in LINES)
    assert held.answer.text not in repr(held)


def test_a_chosen_secret_is_the_one_that_is_hidden() -> None:
    secret = b"correct horse battery staple"
    assert converse(LINES, Secret(secret), server_name="x", ends=NOON).answer.secret == secret


@pytest.mark.parametrize(
    ("lines", "secret", "words"),
    [
        ([], None, "1 to"),
        (["a"] * (MAX_LINES + 1), None, "1 to"),
        (["a", "é" * 501], None, "Line 2"),
        (["a"], b"too short", "16 to"),
    ],
)
def test_what_cannot_be_said_is_refused(lines: list[str], secret: bytes | None, words: str) -> None:
    with pytest.raises(CallerError, match=words):
        converse(lines, Secret(secret) if secret else None, server_name="x", ends=NOON)


def test_small_talk_has_as_many_lines_as_asked_for() -> None:
    assert len(small_talk(50)) == 50
    assert all("{" not in line for line in small_talk(200))


@pytest.mark.parametrize("passphrase", [None, Secret(b"correct horse")])
def test_what_is_kept_is_read_again_by_its_owner_only(tmp_path: Path, passphrase: Secret | None) -> None:
    held = conversation()
    kept = Kept(challenge="ab" * 32, answer=held.answer, event=held.event, sessions=held.sessions)
    file = tmp_path / "kept.json"
    write_kept(file, kept, passphrase)
    assert file.stat().st_mode & 0o777 == 0o600
    assert (held.answer.text in file.read_text()) is (passphrase is None)
    found = read_kept(file, passphrase)
    assert (found.challenge, found.answer, found.event) == (kept.challenge, kept.answer, kept.event)
    assert [one.exported.reveal() for one in found.sessions] == [one.exported.reveal() for one in held.sessions]
    with pytest.raises(ConflictError):
        write_kept(file, kept, passphrase)
    file.chmod(0o644)
    with pytest.raises(KeyFileError, match="read by others"):
        read_kept(file, passphrase)


def test_what_is_kept_under_a_passphrase_opens_with_no_other(tmp_path: Path) -> None:
    held = conversation()
    file = tmp_path / "kept.json"
    write_kept(file, Kept(challenge="ab" * 32, answer=held.answer, event=held.event, sessions=()), Secret(b"right"))
    for passphrase, words in ((None, "under a passphrase"), (Secret(b"wrong"), "cannot be opened")):
        with pytest.raises(KeyFileError, match=words):
            read_kept(file, passphrase)
    file.write_text(file.read_text().replace("abab", "acac"))
    with pytest.raises(KeyFileError, match="cannot be opened"):
        read_kept(file, Secret(b"right"))


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format":"other","challenge":"x"}', '{"format":"underseal/reward-kept/1"}']
)
def test_a_kept_file_that_is_damaged_is_named_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "kept.json"
    file.touch(0o600)
    file.write_text(text)
    with pytest.raises(KeyFileError, match=r"kept\.json"):
        read_kept(file, None)


def test_an_account_of_olm_is_what_a_participant_is_named_by() -> None:
    speaker = _Speaker("first", "x")
    assert isinstance(speaker.account, OlmAccount)
    assert speaker.participant.ed25519 == speaker.account.ed25519
    assert Answer.find(b"nothing here") is None
