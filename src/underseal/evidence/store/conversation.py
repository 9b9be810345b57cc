"""Reading a conversation in order, page by page, in memory that does not grow with it.

Each segment holds a conversation as one run of rows sorted by time, then number. A page merges the runs: it finds its start
in each by bisection over row groups, reads on in steps, and stops as soon as it has enough rows.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import MESSAGE_KINDS, Kind
from underseal.errors import NotFoundError
from underseal.evidence.authority import scope_mask
from underseal.evidence.store.inside import SCOPED
from underseal.evidence.store.pool import OpenSegment
from underseal.evidence.store.view import ALL, View

SHOWN = (MESSAGE_KINDS | {Kind.MEMBERSHIP, Kind.STATE}) - {Kind.REACTION, Kind.REDACTION}
"""Kinds that stand in a conversation as lines of their own; reactions and redactions stand on the line they refer to."""

MAX_PAGE = 500
"""Lines of a page at most."""

_STEP = 512
"""Rows that a run is read on by: a quarter of a row group."""

_LIGHT = [*SCOPED, "number", "kind", "detail", "copy_of"]

_SAID = pa.array(["m.room.name", "m.room.topic", "m.room.encryption"])
"""State that a reader of the conversation wants to see; the rest is the server's housekeeping (find it by kind:state)."""


class Key(NamedTuple):
    """A place between the lines of a conversation: after the line of this time (ms) and number."""

    time: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which lines are wanted; empty means all."""

    participants: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


EVERYTHING = Filter()
"""No filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Lines in order.

    Attributes:
        rows: their records.
        before: key to read on towards the past from, None at the beginning. after: the same towards the present.
    """

    rows: pa.Table
    before: Key | None
    after: Key | None


class Conversation:
    """One conversation of a view.

    Raises:
        NotFoundError: the view has no such conversation.
    """

    def __init__(self, view: View, name: str) -> None:
        self.view = view
        self.name = name
        self._runs = [
            _Run(number, segment.segment, *segment.segment.run_of[name])
            for number, segment in enumerate(view.segments)
            if name in segment.segment.run_of
        ]
        if not self._runs or not self._visible():
            raise NotFoundError("There is no such conversation within the authority's scope.")

    def forward(self, key: Key | None, *, limit: int, only: Filter = EVERYTHING) -> Page:
        """Return the lines after `key`, from the beginning where it is None."""
        walks = [self._walk(run, run.offset_after(key) if key else run.start, 1, only) for run in self._runs]
        found = list(islice(heapq.merge(*walks), limit + 1))
        return self._page(found[:limit], earlier=key is not None, later=len(found) > limit)

    def backward(self, key: Key | None, *, limit: int, only: Filter = EVERYTHING) -> Page:
        """Return the last lines before `key`, in order; the last ones of all where it is None."""
        walks = [self._walk(run, run.offset_from(key) if key else run.end, -1, only) for run in self._runs]
        found = list(islice(heapq.merge(*walks, reverse=True), limit + 1))
        return self._page(found[:limit][::-1], earlier=len(found) > limit, later=key is not None)

    def around(self, key: Key, *, limit: int, only: Filter = EVERYTHING) -> Page:
        """Return lines before, at and after `key`, half of them on either side."""
        before = self.backward(key, limit=limit // 2, only=only)
        after = self.forward(Key(key.time, key.number - 1), limit=limit - limit // 2, only=only)
        return Page(
            rows=pa.concat_tables([before.rows, after.rows]).unify_dictionaries(),
            before=before.before,
            after=after.after,
        )

    def _visible(self) -> bool:
        return any(next(self._walk(run, run.start, 1, EVERYTHING), None) is not None for run in self._runs)

    def _page(self, found: Sequence["_Found"], *, earlier: bool, later: bool) -> Page:
        rows = self.view.fetch([(hit.segment, hit.offset) for hit in found], ALL)
        return Page(
            rows=rows,
            before=found[0].key if earlier and found else None,
            after=found[-1].key if later and found else None,
        )

    def _walk(self, run: "_Run", offset: int, step: int, only: Filter) -> Iterator["_Found"]:
        """Yield the wanted rows of a run from `offset` on (towards the past when `step` is -1)."""
        while run.start <= offset - (step < 0) < run.end:
            start, end = (
                (offset, min(offset + _STEP, run.end)) if step > 0 else (max(offset - _STEP, run.start), offset)
            )
            table = run.segment.read_range(start, end, _LIGHT)
            wanted = np.flatnonzero(self._wanted(table, run.segment, start, only))
            times, numbers = table.column("time").to_numpy(), table.column("number").to_numpy()
            for row in wanted[::step].tolist():
                yield _Found(Key(int(times[row]), int(numbers[row])), run.position, start + row)
            offset = end if step > 0 else start

    def _wanted(
        self, table: pa.Table, segment: OpenSegment, start: int, only: Filter
    ) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        kinds = only.kinds or {kind.value for kind in SHOWN}
        wanted = pc.and_(_among(table.column("kind"), kinds), scope_mask(table, self.view.access.scope))
        wanted = pc.and_(wanted, pc.is_null(table.column("copy_of")))
        if not only.kinds:
            silent = pc.and_not(
                _among(table.column("kind"), {Kind.STATE.value}),
                pc.is_in(table.column("detail").cast(pa.string()), value_set=_SAID),
            )
            wanted = pc.and_not(wanted, silent)
        if only.participants:
            wanted = pc.and_(wanted, _among(table.column("sender"), only.participants))
        shown = np.asarray(wanted.to_numpy(zero_copy_only=False) if isinstance(wanted, pa.Array) else wanted.to_numpy())
        if segment.visible is not None:
            shown = shown & segment.visible[start : start + table.num_rows]
        return shown.astype(bool)


class _Found(NamedTuple):
    key: Key
    segment: int
    offset: int


class _Run:
    """The rows of the conversation in one segment."""

    def __init__(self, position: int, segment: OpenSegment, start: int, rows: int) -> None:
        self.position = position
        self.segment = segment
        self.start = start
        self.end = start + rows

    def offset_after(self, key: Key) -> int:
        """Return the offset of the first row after `key`."""
        return self._bisect(Key(key.time, key.number + 1))

    def offset_from(self, key: Key) -> int:
        """Return the offset of the first row at or after `key`."""
        return self._bisect(key)

    def _bisect(self, key: Key) -> int:
        """Narrow down to one row group by its first row, then to the row."""
        starts = self._inner_starts
        low, high = 0, len(starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._key_at(int(starts[middle])) < key else (low, middle - 1)
        start, end = int(starts[low]), int(starts[low + 1]) if low + 1 < len(starts) else self.end
        table = self.segment.read_range(start, end, ["time", "number"])
        times, numbers = table.column("time").to_numpy(), table.column("number").to_numpy()
        return start + int(np.count_nonzero((times < key.time) | ((times == key.time) & (numbers < key.number))))

    @cached_property
    def _inner_starts(self) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        groups = self.segment.group_starts
        return np.concatenate(([self.start], groups[(groups > self.start) & (groups < self.end)]))

    def _key_at(self, offset: int) -> Key:
        row = self.segment.read_range(offset, offset + 1, ["time", "number"])
        return Key(row.column("time")[0].as_py(), row.column("number")[0].as_py())


def _among(values: pa.ChunkedArray, wanted: frozenset[str] | set[str]) -> pa.ChunkedArray:
    return pc.is_in(values.cast(pa.string()), value_set=pa.array(sorted(wanted), pa.string()))
