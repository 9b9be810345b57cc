"""Attachments of encrypted messages.

Source: Matrix client-server API 1.16, "Sending encrypted attachments": AES-256-CTR with the key and start block that the
message holds; the message also holds the SHA-256 of the encrypted bytes, which is all that protects them.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from underseal.core.crypto.digests import CHUNK, ContentWriter, FileDigest, HashingReader
from underseal.core.records import Secret
from underseal.errors import IntegrityError

_KEY_BYTES = 32
_IV_RANDOM_BYTES = 8
_IV_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAttachment:
    """An attachment as it is uploaded, and what the message must say of it.

    Attributes:
        data: the encrypted bytes.
        key: AES-256 key, 32 bytes.
        iv: start block of the counter, 16 bytes, the last 8 of them zero.
        sha256: SHA-256 of `data`, 32 bytes.
    """

    data: bytes
    key: Secret
    iv: bytes
    sha256: bytes


class SealedWith(Protocol):
    """What a message says of its encrypted attachment."""

    @property
    def key(self) -> Secret:
        """AES-256 key, 32 bytes."""

    @property
    def iv(self) -> bytes:
        """Start block of the counter, 16 bytes."""

    @property
    def sha256(self) -> bytes:
        """SHA-256 of the encrypted bytes, 32 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedAttachment:
    """An attachment that somebody else has decrypted already, as a disclosure encloses it.

    Attributes:
        name: path of the file inside its exhibit. opening: opens it. sha256: what the exhibit says that its bytes have.
    """

    name: str
    opening: Callable[[], BinaryIO]
    sha256: bytes


def encrypt(data: bytes) -> SealedAttachment:
    """Encrypt an attachment under a key of its own."""
    key, iv = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_IV_RANDOM_BYTES).ljust(_IV_BYTES, b"\0")
    sealed = Cipher(AES256(key), CTR(iv)).encryptor().update(data)
    return SealedAttachment(data=sealed, key=Secret(key), iv=iv, sha256=hashlib.sha256(sealed).digest())


def decrypt_bytes(sealed: SealedAttachment) -> bytes:
    """Decrypt an attachment that is in memory; the source of `sealed.data` need not be trusted.

    Raises:
        IntegrityError: the bytes differ from the digest.
    """
    if not hmac.compare_digest(hashlib.sha256(sealed.data).digest(), sealed.sha256):
        raise IntegrityError("the encrypted attachment differs from the digest in its message")
    return Cipher(AES256(sealed.key.reveal()), CTR(sealed.iv)).decryptor().update(sealed.data)


def decrypt(source: Path, folder: Path, *, key: Secret, iv: bytes, sha256: bytes) -> FileDigest:
    """Decrypt an attachment into a content-addressed folder, in constant memory.

    The decrypted bytes are kept only when the encrypted ones have the digest that the message gives.

    Args:
        source: the encrypted bytes.
        folder: content-addressed folder (see `digests.content_path`).
        key: AES-256 key, 32 bytes.
        iv: start block of the counter, 16 bytes.
        sha256: SHA-256 of the encrypted bytes, 32 bytes.

    Returns:
        Size and SHA-256 of the decrypted bytes, which are also their place in the folder.

    Raises:
        IntegrityError: the encrypted bytes differ from `sha256`; nothing is kept.
        OSError: the source cannot be read, or the folder not be written.
    """
    with source.open("rb", buffering=0) as file, ContentWriter(folder) as writer:
        reader = HashingReader(file)
        cipher = Cipher(AES256(key.reveal()), CTR(iv)).decryptor()
        for chunk in reader.chunks():
            writer.write(cipher.update(chunk))
        if not hmac.compare_digest(reader.digest.sha256, sha256):
            raise IntegrityError("the encrypted attachment differs from the digest in its message")
        return writer.commit()


def keep_opened(attachment: OpenedAttachment, folder: Path, sealed: SealedWith | None) -> FileDigest:
    """Copy an attachment that was decrypted elsewhere into a content-addressed folder, in constant memory.

    AES-CTR gives the same encrypted bytes again for the same key, start block and content: so it is proved that
    these are the bytes that the message speaks of, though nobody here has the encrypted ones.

    Args:
        attachment: the decrypted bytes.
        folder: content-addressed folder (see `digests.content_path`).
        sealed: what the message says of the encrypted bytes; None where it was never encrypted.

    Raises:
        IntegrityError: the bytes have not the digest of the exhibit, or encrypted not that of the message; nothing is kept.
        OSError: they cannot be read, or the folder not be written.
    """
    encrypted = hashlib.sha256()
    cipher = Cipher(AES256(sealed.key.reveal()), CTR(sealed.iv)).encryptor() if sealed else None
    with attachment.opening() as file, ContentWriter(folder) as writer:
        plain = hashlib.sha256()
        while chunk := file.read(CHUNK):
            plain.update(chunk)
            if cipher is not None:
                encrypted.update(cipher.update(chunk))
            writer.write(chunk)
        if not hmac.compare_digest(plain.digest(), attachment.sha256):
            raise IntegrityError("the attachment differs from the digest that its exhibit gives")
        if sealed and not hmac.compare_digest(encrypted.digest(), sealed.sha256):
            raise IntegrityError("the attachment is not the one whose encrypted bytes its message names")
        return writer.commit()
