"""Attachments of encrypted messages.

Source: Matrix client-server API 1.16, "Sending encrypted attachments": AES-256-CTR with the key and start block that the
message holds; the message also holds the SHA-256 of the encrypted bytes, which is all that protects them.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from underseal.core.crypto.digests import ContentWriter, FileDigest, HashingReader
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
