"""The key of one message opens that message, and nothing else."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from underseal.core.crypto import megolm, megolm_message
from underseal.core.crypto.megolm import (
    BadMacError,
    BadSignatureError,
    InboundSession,
    MalformedMegolmError,
    WrongSessionError,
)
from underseal.core.crypto.megolm_message import MessageKey as Opener
from underseal.core.records import MessageKey, Record, Secret
from underseal.evidence.decrypt import Closed, Keyring, decide

from .capture import Phone, flipped, payload, ring, rows_of, table


def key_of(phone: Phone, index: int, *, exhibit: str = "PACK-1") -> MessageKey:
    """Return the key of one message, as its discloser derives it."""
    secret = InboundSession(phone.key().exported).message_key(index)
    return MessageKey(session=phone.session, index=index, secret=secret, exhibit=exhibit, place="a line")


def holding(folder: Path, *keys: MessageKey) -> Keyring:
    keyring = Keyring(folder)
    keyring.store_messages("PACK-1", keys)
    return keyring


def verdict(record: Record, keyring: Keyring) -> Mapping[str, object]:
    (row,) = rows_of(decide(table([record]), keyring))
    return row


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_the_right_key_opens_its_message_and_the_record_says_with_what(phone: Phone, tmp_path: Path) -> None:
    sent = [phone.send(payload(f"message {number}")) for number in range(200)]
    for index in (0, 1, 127, 128, 199):  # the index takes one byte, then two
        key = key_of(phone, index)
        row = verdict(sent[index], holding(tmp_path / str(index), key))
        assert (row["verdict"], row["index"], row["raw"]) == ("opened", index, payload(f"message {index}"))
        assert row["key"] == hashlib.sha256(key.secret.reveal()).hexdigest()[:16]
        assert (row["key_exhibit"], row["tool"]) == ("PACK-1", megolm_message.TOOL)
        assert row["signature"] == "valid"


def test_messages_of_every_length_open_as_with_the_session(phone: Phone) -> None:
    session = InboundSession(phone.key().exported)
    for length in (0, 1, 15, 16, 17, 127, 128, 5_000, 20_000):
        ciphertext = phone.send(b"x" * length).ciphertext or b""
        index = megolm.message_index(ciphertext)
        opener = Opener(session.message_key(index), session_id=phone.session, index=index)
        assert opener.open(ciphertext) == session.open(ciphertext) == b"x" * length


def test_a_key_opens_no_other_index(phone: Phone, tmp_path: Path) -> None:
    first, second = phone.send(), phone.send()
    keyring = holding(tmp_path, key_of(phone, 0))
    assert verdict(first, keyring)["verdict"] == "opened"
    row = verdict(second, keyring)
    assert (row["verdict"], row["signature"], row["key"]) == ("no_key", "valid", None)
    with pytest.raises(WrongSessionError, match="message 0, this is message 1"):
        Opener(key_of(phone, 0).secret, session_id=phone.session, index=0).open(second.ciphertext or b"")


def test_the_key_of_another_message_under_this_index_is_a_bad_mac(phone: Phone, tmp_path: Path) -> None:
    phone.send()
    record = phone.send()
    key = replace(key_of(phone, 0), index=1)
    row = verdict(record, holding(tmp_path, key))
    assert (row["verdict"], row["reason"]) == ("bad_mac", "no key held authenticates it")
    assert row["key"] == hashlib.sha256(key.secret.reveal()).hexdigest()[:16]


def test_a_key_of_another_session_is_not_even_tried(phone: Phone, tmp_path: Path) -> None:
    other = Phone()
    other.send()
    assert verdict(phone.send(), holding(tmp_path, key_of(other, 0)))["verdict"] == "no_key"
    claimed = replace(key_of(other, 0), session=phone.session)
    assert verdict(phone.send(), holding(tmp_path / "claimed", replace(claimed, index=1)))["verdict"] == "bad_mac"


def test_a_changed_message_is_a_bad_signature_whatever_key_is_held(phone: Phone, tmp_path: Path) -> None:
    record = phone.send()
    keyring = holding(tmp_path, key_of(phone, 0))
    length = len(record.ciphertext or b"")
    for at in (length - 1, length - 70, length - 80):  # the signature, the MAC, the ciphertext
        row = verdict(flipped(record, at), keyring)
        assert (row["verdict"], row["signature"], row["raw"]) == ("bad_signature", "invalid", None)
    assert verdict(replace(record, ciphertext=b"no message"), keyring)["verdict"] == "malformed"


def test_each_fault_has_its_error(phone: Phone) -> None:
    record = phone.send()
    ciphertext = record.ciphertext or b""
    good = key_of(phone, 0).secret.reveal()
    wrong = Opener(Secret(good[:40] + bytes([good[40] ^ 1]) + good[41:]), session_id=phone.session, index=0)
    with pytest.raises(BadMacError):
        wrong.open(ciphertext)
    openers = [Opener(Secret(bytes([n]) * 32 + good[32:]), session_id=phone.session, index=0) for n in range(8)]
    with pytest.raises(MalformedMegolmError, match="padded"):
        [opener.open(ciphertext) for opener in openers]  # one wrong key in 256 finds what looks like padding
    with pytest.raises(BadSignatureError):
        Opener(Secret(good), session_id=Phone().session, index=0).open(ciphertext)
    with pytest.raises(MalformedMegolmError, match="80 bytes"):
        Opener(Secret(good[:-1]), session_id=phone.session, index=0)


def test_where_the_key_of_the_message_fails_that_of_the_session_opens_it(phone: Phone, tmp_path: Path) -> None:
    record = phone.send()
    wrong = replace(key_of(phone, 0), secret=Secret(bytes(80)))
    keyring = ring(tmp_path, phone.key())
    keyring.store_messages("PACK-1", [wrong])
    row = verdict(record, keyring)
    assert (row["verdict"], row["key_exhibit"], row["tool"]) == ("opened", "KEY-1", megolm.TOOL)
    both = ring(tmp_path / "both", phone.wrong_key())
    both.store_messages("PACK-1", [wrong])
    row = verdict(record, both)
    assert (row["verdict"], row["key_exhibit"]) == ("bad_mac", "KEY-W, PACK-1")


def test_a_message_that_is_replayed_is_found_with_message_keys_too(phone: Phone, tmp_path: Path) -> None:
    record = phone.send()
    again = replace(record, event="$again", time=9)
    rows = rows_of(decide(table([again, record]), holding(tmp_path, key_of(phone, 0))))
    assert [row["verdict"] for row in rows] == ["replayed", "opened"]


def test_keys_are_kept_once_however_often_they_are_stored(phone: Phone, tmp_path: Path) -> None:
    keys = [key_of(phone, index) for index in range(3)]
    keyring = holding(tmp_path, *keys)
    keyring.store_messages("PACK-1", keys)
    keyring.store_messages("PACK-1", keys[:2])
    held = keyring.load_messages({phone.session})[phone.session]
    assert {index: len(found) for index, found in held.items()} == {0: 1, 1: 1, 2: 1}
    assert held[1][0].secret.reveal() == keys[1].secret.reveal()
    assert keyring.load({phone.session}) == {}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in keyring.files())
    assert keyring.load_messages({"another"}) == {}
    with pytest.raises(MalformedMegolmError, match="80 bytes"):
        keyring.store_messages("PACK-2", [replace(keys[0], secret=Secret(b"short"))])


def test_what_is_destroyed_takes_the_keys_of_its_messages_along_and_keeps_them_out(
    phone: Phone, tmp_path: Path
) -> None:
    keys = [key_of(phone, index) for index in range(4)]
    keyring = holding(tmp_path, *keys)
    stray = tmp_path / "messages" / ".half"
    stray.write_bytes(b"half a key")
    lost = Closed(gone=frozenset({0, 2}), kept=frozenset({1}))
    told = keyring.closing({phone.session: lost})
    assert (told.removed, told.replaced, told.exhibits) == (2, 0, frozenset({"PACK-1"}))
    keyring.close({phone.session: lost})
    assert not stray.exists()
    assert keyring.load_messages({phone.session})[phone.session].keys() == {1, 3}
    keyring.store_messages("PACK-2", keys)
    assert keyring.load_messages({phone.session})[phone.session].keys() == {1, 3}
    keyring.close({phone.session: Closed(gone=None)})
    keyring.store_messages("PACK-3", keys)
    assert keyring.load_messages({phone.session}) == {}
