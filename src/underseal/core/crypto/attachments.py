"""Attachments of encrypted messages.

Source: Matrix client-server API 1.16, "Sending encrypted attachments": AES-256-CTR with the key and start block that the
message holds; the message also holds the SHA-256 of the encrypted bytes, which is all that protects them.
"""

import hmac
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from underseal.core.crypto.digests import ContentWriter, FileDigest, HashingReader
from underseal.core.records import Secret
from underseal.errors import IntegrityError


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
