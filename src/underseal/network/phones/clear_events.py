"""A headless phone's history as Matrix events that anyone reads. The phone in a browser writes the same (`talk/handover.ts`)."""

import base64
from collections.abc import Iterator
from typing import Final

from underseal.core.records import Kind, Secret
from underseal.network.phones.contents import CONVERSATION, MESSAGE, REACTION
from underseal.network.phones.history import History
from underseal.network.phones.message import Message

_UNREAD: Final = frozenset({Kind.SEALED, Kind.REDACTION})
_TYPES: Final = {Kind.PICTURE: "m.image", Kind.VOICE: "m.audio", Kind.NOTICE: "m.notice"}


def clear_events(history: History) -> Iterator[dict[str, object]]:
    """Yield what the phone could read, as events of the client-server API.

    What stayed locked to it, or was deleted, is not among them: the first is in the capture.
    """
    for room_id in history.rooms():
        yield from (_event(message) for message in history.of(room_id) if message.kind not in _UNREAD)


def _event(message: Message) -> dict[str, object]:
    kind, content = _type_and_content(message)
    return {
        "event_id": message.event_id,
        "room_id": message.room_id,
        "sender": message.sender,
        "origin_server_ts": message.at,
        "type": kind,
        "content": content,
    }


def _type_and_content(message: Message) -> tuple[str, dict[str, object]]:
    if message.kind is Kind.REACTION:
        relation = {"rel_type": "m.annotation", "event_id": message.target, "key": message.text or ""}
        return REACTION, {"m.relates_to": relation}
    if message.kind is Kind.STATE:
        return CONVERSATION, {"name": message.text}
    return MESSAGE, _content(message)


def _content(message: Message) -> dict[str, object]:
    content: dict[str, object] = {"msgtype": _TYPES.get(message.kind, "m.text"), "body": message.text or ""}
    if message.target:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": message.target}}
    if message.kind is Kind.VOICE:
        content["org.matrix.msc3245.voice"] = {}
    if message.media and message.file:
        content["info"] = {"mimetype": message.media.mime, "size": message.media.size}
        content["file"] = {
            "v": "v2",
            "url": message.file.url,
            "key": {
                "kty": "oct",
                "alg": "A256CTR",
                "ext": True,
                "key_ops": ["encrypt", "decrypt"],
                "k": _k(message.file.key),
            },
            "iv": _base64(message.file.iv),
            "hashes": {"sha256": _base64(message.file.sha256)},
        }
    return content


def _k(key: Secret) -> str:
    return base64.urlsafe_b64encode(key.reveal()).decode().rstrip("=")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
