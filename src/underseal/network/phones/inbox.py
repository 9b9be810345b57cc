"""From a /sync answer to lines: events opened, or kept as locked until their key has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from underseal.core.records import Kind
from underseal.network.phones.contents import (
    CONVERSATION,
    ENCRYPTED,
    REDACTION,
    locked_message,
    read_message,
    read_settings,
)
from underseal.network.phones.conversation import Conversation
from underseal.network.phones.engine import Engine, LockedError
from underseal.network.phones.history import History
from underseal.network.phones.message import Message, Settings

Json = Mapping[str, Any]


@dataclass(slots=True)
class Arrived:
    """What came with one answer.

    Attributes:
        messages: new lines, and lines that have changed, in the order of the stream.
        settings: that are new, by room.
    """

    messages: dict[str, Message] = field(default_factory=dict)
    settings: dict[str, Settings] = field(default_factory=dict)


class Inbox:
    """Reads timelines.

    Args:
        engine: opens events. history: is looked up, not written.
    """

    def __init__(self, engine: Engine, history: History) -> None:
        self._engine = engine
        self._history = history
        self._waiting: dict[str, Json] = {}

    def read(self, conversation: Conversation, events: list[Json], arrived: Arrived) -> None:
        """Read the events of a timeline, oldest first."""
        for event in events:
            whole = {**event, "room_id": conversation.room_id}
            if event["type"] == ENCRYPTED:
                self._sealed(conversation, whole, arrived)
            elif event["type"] == REDACTION:
                self._redacted(whole, arrived)

    def retry(self, conversations: Mapping[str, Conversation], arrived: Arrived) -> None:
        """Try the events again whose key had not come."""
        for event in list(self._waiting.values()):
            if conversation := conversations.get(str(event["room_id"])):
                self._sealed(conversation, event, arrived)

    def _sealed(self, conversation: Conversation, event: Json, arrived: Arrived) -> None:
        event_id = str(event["event_id"])
        if not event["content"]:  # deleted, or its time was up, before it came
            self._line(locked_message(event, ""), arrived)
            return
        try:
            opened = self._engine.open(conversation.room_id, event)
        except LockedError as error:
            again = self._waiting.get(event_id) is not None
            self._waiting[event_id] = event
            if not again:
                self._line(locked_message(event, error.message), arrived)
            return
        self._waiting.pop(event_id, None)
        self._line(read_message(event, opened.event_type, opened.content, index=opened.index), arrived)
        if opened.event_type == CONVERSATION:
            settings = read_settings(opened.content, event_id)
            if conversation.set(settings):
                arrived.settings[conversation.room_id] = settings

    def _line(self, message: Message, arrived: Arrived) -> None:
        """Take a line, unless it is there in the same state; one's own gets the server's time."""
        held = arrived.messages.get(message.event_id) or self._history.find(message.event_id)
        if held is None or (held.kind is not Kind.REDACTION and held != message):
            arrived.messages[message.event_id] = message

    def _redacted(self, event: Json, arrived: Arrived) -> None:
        target = str(event["content"].get("redacts") or event.get("redacts") or "")
        held = arrived.messages.get(target) or self._history.find(target)
        if held is None or held.kind is Kind.REDACTION:
            return
        self._waiting.pop(target, None)
        arrived.messages[target] = Message(
            event_id=target,
            room_id=held.room_id,
            sender=held.sender,
            device_id=held.device_id,
            at=held.at,
            kind=Kind.REDACTION,
        )
