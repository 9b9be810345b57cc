"""Two devices speak through Olm, and a room key that was sent opens what its session seals."""

import base64

import pytest

from underseal.core.crypto import attachments
from underseal.core.crypto.megolm import InboundSession, KeyTooLateError
from underseal.core.crypto.olm import (
    PRE_KEY,
    OlmAccount,
    OlmError,
    OlmMessage,
    OutboundSession,
    check_signature,
    exported_of,
)
from underseal.core.records import Secret
from underseal.errors import IntegrityError


def test_a_session_is_started_with_a_one_time_key_and_answered() -> None:
    lotte, bram = OlmAccount(), OlmAccount()
    (one_time_key,) = bram.new_one_time_keys(1).values()
    bram.mark_published()
    there = lotte.start(bram.curve25519, one_time_key)
    first = there.encrypt(b"the crane is free")
    back, plaintext = bram.accept(lotte.curve25519, first)
    assert (first.kind, plaintext) == (PRE_KEY, b"the crane is free")
    assert back.opens(there.encrypt(b"second"))
    answer = back.encrypt(b"at six, then")
    assert there.decrypt(answer) == b"at six, then"
    assert there.encrypt(b"good").kind != PRE_KEY


def test_a_message_for_an_unknown_one_time_key_starts_nothing() -> None:
    lotte, bram, esther = OlmAccount(), OlmAccount(), OlmAccount()
    (one_time_key,) = bram.new_one_time_keys(1).values()
    first = lotte.start(bram.curve25519, one_time_key).encrypt(b"for Bram")
    with pytest.raises(OlmError):
        esther.accept(lotte.curve25519, first)


def test_a_session_refuses_what_is_not_its_own() -> None:
    lotte, bram = OlmAccount(), OlmAccount()
    keys = list(bram.new_one_time_keys(2).values())
    one, other = (lotte.start(bram.curve25519, key) for key in keys)
    received, _ = bram.accept(lotte.curve25519, one.encrypt(b"one"))
    assert not received.opens(other.encrypt(b"other"))
    with pytest.raises(OlmError):
        received.decrypt(other.encrypt(b"other"))
    with pytest.raises(OlmError):
        received.opens(OlmMessage(kind=1, body="AAAA"))


@pytest.mark.parametrize("body", ["", "AAAA", "not base64!"])
@pytest.mark.parametrize("kind", [0, 1])
def test_damaged_messages_are_refused(kind: int, body: str) -> None:
    lotte, bram = OlmAccount(), OlmAccount()
    (key,) = bram.new_one_time_keys(1).values()
    session = lotte.start(bram.curve25519, key)
    with pytest.raises(OlmError):
        session.decrypt(OlmMessage(kind=kind, body=body))


@pytest.mark.parametrize("key", ["", "AAAA", "?" * 43, "A" * 44])
def test_what_is_no_key_starts_no_session(key: str) -> None:
    with pytest.raises(OlmError):
        OlmAccount().start(key, key)


def test_a_signature_fits_one_message_and_one_key() -> None:
    lotte = OlmAccount()
    signature = lotte.sign(b"keys")
    check_signature(lotte.ed25519, b"keys", signature)
    for key, message, made in (
        (OlmAccount().ed25519, b"keys", signature),
        (lotte.ed25519, b"other keys", signature),
        (lotte.ed25519, b"keys", signature[:-4]),
        ("A" * 44, b"keys", signature),
    ):
        with pytest.raises(OlmError):
            check_signature(key, message, made)


def test_a_sent_room_key_opens_what_follows_and_nothing_before() -> None:
    session = OutboundSession()
    before = session.encrypt(b"before")
    session_id, exported = exported_of(session.key)
    after = session.encrypt(b"after")
    opened = InboundSession(exported, session_id=session_id)
    assert (session.session_id, opened.first_index, session.index) == (session_id, 1, 2)
    assert opened.decrypt(_bytes(after)) == (b"after", 1)
    with pytest.raises(KeyTooLateError):
        opened.decrypt(_bytes(before))


def test_a_damaged_room_key_is_refused() -> None:
    key = OutboundSession().key.reveal()
    for damaged in (b"", b"\xff\xff", key[:-8], key[:-8] + b"AAAAAAAA"):
        with pytest.raises(OlmError):
            exported_of(Secret(damaged))


def test_an_attachment_opens_with_its_key_and_only_whole() -> None:
    sealed = attachments.encrypt(b"a picture" * 1000)
    assert attachments.decrypt_bytes(sealed) == b"a picture" * 1000
    cut = attachments.SealedAttachment(data=sealed.data[:-1], key=sealed.key, iv=sealed.iv, sha256=sealed.sha256)
    with pytest.raises(IntegrityError):
        attachments.decrypt_bytes(cut)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
