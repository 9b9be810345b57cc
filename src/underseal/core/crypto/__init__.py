"""Digests, signatures, passwords, Olm and Megolm, key files and attachments: the only importer of the cipher libraries."""

from underseal.core.crypto import attachments, key_export, megolm, olm, sealed
from underseal.core.crypto.digests import (
    ContentWriter,
    FileDigest,
    HashingReader,
    content_path,
    sha256_file,
    store_file,
)
from underseal.core.crypto.letterbox import Letterbox, LetterboxKey
from underseal.core.crypto.passwords import MIN_PASSWORD, hash_new_password, hash_password, is_password, verify_password
from underseal.core.crypto.signing import SigningKey, VerifyKey

__all__ = [
    "MIN_PASSWORD",
    "ContentWriter",
    "FileDigest",
    "HashingReader",
    "Letterbox",
    "LetterboxKey",
    "SigningKey",
    "VerifyKey",
    "attachments",
    "content_path",
    "hash_new_password",
    "hash_password",
    "is_password",
    "key_export",
    "megolm",
    "olm",
    "sealed",
    "sha256_file",
    "store_file",
    "verify_password",
]
