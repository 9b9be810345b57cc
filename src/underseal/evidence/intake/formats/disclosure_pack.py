"""Disclosure packs: messages that another house discloses, with their keys and proofs.

Source of the format: docs/formats/disclosure-pack.md, format "underseal/disclosure/1". The exhibit is the folder or the zip
file; both are read as they lie there. Before anything is read the whole pack is verified, and one that does not verify is refused.

A line of `messages.jsonl` is a unit, and so is a session of `keys.json`. A message is named as its discloser names it: its
place is the number of its record in the release that it was disclosed from, and its leaf hash there stands in `source_sha256`.
Encrypted messages are read as what was captured: decryption is left to the receiving house. Of a message that is redacted
there are no captured bytes: it is read as the line shows it, with what was held back, by whom and why. What its discloser
could not read says so in `detail`, since the verdict here may be another: a replay whose original is not in the pack opens.

Not read: the schedules, claims on accounts, the extract of the audit and the forms; they are hashed with the exhibit.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from underseal.core.crypto import megolm
from underseal.core.crypto.attachments import OpenedAttachment
from underseal.core.ledger import Fields, JsonValue, parse_strict, read_document
from underseal.core.records import (
    READABLE,
    Failure,
    Kind,
    Media,
    MessageKey,
    Place,
    Record,
    Relation,
    RoomKey,
    Secret,
    captured_batch,
)
from underseal.core.verify import verify_file
from underseal.core.verify.disclosure.cover import read_cover
from underseal.core.verify.disclosure.diff import open_pack
from underseal.core.verify.disclosure.listing import KEYS, MESSAGES, PACK, Listing
from underseal.core.verify.disclosure.source import ZIP_MAGIC, read_lines, read_whole
from underseal.core.verify.disclosure.source import Source as Files
from underseal.errors import CallerError, EvidenceError, IntegrityError, UnreadableError
from underseal.evidence.intake.formats._batches import BATCH_UNITS
from underseal.evidence.intake.formats._unit import failure
from underseal.evidence.intake.reader import Batch, Growth, Source

_MARK: Final = b'"payload":"{\\"contents\\":'
"""What stands in the first bytes of a `pack.json`."""

_HEAD_BYTES: Final = 1_024
_CHUNK: Final = 1 << 20


class DisclosurePackReader:
    """Reads a disclosure pack; the exhibit is a folder or one zip file."""

    name = "disclosure-pack"
    title = "Disclosure pack (messages with their keys and proofs)"
    growth = Growth.NEVER
    locked = False

    def detect(self, path: Path) -> bool:
        """Say whether it begins as a pack does, folder or zip file."""
        try:
            files = _files(path)
            if PACK not in files.names or MESSAGES not in files.names:
                return False
            with files.opening(PACK) as file:
                return _MARK in file.read(_HEAD_BYTES)
        except (OSError, EvidenceError):
            return False

    def check(self, source: Source, *, after: str = "") -> None:  # noqa: ARG002  # a pack continues nothing
        """Verify the whole pack.

        Raises:
            IntegrityError: a step of the verification failed; names it. UnreadableError: it is no pack.
        """
        _files(source.path)
        report = verify_file(source.path)
        if not report.ok:
            raise IntegrityError(
                f"The pack {source.path.name} does not verify: {report.steps[-1].name.lower()}. {report.steps[-1].detail}",
                hint="Nothing was taken in. Ask for the pack again, and compare its digest with the sender's.",
            )

    def cover(self, source: Source) -> Mapping[str, Any] | None:
        """Return what the cover of a partner's package says, with the digest and the key that fix the package."""
        files = _files(source.path)
        listing = _listing(files)
        cover = read_cover(files, listing)
        if cover is None:
            return None
        return {"cover": cover.to_json(), "contents": listing.contents.hex(), "signer": listing.head["signer"]}

    def size(self, source: Source) -> int:
        """Return the bytes of the messages."""
        return _listing(_files(source.path)).files[MESSAGES].size

    def total(self, source: Source, *, after: str = "") -> int | None:
        """Count line feeds, and add the sessions that the signed list says there are."""
        files = _files(source.path)
        if after:
            return None
        with files.opening(MESSAGES) as file:
            lines = sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b""))
        return lines + _listing(files).counts["session_keys"]

    def read(self, source: Source, *, after: str = "") -> Iterator[Batch]:
        """Yield the sessions, then the messages in the order of their lines."""
        if after and not after.isdecimal():
            raise CallerError("The cursor is not one of the reader of disclosure packs.")
        files = _files(source.path)
        listing = _listing(files)
        if not after:
            yield _sessions(files, listing, source.exhibit)
        yield from _messages(files, listing, source.exhibit, done=int(after or "0"))

    def locate(self, source: Source, address: str) -> OpenedAttachment | None:
        """Return the file of an attachment that the pack encloses.

        Args:
            source: the exhibit. address: what the message says where it is ("mxc://server/id").
        """
        file, sha256 = _attachments(source.path).get(address, ("", ""))
        if not file:
            return None
        files = _files(source.path)
        return OpenedAttachment(name=file, opening=lambda: files.opening(file), sha256=bytes.fromhex(sha256))


def _files(path: Path) -> Files:
    """Return the files of a pack.

    Raises:
        UnreadableError: it is neither a folder nor a zip file of a pack.
    """
    if not path.is_dir():
        with path.open("rb") as file:
            if file.read(len(ZIP_MAGIC)) != ZIP_MAGIC:
                raise UnreadableError(f"{path} is neither a folder nor a zip file, and so no disclosure pack.")
    return open_pack(path)


def _listing(files: Files) -> Listing:
    return Listing.read(Fields(read_document(read_whole(files, PACK), None), PACK))


def _sessions(files: Files, listing: Listing, exhibit: str) -> Batch:
    found = Fields(parse_strict(read_whole(files, KEYS), what=KEYS), KEYS).value("sessions")
    units = [
        _session(value, number, exhibit) for number, value in enumerate(found if isinstance(found, list) else [], 1)
    ]
    head = listing.head
    note = (
        f"Dossier {head['dossier']} for {head['to']}, release {head['release']}, root {head['root']}, signed by the key"
        f" {head['signer']}: compare it with the key that the sender gave you on paper."
    )
    cover = read_cover(files, listing)
    terms = [] if cover is None else [f"Package {cover.number} of {cover.sender}; handling: {cover.restrictions}."]
    return Batch(
        records=captured_batch([], exhibit=exhibit),
        keys=tuple(unit for unit in units if isinstance(unit, RoomKey)),
        failures=tuple(unit for unit in units if isinstance(unit, Failure)),
        notes=(note, *terms),
        cursor="0",
        bytes_read=0,
    )


def _session(value: JsonValue, number: int, exhibit: str) -> RoomKey | Failure:
    place = Place(file=KEYS, unit="session", row=number)
    try:
        fields = Fields(value, "The session", required=("session", "from", "exported", "opens"))
        key = megolm.InboundSession(Secret(fields.text("exported").encode()), session_id=fields.text("session"))
    except EvidenceError as error:
        return failure(place, "wrong_type", error.message)  # no sample: it would be a key
    return RoomKey(
        room="",
        session=key.session_id,
        sender_key="",
        exported=Secret(fields.text("exported").encode()),
        first_index=key.first_index,
        exhibit=exhibit,
        place=str(place),
    )


def _messages(files: Files, listing: Listing, exhibit: str, *, done: int) -> Iterator[Batch]:
    unit = f"record of release {listing.head['release']}"
    read, units = 0, list[_Message | Failure]()
    for number, line in read_lines(files, MESSAGES):
        read += len(line) + 1
        if number <= done:
            continue
        units.append(_unit(line, number, unit, exhibit))
        if len(units) == BATCH_UNITS:
            yield _batch(units, exhibit, cursor=number, bytes_read=read)
            units = []
        done = number
    yield _batch(units, exhibit, cursor=done, bytes_read=read)


@dataclass(frozen=True, slots=True)
class _Message:
    """A line as it is taken in."""

    record: Record
    key: MessageKey | None = None


def _batch(units: list[_Message | Failure], exhibit: str, *, cursor: int, bytes_read: int) -> Batch:
    messages = [unit for unit in units if isinstance(unit, _Message)]
    return Batch(
        records=captured_batch([message.record for message in messages], exhibit=exhibit),
        message_keys=tuple(message.key for message in messages if message.key is not None),
        failures=tuple(unit for unit in units if isinstance(unit, Failure)),
        cursor=str(cursor),
        bytes_read=bytes_read,
    )


def _unit(line: bytes, number: int, unit: str, exhibit: str) -> _Message | Failure:
    """Read a line."""
    try:
        shown = Fields(parse_strict(line, what="The line"), "The line")
        place = Place(file=MESSAGES, unit=unit, row=shown.integer("record"))
        if shown.value("row") is None:
            return _Message(_as_shown(shown, place))
        row = Fields(parse_strict(shown.text("row").encode(), what="The record"), "The record")
        return _proved(shown, row, place, exhibit)
    except (EvidenceError, TypeError, ValueError) as error:
        reason = error.message if isinstance(error, EvidenceError) else "it has a value that no record can have"
        return failure(
            Place(file=MESSAGES, unit="line", row=number), "wrong_type", reason
        )  # no sample: it may be a key


def _proved(shown: Fields, row: Fields, place: Place, exhibit: str) -> _Message:
    """Read a line whose record is enclosed: what was captured of it, and its key."""
    ciphertext = shown.base64("ciphertext") if shown.value("ciphertext") is not None else None
    key = shown.base64("message_key") if shown.value("message_key") is not None else None
    sealed = ciphertext is not None and (key is not None or _word(row, "verdict") not in READABLE)
    held = _word(row, "media")
    record = Record(
        place=place,
        time=_number(row, "time"),
        clock=_word(row, "clock"),
        time_found=_word(row, "time_found"),
        uncertainty=_number(row, "uncertainty"),
        kind=Kind.SEALED if sealed else Kind(_word(row, "kind")),
        event=_word(row, "event"),
        conversation=_word(row, "conversation"),
        sender=_word(row, "sender"),
        device=_word(row, "device"),
        recipients=_words(row, "recipients"),
        text=None if sealed or "text" not in row else row.text("text"),
        relation=_relation(row),
        target=_word(row, "target"),
        media=_to_be_fetched(held) if held and not sealed else None,
        algorithm=_word(row, "algorithm"),
        session=_word(row, "session"),
        sender_key=_word(row, "sender_key"),
        ciphertext=ciphertext,
        source_sha256=shown.hexadecimal("leaf"),
        detail="; ".join(filter(None, (_word(row, "detail"), _their_verdict(row)))),
    )
    if key is None:
        return _Message(record)
    message = MessageKey(
        session=record.session, index=row.integer("index"), secret=Secret(key), exhibit=exhibit, place=str(place)
    )
    return _Message(record, message)


def _their_verdict(row: Fields) -> str:
    """Say what came of a message at its discloser, where it was not readable there: they knew more messages and keys."""
    verdict, reason = _word(row, "verdict"), _word(row, "reason")
    if verdict in READABLE:
        return ""
    return f"disclosed as {verdict}: {reason}" if reason else f"disclosed as {verdict}"


def _as_shown(shown: Fields, place: Place) -> Record:
    """Read a line of which something is held back: what it shows, and what it says of the rest."""
    attached = shown.value("attached")
    return Record(
        place=place,
        time=_number(shown, "time"),
        clock=shown.text("clock"),
        uncertainty=_number(shown, "uncertainty"),
        kind=Kind(shown.text("kind")),
        event=shown.text("event"),
        conversation=shown.text("conversation"),
        sender=shown.text("sender"),
        recipients=_words(shown, "recipients"),
        text=None if shown.value("text") is None else shown.text("text"),
        relation=_relation(shown),
        target=shown.text("target"),
        media=None if attached is None else _media(Fields(attached, "The attachment")),
        source_sha256=shown.hexadecimal("leaf"),
        detail="; ".join(_held_back(shown.value("redactions"))),
    )


def _held_back(redactions: JsonValue) -> Iterator[str]:
    for value in redactions if isinstance(redactions, list) else []:
        fields = Fields(value, "The redaction")
        yield f"redacted by {fields.text('by')}: {fields.text('field')} ({fields.text('why')})"


def _media(attached: Fields) -> Media:
    """Return an attachment of which the line alone speaks; its file, where the pack has it, is found under its own path."""
    return Media(name=attached.text("name"), mime=attached.text("mime"), source=attached.text("file"))


def _to_be_fetched(held: str) -> Media:
    """Return an attachment as the message gives it: where its bytes lay in the other house counts for nothing here."""
    media = Media.from_json(held)
    return replace(media, file="", sha256="", state=media.state if media.state == "malformed" else "missing")


def _relation(fields: Fields) -> Relation | None:
    word = _word(fields, "relation")
    return Relation(word) if word else None


def _word(fields: Fields, name: str) -> str:
    """Return a text, "" for one that is missing or null."""
    return "" if fields.value(name) is None else fields.text(name)


def _words(fields: Fields, name: str) -> tuple[str, ...]:
    value = fields.value(name)
    return tuple(str(word) for word in value) if isinstance(value, list) else ()


def _number(fields: Fields, name: str) -> int:
    """Return a number, which may be negative; 0 for one that is missing."""
    value = fields.value(name)
    if value is not None and type(value) is not int:
        raise UnreadableError(f"{name} is not a number")
    return value or 0


@lru_cache(maxsize=4)
def _attachments(path: Path) -> Mapping[str, tuple[str, str]]:
    """Return path and SHA-256 of each enclosed attachment, by the address that its message gives and by its own path."""
    found: dict[str, tuple[str, str]] = {}
    files = _files(path)
    for _, line in read_lines(files, MESSAGES):
        with suppress(EvidenceError, TypeError, ValueError):
            shown = Fields(parse_strict(line), "The line")
            attached = shown.value("attached")
            if not isinstance(attached, dict) or not attached.get("file"):
                continue
            file = Fields(attached, "The attachment")
            place = file.text("file"), file.text("sha256")
            found[place[0]] = place
            if shown.value("row") is not None:
                held = _word(Fields(parse_strict(shown.text("row").encode()), "The record"), "media")
                found[Media.from_json(held).source] = place
    return found
