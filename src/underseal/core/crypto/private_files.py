"""Small files that only their owner may read: keys. Written whole or not at all, never over another."""

import os
import secrets
import stat
from pathlib import Path

from underseal.errors import ConflictError, KeyFileError

MAX_BYTES = 1 << 16
"""Largest private file that is read, in bytes; a key file has some 600."""


def write_new(path: Path, data: bytes) -> None:
    """Create a file of mode 0600 holding `data`; after a crash it is there whole or not at all.

    Raises:
        ConflictError: there is a file of that name already; it stays as it is.
        OSError: the folder cannot be written.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # unlike a rename, a link never replaces
    except FileExistsError:
        raise ConflictError(f"{path} exists already") from None
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def read_private(path: Path) -> bytes:
    """Return the bytes of a file that nobody but its owner can read or write.

    Raises:
        KeyFileError: it is not there, not a file, too large, or open to others.
    """
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())  # of the file that was opened, not of a name that may change meanwhile
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
                raise KeyFileError(f"{path} is not a key file")
            if found.st_mode & 0o077:
                raise KeyFileError(
                    f"{path} can be read by others (mode {stat.S_IMODE(found.st_mode):04o})",
                    hint=f"Run: chmod 600 {path}",
                )
            return file.read(MAX_BYTES)
    except FileNotFoundError:
        raise KeyFileError(f"there is no key file {path}") from None
    except IsADirectoryError:
        raise KeyFileError(f"{path} is a folder, not a key file") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
