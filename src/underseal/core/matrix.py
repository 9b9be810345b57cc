"""What the content of a Matrix event says, for clear events and for the decrypted ones alike.

Source: Matrix client-server API 1.16, "Room events", "Relationships between events", "Instant messaging" and "Sending
encrypted attachments"; MSC1767, MSC3245 and MSC3246 for voice messages. Read by the readers of Matrix formats and by
decryption. It opens no file and knows nothing of rows: it takes a content and returns what a person can read in it.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from underseal.core.records import Kind, Media, Relation, Secret
from underseal.errors import EvidenceError

KEY_BYTES = 32
"""Length of an attachment's AES-256 key in bytes."""

IV_BYTES = 16
"""Length of an attachment's AES-CTR start block in bytes."""

SHA256_BYTES = 32
"""Length of a SHA-256 digest in bytes."""

MAX_INTEGER = 2**53 - 1
"""Largest integer of a Matrix event (client-server API, appendices, "Canonical JSON")."""

MAX_WAVEFORM = 1024
"""Most loudness samples that are kept (MSC3246 advises 30 to 120), and the largest value of one (MSC1767)."""

REDACTED = "redacted"
"""Detail of an event whose content the server has removed."""


class MalformedContentError(EvidenceError):
    """The content of an event lacks what its type requires."""

    code: ClassVar[str] = "malformed_content"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedFile:
    """What opens an encrypted attachment (Matrix `EncryptedFile`, version "v2").

    Attributes:
        url: where the sender's message says the encrypted bytes are ("mxc://server/id").
        key: AES-256 key, 32 bytes.
        iv: AES-CTR start block, 16 bytes.
        sha256: SHA-256 of the encrypted bytes, 32 bytes.
    """

    url: str
    key: Secret
    iv: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an event's content says.

    Attributes:
        kind: what it is.
        text: what a person reads, as found; None when there is nothing to read.
        relation, target: how it refers to which other event.
        media: the attachment, None where there is none.
        encrypted_file: what opens the attachment, None where it is clear or cannot be opened.
        detail: membership, state type, unknown message type, geo URI of a location, "m.emote", "redacted"; "" else.
    """

    kind: Kind
    text: str | None = None
    relation: Relation | None = None
    target: str = ""
    media: Media | None = None
    encrypted_file: EncryptedFile | None = None
    detail: str = ""


def read_content(
    event_type: str,
    content: Mapping[str, object],
    *,
    redacts: str = "",
    state: bool = False,
    relation: Relation | None = None,
    target: str = "",
) -> Content:
    """Read the content of one event.

    An optional field of a wrong type counts as absent. A message with an empty content is one that was redacted.

    Args:
        event_type: type of the event, of the decrypted payload for an encrypted one.
        content: its content.
        redacts: event that a redaction removes, where it stands outside the content (before room version 11).
        state: whether the event has a state key.
        relation: relation that stood outside the ciphertext, where servers and clients read it; it wins over one
            inside (client-server API, "Relationships between events": relations of encrypted events are clear).
        target: event that `relation` refers to.

    Raises:
        MalformedContentError: the content lacks what its type requires.
    """
    if state and event_type != "m.room.member":
        return _state(event_type, content)
    if not content and event_type in _PERSONAL:
        return Content(kind=Kind.OTHER, detail=REDACTED)
    inner = _relation(content)
    found = Content(kind=Kind.OTHER, relation=relation, target=clean_identifier(target)) if relation else inner
    if reader := _TYPES.get(event_type):
        return reader(content, found, redacts)
    if event_type.startswith(_STATE_PREFIXES):
        return _state(event_type, content)
    return replace(found, text=_extensible_text(content), detail=clean_identifier(event_type))


def clean_text(value: str) -> str:
    """Return `value` with every lone surrogate as U+FFFD, so that it can be written as UTF-8."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def clean_identifier(value: object) -> str:
    """Return an identifier fit for a column: "" for what is not a string, U+FFFD for NUL and lone surrogates."""
    if not isinstance(value, str):
        return ""
    return clean_text(value).replace("\0", "\ufffd") if "\0" in value or not value.isascii() else value


def decode_base64(value: object, *, what: str) -> bytes:
    """Decode unpadded or padded base64, standard or URL-safe alphabet, refusing every other character.

    Raises:
        MalformedContentError: `value` is no string, or not base64; the error names `what`.
    """
    if not isinstance(value, str):
        raise MalformedContentError(f"{what} is missing")
    bare = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedContentError(f"{what} is not base64") from None


def _room_message(content: Mapping[str, object], found: Content, _redacts: str) -> Content:
    if found.relation is not Relation.EDIT:
        return _message(content, found)
    new = content.get("m.new_content")
    edited = _message(new if isinstance(new, Mapping) else content, found)
    return replace(edited, kind=Kind.EDIT)


def _message(content: Mapping[str, object], found: Content) -> Content:
    msgtype = clean_identifier(content.get("msgtype"))
    text = _optional_text(content.get("body"))
    if msgtype in _MEDIA_TYPES:
        return _with_media(content, found, kind=_media_kind(msgtype, content), text=text)
    if text is None:
        raise MalformedContentError("a message without a body")
    if msgtype == "m.location":
        return replace(found, kind=Kind.LOCATION, text=text, detail=clean_identifier(content.get("geo_uri")))
    kind, detail = _TEXT_TYPES.get(msgtype, (Kind.OTHER, msgtype))
    return Content(kind=kind, text=text, relation=found.relation, target=found.target, detail=detail)


def _sticker(content: Mapping[str, object], found: Content, _redacts: str) -> Content:
    return _with_media(content, found, kind=Kind.STICKER, text=_optional_text(content.get("body")))


def _reaction(content: Mapping[str, object], found: Content, _redacts: str) -> Content:
    if found.relation is not Relation.REACTION:
        raise MalformedContentError("a reaction that refers to no event")
    relates = content.get("m.relates_to")
    key = relates.get("key") if isinstance(relates, Mapping) else None
    return replace(found, kind=Kind.REACTION, text=_optional_text(key))


def _redaction(content: Mapping[str, object], _found: Content, redacts: str) -> Content:
    target = clean_identifier(content.get("redacts")) or clean_identifier(redacts)
    if not target:
        raise MalformedContentError("a redaction that names no event")
    text = _optional_text(content.get("reason"))
    return Content(kind=Kind.REDACTION, text=text, relation=Relation.REDACTION, target=target)


def _member(content: Mapping[str, object], _found: Content, _redacts: str) -> Content:
    membership = clean_identifier(content.get("membership"))
    if not membership:
        raise MalformedContentError("a member event without a membership")
    return Content(kind=Kind.MEMBERSHIP, text=_optional_text(content.get("displayname")), detail=membership)


def _encrypted(_content: Mapping[str, object], found: Content, _redacts: str) -> Content:
    return Content(kind=Kind.SEALED, relation=found.relation, target=found.target)


def _state(event_type: str, content: Mapping[str, object]) -> Content:
    field = _STATE_TEXT.get(event_type, "name")
    return Content(kind=Kind.STATE, text=_optional_text(content.get(field)), detail=clean_identifier(event_type))


def _relation(content: Mapping[str, object]) -> Content:
    relates = content.get("m.relates_to")
    if not isinstance(relates, Mapping):
        return Content(kind=Kind.OTHER)
    # A reply inside a thread is shown in its thread: the relation that a record has room for is the thread's.
    rel_type = relates.get("rel_type")
    relation = _RELATIONS.get(rel_type) if isinstance(rel_type, str) else None
    target = clean_identifier(relates.get("event_id"))
    if relation is None or not target:
        reply = relates.get("m.in_reply_to")
        relation = Relation.REPLY
        target = clean_identifier(reply.get("event_id")) if isinstance(reply, Mapping) else ""
    return Content(kind=Kind.OTHER, relation=relation if target else None, target=target)


def _with_media(content: Mapping[str, object], found: Content, *, kind: Kind, text: str | None) -> Content:
    locked = content.get("file")
    source = clean_identifier(locked.get("url") if isinstance(locked, Mapping) else content.get("url"))
    if not source and text is None:
        raise MalformedContentError("an attachment with neither an address nor a body")
    media = _media(content, source=source)
    if not isinstance(locked, Mapping):
        return replace(found, kind=kind, text=text, media=media)
    try:
        opener = _encrypted_file(locked)
    except MalformedContentError:
        return replace(found, kind=kind, text=text, media=replace(media, state="malformed"))
    return replace(found, kind=kind, text=text, media=media, encrypted_file=opener)


def _media(content: Mapping[str, object], *, source: str) -> Media:
    info = content.get("info")
    info = info if isinstance(info, Mapping) else {}
    audio = content.get("org.matrix.msc1767.audio")
    audio = audio if isinstance(audio, Mapping) else {}
    duration = _integer(info.get("duration"))
    return Media(
        name=clean_identifier(content.get("filename")) or clean_identifier(content.get("body")),
        mime=clean_identifier(info.get("mimetype")),
        size=_integer(info.get("size")),
        source=source,
        duration=_integer(audio.get("duration")) if duration is None else duration,
        waveform=_waveform(audio.get("waveform")) or _waveform(info.get("waveform")),
        width=_integer(info.get("w")),
        height=_integer(info.get("h")),
    )


def _media_kind(msgtype: str, content: Mapping[str, object]) -> Kind:
    if msgtype == "m.audio":
        return Kind.VOICE if any(marker in content for marker in _VOICE_MARKERS) else Kind.FILE
    return _MEDIA_TYPES[msgtype]


def _encrypted_file(file: Mapping[str, object]) -> EncryptedFile:
    if file.get("v") != "v2":
        raise MalformedContentError("the attachment's encryption is not version v2")
    jwk, hashes = file.get("key"), file.get("hashes")
    if not isinstance(jwk, Mapping) or not isinstance(hashes, Mapping):
        raise MalformedContentError("the attachment has no key or no digest")
    return EncryptedFile(
        url=clean_identifier(file.get("url")),
        key=Secret(_exactly(jwk.get("k"), KEY_BYTES, what="the attachment's key")),
        iv=_exactly(file.get("iv"), IV_BYTES, what="the attachment's start block"),
        sha256=_exactly(hashes.get("sha256"), SHA256_BYTES, what="the attachment's digest"),
    )


def _exactly(value: object, length: int, *, what: str) -> bytes:
    decoded = decode_base64(value, what=what)
    if len(decoded) != length:
        raise MalformedContentError(f"{what} is {len(decoded)} bytes long, not {length}")
    return decoded


def _extensible_text(content: Mapping[str, object]) -> str | None:
    body = content.get("body")
    return _optional_text(body if isinstance(body, str) else content.get("org.matrix.msc1767.text"))


def _optional_text(value: object) -> str | None:
    return clean_text(value) if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= MAX_INTEGER else None


def _waveform(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MAX_WAVEFORM:
        return ()
    samples = [_integer(sample) for sample in value]
    return tuple(min(sample, MAX_WAVEFORM) for sample in samples if sample is not None)


_TYPES: dict[str, Callable[[Mapping[str, object], Content, str], Content]] = {
    "m.room.message": _room_message,
    "m.room.encrypted": _encrypted,
    "m.room.member": _member,
    "m.room.redaction": _redaction,
    "m.reaction": _reaction,
    "m.sticker": _sticker,
}
_PERSONAL = frozenset({"m.room.message", "m.room.encrypted", "m.reaction", "m.sticker"})
"""Types whose content a redaction empties, and for which an empty content says nothing else."""

_TEXT_TYPES = {
    "m.text": (Kind.TEXT, ""),
    "m.emote": (Kind.TEXT, "m.emote"),
    "m.notice": (Kind.NOTICE, ""),
    "m.server_notice": (Kind.NOTICE, "m.server_notice"),
}
_MEDIA_TYPES = {"m.image": Kind.PICTURE, "m.audio": Kind.FILE, "m.video": Kind.VIDEO, "m.file": Kind.FILE}
_VOICE_MARKERS = ("org.matrix.msc3245.voice", "org.matrix.msc3245.voice.v2", "m.voice")
_RELATIONS = {
    "m.replace": Relation.EDIT,
    "m.annotation": Relation.REACTION,
    "m.thread": Relation.THREAD,
    "io.element.thread": Relation.THREAD,
}
_STATE_PREFIXES = ("m.room.", "m.space.", "m.policy.")
_STATE_TEXT = {"m.room.topic": "topic", "m.room.canonical_alias": "alias", "m.room.encryption": "algorithm"}
