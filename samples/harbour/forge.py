"""Spoils sealed events the way that no honest client does: content in, spoilt content out.

A Megolm message is a version byte, the index and the ciphertext in protocol buffer fields 1 and 2, an HMAC of
8 bytes and an Ed25519 signature of 64 bytes over all that precedes it (Megolm specification, "Message format").
"""

import json
from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

MAC_BYTES = 8
SIGNATURE_BYTES = 64
_PICKLE_MAC_BYTES = 8
_PICKLE_LABEL = b"Pickle"


def flipped_ciphertext(content: dict[str, Any]) -> dict[str, Any]:
    """One bit of the ciphertext is turned over: neither signature nor MAC fits any more."""
    message = bytearray(_decoded(content["ciphertext"]))
    message[-SIGNATURE_BYTES - MAC_BYTES - 1] ^= 1
    return {**content, "ciphertext": _encoded(bytes(message))}


def wrong_mac(content: dict[str, Any], pickle: str, pickle_key: bytes) -> dict[str, Any]:
    """The MAC is spoilt and the whole signed anew with the session's own key, taken from its pickle.

    Only the sender can do this. The signature fits, the MAC does not.
    """
    body = bytearray(_decoded(content["ciphertext"])[:-SIGNATURE_BYTES])
    body[-1] ^= 1
    signature = _signing_key(pickle, pickle_key).sign(bytes(body))
    return {**content, "ciphertext": _encoded(bytes(body) + signature)}


def no_session_id(content: dict[str, Any]) -> dict[str, Any]:
    """The session is not named."""
    return {name: value for name, value in content.items() if name != "session_id"}


def not_base64(content: dict[str, Any]) -> dict[str, Any]:
    """The ciphertext has characters outside the base64 alphabet."""
    return {**content, "ciphertext": "*" + content["ciphertext"][1:]}


def _signing_key(pickle: str, pickle_key: bytes) -> Ed25519PrivateKey:
    """The private signing key in a vodozemac group session pickle.

    Pickles are AES-256-CBC with a truncated HMAC-SHA-256; their keys come from HKDF-SHA-256, label "Pickle".

    Raises:
        ValueError: it is no pickle under this key.
    """
    sealed = _decoded(pickle)
    derived = HKDF(hashes.SHA256(), 80, salt=None, info=_PICKLE_LABEL).derive(pickle_key)
    check = hmac.HMAC(derived[32:64], hashes.SHA256())
    check.update(sealed[:-_PICKLE_MAC_BYTES])
    if check.finalize()[:_PICKLE_MAC_BYTES] != sealed[-_PICKLE_MAC_BYTES:]:
        raise ValueError("This is no session pickle under this key.")
    opener = Cipher(algorithms.AES(derived[:32]), modes.CBC(derived[64:80])).decryptor()
    padding = PKCS7(128).unpadder()
    padded = opener.update(sealed[:-_PICKLE_MAC_BYTES]) + opener.finalize()
    session = json.loads(padding.update(padded) + padding.finalize())
    return Ed25519PrivateKey.from_private_bytes(bytes(session["signing_key"]["Normal"]))


def _decoded(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4))


def _encoded(data: bytes) -> str:
    return b64encode(data).decode().rstrip("=")
