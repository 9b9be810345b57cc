"""Files of room keys as Matrix clients export them under a passphrase.

Source: Matrix client-server API 1.16, "Key exports". Between two marker lines stands, in base64:

    version 0x01 (1 byte) | salt (16) | iv (16) | rounds (4, big-endian) | ciphertext | HMAC-SHA-256 of all before (32)

PBKDF2-HMAC-SHA-512(passphrase, salt, rounds) gives 64 bytes: the AES-256 key, then the HMAC key. The cipher is AES-CTR
whose counter is the last 64 bits of the iv (they wrap around without a carry, as in the browsers that set the format).
The plaintext is a JSON list of sessions.

A wrong passphrase and damage look the same here, because the format makes them so: both only fail the HMAC.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from underseal.core.crypto.megolm import ALGORITHM, InboundSession, MegolmError
from underseal.core.records import Secret
from underseal.errors import KeyFileError

HEADER = b"-----BEGIN MEGOLM SESSION DATA-----"
TRAILER = b"-----END MEGOLM SESSION DATA-----"

MAX_FILE_BYTES = 1 << 28
"""Largest export that is read, in bytes: 256 MiB, some 400,000 sessions."""

MAX_ROUNDS = 10_000_000
"""Most PBKDF2 rounds that a file may ask for: some 10 seconds, twenty times what Element writes."""

DEFAULT_ROUNDS = 500_000
"""PBKDF2 rounds that `write` takes unless told otherwise, as Element does."""

_SALT_BYTES = 16
_IV_BYTES = 16
_HMAC_BYTES = 32
_HEAD_BYTES = 1 + _SALT_BYTES + _IV_BYTES + 4
_LINE = 96
_BLOCK = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedSession:
    """One session of an export, checked: its key is well formed and belongs to its session id.

    Attributes:
        algorithm: "m.megolm.v1.aes-sha2".
        room_id: room that the exporting client used the session in; a claim of the export.
        session_id: unpadded base64 of the session's Ed25519 public key.
        sender_key: Curve25519 key of the sending device, unpadded base64; "" where the export has none.
        session_key: the exported session, base64.
        sender_claimed_keys: further keys that the sender claims, by algorithm ("ed25519").
        forwarding_curve25519_key_chain: Curve25519 keys of the devices that passed the session on.
        first_index: lowest message index that the key opens.
    """

    algorithm: str = ALGORITHM
    room_id: str
    session_id: str
    sender_key: str
    session_key: Secret
    sender_claimed_keys: Mapping[str, str] = field(default_factory=dict)
    forwarding_curve25519_key_chain: tuple[str, ...] = ()
    first_index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedSession:
    """An entry of an export that is no session.

    Attributes:
        code: "wrong_type", "missing_field", "unknown_algorithm" or "malformed_key".
        reason: a sentence for a person, without anything of the key.
    """

    code: str
    reason: str


def read(data: bytes, passphrase: Secret) -> list[ExportedSession | MalformedSession]:
    """Open an export and return its entries, in the order of the file.

    Raises:
        KeyFileError: no export, wrong passphrase or damage.
    """
    try:
        entries = json.loads(open_sealed(data, passphrase))
    except (ValueError, RecursionError):
        raise KeyFileError("the content of the key export is not JSON") from None
    if not isinstance(entries, list):
        raise KeyFileError("the content of the key export is not a list of sessions")
    return [_session(entry) for entry in entries]


def write(sessions: Iterable[ExportedSession], passphrase: Secret, rounds: int = DEFAULT_ROUNDS) -> bytes:
    """Return an export of `sessions`.

    Args:
        sessions: what to export.
        passphrase: what opens it again.
        rounds: PBKDF2 rounds, 1..MAX_ROUNDS.
    """
    entries = [
        {
            "algorithm": session.algorithm,
            "room_id": session.room_id,
            "sender_key": session.sender_key,
            "session_id": session.session_id,
            "session_key": session.session_key.reveal().decode(),
            "sender_claimed_keys": dict(session.sender_claimed_keys),
            "forwarding_curve25519_key_chain": list(session.forwarding_curve25519_key_chain),
        }
        for session in sessions
    ]
    return seal(json.dumps(entries).encode(), passphrase, rounds)


def is_export(head: bytes) -> bool:
    """Say whether a file that starts with `head` looks like an export."""
    return HEADER in head


def open_sealed(data: bytes, passphrase: Secret) -> bytes:
    """Return the plaintext of an export, after its HMAC was verified.

    Raises:
        KeyFileError: no export, wrong passphrase or damage.
    """
    body = _unarmour(data)
    if len(body) < _HEAD_BYTES + _HMAC_BYTES:
        raise KeyFileError("the key export is cut short")
    if body[0] != 1:
        raise KeyFileError(f"the key export has version {body[0]}; only version 1 is known")
    rounds = int.from_bytes(body[_HEAD_BYTES - 4 : _HEAD_BYTES], "big")
    if not 1 <= rounds <= MAX_ROUNDS:
        raise KeyFileError(f"the key export asks for {rounds:,} rounds; 1 to {MAX_ROUNDS:,} are allowed")
    key, hmac_key = _derive(passphrase, body[1 : 1 + _SALT_BYTES], rounds)
    if not hmac.compare_digest(hmac.digest(hmac_key, body[:-_HMAC_BYTES], "sha256"), body[-_HMAC_BYTES:]):
        raise KeyFileError(
            "the key export cannot be opened: the passphrase is wrong, or the file is damaged",
            hint="Type the passphrase again; it was chosen when the keys were exported.",
        )
    iv = body[1 + _SALT_BYTES : _HEAD_BYTES - 4]
    return _aes_ctr64(key, iv, body[_HEAD_BYTES:-_HMAC_BYTES])


def seal(plaintext: bytes, passphrase: Secret, rounds: int) -> bytes:
    """Return a file that `open_sealed` opens, with a random salt and iv.

    Raises:
        ValueError: `rounds` is not in 1..MAX_ROUNDS.
    """
    if not 1 <= rounds <= MAX_ROUNDS:
        raise ValueError(f"rounds must be 1..{MAX_ROUNDS}")
    salt, iv = secrets.token_bytes(_SALT_BYTES), bytearray(secrets.token_bytes(_IV_BYTES))
    iv[8] &= 0x7F  # "bit 63 of iv set to 0": libraries differ in the width of the counter, so it must not overflow
    key, hmac_key = _derive(passphrase, salt, rounds)
    body = b"\x01" + salt + iv + rounds.to_bytes(4, "big") + _aes_ctr64(key, bytes(iv), plaintext)
    text = base64.b64encode(body + hmac.digest(hmac_key, body, "sha256"))
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return b"\n".join([HEADER, *lines, TRAILER, b""])


def _derive(passphrase: Secret, salt: bytes, rounds: int) -> tuple[bytes, bytes]:
    """Return the AES-256 key and the HMAC key (32 bytes each): PBKDF2-HMAC-SHA-512."""
    keys = hashlib.pbkdf2_hmac("sha512", passphrase.reveal(), salt, rounds, 64)
    return keys[:32], keys[32:]


def _aes_ctr64(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Apply AES-256-CTR whose counter is the last 8 bytes of `iv` and wraps to zero without a carry."""
    until_wrap = (2**64 - int.from_bytes(iv[8:], "big")) * _BLOCK
    before = Cipher(AES256(key), CTR(iv)).encryptor().update(data[:until_wrap])
    if len(data) <= until_wrap:
        return before
    return before + Cipher(AES256(key), CTR(iv[:8] + bytes(8))).encryptor().update(data[until_wrap:])


def _unarmour(data: bytes) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise KeyFileError(f"a key export has at most {MAX_FILE_BYTES >> 20} MiB")
    _, header, rest = data.partition(HEADER)
    text, trailer, _ = rest.partition(TRAILER)
    if not header or not trailer:
        raise KeyFileError(
            "this is not a key export, or it is cut short: a marker line is missing",
            hint=f"A key export starts with {HEADER.decode()} and ends with {TRAILER.decode()}.",
        )
    try:
        bare = b"".join(text.split()).rstrip(b"=")
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        raise KeyFileError("the key export is damaged: it is not base64") from None


def _session(entry: object) -> ExportedSession | MalformedSession:
    if not isinstance(entry, dict):
        return MalformedSession(code="wrong_type", reason="the entry is not an object")
    algorithm = entry.get("algorithm", ALGORITHM)
    if algorithm != ALGORITHM:
        return MalformedSession(code="unknown_algorithm", reason=f"the session is not of {ALGORITHM}")
    room, session, exported = (_text(entry.get(name)) for name in ("room_id", "session_id", "session_key"))
    if not (room and session and exported):
        return MalformedSession(code="missing_field", reason="room_id, session_id or session_key is missing")
    try:
        first_index = InboundSession(Secret(exported.encode()), session_id=session).first_index
    except MegolmError as error:
        return MalformedSession(code="malformed_key", reason=error.message)
    claimed, chain = entry.get("sender_claimed_keys"), entry.get("forwarding_curve25519_key_chain")
    return ExportedSession(
        room_id=room,
        session_id=session,
        sender_key=_text(entry.get("sender_key")),
        session_key=Secret(exported.encode()),
        sender_claimed_keys=_texts(claimed) if isinstance(claimed, dict) else {},
        forwarding_curve25519_key_chain=tuple(filter(None, map(_text, chain))) if isinstance(chain, list) else (),
        first_index=first_index,
    )


def _texts(values: Mapping[object, object]) -> dict[str, str]:
    found = {_text(name): _text(value) for name, value in values.items()}
    return {name: value for name, value in found.items() if name and value}


def _text(value: object) -> str:
    """Return a text that can be written as UTF-8, or "" for anything else."""
    if not isinstance(value, str):
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    return value
