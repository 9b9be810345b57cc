"""The contents of Matrix events, as Element writes them (Client-Server API, "Instant messaging", and MSC3245)."""

from typing import Any

from underseal.network.phones.enclosures import Picture, Voice

Content = dict[str, Any]


def text(body: str) -> Content:
    """A text."""
    return {"msgtype": "m.text", "body": body}


def reply(body: str, event_id: str) -> Content:
    """A text in answer to an event."""
    return {**text(body), "m.relates_to": {"m.in_reply_to": {"event_id": event_id}}}


def edit(body: str, event_id: str) -> Content:
    """A new wording for an event."""
    relation = {"rel_type": "m.replace", "event_id": event_id}
    return {**text(f"* {body}"), "m.new_content": text(body), "m.relates_to": relation}


def reaction(emoji: str, event_id: str) -> Content:
    """A reaction to an event. It is never encrypted."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": emoji}}


def redaction(reason: str, event_id: str) -> Content:
    """The taking back of an event, as from room version 11 on."""
    return {"redacts": event_id, "reason": reason}


def picture(caption: str, drawn: Picture, where: Content) -> Content:
    """A picture with a caption; `where` is its `file` (encrypted) or its `url` (clear)."""
    info = {"mimetype": drawn.mimetype, "size": len(drawn.data), "w": drawn.width, "h": drawn.height}
    return {"msgtype": "m.image", "body": caption, "filename": drawn.filename, "info": info, **where}


def voice(spoken: Voice, where: Content) -> Content:
    """A voice message; `where` is its `file` (encrypted) or its `url` (clear)."""
    return {
        "msgtype": "m.audio",
        "body": spoken.filename,
        "info": {"mimetype": "audio/ogg", "size": len(spoken.data), "duration": spoken.duration_ms},
        "org.matrix.msc1767.audio": {"duration": spoken.duration_ms, "waveform": list(spoken.waveform)},
        "org.matrix.msc3245.voice": {},
        **where,
    }
