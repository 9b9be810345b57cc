"""Matrix events as JSON lines: one event a line, as feeds and the exports of other homeservers give them.

Source of the format: the events of the client-server API ("Room events") and of the server-server API ("PDUs"), any
room version. The file may be compressed by gzip. A line is a unit, blank lines are not; its place is its number, and the
cursor holds its byte offset in the uncompressed file. An event of the server-server API has no id of its own.

Recipients are known only in rooms whose creation is in the file; elsewhere nobody can say who had joined before.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from underseal.core.matrix import clean_identifier
from underseal.core.records import Failure, Place, Record
from underseal.errors import UnreadableError
from underseal.evidence.intake.formats._batches import Batches
from underseal.evidence.intake.formats._events import Origin, Rooms, event_record
from underseal.evidence.intake.formats._lines import (
    MAX_LINE_BYTES,
    Broken,
    Line,
    Mark,
    count_lines,
    first_lines,
    open_lines,
)
from underseal.evidence.intake.formats._unit import BadUnitError, failure, json_object
from underseal.evidence.intake.reader import Batch, Growth, Source

_MEMBERSHIP_WORDS = (b"m.room.member", b"m.room.create")


class MatrixJsonlReader:
    """Reads Matrix events as JSON lines; the exhibit is one file."""

    name = "matrix-jsonl"
    title = "Matrix events (JSON lines)"
    growth = Growth.APPENDED
    locked = False

    def detect(self, path: Path) -> bool:
        """Say whether one of the first lines is a Matrix event."""
        return path.is_file() and any(_is_event(line) for line in first_lines(path))

    def check(self, source: Source, *, after: str = "") -> None:  # noqa: ARG002  # nothing to compare
        """Find out whether the exhibit is a file.

        Raises:
            UnreadableError: it is a folder.
        """
        if not source.path.is_file():
            raise UnreadableError(
                f"{source.path} is not a file.", hint="Take each file of events in as an exhibit of its own."
            )

    def size(self, source: Source) -> int:
        """Return the bytes of the file."""
        return source.path.stat().st_size

    def total(self, source: Source, *, after: str = "") -> int | None:
        """Count the lines that are not blank; None where a compressed file breaks off."""
        return count_lines(source.path, Mark.parse(after))

    def read(self, source: Source, *, after: str = "") -> Iterator[Batch]:
        """Stream the lines."""
        mark = Mark.parse(after)
        feed = _Feed()
        if mark.offset:
            feed.remember(source.path, mark.offset)
        with open_lines(source.path, mark) as lines:
            batches = Batches(source.exhibit, cursor=lambda: str(lines.mark), bytes_read=lambda: lines.consumed)
            for line in lines:
                unit = _broken(line) if isinstance(line, Broken) else feed.unit(line)
                if isinstance(line, Line) and not line.ended and isinstance(unit, Failure):
                    lines.retry(line)
                yield from batches.add(unit)
            yield batches.rest()


class _Feed:
    """Reads lines one after another, and remembers who joined the rooms that were created on the way."""

    def __init__(self) -> None:
        self._rooms = Rooms()
        self._whole: set[str] = set()

    def unit(self, line: Line) -> Record | Failure:
        place = Place(file="", unit="line", row=line.number)
        if line.too_long:
            return failure(place, "too_long", f"the line is longer than {MAX_LINE_BYTES >> 20} MiB", line.data)
        try:
            event = json_object(line.data)
            self._note_creation(event)
            recipients = self._rooms.recipients(event) if _room(event) in self._whole else ()
            self._rooms.note(event)
            digest = hashlib.sha256(line.data).digest()
            return event_record(event, Origin(place=place, source_sha256=digest, recipients=recipients))
        except BadUnitError as error:
            if not line.ended and error.failure == "malformed_json":
                return failure(place, "truncated", "the last line breaks off", line.data)
            return error.at(place, line.data)

    def remember(self, path: Path, until: int) -> None:
        """Take in the memberships of the lines before an offset, when reading goes on in the middle."""
        with open_lines(path, Mark()) as lines:
            for line in lines:
                if isinstance(line, Broken) or line.start >= until:
                    return
                if any(word in line.data for word in _MEMBERSHIP_WORDS):
                    with suppress(BadUnitError):
                        event = json_object(line.data)
                        self._note_creation(event)
                        self._rooms.note(event)

    def _note_creation(self, event: dict[str, object]) -> None:
        if event.get("type") == "m.room.create":
            self._whole.add(_room(event))


def _room(event: dict[str, object]) -> str:
    return clean_identifier(event.get("room_id"))


def _broken(line: Broken) -> Failure:
    place = Place(file="", unit="line", row=line.number)
    return failure(place, "truncated", "the compressed file breaks off in this line", line.data)


def _is_event(line: bytes) -> bool:
    with suppress(BadUnitError):
        event = json_object(line)
        return isinstance(event.get("type"), str) and isinstance(event.get("content"), dict) and "sender" in event
    return False
