"""The lines of a file, plain or compressed by gzip, with their numbers and byte offsets, in constant memory."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from underseal.errors import CallerError
from underseal.evidence.intake.formats._gunzip import MAGIC, BrokenGzipError, Gunzip

MAX_LINE_BYTES: Final = 1 << 24
"""Longest line that is read, in bytes: 16 MiB, 256 times the largest Matrix event (65,536 bytes)."""

HEAD_BYTES: Final = 1 << 16
"""What detection reads of a file, in bytes: the longest event."""

_CHUNK: Final = 1 << 20
_CURSOR: Final = re.compile(r"([0-9]{1,19}):([0-9]{1,19}):([0-9]{1,19})")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line.

    Attributes:
        number: from 1.
        data: its bytes without the line feed; of a line that is too long, the first MAX_LINE_BYTES.
        start, end: offsets of its first byte and of the first byte behind it and its line feed, in the uncompressed file.
        ended: whether it ends in a line feed.
        too_long: whether it is longer than MAX_LINE_BYTES.
    """

    number: int
    data: bytes
    start: int
    end: int
    ended: bool = True
    too_long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The place behind which a compressed file cannot be unfolded any further.

    Attributes:
        number: of the line in which it breaks off. data: what there is of it.
    """

    number: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place between two lines: the text of the cursor.

    Attributes:
        offset: of the next line's first byte, in the uncompressed file.
        number: of the next line.
        told: 0, or the end of a last line that broke off and gave a failure: it is read again only when it has grown.
    """

    offset: int = 0
    number: int = 1
    told: int = 0

    def __str__(self) -> str:
        return f"{self.offset}:{self.number}:{self.told}"

    @classmethod
    def parse(cls, cursor: str) -> "Mark":
        """Read a cursor; "" is the start.

        Raises:
            CallerError: it is none.
        """
        if not cursor:
            return cls()
        match = _CURSOR.fullmatch(cursor)
        if not match:
            raise CallerError("The cursor is not one of a reader of lines.")
        offset, number, told = map(int, match.groups())
        return cls(offset=offset, number=number, told=told)


class Lines:
    """The lines of an opened file from a mark on, blank ones left out.

    Attributes:
        mark: behind the line that was yielded last.
    """

    def __init__(self, file: BinaryIO, mark: Mark) -> None:
        self._file = file
        self._stream = _unfolded(file)
        self.mark = mark

    @property
    def consumed(self) -> int:
        """Bytes of the file that were read so far, compressed as it lies there."""
        return self._file.tell()

    def __iter__(self) -> Iterator[Line | Broken]:
        told = self.mark.told
        for line in self._lines(self.mark):
            if isinstance(line, Broken):
                yield line
            elif not line.ended and line.end == told:
                return
            else:
                self.mark = Mark(offset=line.end, number=line.number + 1)
                if line.data.strip():
                    yield line

    def retry(self, line: Line) -> None:
        """Put the mark back before a last line that broke off, so that it is read again when it has grown."""
        self.mark = Mark(offset=line.start, number=line.number, told=line.end)

    def _lines(self, mark: Mark) -> Iterator[Line | Broken]:
        number, start, buffer = mark.number, mark.offset, bytearray()
        dropped = 0  # bytes of the present line that were not kept, since it is too long
        try:
            start = _skip(self._stream, start)
            while chunk := self._stream.read(_CHUNK):
                buffer += chunk
                begin = 0
                while (feed := buffer.find(b"\n", begin)) >= 0:
                    line = _line(number, start, buffer[begin:feed], dropped, ended=True)
                    yield line
                    number, start, begin, dropped = number + 1, line.end, feed + 1, 0
                del buffer[:begin]
                dropped += max(0, len(buffer) - MAX_LINE_BYTES - 1)
                del buffer[MAX_LINE_BYTES + 1 :]
        except BrokenGzipError:
            yield Broken(number=number, data=bytes(buffer))
            return
        if buffer:
            yield _line(number, start, buffer, dropped, ended=False)


@contextmanager
def open_lines(path: Path, mark: Mark) -> Iterator[Lines]:
    """Open a file of lines at a mark, for reading only."""
    with path.open("rb") as file:
        yield Lines(file, mark)


def count_lines(path: Path, mark: Mark) -> int | None:
    """Count the lines that are not blank from a mark on, in another way than `Lines` reads them.

    Returns:
        The number, or None where a compressed file breaks off.
    """
    total, filled = 0, False
    with path.open("rb") as file:
        stream = _unfolded(file)
        try:
            _skip(stream, mark.offset)
            while chunk := stream.read(_CHUNK):
                *ended, last = chunk.split(b"\n")
                for piece in ended:
                    total += filled or bool(piece.strip())
                    filled = False
                filled = filled or bool(last.strip())
        except BrokenGzipError:
            return None
    return total + filled


def first_lines(path: Path) -> list[bytes]:
    """Return the lines of the first HEAD_BYTES of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            stream = _unfolded(file)
            _skip(stream, 0)
            return stream.read(HEAD_BYTES).split(b"\n")
    except (OSError, BrokenGzipError):
        return []


def _unfolded(file: BinaryIO) -> BinaryIO | Gunzip:
    compressed = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    return Gunzip(file) if compressed else file


def _skip(stream: BinaryIO | Gunzip, offset: int) -> int:
    """Go to an offset, past a byte order mark at the very start; return where the stream stands."""
    if offset == 0 and stream.read(len(_BOM)) == _BOM:
        return len(_BOM)
    return stream.seek(offset)


def _line(number: int, start: int, data: bytearray, dropped: int, *, ended: bool) -> Line:
    return Line(
        number=number,
        data=bytes(data[:MAX_LINE_BYTES]),
        start=start,
        end=start + len(data) + dropped + ended,
        ended=ended,
        too_long=len(data) + dropped > MAX_LINE_BYTES,
    )
