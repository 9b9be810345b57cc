"""The nouns of a phone: a message, what came of sending one, and who did not get its key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from underseal.core.matrix import EncryptedFile
from underseal.core.records import Kind, Media


class Address(NamedTuple):
    """A device of an account."""

    user_id: str
    device_id: str


class Missing(StrEnum):
    """Why a device, or an account, did not get a room key."""

    NO_DEVICE = "no_device"
    """The account has no device with keys; the device id is empty then."""
    NO_ONE_TIME_KEY = "no_one_time_key"
    """The server holds no one-time key of the device, or one that its device did not sign."""
    NOT_SENT = "not_sent"
    """The server refused to take the message with the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A device that a room key did not reach, though its owner is a member.

    Attributes:
        address: the device. reason: why.
    """

    address: Address
    reason: Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An encrypted event content, and the place of the message in its session.

    Attributes:
        content: of the m.room.encrypted event.
        session_id: unpadded base64 of the session's public key. index: of the message in it.
        given: all devices that hold the session's key from `index` or earlier on; the own one is not among them.
        withheld: devices of members that do not.
    """

    content: dict[str, object]
    session_id: str
    index: int
    given: frozenset[Address]
    withheld: tuple[Withheld, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What came of sending something.

    Attributes:
        event_id: that the server gave it.
        room_id: where.
        at: milliseconds since 1970 by the phone's clock, when the server had taken it.
        due: milliseconds since 1970 when it goes at the latest; 0 for never.
        session_id, index, given, withheld: see `Sealed`; empty, 0 and empty for what is not encrypted (a redaction).
        content: what was sealed; for a redaction what was sent.
    """

    event_id: str
    room_id: str
    at: int
    content: dict[str, object]
    due: int = 0
    session_id: str = ""
    index: int = 0
    given: frozenset[Address] = frozenset()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that came in a conversation, opened or still locked.

    Attributes:
        event_id, room_id: which event, and where.
        sender: Matrix user id.
        device_id: of the sender, as the event claims it; "" where it does not.
        at: milliseconds since 1970 by the server's clock (by the phone's for one's own until the server's is known).
        kind: what it is; `sealed` while it cannot be opened, `redaction` where its content was deleted.
        text: what a person reads; None where there is nothing.
        target: event id that it answers or reacts to; "" else.
        media, file: the attachment and what opens it; None where there is none.
        timer: seconds after which it goes once it was shown; 0 for never.
        due: milliseconds since 1970 when it goes at the latest; 0 for never.
        session_id, index: its place in a Megolm session; index -1 while it is locked.
        locked: why it is locked; "" when it is not.
    """

    event_id: str
    room_id: str
    sender: str
    device_id: str
    at: int
    kind: Kind
    text: str | None = None
    target: str = ""
    media: Media | None = None
    file: EncryptedFile | None = None
    timer: int = 0
    due: int = 0
    session_id: str = ""
    index: int = -1
    locked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an `org.underseal.conversation` event says of a conversation; the newest by (at, event id) holds.

    Attributes:
        name: None for a direct conversation. timer: seconds, 0 for none.
        at: milliseconds since 1970 by the clock of the phone that set it. event_id: of the event; "" for none yet.
    """

    name: str | None = None
    timer: int = 0
    at: int = -1
    event_id: str = ""
