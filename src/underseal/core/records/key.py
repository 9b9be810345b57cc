"""Room keys, and the type that keeps secrets out of sight."""

from dataclasses import dataclass


class Secret:
    """Bytes that never show themselves: blank `repr`, no ordering, no hash, no pickling."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the secret bytes; the one way to them, so that each use can be found."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__
    __hash__ = None  # type: ignore[assignment]  # a hash would be a short digest of the secret

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not to be pickled")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomKey:
    """One Megolm session as a key export holds it (Matrix client-server API, "Key export format").

    Attributes:
        room: room id that the export names.
        session: Megolm session id, unpadded base64 of the session's Ed25519 public key (32 bytes).
        sender_key: Curve25519 identity key of the sending device, unpadded base64; "" where unknown.
        exported: the exported session (version byte, index, ratchet, public key), base64 as found.
        first_index: lowest message index that the key opens.
        exhibit: number of the exhibit that the key came from.
        place: where in the exhibit.
    """

    room: str
    session: str
    sender_key: str
    exported: Secret
    first_index: int
    exhibit: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKey:
    """The key of one Megolm message, as a disclosure hands it over (docs/formats/disclosure-pack.md).

    Attributes:
        session: Megolm session id, unpadded base64 of the session's Ed25519 public key (32 bytes).
        index: of the message in the session; the key opens no other.
        secret: AES-256 key (32 bytes), HMAC-SHA-256 key (32), IV (16).
        exhibit: number of the exhibit that the key came from.
        place: where in the exhibit.
    """

    session: str
    index: int
    secret: Secret
    exhibit: str
    place: str
