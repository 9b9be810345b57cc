"""Small secrets at rest: under a passphrase, or in a box under a key.

A passphrase becomes a key by Argon2id (RFC 9106); both forms are sealed with ChaCha20-Poly1305 (RFC 8439). The parameters
stand beside the ciphertext, and its tag covers them, so that none can be changed unnoticed.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Final

from argon2 import Type
from argon2.exceptions import HashingError
from argon2.low_level import hash_secret_raw
from argon2.profiles import RFC_9106_LOW_MEMORY
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from underseal.core.records import Secret
from underseal.errors import IntegrityError

BOX_KEY_BYTES: Final = 32
"""Length of a box's key in bytes (RFC 8439, section 2.8)."""

MAX_TIME_COST: Final = 100
"""Most Argon2id passes that a file may ask for."""

MAX_MEMORY_COST: Final = 1 << 21
"""Most memory that a file may ask for, in KiB: 2 GiB, the first recommended option of RFC 9106, section 4."""

MAX_LANES: Final = 64
"""Most lanes that a file may ask for."""

_SALT_BYTES = 16
_NONCE_BYTES = 12


def seal(secret: Secret, passphrase: Secret, beside: Mapping[str, object]) -> dict[str, object]:
    """Seal a secret under a passphrase: Argon2id with 3 passes over 64 MiB in 4 lanes (RFC 9106, section 4, second option).

    Args:
        secret: what to seal.
        passphrase: what opens it again.
        beside: JSON values that stand beside it in the clear; the tag covers them.

    Returns:
        Parameters and ciphertext, all of it fit for JSON.
    """
    sealed: dict[str, object] = {
        "kdf": "argon2id",
        "time": RFC_9106_LOW_MEMORY.time_cost,
        "memory": RFC_9106_LOW_MEMORY.memory_cost,
        "lanes": RFC_9106_LOW_MEMORY.parallelism,
        "salt": secrets.token_hex(_SALT_BYTES),
        "cipher": "chacha20-poly1305",
        "nonce": secrets.token_hex(_NONCE_BYTES),
    }
    cipher = ChaCha20Poly1305(_passphrase_key(sealed, passphrase))
    nonce = bytes.fromhex(_text(sealed, "nonce"))
    return {**sealed, "ciphertext": cipher.encrypt(nonce, secret.reveal(), _associated(beside, sealed)).hex()}


def unseal(sealed: object, passphrase: Secret, beside: Mapping[str, object]) -> Secret:
    """Open what `seal` has sealed.

    Raises:
        IntegrityError: the passphrase is wrong, or something was changed: the cipher cannot tell which.
    """
    try:
        if not isinstance(sealed, dict):
            raise ValueError("nothing to unseal")  # noqa: TRY004, TRY301  # all damage is one error to the caller
        cipher = ChaCha20Poly1305(_passphrase_key(sealed, passphrase))
        nonce, ciphertext = bytes.fromhex(_text(sealed, "nonce")), bytes.fromhex(_text(sealed, "ciphertext"))
        return Secret(cipher.decrypt(nonce, ciphertext, _associated(beside, sealed)))
    except (ValueError, InvalidTag, HashingError):
        raise IntegrityError("it cannot be opened: the passphrase is wrong, or it is damaged") from None


class Box:
    """Seals many small things under one key, each with a random nonce (12 bytes) in front of it.

    Args:
        key: BOX_KEY_BYTES random bytes. Random nonces are safe for some 2^32 things (RFC 8439, section 4; NIST SP
            800-38D, section 8.3 for the same birthday bound).

    Raises:
        ValueError: the key has another length.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: Secret) -> None:
        self._cipher = ChaCha20Poly1305(key.reveal())

    def lock(self, plaintext: bytes, label: bytes) -> bytes:
        """Return nonce, ciphertext and tag; `label` names the place of the thing and must be given again."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plaintext, label)

    def open(self, locked: bytes, label: bytes) -> bytes:
        """Return the plaintext.

        Raises:
            IntegrityError: another key, another label, or damage.
        """
        try:
            return self._cipher.decrypt(locked[:_NONCE_BYTES], locked[_NONCE_BYTES:], label)
        except (InvalidTag, ValueError):
            raise IntegrityError("it was sealed under another key, or it is damaged") from None


def _passphrase_key(sealed: Mapping[str, object], passphrase: Secret) -> bytes:
    """Derive the ChaCha20-Poly1305 key (32 bytes): Argon2id version 0x13 with the parameters beside the ciphertext."""
    if sealed.get("kdf") != "argon2id" or sealed.get("cipher") != "chacha20-poly1305":
        raise ValueError("unknown kdf or cipher")
    return hash_secret_raw(
        secret=passphrase.reveal(),
        salt=bytes.fromhex(_text(sealed, "salt")),
        time_cost=_count(sealed, "time", MAX_TIME_COST),
        memory_cost=_count(sealed, "memory", MAX_MEMORY_COST),
        parallelism=_count(sealed, "lanes", MAX_LANES),
        hash_len=BOX_KEY_BYTES,
        type=Type.ID,
        version=0x13,
    )


def _associated(beside: Mapping[str, object], sealed: Mapping[str, object]) -> bytes:
    """Return what the tag covers beside the secret: all other fields, sorted, without white space."""
    inner = {name: sealed[name] for name in sealed if name != "ciphertext"}
    return json.dumps({**beside, "sealed": inner}, sort_keys=True, separators=(",", ":")).encode()


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")  # noqa: TRY004  # all damage is one error to the caller
    return value


def _count(fields: Mapping[str, object], name: str, most: int) -> int:
    value = fields.get(name)
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError(f"{name} is out of bounds")
    return value
