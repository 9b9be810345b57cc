"""A record: what a reader yields from an exhibit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

import orjson

from underseal.core.records.place import Place


class Kind(StrEnum):
    """What a record is. A record that is still locked is `sealed`: its kind is inside the ciphertext."""

    TEXT = "text"
    VOICE = "voice"
    PICTURE = "picture"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    NOTICE = "notice"
    STICKER = "sticker"
    EDIT = "edit"
    SEALED = "sealed"
    REACTION = "reaction"
    REDACTION = "redaction"
    MEMBERSHIP = "membership"
    STATE = "state"
    DEVICE = "device"
    TO_DEVICE = "to_device"
    OTHER = "other"


MESSAGE_KINDS = frozenset(
    {
        Kind.TEXT,
        Kind.VOICE,
        Kind.PICTURE,
        Kind.VIDEO,
        Kind.FILE,
        Kind.LOCATION,
        Kind.NOTICE,
        Kind.STICKER,
        Kind.EDIT,
        Kind.SEALED,
        Kind.OTHER,
    }
)
"""Kinds that a person sent to others to be read; the rest is the service's own housekeeping."""


class Relation(StrEnum):
    """How a record refers to another."""

    REPLY = "reply"
    EDIT = "edit"
    REACTION = "reaction"
    REDACTION = "redaction"
    THREAD = "thread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, voice message or file that a record carries.

    Attributes:
        name: file name as found, "" where there is none.
        mime: media type as the sender claims it, e.g. "audio/ogg".
        size: length in bytes as the sender claims it, None where unknown.
        source: where the sender's message says the bytes are ("mxc://server/id").
        file: path of the captured bytes inside the exhibit, "" when they were not captured.
        sha256: lowercase hex SHA-256 of the bytes in the media folder (decrypted where they were encrypted), which is
            also their address there; "" when they are not held.
        state: "opened", "clear", "missing" (not captured), "bad_digest" (bytes differ from what the message says),
            or "malformed".
        duration: length in milliseconds for voice and video.
        waveform: loudness samples 0..1024 (MSC1767), empty where there is none.
        width, height: in pixels.
    """

    name: str = ""
    mime: str = ""
    size: int | None = None
    source: str = ""
    file: str = ""
    sha256: str = ""
    state: str = "missing"
    duration: int | None = None
    waveform: Sequence[int] = ()
    width: int | None = None
    height: int | None = None

    def to_json(self) -> str:
        """Return the form in which the `media` column holds it: sorted keys, no white space, no empty fields."""
        filled = {key: value for key, value in asdict(self).items() if value not in (None, "", (), [])}
        return orjson.dumps(filled, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def from_json(cls, value: str) -> "Media":
        """Read the form of `to_json`.

        Raises:
            ValueError: `value` is not JSON. TypeError: it has a field that a Media has not.
        """
        return cls(**orjson.loads(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One captured unit, before decryption. Strings are as found; lone surrogates have become U+FFFD.

    Attributes:
        place: where its bytes lie in the exhibit.
        time: milliseconds since 1970-01-01T00:00:00Z; negative before.
        clock: whose clock gave the time: "homeserver", "sender", or what the mapping of a table says.
        time_found: the value as found, when it is not simply `str(time)`; else "".
        uncertainty: half width of the interval around `time`, in milliseconds (500 for a value in whole seconds).
        kind: what it is; `sealed` while encrypted.
        event: identifier that the source gives (Matrix event id), "" where there is none.
        conversation: room or thread identifier; "" for records outside conversations (devices, to-device).
        sender: account identifier as found.
        device: sending device as found, "" where unknown.
        recipients: account identifiers that were to receive it, sorted; empty where unknown.
        text: what a person reads, as found; None when there is nothing to read (or not yet).
        relation, target: how it refers to which other `event`.
        media: attachment of a clear record, None otherwise.
        algorithm: "" for clear; else the encryption as named by the source ("m.megolm.v1.aes-sha2").
        session: Megolm session id; sender_key: Curve25519 key, as found.
        ciphertext: the encrypted bytes (decoded from base64 where the source wrote base64), None for clear.
        source_sha256: SHA-256 (32 bytes) of the captured bytes of this unit, None where the unit has no bytes of its own
            (a row of a table, which the digest of its file covers). Of a disclosed message: its leaf hash in the
            release that it was disclosed from, by which both sides name it.
        detail: further words as found that matter for reading (membership "join", state type), "" else.
    """

    place: Place
    time: int
    clock: str
    kind: Kind
    time_found: str = ""
    uncertainty: int = 0
    event: str = ""
    conversation: str = ""
    sender: str = ""
    device: str = ""
    recipients: tuple[str, ...] = ()
    text: str | None = None
    relation: Relation | None = None
    target: str = ""
    media: Media | None = None
    algorithm: str = ""
    session: str = ""
    sender_key: str = ""
    ciphertext: bytes | None = None
    source_sha256: bytes | None = None
    detail: str = ""
