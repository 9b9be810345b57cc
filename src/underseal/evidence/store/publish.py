"""Publishing: segments that were written aside become part of a new release, by renames and one line in the log.

Nothing is visible before the line is there. What a crash leaves behind without a line is swept away by the next writer.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import orjson
import pyarrow.parquet as pq

from underseal.core.crypto import SigningKey, VerifyKey
from underseal.core.ledger import Frontier, sign_document
from underseal.errors import EvidenceError
from underseal.evidence.store.release import ExhibitEntry, Release, Releases, SegmentEntry
from underseal.evidence.store.segment import Built, sync, write_synced

TOOLS = ("underseal", "vodozemac", "tantivy", "pyarrow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Rows of a published segment that the new release supersedes, with the index made without them.

    Attributes:
        segment: id of the segment. rows: how many are hidden in all. sha256: hex digest over the files of `folder`.
        verdicts: verdicts of the rows that this release hides newly.
        folder: where `rows.bin` and `text/` were written aside.
    """

    segment: str
    rows: int
    sha256: str
    verdicts: dict[str, int]
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be published.

    Attributes:
        reason: why, in words. created: ISO 8601, UTC. workspace: its id.
        built: new segments, in the order of their records. aside: folder in which they were written, by their ids.
        hidden: what they supersede. exhibits: what was taken in.
        failures: a table of failures to keep with the release, written aside; None where there are none.
    """

    reason: str
    created: str
    workspace: str
    built: Sequence[Built]
    aside: Path
    hidden: Sequence[Hidden] = ()
    exhibits: Sequence[ExhibitEntry] = ()
    failures: Path | None = None


def publish(
    draft: Draft,
    *,
    releases: Releases,
    segments: Path,
    key: SigningKey,
    announce: Callable[[Release], None] = lambda _release: None,
) -> Release:
    """Make a draft the next release. The caller holds the workspace's writing lock.

    Args:
        draft: what is published. releases, segments: where to. key: signs it.
        announce: called when all but the line in the log is on disk; where it fails, nothing was published.

    Raises:
        OSError: the disk is full, or fails otherwise; nothing was published.
        ValueError: the segments do not follow the records of the latest release.
        IntegrityError: the latest release is damaged.
    """
    parent = releases.latest()
    release = _compose(draft, parent, failures=_count(draft.failures), key=key)
    manifest = sign_document(release.to_payload(), key).to_bytes()  # type: ignore[arg-type]  # JSON by construction
    aside = releases.folder / f".new-{release.number:04d}"
    _lay_out(aside, draft, manifest)
    for built in draft.built:
        (draft.aside / built.id).rename(segments / built.id)
    sync(segments)
    aside.rename(releases.path(release.number))
    sync(releases.folder)
    announce(release)
    _log(releases.folder / "log.jsonl", release.number, manifest)
    return releases.get(release.number)


def abandoned(releases: Releases, *, key: VerifyKey) -> Release | None:
    """Return the release that was laid out, may have been announced, and has no line in the log; `sweep` removes it.

    Args:
        releases: of the workspace. key: must have signed it.

    Returns:
        None where there is none, or what lies there is not whole.
    """
    latest = releases.latest()
    path = releases.path(latest.number + 1 if latest else 1) / "manifest.json"
    try:
        return Release.from_manifest(path.read_bytes(), key=key)
    except (FileNotFoundError, EvidenceError):
        return None


def sweep(*, releases: Releases, segments: Path) -> list[str]:
    """Remove what a crash left unpublished; return the names. The caller holds the workspace's writing lock."""
    found = strays(releases=releases, segments=segments)
    for path in found:
        shutil.rmtree(path)
    _cut_torn_line(releases.folder / "log.jsonl")
    return [path.name for path in found]


def strays(*, releases: Releases, segments: Path) -> list[Path]:
    """Return what a crash left unpublished: segments and folders of releases that no release lists."""
    published = releases.latest()
    listed = {segment.id for segment in published.segments} if published else set()
    known = {f"{number:04d}" for number in releases.numbers()}
    found = [path for path in segments.iterdir() if path.name not in listed]
    return found + [path for path in releases.folder.iterdir() if path.is_dir() and path.name not in known]


def _compose(draft: Draft, parent: Release | None, *, failures: int, key: SigningKey) -> Release:
    tree = parent.tree() if parent else Frontier()
    before = tree.size
    for built in draft.built:
        built.blocks.grow(tree)
    return Release(
        number=parent.number + 1 if parent else 1,
        workspace=draft.workspace,
        created=draft.created,
        reason=draft.reason,
        parent=parent.sha256 if parent else "",
        size=tree.size,
        root=tree.root().hex(),
        frontier=tree.to_bytes().hex(),
        added=tree.size - before,
        segments=(*_carried(draft, parent), *map(_entry, draft.built)),
        exhibits=tuple(draft.exhibits),
        failures=failures,
        failures_sha256=hashlib.sha256(draft.failures.read_bytes()).hexdigest() if draft.failures else "",
        verdicts=_verdicts(draft, parent),
        tools={name: version(name) for name in TOOLS},
        key=key.public.hex,
    )


def _carried(draft: Draft, parent: Release | None) -> list[SegmentEntry]:
    number = parent.number + 1 if parent else 1
    hidden = {entry.segment: entry for entry in draft.hidden}
    return [
        replace(
            segment,
            hidden=hidden[segment.id].rows,
            hidden_in=number,
            hidden_sha256=hidden[segment.id].sha256,
        )
        if segment.id in hidden
        else segment
        for segment in (parent.segments if parent else ())
    ]


def _entry(built: Built) -> SegmentEntry:
    return SegmentEntry(id=built.id, first=built.first, rows=built.rows, locked=built.locked, sha256=built.sha256)


def _verdicts(draft: Draft, parent: Release | None) -> dict[str, int]:
    counts = dict(parent.verdicts) if parent else {}
    for built in draft.built:
        for verdict, count in built.verdicts.items():
            counts[verdict] = counts.get(verdict, 0) + count
    for hidden in draft.hidden:
        for verdict, count in hidden.verdicts.items():
            counts[verdict] -= count
    return {verdict: count for verdict, count in sorted(counts.items()) if count}


def _count(failures: Path | None) -> int:
    return int(pq.read_metadata(failures).num_rows) if failures else 0


def _lay_out(aside: Path, draft: Draft, manifest: bytes) -> None:
    aside.mkdir()
    if draft.failures:
        shutil.copyfile(draft.failures, aside / "failures.parquet")
        sync(aside / "failures.parquet")
    for hidden in draft.hidden:
        (aside / "hidden").mkdir(exist_ok=True)
        hidden.folder.rename(aside / "hidden" / hidden.segment)
    write_synced(aside / "manifest.json", manifest)
    sync(aside)


def _log(path: Path, number: int, manifest: bytes) -> None:
    line = orjson.dumps({"number": number, "sha256": hashlib.sha256(manifest).hexdigest()}) + b"\n"
    with path.open("ab", buffering=0) as file:
        length = file.tell()
        try:
            rest = memoryview(line)
            while rest:  # a disk that is nearly full takes a part, and refuses the next
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except BaseException:
            file.truncate(length)
            raise
    sync(path.parent)


def _cut_torn_line(path: Path) -> None:
    if path.exists():
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(path, whole)
