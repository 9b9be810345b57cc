"""The folder of a pack while it is written: every file with its size and digest, on the disk before it is listed."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final

from underseal.core.crypto import sha256_file
from underseal.core.ledger import Json, canonical
from underseal.core.verify.disclosure.listing import Listed, mark_of

_CHUNK: Final = 1 << 20


class PackFolder:
    """The folder of a pack that is being written. Files are private: what they hold is evidence.

    Attributes:
        root: the folder. files: what was written so far, by path.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, Listed] = {}
        root.mkdir(mode=0o700)

    def write(self, path: str, data: bytes) -> None:
        """Write a file and list it.

        Raises:
            OSError: the disk refuses.
        """
        self._stream(path, [data])

    def write_json(self, path: str, value: Mapping[str, Json]) -> None:
        """Write canonical JSON and a newline."""
        self.write(path, canonical(value) + b"\n")

    def write_lines(self, path: str, values: Iterable[Mapping[str, Json]]) -> None:
        """Write a line of canonical JSON per value, holding one at a time."""
        marks: list[str] = []

        def lines() -> Iterator[bytes]:
            for value in values:
                line = canonical(value)
                marks.append(mark_of(line))
                yield line + b"\n"

        self._stream(path, lines(), marks)

    def copy(self, path: str, source: Path) -> None:
        """Copy a file.

        Raises:
            OSError: it cannot be read, or the disk refuses.
        """
        with source.open("rb") as file:
            self._stream(path, iter(lambda: file.read(_CHUNK), b""))

    def take(self, path: str) -> None:
        """List a file that somebody else has written into the folder, and bring it to the disk."""
        file = self.root / path
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
        digest = sha256_file(file)
        self.files[path] = Listed(path=path, size=digest.size, sha256=digest.sha256)

    def unlisted(self, path: str, data: bytes) -> None:
        """Write a file that is not listed: the list itself."""
        with self._open(path) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def listing(self) -> list[Listed]:
        """Return what was written, sorted by path."""
        return [self.files[path] for path in sorted(self.files)]

    def size(self) -> int:
        """Return how many bytes were written."""
        return sum(listed.size for listed in self.files.values())

    def _stream(self, path: str, pieces: Iterable[bytes], marks: list[str] | None = None) -> None:
        sha256, size = hashlib.sha256(), 0
        with self._open(path) as file:
            for piece in pieces:
                file.write(piece)
                sha256.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        lines = None if marks is None else "".join(marks)
        self.files[path] = Listed(path=path, size=size, sha256=sha256.digest(), lines=lines)

    def _open(self, path: str) -> BinaryIO:
        file = self.root / path
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
