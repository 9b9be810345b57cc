"""What a phone needs of its cryptography, so that two engines can do it: matrix-nio's, and a thin one for thousands.

An engine holds the device's keys and those of the others, and speaks to the server about keys alone. Who is in a
conversation, what is said and what is kept are left to the phone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from underseal.core.crypto.key_export import ExportedSession
from underseal.errors import EvidenceError
from underseal.network.phones.message import Address, Sealed, Withheld

Json = Mapping[str, Any]


class LockedError(EvidenceError):
    """An event cannot be opened; the message says why in a word or two."""

    code: ClassVar[str] = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An opened event.

    Attributes:
        event_type, content: of the plaintext. index: of the message in its session.
    """

    event_type: str
    content: dict[str, Any]
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """An opened message from device to device that is not about keys.

    Attributes:
        sender: Matrix user id, as the Olm payload and the server both say.
        event_type, content: of the plaintext.
    """

    sender: str
    event_type: str
    content: dict[str, Any]


class Engine(Protocol):
    """A device's keys. Nothing of it may be called while another call of it runs, but for `open` and `room_keys`."""

    @property
    def address(self) -> Address:
        """The own device."""

    async def start(self) -> None:
        """Publish the device's keys, if that has not been done."""

    async def take(self, answer: Json) -> list[Whisper]:
        """Take what a /sync answer says of keys and devices; returns what other devices whispered."""

    def open(self, room_id: str, event: Json) -> Opened:
        """Open an m.room.encrypted event of a room.

        Raises:
            LockedError: it cannot be opened, or not yet.
        """

    async def seal(self, room_id: str, members: Collection[str], event_type: str, content: dict[str, Any]) -> Sealed:
        """Encrypt an event for a room, after the key was given to every device of its members that can be reached.

        Args:
            room_id: of the room. members: user ids of those who have joined it.
            event_type, content: of the plaintext; a relation is put beside the ciphertext as well.
        """

    async def whisper(self, event_type: str, said: Mapping[str, dict[str, Any]]) -> tuple[Withheld, ...]:
        """Send each of some accounts a content of its own, by Olm to all of its devices; returns those not reached."""

    def room_keys(self) -> Iterable[ExportedSession]:
        """Yield every room key held, each from the first index that it opens."""

    async def close(self) -> None:
        """Let go of files and connections."""
