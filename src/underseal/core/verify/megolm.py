"""Opening one Megolm message with a session key or with its own key, for the standalone verifier: standard library and `cryptography` alone.

Source: "Megolm group ratchet" (docs/megolm.md of libolm). `core.crypto.megolm` does the same with vodozemac, and many
times faster; the tests hold the two against each other.

A message:          version 0x03 | 0x08 index | 0x12 length ciphertext | MAC (8 bytes) | Ed25519 signature (64 bytes)
An exported session: version 0x01 | index (4, big-endian) | ratchet (4 x 32) | Ed25519 public key (32)
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from underseal.errors import IntegrityError

EXPORT_BYTES = 165
"""Length of an exported session in bytes."""

MESSAGE_KEY_BYTES = 80
"""Length of the key of one message in bytes: AES-256 key (32), HMAC key (32), IV (16)."""

_MAC_BYTES = 8
_SIGNATURE_BYTES = 64
_PART_BYTES = 32
_PARTS = 4
_BLOCK_BYTES = 16
_LONGEST_VARINT = 5
"""Bytes of the largest index, 2^32-1, in groups of seven bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    index: int
    ciphertext: bytes
    mac: bytes
    authenticated: bytes


def check_signature(public: bytes, message: bytes) -> None:
    """Return when the session with that public key (32 bytes) signed exactly this message.

    Raises:
        IntegrityError: it did not, or the bytes are no Megolm message.
    """
    _parse(message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(message[-_SIGNATURE_BYTES:], message[:-_SIGNATURE_BYTES])
    except (InvalidSignature, ValueError):
        raise IntegrityError("The ciphertext is not signed by its session.") from None


def open_message(exported: bytes, message: bytes) -> bytes:
    """Verify and open a message; return its plaintext.

    Args:
        exported: a session in its exported form, EXPORT_BYTES bytes, of an index not behind the message's.
        message: signed by that session.

    Raises:
        IntegrityError: the key is none, of another session, too late or wrong; names which.
    """
    public, first = _read_export(exported)
    check_signature(public, message)
    parsed = _parse(message)
    if parsed.index < first:
        raise IntegrityError(
            f"The session key opens messages from index {first} on; this one has index {parsed.index}."
        )
    return _open(parsed, Ratchet(exported).message_key(parsed.index), "session key")


def open_with_message_key(public: bytes, key: bytes, message: bytes) -> bytes:
    """Verify and open a message with the key of this one message; return its plaintext.

    Args:
        public: public key of the session that must have signed it, 32 bytes. key: MESSAGE_KEY_BYTES bytes.

    Raises:
        IntegrityError: the message is not of that session, or the key is not its key; names which.
    """
    if len(key) != MESSAGE_KEY_BYTES:
        raise IntegrityError(f"The key of a message has {MESSAGE_KEY_BYTES} bytes.")
    check_signature(public, message)
    return _open(_parse(message), key, "message key")


class Ratchet:
    """A session that gives the keys of messages, fastest in the order of their index.

    Args:
        exported: a session in its exported form, EXPORT_BYTES bytes.

    Attributes:
        public: public key of the session, 32 bytes. first: lowest index that it opens.

    Raises:
        IntegrityError: it is no exported session.
    """

    def __init__(self, exported: bytes) -> None:
        self.public, self.first = _read_export(exported)
        self._start = self._now = self.first, exported[5:-_PART_BYTES]

    def message_key(self, index: int) -> bytes:
        """Return the key (MESSAGE_KEY_BYTES bytes) of the message at an index: HKDF-SHA-256, no salt, info "MEGOLM_KEYS".

        Raises:
            IntegrityError: the session begins behind that index.
        """
        if index < self.first:
            raise IntegrityError(f"The session key opens messages from index {self.first} on, not index {index}.")
        at, ratchet = self._start if index < self._now[0] else self._now
        self._now = index, advance(ratchet, at, index)
        return _message_keys(self._now[1])


def _read_export(exported: bytes) -> tuple[bytes, int]:
    """Return the public key and the first index of an exported session."""
    if len(exported) != EXPORT_BYTES or exported[0] != 1:
        raise IntegrityError(f"A session key is an exported session of {EXPORT_BYTES} bytes.")
    return exported[-_PART_BYTES:], int.from_bytes(exported[1:5])


def _open(parsed: _Message, keys: bytes, name: str) -> bytes:
    if not hmac.compare_digest(hmac.digest(keys[32:64], parsed.authenticated, "sha256")[:_MAC_BYTES], parsed.mac):
        raise IntegrityError(f"The {name} does not authenticate the ciphertext.")
    decryptor = Cipher(AES256(keys[:32]), CBC(keys[64:])).decryptor()
    unpadder = PKCS7(8 * _BLOCK_BYTES).unpadder()
    try:
        return unpadder.update(decryptor.update(parsed.ciphertext) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        raise IntegrityError("The ciphertext is authentic, but wrongly padded.") from None


def _parse(message: bytes) -> _Message:
    """Read a message that is exactly its own encoding."""
    body = message[: -_MAC_BYTES - _SIGNATURE_BYTES]
    if body[:2] != b"\x03\x08":
        raise _malformed()
    index, at = _varint(body, 2)
    if body[at : at + 1] != b"\x12":
        raise _malformed()
    length, at = _varint(body, at + 1)
    if length != len(body) - at or length % _BLOCK_BYTES or not length or index >= 1 << 32:
        raise _malformed()
    mac = message[len(body) : -_SIGNATURE_BYTES]
    return _Message(index=index, ciphertext=body[at:], mac=mac, authenticated=body)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Read a number in its shortest form; return it and the place behind it."""
    value = 0
    for count, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:  # noqa: PLR2004  # the last of its bytes lacks the highest bit
            if not byte and count:
                raise _malformed()
            return value, at + count + 1
    raise _malformed()


def advance(ratchet: bytes, index: int, target: int) -> bytes:
    """Run a ratchet (4 x 32 bytes) forward from one index to a later one, in at most some 1,000 hashes."""
    parts = [ratchet[start : start + _PART_BYTES] for start in range(0, len(ratchet), _PART_BYTES)]
    for part in range(_PARTS):
        shift = 8 * (_PARTS - 1 - part)
        steps = (target >> shift) - (index >> shift)
        if not steps:
            continue
        for _ in range(steps - 1):
            parts[part] = _hashed(parts[part], part)
        for lower in reversed(range(part, _PARTS)):
            parts[lower] = _hashed(parts[part], lower)
        index = target >> shift << shift
    return b"".join(parts)


def _hashed(part: bytes, number: int) -> bytes:
    return hmac.digest(part, bytes([number]), "sha256")


def _message_keys(ratchet: bytes) -> bytes:
    """Derive AES key (32), MAC key (32) and IV (16): HKDF-SHA-256 (RFC 5869), no salt, info "MEGOLM_KEYS"."""
    pseudorandom = hmac.digest(bytes(hashlib.sha256().digest_size), ratchet, "sha256")
    keys = block = b""
    for number in range(1, 4):
        block = hmac.digest(pseudorandom, block + b"MEGOLM_KEYS" + bytes([number]), "sha256")
        keys += block
    return keys[:MESSAGE_KEY_BYTES]


def _malformed() -> IntegrityError:
    return IntegrityError("The ciphertext is no Megolm message.")
