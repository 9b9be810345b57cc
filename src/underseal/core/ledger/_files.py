"""Files that survive a crash, and the lock between processes. POSIX only; elsewhere a ledger can be read and verified."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from underseal.errors import IntegrityError, InternalError

if sys.platform != "win32":
    import fcntl


def lock(descriptor: int) -> None:
    """Wait for the exclusive lock of an open file; closing it, or the death of the process, gives it back."""
    if sys.platform == "win32":
        raise InternalError("A ledger cannot be written on Windows.")
    fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def opened(path: Path, flags: int, mode: int = 0o600) -> Iterator[int]:
    """Open a file by its descriptor for the time of the block.

    Raises:
        IntegrityError: there is no such file (and `flags` do not make it).
    """
    try:
        descriptor = os.open(path, flags, mode)
    except FileNotFoundError as error:
        raise IntegrityError(f"The file {path} is missing.", hint="Restore its folder from a copy.") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def line_reader(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading line by line. Raises as `opened`."""
    with opened(path, os.O_RDONLY) as descriptor, open(descriptor, "rb", closefd=False) as file:
        yield file


def write_at(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset`, in bytes."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written


def read_at(descriptor: int, length: int, offset: int) -> bytes:
    """Read up to `length` bytes at `offset`; fewer only at the end of the file."""
    pieces = []
    while length and (piece := os.pread(descriptor, length, offset)):
        pieces.append(piece)
        length, offset = length - len(piece), offset + len(piece)
    return b"".join(pieces)


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file's content so that a reader, or a crash, finds either the old content or the new one.

    The caller holds a lock against other writers of `path`.
    """
    fresh = path.with_name(path.name + ".new")
    with opened(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as descriptor:
        write_at(descriptor, data, 0)
        os.fsync(descriptor)
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    with opened(folder, os.O_RDONLY) as descriptor:
        os.fsync(descriptor)
