"""Where the files of a pack are read from: a folder, or a zip file that is read as it lies there."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from underseal.core.verify.disclosure.zipped import digest_of
from underseal.core.verify.report import Opening
from underseal.errors import IntegrityError, UnreadableError

MAX_LINE: Final = 1 << 26
"""Longest line that is read, in bytes: 64 MiB, a message with the longest ciphertext that Matrix carries many times over."""

MAX_WHOLE: Final = 1 << 28
"""Largest file that is read as a whole, in bytes."""

ZIP_MAGIC: Final = b"PK\x03\x04"

_LOCAL_HEADER: Final = 30
"""Bytes of the fixed part of a file's own header in a zip file (APPNOTE.TXT, 4.3.7)."""


class Source(Protocol):
    """The files of a pack."""

    @property
    def names(self) -> Sequence[str]:
        """The paths of all files, sorted."""

    def opening(self, name: str) -> BinaryIO:
        """Open a file; raises OSError where it cannot be read."""

    def check_form(self) -> str:
        """Check what lies around the files; return what was found.

        Raises:
            IntegrityError: something of it was changed.
        """


class FolderSource:
    """The files of a folder. A link is no file of a pack."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.names: Sequence[str] = sorted(self._walk())

    def _walk(self) -> Iterator[str]:
        for folder, _, files in os.walk(self._root):
            yield from ((Path(folder) / file).relative_to(self._root).as_posix() for file in files)

    def opening(self, name: str) -> BinaryIO:
        """Open a file."""
        file = self._root / name
        if file.is_symlink() or not file.is_file():
            raise IntegrityError(f"{name} is a link or a device, and no file.")
        return file.open("rb")

    def check_form(self) -> str:
        """Say that there is nothing around the files."""
        return "The pack is a folder."


class ZipSource:
    """The files of a zip file that was written as `zipped` writes it.

    Args:
        opening: opens the zip file.

    Raises:
        UnreadableError: it is no such file.
    """

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        try:
            with opening() as file, zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
            raise UnreadableError(f"The zip file is damaged: {error}.") from error
        self._entries = {entry.filename: entry for entry in entries}
        if len(self._entries) != len(entries):
            raise UnreadableError("The zip file holds a path twice.")
        if any(entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1 for entry in entries):
            raise UnreadableError("The zip file is compressed or encrypted, which no pack is.")
        self.names: Sequence[str] = sorted(self._entries)

    def opening(self, name: str) -> BinaryIO:
        """Open a file: its bytes as they lie there, which the list of the pack judges, not the zip file's own checksum."""
        entry = self._entries[name]
        file = self._opening()
        file.seek(entry.header_offset)
        header = file.read(_LOCAL_HEADER)
        if len(header) != _LOCAL_HEADER or not header.startswith(ZIP_MAGIC):
            file.close()
            raise IntegrityError(f"The zip file is damaged where {name} lies.")
        start = entry.header_offset + _LOCAL_HEADER + int.from_bytes(header[26:28], "little")
        start += int.from_bytes(header[28:30], "little")
        return io.BufferedReader(_Part(file, start, entry.file_size))

    def check_form(self) -> str:
        """Check that the zip file is the one that its files make."""
        expected = digest_of(self.names, self.opening)
        with self._opening() as file:
            if _digest(file) != expected:
                raise IntegrityError("The files are as they were signed, but the zip file around them was changed.")
        return f"The zip file is the one that its files make: SHA-256 {expected.hex()}."


class _Part(io.RawIOBase):
    """A part of a file, which is closed with it."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._left = file, size
        file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # what io hands over
        data = self._file.read(min(len(view), self._left))
        view[: len(data)] = data
        self._left -= len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def read_whole(source: Source, name: str) -> bytes:
    """Return all of a file.

    Raises:
        IntegrityError: the pack has no such file. UnreadableError: it is larger than MAX_WHOLE.
    """
    if name not in source.names:
        raise IntegrityError(f"{name} is missing.")
    with source.opening(name) as file:
        data = file.read(MAX_WHOLE + 1)
    if len(data) > MAX_WHOLE:
        raise UnreadableError(f"{name} is larger than {MAX_WHOLE} bytes.")
    return data


def read_lines(source: Source, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield the number (from 1) and the bytes of each line, without its newline, holding one at a time.

    Raises:
        IntegrityError: the pack has no such file, or a line of it is cut off or longer than MAX_LINE.
    """
    if name not in source.names:
        raise IntegrityError(f"{name} is missing.")
    with source.opening(name) as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if not line.endswith(b"\n"):
                raise IntegrityError(f"{name}, line {number}: it is cut off, or longer than a line can be.")
            yield number, line[:-1]


def _digest(file: BinaryIO) -> bytes:
    sha256 = hashlib.sha256()
    while data := file.read(1 << 20):
        sha256.update(data)
    return sha256.digest()
