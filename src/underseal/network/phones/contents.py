"""Contents of events: what a phone seals, and what it reads once it has opened one.

Sources: Matrix client-server API 1.16, "Instant messaging", "Relationships between events", "Sending encrypted attachments";
MSC1767 and MSC3245 for voice messages, MSC2228 for self-destruction; `org.underseal.…` is the network's own.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final

from underseal.core.crypto.attachments import SealedAttachment
from underseal.core.matrix import MAX_INTEGER, Content, MalformedContentError, read_content
from underseal.core.records import Kind
from underseal.network.phones.enclosures import Picture, Voice
from underseal.network.phones.message import Message, Settings

CONVERSATION: Final = "org.underseal.conversation"
"""Type of the encrypted event that names a conversation and sets its timer."""

DELIVERED: Final = "org.underseal.delivered"
"""Type of the encrypted to-device message that says which events have arrived."""

TIMER: Final = "org.underseal.timer"
"""Field inside the ciphertext: seconds after which a message goes once it was shown."""

SELF_DESTRUCT: Final = "org.matrix.self_destruct_after"
"""Field beside the ciphertext: when the server removes it, in milliseconds since 1970."""

ENCRYPTED: Final = "m.room.encrypted"
MESSAGE: Final = "m.room.message"
REACTION: Final = "m.reaction"
REDACTION: Final = "m.room.redaction"

Json = dict[str, Any]


def text(words: str, *, reply_to: str = "") -> Json:
    """Return the content of a text, in answer to an event or not."""
    relation = {"m.relates_to": {"m.in_reply_to": {"event_id": reply_to}}} if reply_to else {}
    return {"msgtype": "m.text", "body": words, **relation}


def reaction(sign: str, event_id: str) -> Json:
    """Return the content of a reaction to an event."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": sign}}


def picture(caption: str, drawn: Picture, file: Json) -> Json:
    """Return the content of a picture; `file` is its EncryptedFile."""
    info = {"mimetype": drawn.mimetype, "size": len(drawn.data), "w": drawn.width, "h": drawn.height}
    return {"msgtype": "m.image", "body": caption, "filename": drawn.filename, "info": info, "file": file}


def voice(spoken: Voice, file: Json) -> Json:
    """Return the content of a voice message; `file` is its EncryptedFile."""
    return {
        "msgtype": "m.audio",
        "body": spoken.filename,
        "info": {"mimetype": "audio/ogg", "size": len(spoken.data), "duration": spoken.duration_ms},
        "org.matrix.msc1767.audio": {"duration": spoken.duration_ms, "waveform": list(spoken.waveform)},
        "org.matrix.msc3245.voice": {},
        "file": file,
    }


def settings(name: str | None, timer: int, at: int) -> Json:
    """Return the content that names a conversation and sets its timer, as of `at` (milliseconds since 1970)."""
    return {"name": name, "timer": timer, "at": at}


def encrypted_file(sealed: SealedAttachment, address: str) -> Json:
    """Return the EncryptedFile (version v2) of an uploaded attachment."""
    key = {
        "kty": "oct",
        "alg": "A256CTR",
        "ext": True,
        "key_ops": ["encrypt", "decrypt"],
        "k": base64.urlsafe_b64encode(sealed.key.reveal()).rstrip(b"=").decode(),
    }
    return {
        "v": "v2",
        "url": address,
        "key": key,
        "iv": base64.b64encode(sealed.iv).rstrip(b"=").decode(),
        "hashes": {"sha256": base64.b64encode(sealed.sha256).rstrip(b"=").decode()},
    }


def read_message(event: Mapping[str, Any], event_type: str, content: Mapping[str, Any], *, index: int) -> Message:
    """Read an opened event.

    Args:
        event: as the server gave it, with "room_id".
        event_type, content: of the plaintext.
        index: of the message in its session.

    Returns:
        The message; of kind `other` where the content lacks what its type requires.
    """
    outer = event["content"]
    try:
        found = read_content(event_type, content)
    except MalformedContentError as error:
        found = Content(kind=Kind.OTHER, detail=error.message)
    return Message(
        event_id=str(event["event_id"]),
        room_id=str(event["room_id"]),
        sender=str(event["sender"]),
        device_id=str(outer.get("device_id", "")),
        at=_count(event.get("origin_server_ts")),
        kind=Kind.STATE if event_type == CONVERSATION else found.kind,
        text=_name(content) if event_type == CONVERSATION else found.text,
        target=found.target,
        media=found.media,
        file=found.encrypted_file,
        timer=_count(content.get(TIMER)),
        due=_count(outer.get(SELF_DESTRUCT)),
        session_id=str(outer.get("session_id", "")),
        index=index,
    )


def locked_message(event: Mapping[str, Any], reason: str) -> Message:
    """Return the line of an event that cannot be opened, or no more."""
    outer = event["content"]
    return Message(
        event_id=str(event["event_id"]),
        room_id=str(event["room_id"]),
        sender=str(event["sender"]),
        device_id=str(outer.get("device_id", "")),
        at=_count(event.get("origin_server_ts")),
        kind=Kind.SEALED if outer else Kind.REDACTION,
        due=_count(outer.get(SELF_DESTRUCT)),
        session_id=str(outer.get("session_id", "")),
        locked=reason if outer else "",
    )


def read_settings(content: Mapping[str, Any], event_id: str) -> Settings:
    """Read the content of an `org.underseal.conversation` event; what has a wrong type counts as absent."""
    return Settings(
        name=_name(content), timer=_count(content.get("timer")), at=_count(content.get("at")), event_id=event_id
    )


def _name(content: Mapping[str, Any]) -> str | None:
    name = content.get("name")
    return name if isinstance(name, str) else None


def _count(value: object) -> int:
    return value if type(value) is int and 0 <= value <= MAX_INTEGER else 0
