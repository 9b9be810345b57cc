"""Finding the locked records of a release of which the keys of today can say more."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import CAPTURED, Verdict
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.release import Release

_CAPTURED = [name for name in CAPTURED.names if name != "ciphertext"]


def openable(release: Release, pool: SegmentPool, *, sessions: pa.Table) -> Iterator[pa.Table]:
    """Yield, segment by segment, the shown locked rows that had no key and have one now, or that a key now reaches.

    Args:
        sessions: "session" and "first_index", the lowest index that any held key of it opens.

    Yields:
        Rows of the `CAPTURED` schema with the further columns `supersedes`, their number, `was`, their verdict, and
        `copy_of`, as it was: what stands for its event goes on standing for it.
    """
    for entry in release.segments:
        if entry.locked:
            segment = pool.get(entry)
            offsets = _openable(segment, sessions)
            if len(offsets):
                yield _captured(segment, offsets)


def _openable(segment: OpenSegment, sessions: pa.Table) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    rows = segment.read_all(["session", "index", "verdict"])
    place = pc.index_in(rows.column("session").cast(pa.string()), value_set=sessions.column("session"))
    reach = sessions.column("first_index").combine_chunks().take(place.combine_chunks())
    keyless = pc.and_(pc.is_valid(reach), pc.equal(rows.column("verdict").cast(pa.string()), Verdict.NO_KEY.value))
    found = pc.or_(keyless, pc.less_equal(reach, rows.column("index")).fill_null(fill_value=False))
    wanted = np.asarray(found.to_numpy()).astype(bool)
    return np.flatnonzero(wanted if segment.visible is None else wanted & segment.visible)


def _captured(segment: OpenSegment, offsets: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pa.Table:
    rows = segment.read(offsets, ["number", *_CAPTURED, "copy_of", "verdict"])
    sealed = segment.sealed
    held = sealed.read() if sealed is not None else pa.table({"number": [], "ciphertext": []})
    place = pc.index_in(rows.column("number"), value_set=held.column("number"))
    ciphertext = held.column("ciphertext").combine_chunks().take(place.combine_chunks())
    table = rows.append_column(CAPTURED.field("ciphertext"), pa.chunked_array([ciphertext]))
    carried = table.select(CAPTURED.names).cast(CAPTURED).append_column("supersedes", rows.column("number"))
    return carried.append_column("copy_of", rows.column("copy_of")).append_column("was", rows.column("verdict"))
