"""Reading a conversation in order, page by page, in memory that does not grow with it.

Each segment holds a conversation as one run of rows sorted by time, then number. A page merges the runs: what is known of the
times of segments and row groups says which of them can hold the next line, and no other is read.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import MESSAGE_KINDS, Kind
from underseal.errors import NotFoundError
from underseal.evidence.authority import scope_mask
from underseal.evidence.store.inside import scoped_by
from underseal.evidence.store.pool import OpenSegment
from underseal.evidence.store.view import ALL, View

SHOWN = (MESSAGE_KINDS | {Kind.MEMBERSHIP, Kind.STATE}) - {Kind.REACTION, Kind.REDACTION}
"""Kinds that stand in a conversation as lines of their own; reactions and redactions stand on the line they refer to."""

MAX_PAGE = 500
"""Lines of a page at most."""

_KEPT = 64
"""Row groups of which a conversation keeps in memory which lines they show."""

_LIGHT = ["time", "kind", "detail", "copy_of"]

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

_FIRST = Key(np.iinfo(np.int64).min, -1)
_LAST = Key(np.iinfo(np.int64).max, np.iinfo(np.int64).max)
"""Before and after all lines."""

_Integers = np.ndarray[tuple[int], np.dtype[np.int64]]
_Marks = np.ndarray[tuple[int], np.dtype[np.bool_]]


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

    A page raises NotFoundError where the view has no such conversation.
    """

    def __init__(self, view: View, name: str) -> None:
        self.view = view
        self.name = name
        scope = view.access.scope
        self._begin = _FIRST if scope.start is None else Key(scope.start, -1)
        self._end = _LAST if scope.end is None else Key(scope.end, -1)
        self._shown = lru_cache(maxsize=_KEPT)(self._read)

    def forward(self, key: Key | None, *, limit: int, only: Filter = EVERYTHING) -> Page:
        """Return the lines after `key`, from the beginning where it is None.

        Raises:
            NotFoundError: the view has no such conversation.
        """
        found = self._after(key or _FIRST, limit + 1, only)
        return self._page(found[:limit], earlier=key is not None, later=len(found) > limit)

    def backward(self, key: Key | None, *, limit: int, only: Filter = EVERYTHING) -> Page:
        """Return the last lines before `key`, in order; the last ones of all where it is None; raises as `forward`."""
        found = self._before(key or _LAST, limit + 1, only)
        return self._page(found[:limit][::-1], earlier=len(found) > limit, later=key is not None)

    def around(self, key: Key, *, limit: int, only: Filter = EVERYTHING) -> Page:
        """Return lines before, at and after `key`, half of them on either side; raises as `forward`."""
        half, rest = limit // 2, limit - limit // 2
        before = self._before(key, half + 1, only)
        after = self._after(Key(key.time, key.number - 1), rest + 1, only)
        found = [*before[:half][::-1], *after[:rest]]
        return self._page(found, earlier=len(before) > half, later=len(after) > rest)

    def _after(self, key: Key, limit: int, only: Filter) -> list["_Found"]:
        walks = self._walks(_Span(max(key, self._begin), self._end), 1, only)
        return list(islice(filter(_is_line, heapq.merge(*walks)), limit))

    def _before(self, key: Key, limit: int, only: Filter) -> list["_Found"]:
        walks = self._walks(_Span(self._begin, min(key, self._end)), -1, only)
        return list(islice(filter(_is_line, heapq.merge(*walks, reverse=True)), limit))

    def _page(self, found: Sequence["_Found"], *, earlier: bool, later: bool) -> Page:
        if not found and not self._after(_FIRST, 1, EVERYTHING):
            raise NotFoundError("There is no such conversation within the authority's scope.")
        return Page(
            rows=self.view.fetch([(line.segment, line.offset) for line in found], ALL),
            before=found[0].key if earlier and found else None,
            after=found[-1].key if later and found else None,
        )

    def _walks(self, span: "_Span", step: int, only: Filter) -> Iterator[Iterator["_Found"]]:
        for position in range(len(self.view.segments)):
            yield self._walk(position, span, step, only)

    def _walk(self, position: int, span: "_Span", step: int, only: Filter) -> Iterator["_Found"]:
        """Yield the wanted lines of a segment within a span (towards the past when `step` is -1).

        Before anything is read, a bound is yielded, behind which all lines lie that it can give: so a merge leaves alone
        what cannot give its next line.
        """
        segment = self.view.segments[position].segment
        start, end = segment.period
        if end < span.after.time or span.before.time < start:
            return
        yield _bound(position, start if step > 0 else end, step)
        for block in _blocks(segment, self.name, span)[::step]:
            yield _bound(position, block.earliest if step > 0 else block.latest, step)
            times, offsets = self._shown(position, block.start, block.end, only)
            numbers = segment.entry.first + offsets
            inside = _is_after(times, numbers, span.after) & _is_before(times, numbers, span.before)
            lines = zip(times[inside][::step].tolist(), offsets[inside][::step].tolist(), strict=True)
            for time, offset in lines:
                yield _Found(Key(time, segment.entry.first + offset), position, offset)

    def _read(self, position: int, start: int, end: int, only: Filter) -> tuple[_Integers, _Integers]:
        """Return the times and the offsets of the wanted lines among rows of a segment."""
        segment, scope = self.view.segments[position].segment, self.view.access.scope
        if segment.visible is not None and not segment.visible[start:end].any():
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        table = segment.read_range(
            start, end, list(dict.fromkeys([*_LIGHT, *(["sender"] if only.participants else []), *scoped_by(scope)]))
        )
        wanted = np.flatnonzero(self._wanted(table, segment, start, only))
        return table.column("time").to_numpy()[wanted], start + wanted

    def _wanted(self, table: pa.Table, segment: OpenSegment, start: int, only: Filter) -> _Marks:
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


class _Span(NamedTuple):
    """What lies between two places."""

    after: Key
    before: Key


class _Found(NamedTuple):
    """A line, or with the offset `_BOUND` the word of a walk that all it will yield lies behind `key`."""

    key: Key
    segment: int
    offset: int


_BOUND = -1


def _bound(position: int, time: int, step: int) -> _Found:
    """Return the bound of a walk whose first row in its direction is not before `time` (not after it when `step` is -1)."""
    return _Found(Key(time, _FIRST.number if step > 0 else _LAST.number), position, _BOUND)


def _is_line(found: _Found) -> bool:
    return found.offset != _BOUND


class _Block(NamedTuple):
    """Rows of a conversation in one row group of a segment.

    Attributes:
        start, end: offsets of the first row, and behind the last. earliest, latest: no row lies outside these times.
    """

    start: int
    end: int
    earliest: int
    latest: int


def _blocks(segment: OpenSegment, conversation: str, span: _Span) -> list[_Block]:
    """Return in their order the blocks of a conversation that may hold rows of a span.

    A row's number grows with its offset, so the keys bound a block even where many row groups share one time.
    """
    run = segment.run(conversation)
    if run is None:
        return []
    begin, end = run[0], run[0] + run[1]
    bounds, periods = segment.group_starts, segment.group_periods
    groups = slice(
        int(np.searchsorted(bounds, begin, side="right")) - 1, int(np.searchsorted(bounds, end, side="left"))
    )
    starts, ends = np.maximum(bounds[:-1][groups], begin), np.minimum(bounds[1:][groups], end)
    # A row group at either end may hold rows of other conversations; what lies within bounds what lies at the ends.
    earliest = np.maximum.accumulate(periods[groups, 0])
    latest = np.minimum.accumulate(periods[groups, 1][::-1])[::-1]
    first, last = segment.entry.first + starts, segment.entry.first + ends - 1
    kept = _is_after(latest, last, span.after) & _is_before(earliest, first, span.before)
    return [_Block(*block) for block in np.stack([starts, ends, earliest, latest], axis=1)[kept].tolist()]


def _is_after(times: _Integers, numbers: _Integers, key: Key) -> _Marks:
    return np.asarray((times > key.time) | ((times == key.time) & (numbers > key.number)))


def _is_before(times: _Integers, numbers: _Integers, key: Key) -> _Marks:
    return np.asarray((times < key.time) | ((times == key.time) & (numbers < key.number)))


def _among(values: pa.ChunkedArray, wanted: frozenset[str] | set[str]) -> pa.ChunkedArray:
    return pc.is_in(values.cast(pa.string()), value_set=pa.array(sorted(wanted), pa.string()))
