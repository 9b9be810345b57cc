import base64
import contextlib
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from vodozemac import GroupSession, InboundGroupSession

from underseal.core.crypto import key_export
from underseal.core.crypto.key_export import ExportedSession
from underseal.core.crypto.megolm import (
    BadMacError,
    BadSignatureError,
    InboundSession,
    KeyTooLateError,
    MalformedMegolmError,
    MegolmError,
    WrongSessionError,
    message_index,
    signature_valid,
)
from underseal.core.records import Secret

VECTOR = json.loads((Path(__file__).parent / "vectors" / "megolm_message.json").read_bytes())


def exported(session: InboundGroupSession, index: int = 0) -> Secret:
    key = session.export_at(index)
    assert key
    return Secret(key.to_base64().encode())


def unpadded(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode()


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


@dataclass
class Forger:
    """A sender who holds the private key and so can sign what no honest client would: from libolm's megolm.md."""

    signer: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    ratchet: bytes = field(default_factory=lambda: secrets.token_bytes(128))

    @property
    def session_id(self) -> str:
        return unpadded(self.signer.public_key().public_bytes_raw())

    @property
    def key(self) -> Secret:
        data = b"\x01" + bytes(4) + self.ratchet + self.signer.public_key().public_bytes_raw()
        return Secret(base64.b64encode(data))

    def message(self, plaintext: bytes, *, extra: bytes = b"", pad: bool = True, honest_mac: bool = True) -> bytes:
        keys = HKDF(hashes.SHA256(), 80, bytes(32), b"MEGOLM_KEYS").derive(self.ratchet)
        padder = padding.PKCS7(128).padder()
        padded = padder.update(plaintext) + padder.finalize() if pad else plaintext
        cipher = Cipher(AES256(keys[:32]), CBC(keys[64:])).encryptor()
        ciphertext = cipher.update(padded) + cipher.finalize()
        body = b"\x03\x08\x00\x12" + bytes([len(ciphertext)]) + ciphertext + extra
        mac = hmac.HMAC(keys[32:64], hashes.SHA256())
        mac.update(body)
        signed = body + (mac.finalize()[:8] if honest_mac else bytes(8))
        return signed + self.signer.sign(signed)


def test_a_message_of_a_real_client() -> None:
    ciphertext = base64.b64decode(VECTOR["ciphertext"] + "==")
    (session,) = key_export.read(VECTOR["export"].encode(), Secret(VECTOR["passphrase"].encode()))
    assert isinstance(session, ExportedSession)
    assert signature_valid(VECTOR["session_id"], ciphertext)
    plaintext, index = InboundSession(session.session_key, session_id=VECTOR["session_id"]).decrypt(ciphertext)
    assert json.loads(plaintext)["content"]["body"] == VECTOR["body"]
    assert index == message_index(ciphertext) == 0


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20), st.randoms())
def test_messages_open_in_any_order_and_more_than_once(plaintexts: list[bytes], random: object) -> None:
    sender = GroupSession()
    session = InboundSession(exported(InboundGroupSession(sender.session_key)))
    sent = [(number, text, sender.encrypt(text).to_bytes()) for number, text in enumerate(plaintexts)]
    random.shuffle(sent)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    for number, text, ciphertext in [*sent, *sent]:
        assert session.decrypt(ciphertext) == (text, number)
        assert message_index(ciphertext) == number
        assert signature_valid(sender.session_id, ciphertext)


@given(st.data())
def test_no_flipped_bit_opens(data: st.DataObject) -> None:
    sender = GroupSession()
    session = InboundSession(exported(InboundGroupSession(sender.session_key)))
    sender.encrypt(b"first")
    ciphertext = sender.encrypt(b"the second message").to_bytes()
    damaged = flipped(ciphertext, data.draw(st.integers(0, len(ciphertext) - 1)), data.draw(st.integers(0, 7)))
    with pytest.raises((BadSignatureError, MalformedMegolmError)):
        session.decrypt(damaged)
    assert not signature_valid(sender.session_id, damaged)


@given(st.binary(max_size=400))
def test_noise_is_malformed_or_unsigned_and_never_a_crash(noise: bytes) -> None:
    session = InboundSession(Forger().key)
    for data in (noise, b"\x03" + noise, b"\x04" + noise, b"\x03\x08\x00\x12" + noise):
        assert not signature_valid(session.session_id, data)
        with pytest.raises((BadSignatureError, MalformedMegolmError)):
            session.decrypt(data)


@given(st.one_of(st.text(max_size=60), st.binary(max_size=45).map(unpadded), st.binary(max_size=200).map(unpadded)))
def test_noise_is_no_session_id_and_never_a_crash(noise: str) -> None:
    with contextlib.suppress(MalformedMegolmError):
        assert not signature_valid(noise, bytes(100))


def test_a_padded_session_id_is_another_name_and_refused() -> None:
    session_id = Forger().session_id
    for odd in (session_id + "=", session_id + "==", " " + session_id, session_id + "A", session_id[:-1]):
        with pytest.raises(MalformedMegolmError):
            signature_valid(odd, bytes(100))


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(base64.b64encode)))
def test_noise_is_no_session_and_never_a_crash(noise: bytes) -> None:
    with pytest.raises(MalformedMegolmError):
        InboundSession(Secret(noise))


def test_a_padded_session_key_is_read_and_a_cut_one_refused() -> None:
    key = exported(InboundGroupSession(GroupSession().session_key)).reveal()
    assert InboundSession(Secret(key + b"==")).first_index == 0
    with pytest.raises(MalformedMegolmError):
        InboundSession(Secret(key[:-4]))


def test_a_key_for_a_public_key_that_is_no_point_is_refused() -> None:
    data = b"\x01" + bytes(132) + b"\x02" + bytes(31)
    with pytest.raises(MalformedMegolmError):
        InboundSession(Secret(base64.b64encode(data)))


def test_an_early_message_needs_an_earlier_key() -> None:
    sender = GroupSession()
    receiver = InboundGroupSession(sender.session_key)
    sent = [sender.encrypt(b"text").to_bytes() for _ in range(4)]
    late = InboundSession(exported(receiver, 2))
    assert late.first_index == 2
    assert [late.decrypt(message)[1] for message in sent[2:]] == [2, 3]
    for message in sent[:2]:
        with pytest.raises(KeyTooLateError):
            late.decrypt(message)
        with pytest.raises(BadSignatureError):
            late.decrypt(flipped(message, -1))


def test_a_key_with_a_changed_ratchet_does_not_authenticate() -> None:
    sender = GroupSession()
    key = base64.b64decode(exported(InboundGroupSession(sender.session_key)).reveal())
    changed = InboundSession(Secret(base64.b64encode(flipped(key, 10))), session_id=sender.session_id)
    message = sender.encrypt(b"text").to_bytes()
    with pytest.raises(BadMacError):
        changed.decrypt(message)
    with pytest.raises(BadSignatureError):
        changed.decrypt(flipped(message, -70))


def test_a_message_of_another_session_is_not_signed() -> None:
    session = InboundSession(Forger().key)
    other = GroupSession()
    message = other.encrypt(b"text").to_bytes()
    assert not signature_valid(session.session_id, message)
    with pytest.raises(BadSignatureError):
        session.decrypt(message)


def test_a_key_under_a_false_session_id_is_refused() -> None:
    with pytest.raises(WrongSessionError):
        InboundSession(Forger().key, session_id=Forger().session_id)


def test_an_honest_forgery_opens() -> None:
    forger = Forger()
    assert InboundSession(forger.key, session_id=forger.session_id).decrypt(forger.message(b"text")) == (b"text", 0)


def test_a_signed_message_with_a_wrong_mac_is_bad_mac() -> None:
    forger = Forger()
    message = forger.message(b"text", honest_mac=False)
    assert signature_valid(forger.session_id, message)
    with pytest.raises(BadMacError):
        InboundSession(forger.key).decrypt(message)


@pytest.mark.parametrize("plaintext", [b"", bytes(16), b"\xff" * 32])
def test_an_authentic_message_with_wrong_padding_is_malformed(plaintext: bytes) -> None:
    forger = Forger()
    with pytest.raises(MalformedMegolmError, match="padded"):
        InboundSession(forger.key).decrypt(forger.message(plaintext, pad=False))


def test_a_signed_message_in_another_encoding_is_malformed() -> None:
    forger = Forger()
    message = forger.message(b"text", extra=b"\x18\x01")
    assert signature_valid(forger.session_id, message)
    with pytest.raises(MalformedMegolmError, match="encoding"):
        InboundSession(forger.key).decrypt(message)


def test_bytes_slipped_in_beside_the_signed_ones_are_noticed() -> None:
    forger = Forger()
    honest = forger.message(b"text")
    slipped = honest[:-72] + b"\x18\x01" + honest[-72:]
    assert not signature_valid(forger.session_id, slipped)
    with pytest.raises(MalformedMegolmError, match="encoding"):
        InboundSession(forger.key).decrypt(slipped)


def test_errors_show_no_key() -> None:
    forger = Forger()
    for data in (b"", forger.message(b"t", honest_mac=False), flipped(forger.message(b"t"), -1)):
        with pytest.raises(MegolmError) as caught:
            InboundSession(forger.key).decrypt(data)
        assert forger.key.reveal().decode()[8:20] not in str(caught.value)
        assert caught.value.code in {"malformed", "bad_mac", "bad_signature"}
