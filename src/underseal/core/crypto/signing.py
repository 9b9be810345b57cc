"""Ed25519 signatures (RFC 8032). The file in which a signing key is kept is described in `key_files`."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from underseal.core.crypto.key_files import read_key_file, write_key_file
from underseal.core.records import Secret
from underseal.errors import IntegrityError, KeyFileError

_ALGORITHM = "Ed25519"

KEY_BYTES = 32
"""Length of an Ed25519 public key and of its seed, in bytes (RFC 8032, section 5.1.5)."""

SIGNATURE_BYTES = 64
"""Length of an Ed25519 signature, in bytes (RFC 8032, section 5.1.6)."""


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """An Ed25519 public key.

    Attributes:
        raw: its 32 bytes.
    """

    raw: bytes

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Read 64 hexadecimal digits.

        Raises:
            IntegrityError: they are something else.
        """
        try:
            raw = bytes.fromhex(text)
        except ValueError:
            raw = b""
        if len(raw) != KEY_BYTES or len(text) != 2 * KEY_BYTES:
            raise IntegrityError("a public key has 64 hexadecimal digits")
        return cls(raw)

    @property
    def hex(self) -> str:
        """The key as 64 lowercase hexadecimal digits."""
        return self.raw.hex()

    @property
    def fingerprint(self) -> str:
        """The first 128 bits of the key's SHA-256 in eight groups, for people to compare aloud."""
        digits = hashlib.sha256(self.raw).hexdigest()[:32]
        return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return when `signature` (64 bytes) is this key's over `message`.

        Raises:
            IntegrityError: it is not.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise IntegrityError(f"the signature is not valid under key {self.hex[:16]}") from None


class SigningKey:
    """An Ed25519 private key. It shows itself to nobody: no `repr` of its secret, no pickling."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: Secret) -> None:
        """Make the key of a seed.

        Args:
            seed: 32 random bytes (RFC 8032, section 5.1.5).

        Raises:
            ValueError: the seed has another length.
        """
        self._key = Ed25519PrivateKey.from_private_bytes(seed.reveal())
        self.public = VerifyKey(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's randomness."""
        return cls(Secret(secrets.token_bytes(KEY_BYTES)))

    @classmethod
    def load(cls, path: Path, passphrase: Secret | None = None) -> Self:
        """Read a key file.

        Args:
            path: the key file; nobody but its owner may have access to it.
            passphrase: what it is sealed with; not looked at where it is not sealed.

        Raises:
            KeyFileError: missing, damaged, open to others, or the passphrase is missing or wrong.
        """
        seed, public = read_key_file(path, passphrase, algorithm=_ALGORITHM)
        key = cls(seed)
        if key.public.hex != public:
            raise KeyFileError(f"{path} is damaged: its two halves are not one key")
        return key

    def save(self, path: Path, passphrase: Secret | None = None) -> None:
        """Write a key file of mode 0600, sealed when there is a passphrase.

        Raises:
            ConflictError: there is such a file already. OSError: the folder cannot be written.
        """
        seed = Secret(self._key.private_bytes_raw())
        write_key_file(path, seed, passphrase, algorithm=_ALGORITHM, public=self.public.hex)

    def sign(self, message: bytes) -> bytes:
        """Return the signature (64 bytes) of `message`."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.public.hex[:16]})"

    def __reduce__(self) -> str:
        raise TypeError("a SigningKey is not to be pickled")
