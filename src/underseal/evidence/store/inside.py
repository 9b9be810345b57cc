"""The rows of a segment that lie in scope, found without reading those that cannot.

They are found by the index, by where conversations lie, and by the times of row groups; each row that is read is held against
the scope itself.
"""

from typing import Final

import numpy as np
import pyarrow as pa

from underseal.evidence.authority import Scope, scope_mask
from underseal.evidence.store.index import fact, rows_with
from underseal.evidence.store.pool import OpenSegment

Integers = np.ndarray[tuple[int], np.dtype[np.int64]]

SCOPED: Final = ["time", "conversation", "sender", "recipients"]
"""Columns that a scope is decided on."""


def scoped_by(scope: Scope) -> list[str]:
    """Return the columns that decide what is in this scope."""
    spoken_of = {
        "time": scope.start is not None or scope.end is not None,
        "conversation": scope.rooms is not None,
        "sender": scope.accounts is not None,
        "recipients": scope.accounts is not None,
    }
    return [name for name in SCOPED if spoken_of[name]]


def covers(scope: Scope, segment: OpenSegment) -> bool:
    """Say whether every row of a segment that lies in a room of the scope is in scope."""
    start, end = segment.period
    return (
        scope.accounts is None
        and (scope.start is None or scope.start <= start)
        and (scope.end is None or end < scope.end)
    )


def rows_inside(scope: Scope, segment: OpenSegment, columns: list[str]) -> pa.Table:
    """Return the shown rows of a segment that are in scope, copies included, in their order.

    Args:
        scope: what may be seen. segment: read only where it may hold some of that. columns: to be returned.
    """
    offsets = _candidates(scope, segment)
    if segment.visible is not None:
        offsets = offsets[segment.visible[offsets]]
    rows = segment.read(offsets, list(dict.fromkeys([*columns, *scoped_by(scope)])))
    return rows.filter(scope_mask(rows, scope)).select(columns)


def _candidates(scope: Scope, segment: OpenSegment) -> Integers:
    """Return the offsets of rows that may be in scope, in ascending order; a row that is none of them is not."""
    ranges = _ranges(scope, segment)
    if scope.accounts is None:
        return np.concatenate([np.arange(0), *(np.arange(start, end) for start, end in ranges)])
    facts = [fact(field, account) for account in sorted(scope.accounts) for field in ("from", "to")]
    found = rows_with(segment.index, facts, start=scope.start, end=scope.end)
    if scope.rooms is None:
        return found
    inside = np.zeros(segment.entry.rows, dtype=bool)
    for start, end in ranges:
        inside[start:end] = True
    return found[inside[found]]


def _ranges(scope: Scope, segment: OpenSegment) -> list[tuple[int, int]]:
    """Return the ascending ranges of rows whose room is in scope, without row groups wholly outside the period."""
    groups = _groups_in_period(scope, segment)
    if scope.rooms is None:
        return [(first, last) for first, last in groups.tolist()]
    runs = [run for room in scope.rooms if (run := segment.run(room))]
    return sorted(
        (max(start, first), min(start + rows, last))
        for start, rows in runs
        for first, last in groups[
            np.searchsorted(groups[:, 1], start, side="right") : np.searchsorted(groups[:, 0], start + rows)
        ].tolist()
    )


def _groups_in_period(scope: Scope, segment: OpenSegment) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """Return first row and end of each row group that may hold rows of the period."""
    bounds = np.stack([segment.group_starts[:-1], segment.group_starts[1:]], axis=1)
    kept = np.ones(len(bounds), dtype=bool)
    if scope.start is not None:
        kept &= segment.group_periods[:, 1] >= scope.start
    if scope.end is not None:
        kept &= segment.group_periods[:, 0] < scope.end
    return np.asarray(bounds[kept])


def of_rooms(table: pa.Table, scope: Scope) -> pa.Table:
    """Return the rows of a table whose column `conversation` is a room in scope."""
    if scope.rooms is None:
        return table
    return table.filter(scope_mask(table, Scope(accounts=None, rooms=scope.rooms, start=None, end=None)))
