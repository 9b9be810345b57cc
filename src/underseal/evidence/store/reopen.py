"""Finding the locked records of a release that the keys of today may open."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import CAPTURED
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.release import Release

_CAPTURED = [name for name in CAPTURED.names if name != "ciphertext"]

SUPERSEDES = pa.field("supersedes", pa.int64())


def openable(release: Release, pool: SegmentPool, *, sessions: pa.Table) -> Iterator[pa.Table]:
    """Yield, segment by segment, the shown locked rows for which a key that reaches their index is held.

    Args:
        sessions: "session" and "first_index", the lowest index that any held key of it opens.

    Yields:
        Rows of the `CAPTURED` schema with a further column `supersedes`: their number.
    """
    for entry in release.segments:
        if entry.locked:
            segment = pool.get(entry)
            offsets = _openable(segment, sessions)
            if len(offsets):
                yield _captured(segment, offsets)


def _openable(segment: OpenSegment, sessions: pa.Table) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    rows = segment.records.read(columns=["session", "index"])
    place = pc.index_in(rows.column("session").cast(pa.string()), value_set=sessions.column("session"))
    reach = sessions.column("first_index").combine_chunks().take(place.combine_chunks())
    found = pc.less_equal(reach, rows.column("index")).fill_null(fill_value=False)
    wanted = np.asarray(found.to_numpy()).astype(bool)
    return np.flatnonzero(wanted if segment.visible is None else wanted & segment.visible)


def _captured(segment: OpenSegment, offsets: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> pa.Table:
    rows = segment.read(offsets, ["number", *_CAPTURED])
    sealed = segment.sealed
    held = sealed.read() if sealed is not None else pa.table({"number": [], "ciphertext": []})
    place = pc.index_in(rows.column("number"), value_set=held.column("number"))
    ciphertext = held.column("ciphertext").combine_chunks().take(place.combine_chunks())
    table = rows.drop_columns("number").append_column(CAPTURED.field("ciphertext"), pa.chunked_array([ciphertext]))
    return table.select(CAPTURED.names).cast(CAPTURED).append_column(SUPERSEDES, rows.column("number"))
