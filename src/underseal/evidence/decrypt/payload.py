"""What the decrypted bytes say.

A Megolm payload is JSON: the type and content of an event, and the room that it was encrypted for (Matrix client-server
API, "m.megolm.v1.aes-sha2"). The room must be the one in which it was captured: otherwise a server moved it there.
A payload that is no such JSON is still opened evidence; it is kept in `raw`, with the reason why nothing is read in it.
"""

import json
from typing import TypeAlias

import orjson

from underseal.core.matrix import Content, MalformedContentError, read_content
from underseal.core.records import Kind, Relation, Verdict
from underseal.evidence.decrypt.sealed import Outcomes, Sealed

OTHER_ROOM = "the decrypted room differs"
NO_ROOM = "the decrypted message names no room"
NOT_AN_OBJECT = "the decrypted bytes are not a JSON object"
NO_EVENT = "the decrypted message has no type or no content"


_Related: TypeAlias = tuple[Relation | None, str]
"""Relation and target that stand outside a ciphertext."""

_UNRELATED: _Related = (None, "")


class Contents:
    """What was read in opened rows.

    Attributes:
        text: of rows that are plain text messages, which most are.
        further: of all other rows in which something was read.
    """

    __slots__ = ("further", "text")

    def __init__(self) -> None:
        self.text: dict[int, str] = {}
        self.further: dict[int, Content] = {}


def read_payloads(sealed: Sealed, outcomes: Outcomes) -> Contents:
    """Read what the opened rows say.

    A row whose payload was encrypted for another room, or for none, becomes `malformed`, and nothing is read in it.

    Args:
        sealed: the rows.
        outcomes: what decryption made of them; changed.
    """
    rooms, room = sealed.coded("conversation")
    room_of = [*rooms, None]  # the last is that of UNKNOWN, -1
    related = sealed.relations()
    contents = Contents()
    loads, raw, texts = orjson.loads, outcomes.raw, contents.text
    for row, code in zip(opened := outcomes.opened(), room[opened].tolist(), strict=True):
        try:
            event = loads(raw[row] or b"")
        except orjson.JSONDecodeError:
            event = None
        text = plain_text(event, room_of[code]) if row not in related else None
        if text is not None:
            texts[row] = text
        elif content := _read(parse(raw[row] or b""), room_of[code], outcomes, row, related.get(row, _UNRELATED)):
            contents.further[row] = content
    return contents


def parse(raw: bytes) -> dict[str, object] | None:
    """Return a payload as an object; None when it is none.

    A client may have sent a lone surrogate inside a JSON escape: the standard library reads it, orjson does not.
    """
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def plain_text(event: object, room: str | None) -> str | None:
    """Return the text of a plain text message of a room; None for anything else.

    A short cut past `read_content`, which says the same of it.

    Args:
        event: what orjson made of a payload, so that its strings have no lone surrogates.
        room: the room in which it was captured.
    """
    if type(event) is not dict or event.get("type") != "m.room.message" or event.get("room_id") != room:
        return None
    content = event.get("content")
    if type(content) is not dict or content.get("msgtype") != "m.text" or "m.relates_to" in content:
        return None
    text = content.get("body")
    return text if type(text) is str else None


def _read(
    event: dict[str, object] | None,
    room: str | None,
    outcomes: Outcomes,
    row: int,
    related: _Related,
) -> Content | None:
    """Read any event; None for one of another room. The relation that stood outside the ciphertext wins."""
    relation, target = related
    if event is None:
        outcomes.reason[row] = NOT_AN_OBJECT
    elif room is not None and event.get("room_id") != room:
        outcomes.set(row, Verdict.MALFORMED, OTHER_ROOM if event.get("room_id") else NO_ROOM)
        return None
    else:
        event_type, content = event.get("type"), event.get("content")
        try:
            if isinstance(event_type, str) and isinstance(content, dict):
                return read_content(event_type, content, relation=relation, target=target)
            outcomes.reason[row] = NO_EVENT
        except MalformedContentError as error:
            outcomes.reason[row] = error.message
    return Content(kind=Kind.OTHER, relation=relation, target=target)
