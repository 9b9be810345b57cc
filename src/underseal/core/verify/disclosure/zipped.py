"""A pack as a zip file. There is one way to write it, so that a changed byte of the zip itself is found, too."""

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final

_CHUNK: Final = 1 << 20
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16
_UNIX: Final = 3
"""What a zip file says of the system that made it: one that knows such modes."""


class _Stream:
    """A stream that can only be written on: so a zip file is the same wherever it goes."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: who made the stream flushes it."""


def zip_folder(folder: Path, file: BinaryIO) -> None:
    """Write the files of a folder as a zip file.

    Raises:
        OSError: the disk refuses.
    """
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    _write(paths, lambda path: (folder / path).open("rb"), file.write)


def digest_of(names: Sequence[str], opening: Callable[[str], BinaryIO]) -> bytes:
    """Return the SHA-256 (32 bytes) that the zip file of some files has.

    Args:
        names: paths of the files, sorted. opening: opens one of them.
    """
    sha256 = hashlib.sha256()
    _write(names, opening, sha256.update)
    return sha256.digest()


def _write(paths: Sequence[str], opening: Callable[[str], BinaryIO], write: Callable[[bytes], object]) -> None:
    with zipfile.ZipFile(_Stream(write), "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]  # it needs no more of a stream
        for path in paths:
            entry = zipfile.ZipInfo(path, _DATE)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            with opening(path) as source, archive.open(entry, "w", force_zip64=True) as sink:
                while data := source.read(_CHUNK):
                    sink.write(data)
