"""Folders that appear whole: built aside, synced, and put into place by one rename."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from underseal.errors import CallerError, ConflictError


def publish_folder(root: Path, build: Callable[[Path], None]) -> None:
    """Build a folder aside, then rename it into place: it is there wholly or not at all.

    The lock on the parent folder makes whatever stands aside under this name the remains of a process that died.

    Args:
        root: the folder to make; may exist if it is empty. Its parent must exist.
        build: makes the folder that it is given, and syncs what it writes.

    Raises:
        ConflictError: the folder is not empty, or is in use as a current folder or mount point.
        CallerError: there is no parent folder.
        OSError: the disk refuses.
    """
    _check_parent(root)
    _check_free(root)
    with _aside(root) as aside:
        build(aside)
        _check_free(root)
        aside.rename(root)


def publish_file(root: Path, build: Callable[[Path], None], pack: Callable[[Path, BinaryIO], None]) -> None:
    """Build a folder aside, make one file of it, and rename that into place; else as `publish_folder`.

    Args:
        root: the file to make; must not exist. Its parent must exist.
        build: makes the folder that it is given. pack: writes a folder as a file.

    Raises:
        ConflictError: the file exists. CallerError: there is no parent folder. OSError: the disk refuses.
    """
    _check_parent(root)
    _check_missing(root)
    whole = root.parent / f".{root.name}.file"
    with _aside(root) as aside:
        whole.unlink(missing_ok=True)
        build(aside)
        try:
            with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                pack(aside, file)
                file.flush()
                os.fsync(file.fileno())
            shutil.rmtree(
                aside
            )  # before the file has its name: nothing is left beside it then, whenever the process dies
            _check_missing(root)
            whole.rename(root)
        finally:
            whole.unlink(missing_ok=True)


@contextmanager
def _aside(root: Path) -> Iterator[Path]:
    """Give the place where a folder is built, under a lock; what stands there after a failure is removed."""
    aside = root.parent / f".{root.name}.init"
    parent = os.open(root.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(parent, fcntl.LOCK_EX)
        if aside.exists():
            shutil.rmtree(aside)
        try:
            yield aside
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        os.fsync(parent)
    finally:
        os.close(parent)


def _check_parent(root: Path) -> None:
    if not root.parent.is_dir():
        raise CallerError(f"There is no folder {root.parent} to make it in.", hint="Make it first.")


def _check_missing(root: Path) -> None:
    if root.exists() or root.is_symlink():
        raise ConflictError(f"{root} exists already.", hint="Choose another name.")


def _check_free(root: Path) -> None:
    if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
        raise ConflictError(f"{root} exists already and is not an empty folder.", hint="Choose another name.")
    if root.exists() and (root.is_mount() or root.samefile(Path.cwd())):
        raise ConflictError(
            f"{root} is the current folder or a mount point, and cannot be replaced.",
            hint="Make it in a new folder inside it or beside it.",
        )


def write_synced(file: Path, text: str) -> None:
    """Write a new UTF-8 file and bring it to the disk.

    Raises:
        OSError: it exists already, or the disk refuses.
    """
    with file.open("x", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
