"""Checking a release against the bytes on disk: every file, every record, every signature. Names what differs.

What it reads is the store alone; originals and the audit are checked by their own stages.
"""

from bisect import bisect_left
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
from underseal.evidence.store.destroyed import Kept
from underseal.evidence.store.destructions import Destructions, digest_now
from underseal.evidence.store.leaves import ROWS_AT_ONCE, leaf_hashes
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.release import Release, Releases, SegmentEntry

Counted = Callable[[int, int], None]
"""Called with the records checked so far and in all."""


def verify_release(
    release: Release,
    *,
    releases: Releases,
    segments: Path,
    destructions: Destructions | None = None,
    progress: Counted | None = None,
) -> Iterator[Step]:
    """Yield one step per thing checked; a step that failed names the file and what is wrong with it.

    Args:
        release: what is checked. releases, segments: where it lies.
        destructions: of the same workspace; by default those beside the segments. They alone explain a segment that is
            no longer as the release lists it: with what was destroyed, and nothing else, missing.
        progress: told how far it has come.
    """
    yield from _chain(release, releases)
    yield from _failures(release, releases)
    tree = Frontier()
    destroyed = _Destroyed(destructions or Destructions(segments.parent / "destructions", releases.key))
    yield from destroyed.steps(segments, releases.folder)
    pool = SegmentPool(segments, releases.folder, destructions=destroyed.folder)
    for entry in release.segments:
        faults = list(_segment_faults(entry, pool.get(entry), destroyed))
        yield _step(f"Files of segment {entry.id}", faults, "every file has the size and SHA-256 that was signed")
        faults = list(_grow(tree, entry, pool, destroyed))
        yield _step(f"Records of segment {entry.id}", faults, "" if faults else _words(entry, pool))
        if progress:
            progress(tree.size, release.size)
    held = tree.size == release.size and tree.root().hex() == release.root
    words = f"Merkle root {release.root}" if held else f"the records give {tree.root().hex()}, signed is {release.root}"
    yield Step(name="Root over all records", ok=held, detail=words)


def _words(entry: SegmentEntry, pool: SegmentPool) -> str:
    gone = len(pool.get(entry).destroyed)
    return f"{entry.rows} records hash to their blocks" + (f"; of {gone} the digest alone is kept" if gone else "")


class _Destroyed:
    """What the documents of the destructions say, as far as they can be believed.

    Args:
        destructions: of the workspace.
    """

    def __init__(self, destructions: Destructions) -> None:
        self.folder = destructions.folder
        self._fault = ""
        try:
            self._found = [document.destruction for document in destructions.all()]
        except UndersealError as error:
            self._found, self._fault = [], error.message
        self._leaves = {each.number: {gone.number: gone.leaf for gone in each.records} for each in self._found}

    def steps(self, segments: Path, releases: Path) -> Iterator[Step]:
        """Yield a step for each destruction: that what it replaced is gone, and how much was destroyed."""
        if self._fault:
            yield Step(name="Destructions", ok=False, detail=self._fault)
        for each in self._found:
            earlier = [self.folder / f"{number:04d}" for number in range(1, each.number)]
            replaced = [
                folder / anew.segment
                for anew in each.segments
                for folder in (segments, *(at / "segments" for at in earlier))
            ]
            replaced += [
                folder / f"{anew.release:04d}" / "hidden" / anew.segment
                for anew in each.hidden
                for folder in (releases,)
            ]
            replaced += [at / "hidden" / f"{anew.release:04d}" / anew.segment for anew in each.hidden for at in earlier]
            faults = [f"{path.relative_to(segments.parent)} is still there" for path in replaced if path.exists()]
            yield _step(f"Destruction {each.number}", faults, f"{each.said}, digest kept")

    def digest(self, signed: str, segment: str, release: int = 0) -> str:
        """Return the digest that a description must have now, of a segment or of what a release hides of it.

        Raises:
            IntegrityError: a destruction changed another thing than what was signed.
        """
        changes = [
            anew
            for each in self._found
            for anew in (each.hidden if release else each.segments)
            if (anew.segment, anew.release) == (segment, release)
        ]
        return digest_now(signed, changes)

    def faults(self, entry: SegmentEntry, kept: Kept) -> Iterator[str]:
        """Hold what is kept of a segment against the documents: no row may be destroyed that none of them names.

        A record that came after a destruction was destroyed by it when it was taken in: its release signed that.
        """
        sizes = {each.number: each.size for each in self._found}
        for number, by, leaf in zip(kept.numbers.tolist(), kept.destructions.tolist(), kept.leaves, strict=True):
            if by not in sizes:
                yield f"{entry.id}: record {number} is destroyed, and there is no destruction {by}"
            elif number < sizes[by] and self._leaves[by].get(number) != leaf:
                yield f"{entry.id}: record {number} is destroyed, and destruction {by} does not name it with its digest"
        for by, leaves in self._leaves.items():
            numbers = [*leaves]  # in order, as the document has them
            own = numbers[bisect_left(numbers, entry.first) : bisect_left(numbers, entry.first + entry.rows)]
            missing = [number for number in own if number not in kept.by_number]
            if missing:
                yield f"{entry.id}: destruction {by} names record {missing[0]}, which is not destroyed"


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


def _segment_faults(entry: SegmentEntry, segment: OpenSegment, destroyed: _Destroyed) -> Iterator[str]:
    listed = segment.folder / "segment.json"
    try:
        expected = destroyed.digest(entry.sha256, entry.id)
        hidden = destroyed.digest(entry.hidden_sha256, entry.id, entry.hidden_in) if entry.hidden_in else ""
    except UndersealError as error:
        yield error.message
        return
    yield from _differs(listed, f"{entry.id}/segment.json", expected, None)
    yield from _folder_faults(segment.folder, entry.id, _listed_files(listed), known={"segment.json"})
    if segment.hidden:
        yield from _overlay_faults(segment.hidden, entry, hidden)


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


def _overlay_faults(overlay: Path, entry: SegmentEntry, expected: str) -> Iterator[str]:
    name = f"releases/{entry.hidden_in:04d}/hidden/{entry.id}"
    yield from _differs(overlay / "hidden.json", f"{name}/hidden.json", expected, None)
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


def _grow(tree: Frontier, entry: SegmentEntry, pool: SegmentPool, destroyed: _Destroyed) -> Iterator[str]:
    """Recompute the leaves of a segment and add them to the tree; yields what does not fit."""
    try:
        segment = pool.get(entry)
        hashes = _hashes(segment)
        blocks = Blocks.of(hashes, first=entry.first)
        stored = (segment.folder / "blocks.bin").read_bytes()
        blocks.grow(tree)
        kept = segment.destroyed
    except (UndersealError, OSError, pa.ArrowException, ValueError) as error:
        yield f"{entry.id}: {error}"
        return
    yield from destroyed.faults(entry, kept)
    if len(hashes) != entry.rows:
        yield f"{entry.id}/records.parquet has {len(hashes)} records, signed are {entry.rows}"
    for at, root in enumerate(blocks.roots):
        if stored[at * 32 : (at + 1) * 32] != root:
            first = entry.first + len(blocks.head) + at * 1024
            yield f"{entry.id}/records.parquet: the records {first} to {first + 1023} are not those of their block"


def _hashes(segment: OpenSegment) -> list[bytes]:
    """Return the leaf hashes of all rows as they are stored, without the short cut for columns of one value.

    Of rows whose content was destroyed they are those that were kept.
    """
    hashes: list[bytes] = []
    for batch in segment.records.iter_batches(ROWS_AT_ONCE):
        hashes += leaf_hashes(filled(pa.Table.from_batches([batch]), RECORDS.names))
    return segment.destroyed.put(hashes, first=segment.entry.first)
