"""Writing segments anew without the content of some rows: every other byte that they say, and every leaf hash, stays."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import RECORDS, Media
from underseal.core.verify.destruction import Gone, Rewritten
from underseal.errors import IntegrityError
from underseal.evidence.decrypt import Closed, closed_sessions
from underseal.evidence.store.hide import seal_hidden
from underseal.evidence.store.index import build_index
from underseal.evidence.store.leaves import leaf_hashes
from underseal.evidence.store.pool import Marks, OpenSegment, SegmentPool
from underseal.evidence.store.release import Release, Releases, SegmentEntry
from underseal.evidence.store.segment import write_segment

SLOT: Final = ["session", "index", "signature"]
"""Columns of `RECORDS` that tell which message of which session a row is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """Rows of one segment whose content is to go.

    Attributes:
        segment: as the latest release has it. rows: marks each of them; none of them is destroyed already.
    """

    segment: OpenSegment
    rows: Marks

    @property
    def numbers(self) -> npt.NDArray[np.int64]:
        """Their numbers, in order."""
        return np.flatnonzero(self.rows) + self.segment.entry.first

    @property
    def count(self) -> int:
        """How many they are."""
        return int(np.count_nonzero(self.rows))


def rewrite(doomed: Doomed, *, destruction: int, folder: Path) -> Rewritten:
    """Write a segment anew.

    Args:
        doomed: what goes. destruction: its number. folder: where to write it; must not exist.

    Raises:
        IntegrityError: the segment's rows are not those that were signed, so that they cannot be told from what goes.
    """
    segment, entry = doomed.segment, doomed.segment.entry
    rows = segment.read_all(RECORDS.names).unify_dictionaries()
    by = np.where(doomed.rows, destruction, 0)
    by[segment.destroyed.numbers - entry.first] = segment.destroyed.destructions
    whole = rows.append_column("ciphertext", _ciphertexts(segment, rows.column("number")))
    built = write_segment(
        whole.append_column("destroyed", pa.array(by, mask=by == 0)),
        id_=entry.id,
        first=entry.first,
        folder=folder,
        kept={number - entry.first: leaf for number, leaf in segment.destroyed.by_number.items()},
    )
    if built.blocks.stored != (segment.folder / "blocks.bin").read_bytes():
        raise IntegrityError(
            f"The records of segment {entry.id} are not those that were signed; nothing was destroyed.",
            hint="Find what differs with: underseal release verify",
        )
    return Rewritten(segment=entry.id, was=digest_of(segment.folder / "segment.json"), now=built.sha256)


def rewrite_hidden(doomed: Doomed, *, entry: SegmentEntry, pool: SegmentPool, folder: Path) -> Rewritten:
    """Write anew what a release hides of a segment, with an index that does not have the rows either.

    Args:
        doomed: what goes. entry: the segment as that release lists it, with hidden rows. folder: where; must not exist.
    """
    segment = pool.get(entry)
    if segment.hidden is None or segment.superseded is None:
        raise ValueError("the release hides no rows of the segment")
    folder.mkdir(parents=True)
    shutil.copyfile(segment.hidden / "rows.bin", folder / "rows.bin")
    shown = ~(segment.superseded | segment.destroyed_rows | doomed.rows)
    build_index(folder / "text", segment.read_all(RECORDS.names), keep=pa.array(shown))
    return Rewritten(
        segment=entry.id,
        release=entry.hidden_in,
        was=digest_of(segment.hidden / "hidden.json"),
        now=seal_hidden(folder, entry.id),
    )


def lists_of_hidden(segment: str, releases: Releases) -> list[SegmentEntry]:
    """Return a segment as each release lists it that hides rows of it by a list of its own."""
    found = {
        entry.hidden_in: entry
        for release in releases.all()
        for entry in release.segments
        if entry.id == segment and entry.hidden_in
    }
    return list(found.values())


def digests_of(doomed: Sequence[Doomed]) -> list[Gone]:
    """Return what a document names of rows, in the order of their numbers."""
    found: list[Gone] = []
    for each in doomed:
        rows = each.segment.read(np.flatnonzero(each.rows), RECORDS.names)
        columns = (each.numbers.tolist(), leaf_hashes(rows), rows.column("ciphertext_sha256").to_pylist())
        found += [
            Gone(number=number, leaf=leaf, ciphertext=ciphertext or b"")
            for number, leaf, ciphertext in zip(*columns, strict=True)
        ]
    return found


def attachments_of(release: Release, pool: SegmentPool, doomed: Sequence[Doomed]) -> tuple[set[str], set[str]]:
    """Return the attachments (hex SHA-256) that only such rows have as go, and those that others have, too."""
    rows = {each.segment.entry.id: each.rows for each in doomed}
    going: set[str] = set()
    staying: set[str] = set()
    for entry in release.segments:
        segment = pool.get(entry)
        if segment.constants.get("media", "") is not None:
            marks = rows.get(entry.id, np.zeros(entry.rows, dtype=bool))
            values = segment.read_all(["media"]).column(0)
            going |= held(values.filter(pa.array(marks)))
            staying |= held(values.filter(pa.array(~marks)))
    return going - staying, going & staying


def held(media: pa.ChunkedArray) -> set[str]:
    """Return the attachments (hex SHA-256) that are held of values of the column `media`."""
    return {found for value in media.drop_null().to_pylist() if (found := Media.from_json(value).sha256)}


def closed_by(release: Release, pool: SegmentPool, doomed: Sequence[Doomed]) -> dict[str, Closed]:
    """Return what is destroyed, with this, of the Megolm sessions that lose messages."""
    rows = {each.segment.entry.id: each.rows for each in doomed}
    losing = [each.segment.read(np.flatnonzero(each.rows), ["session"]).column(0).cast(pa.string()) for each in doomed]
    sessions = pa.chunked_array([chunk for column in losing for chunk in column.chunks], pa.string())
    segments = (pool.get(entry) for entry in release.segments)
    return closed_sessions(
        sessions.drop_null().unique(),
        (slots_of(segment, rows.get(segment.entry.id)) for segment in segments if _has_sessions(segment)),
    )


def slots_of(segment: OpenSegment, doomed: Marks | None = None) -> pa.Table:
    """Return of each row of a segment `session`, `index` and `signature`, and whether it is `gone`: destroyed, or doomed."""
    gone = segment.destroyed_rows if doomed is None else segment.destroyed_rows | doomed
    return segment.read_all(SLOT).append_column("gone", pa.array(gone))


def _has_sessions(segment: OpenSegment) -> bool:
    return segment.constants.get("session", "") is not None


def exhibits_of(doomed: Sequence[Doomed]) -> set[str]:
    """Return the numbers of the exhibits that rows came from."""
    found: set[str] = set()
    for each in doomed:
        exhibits = each.segment.read(np.flatnonzero(each.rows), ["exhibit"]).column(0)
        found |= set(exhibits.cast(pa.string()).unique().drop_null().to_pylist())
    return found


def digest_of(path: Path) -> str:
    """Return the hex SHA-256 of a description."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _ciphertexts(segment: OpenSegment, numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    if segment.sealed is None:
        return pa.chunked_array([pa.nulls(len(numbers), pa.binary())])
    stored = segment.sealed.read()
    place = pc.index_in(numbers, value_set=stored.column("number"))
    return pa.chunked_array([stored.column("ciphertext").combine_chunks().take(place.combine_chunks())])
