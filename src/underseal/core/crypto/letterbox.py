"""A letterbox: whoever has its public half can put something in, and only its key takes it out.

HPKE in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, the work of `cryptography`. Each thing
is sealed under a key of its own, which nobody keeps, so that not even who put it in can take it out again. It does not say
who put it in.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from underseal.core.crypto.key_files import read_key_file, write_key_file
from underseal.core.records import Secret
from underseal.errors import IntegrityError, KeyFileError

KEY_BYTES: Final = 32
"""Length of the public half in bytes (RFC 7748, section 5)."""

_ALGORITHM: Final = "X25519"
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class Letterbox:
    """The public half of a letterbox.

    Attributes:
        raw: an X25519 public key, KEY_BYTES bytes.
    """

    raw: bytes

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Read 64 lowercase hexadecimal digits.

        Raises:
            IntegrityError: they are something else.
        """
        try:
            raw = bytes.fromhex(text)
        except ValueError:
            raw = b""
        if len(raw) != KEY_BYTES or raw.hex() != text:
            raise IntegrityError("the key of a letterbox has 64 hexadecimal digits")
        return cls(raw)

    @property
    def hex(self) -> str:
        """The key as 64 lowercase hexadecimal digits."""
        return self.raw.hex()

    def put(self, plaintext: bytes, label: bytes) -> bytes:
        """Seal something; the result is 48 bytes longer than it.

        Args:
            plaintext: what. label: names its place (`info` of RFC 9180), and must be given again to take it out.

        Raises:
            IntegrityError: the public half is no point that a key can belong to.
        """
        try:
            return _SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(self.raw), label)
        except ValueError:
            raise IntegrityError("the key of the letterbox is not a key") from None


class LetterboxKey:
    """What opens a letterbox. It shows itself to nobody: no `repr` of its secret, no pickling."""

    __slots__ = ("_key", "letterbox")

    def __init__(self, seed: Secret) -> None:
        """Make the key of 32 random bytes.

        Raises:
            ValueError: there are more or fewer.
        """
        self._key = X25519PrivateKey.from_private_bytes(seed.reveal())
        self.letterbox = Letterbox(self._key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's randomness."""
        return cls(Secret(X25519PrivateKey.generate().private_bytes_raw()))

    @classmethod
    def load(cls, path: Path, passphrase: Secret | None = None) -> Self:
        """Read a key file.

        Raises:
            KeyFileError: missing, damaged, open to others, no key of a letterbox, or the passphrase is missing or wrong.
        """
        seed, public = read_key_file(path, passphrase, algorithm=_ALGORITHM)
        key = cls(seed)
        if key.letterbox.hex != public:
            raise KeyFileError(f"{path} is damaged: its two halves are not one key")
        return key

    def save(self, path: Path, passphrase: Secret | None = None) -> None:
        """Write a key file of mode 0600, sealed when there is a passphrase.

        Raises:
            ConflictError: there is such a file already. OSError: the folder cannot be written.
        """
        seed = Secret(self._key.private_bytes_raw())
        write_key_file(path, seed, passphrase, algorithm=_ALGORITHM, public=self.letterbox.hex)

    def take_out(self, sealed: bytes, label: bytes) -> bytes:
        """Return what was put in under that label.

        Raises:
            IntegrityError: it was put into another letterbox, or under another label, or it is damaged.
        """
        try:
            return _SUITE.decrypt(sealed, self._key, label)
        except (InvalidTag, ValueError):
            raise IntegrityError("it was sealed for another key or another place, or it is damaged") from None

    def __repr__(self) -> str:
        return f"LetterboxKey({self.letterbox.hex[:16]})"

    def __reduce__(self) -> str:
        raise TypeError("a LetterboxKey is not to be pickled")
