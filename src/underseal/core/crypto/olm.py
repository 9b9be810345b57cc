"""Olm, the cipher between two devices, and the sending half of Megolm: what a phone needs to speak.

Source: "Olm: A Cryptographic Ratchet" (docs/olm.md of libolm), Matrix client-server API 1.16, "End-to-End Encryption";
vodozemac does the work. Reading Megolm messages is left to `megolm`, the protocol's JSON to the phones.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from vodozemac import (
    Account,
    AnyOlmMessage,
    Curve25519PublicKey,
    DecodeException,
    Ed25519PublicKey,
    Ed25519Signature,
    GroupSession,
    InboundGroupSession,
    KeyException,
    OlmDecryptionException,
    PreKeyMessage,
    Session,
    SessionCreationException,
    SessionKey,
    SessionKeyDecodeException,
    SignatureException,
)

from underseal.core.records import Secret
from underseal.errors import EvidenceError

ALGORITHM: Final = "m.olm.v1.curve25519-aes-sha2"
"""What Matrix calls Olm (client-server API, "m.olm.v1.curve25519-aes-sha2")."""

PRE_KEY: Final = 0
"""Type of a message that opens a session (client-server API, the same clause)."""

_KEY_BYTES = 32
_SIGNATURE_BYTES = 64


class OlmError(EvidenceError):
    """An Olm message, key or signature is not what it claims to be."""

    code: ClassVar[str] = "olm"


@dataclass(frozen=True, slots=True, kw_only=True)
class OlmMessage:
    """A message from one device to another.

    Attributes:
        kind: PRE_KEY, or 1 in a session that both have used.
        body: unpadded base64.
    """

    kind: int
    body: str


class OlmSession:
    """A session between two devices."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def encrypt(self, plaintext: bytes) -> OlmMessage:
        """Seal a message for the other device."""
        kind, body = self._session.encrypt(plaintext).to_parts()
        return OlmMessage(kind=kind, body=_unpadded(body))

    def decrypt(self, message: OlmMessage) -> bytes:
        """Open a message of the other device.

        Raises:
            OlmError: it is none of this session.
        """
        try:
            return self._session.decrypt(_message(message))
        except OlmDecryptionException:
            raise OlmError("the message does not belong to this session, or is damaged") from None

    def opens(self, message: OlmMessage) -> bool:
        """Say whether a PRE_KEY message belongs to this session.

        Raises:
            OlmError: it is no such message.
        """
        return self._session.session_matches(_pre_key(message))


class OlmAccount:
    """A device's identity: its Curve25519 and Ed25519 keys, and its one-time keys.

    Attributes:
        curve25519, ed25519: the public halves, unpadded base64.
    """

    __slots__ = ("_account", "curve25519", "ed25519")

    def __init__(self) -> None:
        self._account = Account()
        self.curve25519 = self._account.curve25519_key.to_base64()
        self.ed25519 = self._account.ed25519_key.to_base64()

    @property
    def most_one_time_keys(self) -> int:
        """How many one-time keys are kept at once."""
        return self._account.max_number_of_one_time_keys

    def sign(self, message: bytes) -> str:
        """Return the Ed25519 signature of `message`, unpadded base64."""
        return self._account.sign(message).to_base64()

    def new_one_time_keys(self, count: int) -> Mapping[str, str]:
        """Make one-time keys; returns all that are not marked as published, by key id."""
        self._account.generate_one_time_keys(count)
        return {name: key.to_base64() for name, key in self._account.one_time_keys.items()}

    def mark_published(self) -> None:
        """Say that the server has taken the one-time keys."""
        self._account.mark_keys_as_published()

    def start(self, curve25519: str, one_time_key: str) -> OlmSession:
        """Start a session with a device.

        Raises:
            OlmError: a key is none.
        """
        try:
            return OlmSession(self._account.create_outbound_session(_curve(curve25519), _curve(one_time_key)))
        except SessionCreationException:
            raise OlmError("no session can be started with these keys") from None

    def accept(self, curve25519: str, message: OlmMessage) -> tuple[OlmSession, bytes]:
        """Take the first message of a session that another device has started; returns the session and the plaintext.

        Raises:
            OlmError: it is none, or was made for a one-time key that is not held.
        """
        try:
            session, plaintext = self._account.create_inbound_session(_curve(curve25519), _pre_key(message))
        except (SessionCreationException, OlmDecryptionException):
            raise OlmError("no session can be made of this message") from None
        return OlmSession(session), plaintext


class OutboundSession:
    """A Megolm session of a device's own, with which it seals what it says in a room."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session = GroupSession()

    @property
    def session_id(self) -> str:
        """Unpadded base64 of the session's Ed25519 public key."""
        return self._session.session_id

    @property
    def index(self) -> int:
        """The index that the next message will have."""
        return self._session.message_index

    @property
    def key(self) -> Secret:
        """The signed session key from the present index on, as it is sent to others."""
        return Secret(self._session.session_key.to_base64().encode())

    def encrypt(self, plaintext: bytes) -> str:
        """Seal a message; returns unpadded base64."""
        return self._session.encrypt(plaintext).to_base64()


def exported_of(session_key: Secret) -> tuple[str, Secret]:
    """Return session id and exported form of a session key that another device has sent; checks its signature.

    Raises:
        OlmError: it is no session key.
    """
    try:
        session = InboundGroupSession(SessionKey(session_key.reveal().decode("ascii", "replace")))
    except (SessionKeyDecodeException, ValueError):
        raise OlmError("the room key is damaged") from None
    exported = session.export_at(session.first_known_index)
    if exported is None:  # it always can at its first index
        raise OlmError("the room key cannot be exported")
    return session.session_id, Secret(exported.to_base64().encode())


def check_signature(ed25519: str, message: bytes, signature: str) -> None:
    """Return when a device's key (unpadded base64) signed exactly these bytes.

    Raises:
        OlmError: it did not, or key or signature is none.
    """
    if len(_decoded(ed25519)) != _KEY_BYTES or len(_decoded(signature)) != _SIGNATURE_BYTES:
        raise OlmError("a key has 32 bytes and a signature 64")  # vodozemac aborts on some other lengths
    try:
        Ed25519PublicKey.from_base64(ed25519).verify_signature(message, Ed25519Signature.from_base64(signature))
    except (KeyException, SignatureException):
        raise OlmError("it was not signed by that key") from None


def _curve(key: str) -> Curve25519PublicKey:
    if len(_decoded(key)) != _KEY_BYTES:
        raise OlmError("a Curve25519 key has 32 bytes")
    try:
        return Curve25519PublicKey.from_base64(key)
    except KeyException:
        raise OlmError("that is no Curve25519 key") from None


def _message(message: OlmMessage) -> AnyOlmMessage:
    if message.kind == PRE_KEY:
        return _pre_key(message).to_any()
    try:
        return AnyOlmMessage.normal(_decoded(message.body))
    except DecodeException:
        raise OlmError("that is no Olm message") from None


def _pre_key(message: OlmMessage) -> PreKeyMessage:
    if message.kind != PRE_KEY:
        raise OlmError("the message does not open a session")
    try:
        return PreKeyMessage.from_base64(message.body)
    except DecodeException:
        raise OlmError("that is no Olm message") from None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise OlmError("that is not base64") from None


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode()
