"""Who is in which conversation, from the state that a homeserver sends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from underseal.network.phones.message import Settings

Json = Mapping[str, Any]


@dataclass(slots=True)
class Conversation:
    """A room that this phone is in.

    Attributes:
        room_id: of the room.
        joined, invited: Matrix user ids.
        encrypted: whether the room says that it is; a phone sends nothing where it does not.
        settings: name and timer, as the newest encrypted event about them says.
    """

    room_id: str
    joined: set[str] = field(default_factory=set)
    invited: set[str] = field(default_factory=set)
    encrypted: bool = False
    settings: Settings = field(default_factory=Settings)

    def take_state(self, events: Iterable[Json]) -> None:
        """Take state events in their order; others are passed over."""
        for event in events:
            if "state_key" not in event:
                continue
            if event["type"] == "m.room.encryption":
                self.encrypted = True
            elif event["type"] == "m.room.member":
                self._member(str(event["state_key"]), str(event["content"].get("membership")))

    def set(self, settings: Settings) -> bool:
        """Take settings if they are newer; says whether they are."""
        newer = (settings.at, settings.event_id) > (self.settings.at, self.settings.event_id)
        if newer:
            self.settings = settings
        return newer

    def _member(self, user: str, membership: str) -> None:
        self.joined.discard(user)
        self.invited.discard(user)
        if membership == "join":
            self.joined.add(user)
        elif membership == "invite":
            self.invited.add(user)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation that waits for an answer.

    Attributes:
        room_id: where to. sender: Matrix user id of who invites. direct: whether it is meant for two.
    """

    room_id: str
    sender: str
    direct: bool


def read_invitation(room_id: str, room: Json, own: str) -> Invitation:
    """Read an entry of `rooms.invite` of a /sync answer, for the account `own`."""
    for event in room.get("invite_state", {}).get("events", []):
        if event.get("type") == "m.room.member" and event.get("state_key") == own:
            direct = event.get("content", {}).get("is_direct") is True
            return Invitation(room_id=room_id, sender=str(event.get("sender")), direct=direct)
    return Invitation(room_id=room_id, sender="", direct=False)
