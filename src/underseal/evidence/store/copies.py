"""Copies: the same event captured twice is one message with several records; none of them is dropped.

The first record of an event stands for it; every later one says so in `copy_of`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.evidence.store.pool import OpenSegment

_SCRATCH_MEMORY = "300MB"
"""Memory to look for shared events in: enough for some five million of them, more go through the disk."""


def known_numbers(events: pa.ChunkedArray, segments: Iterable[OpenSegment]) -> dict[str, int]:
    """Return for those of `events` that published segments hold the number of their first record."""
    known: dict[str, int] = {}
    wanted = events.drop_null().unique()
    if not len(wanted):
        return known
    for segment in segments:
        table = segment.read_all(["number", "event", "copy_of"])
        table = table.filter(pc.is_in(table.column("event"), value_set=wanted))
        for number, event, original in zip(*(column.to_pylist() for column in table.columns), strict=True):
            known.setdefault(event, number if original is None else original)
    return known


def shared_events(parts: Sequence[Sequence[Path]], *, scratch: Path) -> bool:
    """Say whether an event occurs in more than one of the staged parts, so that they must be built one after another.

    Events are told apart by a hash of 64 bits: two that share one are taken for the same, which costs time only.

    Args:
        parts: the files of each. scratch: folder for what does not fit into _SCRATCH_MEMORY.
    """
    if len(parts) < 2:  # noqa: PLR2004  # one part shares nothing
        return False
    import duckdb  # noqa: PLC0415  # takes long to load, and is needed here only

    query = """
        SELECT 1 FROM read_parquet($files, filename = true) JOIN (SELECT unnest($files) AS filename, unnest($of) AS part)
        USING (filename) WHERE event IS NOT NULL GROUP BY hash(event) HAVING min(part) < max(part) LIMIT 1
    """
    files = {str(file): number for number, part in enumerate(parts) for file in part}
    # A connection of its own gives its memory back, and draws no progress bar over ours.
    with duckdb.connect(config={"memory_limit": _SCRATCH_MEMORY, "temp_directory": str(scratch)}) as database:
        database.execute("SET enable_progress_bar = false")
        return database.execute(query, {"files": [*files], "of": [*files.values()]}).fetchone() is not None


def mark_copies(rows: pa.Table, *, first: int, known: dict[str, int], later: Sequence[pa.Table] = ()) -> pa.Table:
    """Return `rows` with the column `copy_of`.

    Args:
        rows: in the order of their segment. first: number of the first of them.
        known: event -> number of its first record; events that occur again, in `rows` or in `later`, are added to it.
        later: rows that become records after these.
    """
    originals = np.full(rows.num_rows, -1, dtype=np.int64)
    events = rows.column("event")
    again = pa.chunked_array([chunk for table in later for chunk in table.column("event").chunks], pa.string())
    for offset in _repeated(events, known, again):
        event = events[offset].as_py()
        original = known.setdefault(event, first + offset)
        if original != first + offset:
            originals[offset] = original
    column = pa.array(originals, mask=originals < 0)
    return rows.append_column("copy_of", column)


def _repeated(events: pa.ChunkedArray, known: dict[str, int], later: pa.ChunkedArray) -> list[int]:
    """Return the offsets of the events that are known, occur twice, or occur later."""
    if events.null_count == len(events):
        return []
    counts = pc.value_counts(events.drop_null().combine_chunks())
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    wanted = pa.concat_arrays([twice.cast(pa.string()), pa.array(list(known), pa.string()), *later.drop_null().chunks])
    return np.flatnonzero(pc.is_in(events, value_set=wanted).to_numpy()).tolist()


def earlier_rows(segments: Iterable[OpenSegment], sessions: pa.Array, columns: Sequence[str]) -> pa.Table:
    """Return what published segments hold of Megolm sessions.

    Args:
        segments: of the latest release. sessions: session ids. columns: of `RECORDS`.
    """
    tables = []
    for segment in segments:
        named = (
            segment.read_all(["session"]).column("session").cast(pa.string())
        )  # the other columns only where it is one
        own = np.flatnonzero(pc.is_in(named, value_set=sessions).to_numpy())
        tables.append(segment.read(own, list(columns)))
    return pa.concat_tables(tables).unify_dictionaries() if tables else pa.table({})
