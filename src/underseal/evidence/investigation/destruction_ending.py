"""Ending a destruction that counts: it gets its name, and what it replaced is removed, with what opens it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from underseal.core.crypto import content_path
from underseal.core.folders import sync_folder
from underseal.evidence.casework import ExhibitState
from underseal.evidence.decrypt import Closed, Keyring
from underseal.evidence.store.destructions import ASIDE, UNFINISHED

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation


def publish(aside: Path) -> None:
    """Give a destruction that was written aside its name: from then on readers find what was written anew."""
    aside.rename(aside.with_name(aside.name.removeprefix(ASIDE)))
    sync_folder(aside.parent)


def finish(house: "Investigation", number: int) -> None:
    """Remove what a destruction replaced; it can be repeated, and begins anew after a crash.

    Raises:
        IntegrityError: the keyring is damaged. OSError: the disk refuses.
    """
    folder = house.destructions.path(number)
    try:
        left = orjson.loads((folder / UNFINISHED).read_bytes())
    except FileNotFoundError:
        return
    workspace = house.workspace
    Keyring(house.workspace.keyring).close(
        {session: Closed.from_json(value) for session, value in left["sessions"].items()}
    )
    for sha256 in left["media"]:
        file = content_path(workspace.media, bytes.fromhex(sha256))
        file.unlink(missing_ok=True)
        with suppress(OSError):  # other files are in it, or it is gone already
            file.parent.rmdir()
    for stray in workspace.media.glob(".part-*"):
        stray.unlink()
    for replaced in _replaced(house, number, left["segments"], left["hidden"]):
        shutil.rmtree(replaced)
    shutil.rmtree(workspace.quarantine, ignore_errors=True)  # it refers to what is gone, and is made again
    _clear_staging(house)
    house.casework.scrub()
    (folder / UNFINISHED).unlink()
    sync_folder(folder)


def _replaced(house: "Investigation", number: int, segments: Sequence[str], hidden: Sequence[str]) -> Iterator[Path]:
    workspace = house.workspace
    earlier = [house.destructions.path(each) for each in range(1, number)]
    paths = [workspace.segments / id_ for id_ in segments]
    paths += [at / "segments" / id_ for at in earlier for id_ in segments]
    paths += [workspace.releases / release / "hidden" / id_ for release, id_ in (each.split("/") for each in hidden)]
    paths += [at / "hidden" / each for at in earlier for each in hidden]
    yield from (path for path in paths if path.exists())


def _clear_staging(house: "Investigation") -> None:
    """Clear away what runs that were stopped have left: their exhibits are read again by the same calls."""
    waiting = {
        house.workspace.staging(exhibit.number)
        for exhibit in house.casework.exhibits.list()
        if exhibit.state is ExhibitState.STAGED
    }
    for path in (house.workspace.root / "staging").iterdir():
        if path.is_dir() and path not in waiting:
            shutil.rmtree(path)
