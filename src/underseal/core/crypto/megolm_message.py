"""Opening one Megolm message with the key of that message alone.

Megolm derives the keys of each message from the ratchet at its index (Megolm specification, "Message encryption"):
HKDF-SHA-256, no salt, info "MEGOLM_KEYS", MESSAGE_KEY_BYTES bytes: AES-256 key (32), HMAC-SHA-256 key (32), IV (16). Who holds only
them can open that message and no other. vodozemac has no way in for such a key, so the cipher is that of `cryptography`;
form and signature are checked by `megolm` as for any message. The tests hold both ways against each other.
"""

from importlib.metadata import version
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from underseal.core.crypto.megolm import (
    MESSAGE_KEY_BYTES,
    SIGNATURE_BYTES,
    BadMacError,
    MalformedMegolmError,
    WrongSessionError,
    check_signature,
    parse,
)
from underseal.core.records import Secret

TOOL: Final = f"cryptography {version('cryptography')}"
"""Name and version of the library that decrypts with the key of a message."""

MAC_BYTES: Final = 8
"""Length of the authentication code of a message in bytes: the first of an HMAC-SHA-256."""

_AES, _MAC, _IV = slice(0, 32), slice(32, 64), slice(64, 80)
_BLOCK_BITS = 128


class MessageKey:
    """The key of one message of a session.

    Attributes:
        session_id: unpadded base64 of the session's Ed25519 public key. index: of the message in the session.

    Args:
        key: MESSAGE_KEY_BYTES bytes. session_id, index: see above.

    Raises:
        MalformedMegolmError: the key has another length.
    """

    __slots__ = ("_key", "index", "session_id")

    def __init__(self, key: Secret, *, session_id: str, index: int) -> None:
        if len(key.reveal()) != MESSAGE_KEY_BYTES:
            raise MalformedMegolmError(f"the key of a message has {MESSAGE_KEY_BYTES} bytes")
        self._key = key
        self.session_id = session_id
        self.index = index

    def open(self, ciphertext: bytes) -> bytes:
        """Verify and open the message.

        Raises:
            MalformedMegolmError: it is no Megolm message, or is authentic and wrongly padded.
            BadSignatureError: the session did not sign it. WrongSessionError: it has another index than that of the key.
            BadMacError: the key does not authenticate it.
        """
        message = parse(ciphertext)
        check_signature(self.session_id, ciphertext)
        if message.message_index() != self.index:
            raise WrongSessionError(
                f"the key is that of message {self.index}, this is message {message.message_index()}"
            )
        key, authenticated = self._key.reveal(), ciphertext[: -MAC_BYTES - SIGNATURE_BYTES]
        mac = HMAC(key[_MAC], SHA256())
        mac.update(authenticated)
        if not bytes_eq(mac.finalize()[:MAC_BYTES], ciphertext[len(authenticated) : -SIGNATURE_BYTES]):
            raise BadMacError("no key held authenticates it")
        decryptor = Cipher(AES256(key[_AES]), CBC(key[_IV])).decryptor()
        unpadder = PKCS7(_BLOCK_BITS).unpadder()
        try:
            padded = decryptor.update(_ciphertext(authenticated)) + decryptor.finalize()
            return unpadder.update(padded) + unpadder.finalize()
        except ValueError:
            raise MalformedMegolmError("it is authentic, but wrongly padded") from None


def _ciphertext(authenticated: bytes) -> bytes:
    """Return the ciphertext of a message that is its own encoding: what follows version, index and length."""
    at = 2
    for _ in range(2):  # the varint of the index and the tag behind it; the varint of the length
        while authenticated[at] & 0x80:
            at += 1
        at += 2
    return authenticated[at - 1 :]
