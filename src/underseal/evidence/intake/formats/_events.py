"""One Matrix event, in the form of servers or of clients, as a record; and who was in which room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from underseal.core.matrix import (
    Content,
    MalformedContentError,
    clean_identifier,
    decode_base64,
    read_content,
)
from underseal.core.records import Kind, Place, Record
from underseal.evidence.intake.formats._unit import BadUnitError

EARLIEST = -62_135_596_800_000
"""0001-01-01T00:00:00Z in milliseconds since 1970: times before it cannot be written as a date."""

LATEST = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z in milliseconds since 1970: times after it cannot be written as a date."""

UNNAMED_ALGORITHM = "unknown"
"""Algorithm of an encrypted event that names none: "" would mean clear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the exhibit says of an event beside the event itself.

    Attributes:
        place: where it lies.
        source_sha256: SHA-256 of its bytes, 32 bytes.
        event, room: its id and its room's, where they stand outside.
        recipients: who was to receive it.
        device: device that the server saw sending it.
        remarks: what the server thought of it ("rejected", ...).
        captured: gives the path inside the exhibit of an attachment's bytes, "" where they were not captured.
    """

    place: Place
    source_sha256: bytes
    event: str = ""
    room: str = ""
    recipients: tuple[str, ...] = ()
    device: str = ""
    remarks: tuple[str, ...] = ()
    captured: Callable[[str], str] = lambda _address: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    """What an encrypted event has more than others."""

    device: str
    algorithm: str = ""
    session: str = ""
    sender_key: str = ""
    ciphertext: bytes | None = None
    remark: str = ""
    contradiction: str = ""


def event_record(event: Mapping[str, object], origin: Origin) -> Record:
    """Return the record of one event.

    An encrypted event always gives a record, also where its ciphertext is spoilt: who sent it, when and where, counts.

    Raises:
        BadUnitError: it lacks what every event has, its time is impossible, or its content makes no sense.
    """
    event_type, sender = required_text(event, "type"), required_text(event, "sender")
    body = event.get("content")
    if not isinstance(body, Mapping):
        raise BadUnitError("wrong_type" if "content" in event else "missing_field", "the event has no content object")
    content = _content(event, event_type, body)
    sealed = _sealed(body, origin.device) if content.kind is Kind.SEALED else _Sealed(device=origin.device)
    member = _other_member(event, sender) if content.kind is Kind.MEMBERSHIP else ""
    return Record(
        place=origin.place,
        time=event_time(event.get("origin_server_ts")),
        clock="homeserver",
        kind=content.kind,
        event=origin.event or clean_identifier(event.get("event_id")),
        conversation=origin.room or _room(event, event_type),
        sender=sender,
        device=sealed.device,
        recipients=origin.recipients,
        text=content.text,
        relation=content.relation,
        target=member or content.target,
        media=replace(content.media, file=origin.captured(content.media.source)) if content.media else None,
        algorithm=sealed.algorithm,
        session=sealed.session,
        sender_key=sealed.sender_key,
        ciphertext=sealed.ciphertext,
        source_sha256=origin.source_sha256,
        detail=joined(content.detail, *origin.remarks, sealed.remark, sealed.contradiction),
    )


def required_text(event: Mapping[str, object], field: str) -> str:
    """Return a field that must be a string and not empty, fit for a column.

    Raises:
        BadUnitError: it is missing or of another type.
    """
    value = event.get(field)
    if isinstance(value, str) and value:
        return clean_identifier(value)
    code = "missing_field" if value in (None, "") else "wrong_type"
    raise BadUnitError(code, f"the event has no usable {field}")


def event_time(value: object) -> int:
    """Return a time of a Matrix event, in milliseconds since 1970.

    Raises:
        BadUnitError: it is missing, no integer, or outside the years 1 to 9999.
    """
    if value is None:
        raise BadUnitError("missing_field", "the event has no time")
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadUnitError("wrong_type", "the event's time is no integer")
    if not EARLIEST <= value <= LATEST:
        raise BadUnitError("impossible_time", "the event's time lies outside the years 1 to 9999")
    return value


class Rooms:
    """Who has joined which room, as far as the events that were read say; grows with the memberships only."""

    def __init__(self) -> None:
        self._joined: dict[str, set[str]] = {}
        self._others: dict[str, dict[str, tuple[str, ...]]] = {}

    def note(self, event: Mapping[str, object]) -> None:
        """Take in a membership event; other events change nothing."""
        content = event.get("content")
        room, member = clean_identifier(event.get("room_id")), clean_identifier(event.get("state_key"))
        if event.get("type") != "m.room.member" or not isinstance(content, Mapping) or not member:
            return
        joined = self._joined.setdefault(room, set())
        if content.get("membership") == "join":
            joined.add(member)
        else:
            joined.discard(member)
        self._others.pop(room, None)

    def recipients(self, event: Mapping[str, object]) -> tuple[str, ...]:
        """Return who was to receive an event: the joined members without its sender, and whom a membership is about."""
        room, sender = clean_identifier(event.get("room_id")), clean_identifier(event.get("sender"))
        by_sender = self._others.setdefault(room, {})
        others = by_sender.get(sender)
        if others is None:
            others = by_sender[sender] = tuple(sorted(self._joined.get(room, set()) - {sender}))
        member = _other_member(event, sender) if event.get("type") == "m.room.member" else ""
        return tuple(sorted({*others, member})) if member else others


def _room(event: Mapping[str, object], event_type: str) -> str:
    """Return the room of an event; since room version 12 the event that creates a room gives it its own id (MSC4291)."""
    event_id = event.get("event_id")
    if event_type == "m.room.create" and "room_id" not in event and isinstance(event_id, str):
        return f"!{clean_identifier(event_id)[1:]}"
    return required_text(event, "room_id")


def _content(event: Mapping[str, object], event_type: str, body: Mapping[str, object]) -> Content:
    try:
        return read_content(
            event_type,
            body,
            redacts=clean_identifier(event.get("redacts")),
            state=isinstance(event.get("state_key"), str),
        )
    except MalformedContentError as error:
        raise BadUnitError("malformed_content", error.message) from None


def _other_member(event: Mapping[str, object], sender: str) -> str:
    member = clean_identifier(event.get("state_key"))
    return member if member != sender else ""


def _sealed(content: Mapping[str, object], seen_device: str) -> _Sealed:
    """Return what an encrypted content says of its session (client-server API, "m.room.encrypted")."""
    claimed = clean_identifier(content.get("device_id"))
    ciphertext, remark = ciphertext_bytes(content.get("ciphertext"))
    differs = claimed and seen_device and claimed != seen_device
    return _Sealed(
        device=claimed or seen_device,
        algorithm=clean_identifier(content.get("algorithm")) or UNNAMED_ALGORITHM,
        session=clean_identifier(content.get("session_id")),
        sender_key=clean_identifier(content.get("sender_key")),
        ciphertext=ciphertext,
        remark=remark,
        contradiction=f"the server saw device {seen_device}" if differs else "",
    )


def ciphertext_bytes(value: object) -> tuple[bytes, str]:
    """Return the encrypted bytes; where they are no base64, the text itself, which decryption then calls malformed."""
    try:
        return decode_base64(value, what="the ciphertext"), ""
    except MalformedContentError as error:
        return (value.encode("utf-8", "replace") if isinstance(value, str) else b""), error.message


def joined(*words: str) -> str:
    return "; ".join(word for word in words if word)
