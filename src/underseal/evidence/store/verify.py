"""Checking a release against the bytes on disk: every file, every record, every signature. Names what differs.

What it reads is the store alone; originals and the audit are checked by their own stages.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pyarrow as pa

from underseal.core.crypto import sha256_file
from underseal.core.ledger import Frontier
from underseal.core.records import RECORDS
from underseal.core.verify import Step
from underseal.errors import UndersealError
from underseal.evidence.store.blocks import Blocks
from underseal.evidence.store.columns import filled
from underseal.evidence.store.leaves import ROWS_AT_ONCE, leaf_hashes
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.release import Release, Releases, SegmentEntry

Counted = Callable[[int, int], None]
"""Called with the records checked so far and in all."""


def verify_release(
    release: Release, *, releases: Releases, segments: Path, progress: Counted | None = None
) -> Iterator[Step]:
    """Yield one step per thing checked; a step that failed names the file and what is wrong with it."""
    yield from _chain(release, releases)
    yield from _failures(release, releases)
    tree = Frontier()
    pool = SegmentPool(segments, releases.folder)
    for entry in release.segments:
        faults = list(_segment_faults(entry, segments / entry.id, releases))
        yield _step(f"Files of segment {entry.id}", faults, "every file has the size and SHA-256 that was signed")
        faults = list(_grow(tree, entry, pool))
        yield _step(f"Records of segment {entry.id}", faults, f"{entry.rows} records hash to their blocks")
        if progress:
            progress(tree.size, release.size)
    held = tree.size == release.size and tree.root().hex() == release.root
    words = f"Merkle root {release.root}" if held else f"the records give {tree.root().hex()}, signed is {release.root}"
    yield Step(name="Root over all records", ok=held, detail=words)


def _step(name: str, faults: list[str], words: str) -> Step:
    return Step(name=name, ok=not faults, detail="; ".join(faults) or words)


def _chain(release: Release, releases: Releases) -> Iterator[Step]:
    parent = ""
    for number in [n for n in releases.numbers() if n <= release.number]:
        try:
            found = releases.get(number)
            faults = [] if found.parent == parent else [f"its parent is {found.parent}, expected {parent}"]
            parent = found.sha256
        except UndersealError as error:
            faults = [error.message]
        yield _step(f"Manifest of release {number}", faults, "signed by the workspace's key and named in the log")


def _failures(release: Release, releases: Releases) -> Iterator[Step]:
    for number in range(1, release.number + 1):
        try:
            listed = releases.get(number)
        except UndersealError:
            continue  # reported by the chain
        if listed.failures_sha256:
            path = releases.path(number) / "failures.parquet"
            faults = list(_differs(path, f"releases/{number:04d}/failures.parquet", listed.failures_sha256, None))
            yield _step(f"Failures of release {number}", faults, f"{listed.failures} failures as signed")


def _segment_faults(entry: SegmentEntry, folder: Path, releases: Releases) -> Iterator[str]:
    listed = folder / "segment.json"
    yield from _differs(listed, f"{entry.id}/segment.json", entry.sha256, None)
    yield from _folder_faults(folder, entry.id, _listed_files(listed), known={"segment.json"})
    if entry.hidden_in:
        overlay = releases.path(entry.hidden_in) / "hidden" / entry.id
        yield from _overlay_faults(overlay, entry)


def _listed_files(path: Path) -> dict[str, dict[str, int | str]]:
    try:
        files: dict[str, dict[str, int | str]] = orjson.loads(path.read_bytes())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return files


def _folder_faults(
    folder: Path, name: str, files: dict[str, dict[str, int | str]], *, known: set[str]
) -> Iterator[str]:
    for path, digest in files.items():
        yield from _differs(folder / path, f"{name}/{path}", str(digest.get("sha256")), digest.get("size"))
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}
    yield from (f"{name}/{path} is not listed" for path in sorted(present - files.keys() - known))


def _overlay_faults(overlay: Path, entry: SegmentEntry) -> Iterator[str]:
    name = f"releases/{entry.hidden_in:04d}/hidden/{entry.id}"
    yield from _differs(overlay / "hidden.json", f"{name}/hidden.json", entry.hidden_sha256, None)
    yield from _folder_faults(overlay, name, _listed_files(overlay / "hidden.json"), known={"hidden.json"})


def _differs(path: Path, name: str, sha256: str, size: int | str | None) -> Iterator[str]:
    try:
        digest = sha256_file(path)
    except OSError as error:
        yield f"{name} cannot be read ({error.strerror})"
        return
    if size is not None and digest.size != size:
        yield f"{name} has {digest.size} bytes, signed are {size}"
    elif digest.sha256.hex() != sha256:
        yield f"{name} was changed: its SHA-256 is {digest.sha256.hex()}, signed is {sha256}"


def _grow(tree: Frontier, entry: SegmentEntry, pool: SegmentPool) -> Iterator[str]:
    """Recompute the leaves of a segment and add them to the tree; yields what does not fit."""
    try:
        segment = pool.get(entry)
        hashes = _hashes(segment)
        blocks = Blocks.of(hashes, first=entry.first)
        stored = (segment.folder / "blocks.bin").read_bytes()
        blocks.grow(tree)
    except (UndersealError, OSError, pa.ArrowException, ValueError) as error:
        yield f"{entry.id}: {error}"
        return
    if len(hashes) != entry.rows:
        yield f"{entry.id}/records.parquet has {len(hashes)} records, signed are {entry.rows}"
    for at, root in enumerate(blocks.roots):
        if stored[at * 32 : (at + 1) * 32] != root:
            first = entry.first + len(blocks.head) + at * 1024
            yield f"{entry.id}/records.parquet: the records {first} to {first + 1023} are not those of their block"


def _hashes(segment: OpenSegment) -> list[bytes]:
    """Return the leaf hashes of all rows as they are stored, without the short cut for columns of one value."""
    hashes: list[bytes] = []
    for batch in segment.records.iter_batches(ROWS_AT_ONCE):
        hashes += leaf_hashes(filled(pa.Table.from_batches([batch]), RECORDS.names))
    return hashes
