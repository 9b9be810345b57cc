"""The checks of one line of `messages.jsonl`: what it shows is what the record says, and the record is the release's."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from underseal.core.ledger import Fields, JsonValue, leaf_hash, parse_strict, verify_inclusion
from underseal.core.verify.disclosure.listing import MEDIA, MESSAGES, Listed
from underseal.core.verify.megolm import check_signature, open_with_message_key
from underseal.errors import EvidenceError, IntegrityError, UnreadableError

PLACEHOLDER: Final = "█████"
"""Stands for whatever was redacted."""

SHOWN: Final = (
    "line", "record", "leaf", "item", "event", "conversation", "sender", "name", "recipients", "time", "iso", "clock",
    "uncertainty", "kind", "verdict", "reason", "text", "relation", "target", "attached", "redactions", "exhibit",
    "ciphertext_sha256",
)  # fmt: skip
PROVING: Final = ("row", "path", "ciphertext", "raw", "message_key")

_TEXTS: Final = (
    "event", "conversation", "sender", "clock", "kind", "verdict", "reason", "relation", "target", "exhibit",
    "ciphertext_sha256",
)  # fmt: skip
"""Fields that are those of the row, "" for one that the row has not."""

_HIDDEN: Final[Mapping[str, tuple[tuple[str, object], ...]]] = {
    "text": (("text", PLACEHOLDER),),
    "media": (
        ("attached", {"name": PLACEHOLDER, "mime": "", "size": None, "sha256": "", "file": "", "state": "redacted"}),
    ),
    "sender": (("sender", PLACEHOLDER), ("name", PLACEHOLDER)),
    "recipients": (("recipients", [PLACEHOLDER]),),
    "conversation": (("conversation", PLACEHOLDER),),
}
_EMPTY_OF_WHOLE: Final = ("event", "relation", "target", "reason")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PUBLIC_KEY_BYTES: Final = 32


class FieldError(IntegrityError):
    """A field of a line is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f'field "{field}": {reason}')
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A line whose own fields agree with each other and with its record.

    Attributes:
        fields: of the line. redactions: `field`, `why` and `by` of each.
        decrypted: whether decrypted bytes are enclosed.
        session, index, key: of a message whose key is enclosed; "", -1 and b"" else.
    """

    fields: Mapping[str, JsonValue]
    redactions: tuple[tuple[str, str, str], ...]
    decrypted: bool
    session: str
    index: int
    key: bytes

    @property
    def accounts(self) -> set[str]:
        """The accounts that it shows."""
        recipients = self.fields["recipients"]
        shown = [self.fields["sender"], *(recipients if isinstance(recipients, list) else [])]
        return {account for account in shown if isinstance(account, str)} - {"", PLACEHOLDER}

    @property
    def file(self) -> str:
        """Path of its attachment in the pack, "" where there is none."""
        return self._attached("file")

    @property
    def state(self) -> str:
        """State of its attachment, "" where there is none."""
        return self._attached("state")

    def _attached(self, name: str) -> str:
        attached = self.fields["attached"]
        return str(attached[name]) if isinstance(attached, dict) else ""

    def text(self, name: str) -> str:
        """Return a field that is a text."""
        return str(self.fields[name])

    def number(self, name: str) -> int:
        """Return a field that is a number."""
        value = self.fields[name]
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What lines are held against: size and root (32 bytes) of the release, and the files of the pack by path."""

    size: int
    root: bytes
    files: Mapping[str, Listed]


def check_line(data: bytes, number: int, against: Against) -> Proved:
    """Check one line.

    Args:
        data: without its newline. number: of the line, from 1. against: what it is held against.

    Raises:
        IntegrityError, UnreadableError: it is not proved; the message names the line and the field.
    """
    what = f"{MESSAGES}, line {number}"
    fields = Fields(parse_strict(data, what=what), what, required=(*SHOWN, *PROVING))
    try:
        return _check(fields, number, against)
    except UnreadableError:
        raise  # which names the line already
    except EvidenceError as error:
        raise IntegrityError(f"{what}, {error.message}") from error


def _check(fields: Fields, number: int, against: Against) -> Proved:
    if fields.integer("line") != number:
        raise FieldError("line", f"it is {fields.integer('line')} on line {number}.")
    _check_moment(fields)
    redactions = _redactions(fields)
    if redactions:
        _check_hidden(fields, redactions)
    row = None if redactions else _shown_row(fields)
    _check_attached(fields, row, against)
    session, index, key = ("", -1, b"") if row is None else _check_content(fields, row)
    try:
        path, leaf = fields.digests("path"), fields.hexadecimal("leaf")
        verify_inclusion(leaf, fields.integer("record"), against.size, path, against.root)
    except IntegrityError as error:
        raise FieldError("path", error.message) from error
    values = {name: fields.value(name) for name in SHOWN}
    decrypted = fields.value("raw") is not None
    return Proved(fields=values, redactions=redactions, decrypted=decrypted, session=session, index=index, key=key)


def _check_moment(fields: Fields) -> None:
    """Hold the time for people against the one for machines."""
    time, iso = fields.value("time"), fields.text("iso")
    if not isinstance(time, int) or isinstance(time, bool):
        raise FieldError("time", "it is not a number.")
    try:
        moment = datetime.fromisoformat(iso)
        utc = (moment - _EPOCH) / timedelta(milliseconds=1)
    except (ValueError, TypeError, OverflowError):
        raise FieldError("iso", "it is not a time with its offset.") from None
    if utc != time or moment.isoformat(timespec="milliseconds") != iso:
        raise FieldError("iso", f"it is not the moment {time}, written as ISO 8601 with milliseconds.")


def _redactions(fields: Fields) -> tuple[tuple[str, str, str], ...]:
    value = fields.value("redactions")
    if not isinstance(value, list):
        raise FieldError("redactions", "it is not a list.")
    found = []
    for each in value:
        redaction = Fields(each, "a redaction", required=("field", "why", "by"))
        found.append((redaction.text("field"), redaction.text("why"), redaction.text("by")))
    for name, _, _ in found:
        if name != "message" and name not in _HIDDEN:
            raise FieldError("redactions", f"{name[:40]!a} cannot be redacted.")
    return tuple(found)


def _check_hidden(fields: Fields, redactions: tuple[tuple[str, str, str], ...]) -> None:
    """Check that nothing is there of what is held back."""
    for name in ("row", "ciphertext", "raw", "message_key"):
        if fields.value(name) is not None:
            raise FieldError(name, "it is there, although the message is redacted.")
    if fields.text("ciphertext_sha256"):
        raise FieldError("ciphertext_sha256", "it is there, although the message is redacted.")
    names = {name for name, _, _ in redactions}
    whole = "message" in names
    for part in _HIDDEN if whole else names:
        for name, placeholder in _HIDDEN[part]:
            if fields.value(name) != placeholder:
                raise FieldError(name, "it is redacted, and shows something else than the placeholder.")
    for name in _EMPTY_OF_WHOLE if whole else ():
        if fields.text(name):
            raise FieldError(name, "it is there, although the whole message is redacted.")


def _shown_row(fields: Fields) -> Mapping[str, JsonValue]:
    """Check that what is shown is what the record says; return the record."""
    text = fields.value("row")
    if not isinstance(text, str):
        raise FieldError("row", "it is missing, although nothing is redacted.")
    if leaf_hash(text.encode()) != fields.hexadecimal("leaf"):
        raise FieldError("row", "it has another leaf hash than the line names.")
    try:
        row = parse_strict(text.encode(), what="it")
    except UnreadableError as error:
        raise FieldError("row", error.message) from error
    if not isinstance(row, dict):
        raise FieldError("row", "it is not an object.")
    for name in _TEXTS:
        if fields.text(name) != row.get(name, ""):
            raise FieldError(name, "it is not what the record says.")
    for name, empty in (("time", None), ("uncertainty", 0), ("recipients", []), ("text", None)):
        if not _same(fields.value(name), row.get(name, empty)):
            raise FieldError(name, "it is not what the record says.")
    return row


def _same(one: JsonValue, other: JsonValue) -> bool:
    return type(one) is type(other) and one == other


def _check_attached(fields: Fields, row: Mapping[str, JsonValue] | None, against: Against) -> None:
    value = fields.value("attached")
    held = None if row is None else row.get("media")
    if row is not None and (value is None) is not (held is None):
        raise FieldError("attached", "it is not what the record says.")
    if value is None:
        return
    attached = Fields(value, 'field "attached"', required=("name", "mime", "size", "sha256", "file", "state"))
    if held is not None:
        said = _media(held)
        for name, empty in (("name", ""), ("mime", ""), ("sha256", ""), ("state", "missing")):
            if attached.text(name) != said.get(name, empty):
                raise FieldError(f"attached.{name}", "it is not what the record says.")
    file, size = attached.text("file"), attached.value("size")
    if not file:
        if size is not None:
            raise FieldError("attached.size", "it is there, although no file is.")
        return
    if file != MEDIA + attached.text("sha256") or file not in against.files:
        raise FieldError("attached.file", "it is no attachment of the pack.")
    if size != against.files[file].size:
        raise FieldError("attached.size", "it is not that of the file.")


def _media(held: JsonValue) -> Mapping[str, object]:
    try:
        said = json.loads(held) if isinstance(held, str) else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise FieldError("row", "its media is not an object.")
    return said


def _check_content(fields: Fields, row: Mapping[str, JsonValue]) -> tuple[str, int, bytes]:
    """Check ciphertext and decrypted bytes against the record, and decrypt again; return session, index and key."""
    ciphertext = _enclosed(fields, row, "ciphertext")
    raw = _enclosed(fields, row, "raw")
    session = row.get("session", "")
    if raw is None:
        if ciphertext is not None and row.get("signature") == "valid":
            _check_signature(public_key(session), ciphertext)
        if fields.value("message_key") is not None:
            raise FieldError("message_key", "it is there, although there is nothing that it opens.")
        return "", -1, b""
    if ciphertext is None:
        raise FieldError("ciphertext", "it is missing, although the message was decrypted.")
    if fields.value("message_key") is None:
        _check_signature(public_key(session), ciphertext)
        return "", -1, b""
    key, index = fields.base64("message_key"), row.get("index")
    try:
        opened = open_with_message_key(public_key(session), key, ciphertext)
    except FieldError:
        raise
    except IntegrityError as error:
        raise FieldError("message_key", error.message) from error
    if opened != raw:
        raise FieldError("raw", "it is not what the ciphertext says.")
    if not isinstance(index, int) or not isinstance(session, str):
        raise FieldError("row", "it names no session and index.")
    return session, index, key


def _enclosed(fields: Fields, row: Mapping[str, JsonValue], name: str) -> bytes | None:
    """Return enclosed bytes, None where the record names none."""
    digest = row.get(f"{name}_sha256")
    if digest is None:
        if fields.value(name) is not None:
            raise FieldError(name, "it is there, although the record names none.")
        return None
    if fields.value(name) is None:
        raise FieldError(name, "it is missing, although the record names its digest.")
    data = fields.base64(name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise FieldError(name, "it has not the SHA-256 that the record names.")
    return data


def _check_signature(public: bytes, ciphertext: bytes) -> None:
    try:
        check_signature(public, ciphertext)
    except IntegrityError as error:
        raise FieldError("ciphertext", error.message) from error


def public_key(session: JsonValue) -> bytes:
    """Return the Ed25519 public key (32 bytes) that a session id is.

    Raises:
        FieldError: it is none.
    """
    try:
        key = base64.b64decode(f"{session}=", validate=True)
    except ValueError:
        key = b""
    if len(key) != _PUBLIC_KEY_BYTES:
        raise FieldError("row", "its session is no public key.")
    return key
