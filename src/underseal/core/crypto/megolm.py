"""Megolm, the cipher of group conversations: reading a message, checking who signed it, opening it.

Source: "Megolm group ratchet" (docs/megolm.md of libolm) and vodozemac, which does the work. A message is

    version (1 byte) | 0x08 index | 0x12 length ciphertext | MAC (8 bytes) | Ed25519 signature (64 bytes)

The signature covers all bytes before it, and the session id is the public key that it verifies under: so it is checked
even where no key is held. The exported form of a session is

    version 0x01 (1 byte) | index (4, big-endian) | ratchet (128) | Ed25519 public key (32)

vodozemac verifies an encoding of its own of the fields that it parsed, not the bytes that it was given: bytes slipped in
between pass unnoticed. Here the captured bytes are the evidence, so a message that is not exactly its own encoding is
malformed and never opened.
"""

import base64
import binascii
from functools import lru_cache
from importlib.metadata import version
from typing import ClassVar

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from vodozemac import (
    DecodeException,
    Ed25519PublicKey,
    Ed25519Signature,
    ExportedSessionKey,
    InboundGroupSession,
    KeyException,
    MegolmDecryptionException,
    MegolmMessage,
    SessionKeyDecodeException,
    SignatureException,
)

from underseal.core.records import Secret
from underseal.errors import EvidenceError

ALGORITHM = "m.megolm.v1.aes-sha2"
"""What Matrix calls Megolm (client-server API, "m.megolm.v1.aes-sha2")."""

TOOL = f"vodozemac {version('vodozemac')}"
"""Name and version of the library that decrypts."""

EXPORT_BYTES = 165
"""Length of an exported session in bytes."""

LAST_INDEX = (1 << 32) - 1
"""Largest index of a message in a session."""

PUBLIC_KEY_BYTES = 32
"""Length of a session's Ed25519 public key in bytes."""

SIGNATURE_BYTES = 64
"""Length of the signature at the end of a message in bytes."""

MESSAGE_KEY_BYTES = 80
"""Length of the key of one message in bytes: AES-256 key (32), HMAC-SHA-256 key (32), IV (16)."""

_RATCHET = slice(5, 5 + 128)
"""Where the ratchet lies in an exported session."""

_INVALID_MAC = "invalid MAC"
"""How vodozemac tells a wrong MAC from wrong padding; both come as one exception."""


class MegolmError(EvidenceError):
    """A Megolm message or session is not what it claims to be."""

    code: ClassVar[str] = "megolm"


class MalformedMegolmError(MegolmError):
    """The bytes are no Megolm message, no exported session or no session id."""

    code: ClassVar[str] = "malformed"


class WrongSessionError(MegolmError):
    """The exported session has another id than it is said to have."""

    code: ClassVar[str] = "wrong_session"


class BadSignatureError(MegolmError):
    """The message was not signed by the session's key."""

    code: ClassVar[str] = "bad_signature"


class BadMacError(MegolmError):
    """The signature is valid, but the key held does not authenticate the message."""

    code: ClassVar[str] = "bad_mac"


class KeyTooLateError(MegolmError):
    """The message lies before the first that the key opens; its signature is valid."""

    code: ClassVar[str] = "key_too_late"


_from_bytes = MegolmMessage.from_bytes


def parse(ciphertext: bytes) -> MegolmMessage:
    """Read a message.

    Raises:
        MalformedMegolmError: `ciphertext` is no Megolm message, or has bytes beside those of its encoding.
    """
    try:
        message = MegolmMessage.from_bytes(ciphertext)
    except DecodeException:
        raise MalformedMegolmError("it is no Megolm message") from None
    if message.to_bytes() != ciphertext:
        raise MalformedMegolmError("it is not in the encoding of Megolm")
    return message


def message_index(ciphertext: bytes) -> int:
    """Return the index of a message in its session, 0..2^32-1, as the message claims it.

    Raises:
        MalformedMegolmError: see `parse`.
    """
    return parse(ciphertext).message_index()


def signature_valid(session_id: str, ciphertext: bytes) -> bool:
    """Say whether the session with that id signed exactly these bytes.

    Args:
        session_id: unpadded base64 of the session's Ed25519 public key.
        ciphertext: a message; too few bytes count as not signed.

    Raises:
        MalformedMegolmError: `session_id` is not the base64 of a public key.
    """
    key = _public_key(session_id)
    if len(ciphertext) <= SIGNATURE_BYTES:
        return False
    signature = base64.b64encode(ciphertext[-SIGNATURE_BYTES:]).rstrip(b"=").decode()
    try:
        key.verify_signature(ciphertext[:-SIGNATURE_BYTES], Ed25519Signature.from_base64(signature))
    except SignatureException:
        return False
    return True


def check_signature(session_id: str, ciphertext: bytes) -> None:
    """Return when the session with that id signed exactly these bytes.

    Raises:
        BadSignatureError: it did not. MalformedMegolmError: `session_id` is not the base64 of a public key.
    """
    if not signature_valid(session_id, ciphertext):
        raise BadSignatureError("it was not signed by its session")


class InboundSession:
    """A session that can open messages. Opening in the order of the index is fastest: the ratchet only runs forward.

    Attributes:
        session_id: unpadded base64 of the session's Ed25519 public key.
        first_index: lowest message index that it opens.
    """

    __slots__ = ("_session", "first_index", "session_id")

    def __init__(self, exported: Secret, *, session_id: str = "") -> None:
        """Read an exported session.

        Args:
            exported: base64 of EXPORT_BYTES bytes, padded or not.
            session_id: the id that it must have; "" for any.

        Raises:
            MalformedMegolmError: it is no exported session. WrongSessionError: it has another id.
        """
        bare = base64.b64encode(export_bytes(exported)).decode()  # EXPORT_BYTES is divisible by 3: never padded
        try:
            self._session = InboundGroupSession.import_session(ExportedSessionKey(bare))
        except SessionKeyDecodeException:
            raise MalformedMegolmError("the session key is damaged") from None
        self.session_id = self._session.session_id
        self.first_index = self._session.first_known_index
        if session_id and session_id != self.session_id:
            raise WrongSessionError("the session key belongs to another session id")

    def decrypt(self, ciphertext: bytes) -> tuple[bytes, int]:
        """Verify and open a message.

        Returns:
            The plaintext bytes, and the message's index.

        Raises:
            MalformedMegolmError, BadSignatureError, KeyTooLateError, BadMacError: in this order of checks.
        """
        return self.open(ciphertext), message_index(ciphertext)

    def open(self, ciphertext: bytes) -> bytes:
        """Verify and open a message whose index is known already; see `decrypt`."""
        parse(ciphertext)
        return self.open_exact(ciphertext)

    def open_exact(self, ciphertext: bytes) -> bytes:
        """Verify and open a message of which `parse` or `megolm_columns` has found that it is its own encoding.

        Raises:
            MalformedMegolmError, BadSignatureError, KeyTooLateError, BadMacError: see `decrypt`.
        """
        try:
            return self._session.decrypt(_from_bytes(ciphertext)).plaintext
        except MegolmDecryptionException as error:
            raise self._reason(ciphertext, message_index(ciphertext), str(error)) from None

    def exported_at(self, index: int) -> Secret:
        """Return the session as it opens the messages from an index on: base64 of EXPORT_BYTES bytes.

        Raises:
            KeyTooLateError: the session begins behind that index.
        """
        found = self._session.export_at(index) if index >= self.first_index else None
        if found is None:
            raise KeyTooLateError(f"keys are held from index {self.first_index} on")
        return Secret(found.to_base64().encode())

    def message_key(self, index: int) -> Secret:
        """Return the key of one message, MESSAGE_KEY_BYTES bytes: no other message can be opened with it.

        Megolm specification, "Message encryption": HKDF-SHA-256 of the ratchet at the index, no salt, info "MEGOLM_KEYS".

        Raises:
            KeyTooLateError: the session begins behind that index.
        """
        ratchet = export_bytes(self.exported_at(index))[_RATCHET]
        return Secret(HKDF(SHA256(), MESSAGE_KEY_BYTES, salt=None, info=b"MEGOLM_KEYS").derive(ratchet))

    def _reason(self, ciphertext: bytes, index: int, words: str) -> MegolmError:
        if not signature_valid(self.session_id, ciphertext):
            return BadSignatureError("it was not signed by its session")
        if index < self.first_index:
            return KeyTooLateError(f"keys are held from index {self.first_index} on")
        if _INVALID_MAC in words:
            return BadMacError("no key held authenticates it")
        return MalformedMegolmError("it is authentic, but wrongly padded")


def export_bytes(exported: Secret) -> bytes:
    """Return the bytes of an exported session, EXPORT_BYTES of them: what a key id is the digest of.

    Raises:
        MalformedMegolmError: it is not the base64 of that many bytes.
    """
    try:
        data = base64.b64decode(exported.reveal().rstrip(b"="), validate=True)
    except binascii.Error:
        data = b""
    if len(data) != EXPORT_BYTES:
        raise MalformedMegolmError(f"a session key is the base64 of {EXPORT_BYTES} bytes")
    return data


def exported(data: bytes) -> Secret:
    """Return the base64 form of an exported session's bytes: the inverse of `export_bytes`."""
    return Secret(base64.b64encode(data))


@lru_cache(maxsize=1024)
def _public_key(session_id: str) -> Ed25519PublicKey:
    """Return the key that a session id is, checking its length first: vodozemac aborts on 33 bytes."""
    try:
        raw = base64.b64decode(session_id + "=", validate=True)
    except ValueError:
        raw = b""
    if len(raw) != PUBLIC_KEY_BYTES or base64.b64encode(raw).decode() != session_id + "=":
        raise MalformedMegolmError(f"a session id is the unpadded base64 of {PUBLIC_KEY_BYTES} bytes")
    try:
        return Ed25519PublicKey.from_base64(session_id)
    except KeyException:
        raise MalformedMegolmError("the session id is not an Ed25519 public key") from None
