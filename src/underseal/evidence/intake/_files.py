"""Files of an intake in progress that a crash leaves whole: the old content, or the new one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from underseal.errors import MAKE_ROOM, InternalError, is_full


def replace_file(path: Path, data: bytes) -> None:
    """Write a file aside, bring it to the disk, and give it its name. The caller is the only writer."""
    aside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    publish_file(aside, path)


def publish_file(aside: Path, path: Path) -> None:
    """Bring a written file to the disk and give it its name."""
    sync(aside)
    aside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def machine_errors(what: str) -> Iterator[None]:
    """Turn what the machine refuses inside the block into an error for people.

    Args:
        what: what cannot be done, as the beginning of a sentence: "The intake of BR-7".

    Raises:
        InternalError: the disk is full, or fails otherwise.
    """
    try:
        yield
    except OSError as error:
        if is_full(error):
            raise InternalError(f"{what} stopped: the disk takes no more.", hint=MAKE_ROOM) from error
        place = f" ({error.filename})" if error.filename else ""
        raise InternalError(f"{what} stopped: {error.strerror or error}{place}.") from error
