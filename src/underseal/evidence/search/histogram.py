"""Hits per day or hour, in the days of a time zone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from enum import Enum

import tantivy

from underseal.evidence.search.nodes import Node
from underseal.evidence.search.plan import Plan, any_of, far, locked, near, within
from underseal.evidence.search.scatter import View, scatter
from underseal.evidence.search.zones import local_text, stretches
from underseal.evidence.store.index import FAR, MIDDLE, ROW_BITS


class Interval(Enum):
    """How long a bucket is, in milliseconds."""

    DAY = 86_400_000
    HOUR = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The hits of one day or hour.

    Attributes:
        day: "2021-03-09"; of an hour "2021-03-09T05:00+01:00".
        count: hits. locked: those of them that a further key may open.
    """

    day: str
    count: int
    locked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """A field that holds times.

    Attributes:
        field: its name. zero: milliseconds since 1970 at which it is 0. bits: how far the milliseconds are shifted.
    """

    field: str
    zero: int
    bits: int

    def value(self, time: int) -> int:
        return time - self.zero << self.bits

    def time(self, value: float) -> int:
        return (int(value) >> self.bits) + self.zero


_NEAR = _Clock(field="order", zero=MIDDLE, bits=ROW_BITS)
_FAR = _Clock(field="far", zero=0, bits=0)


_Start = tuple[int, int]
"""Start of a bucket: local milliseconds, as if 1970 had begun there at the same number; and the offset from UTC of an hour,
which tells the two hours apart that have one name when clocks are put back (0 for a day)."""


def histogram(view: View, query: Node, *, interval: Interval = Interval.DAY, zone: tzinfo = UTC) -> list[Bucket]:
    """Return the days or hours that have hits, in order, with their exact counts.

    Args:
        view: the release and the authority. query: see `language.parse`.
        interval: length of a bucket. zone: whose days and hours.
    """
    counting = _Counting(plan=Plan(node=query, scope=view.access.scope), interval=interval, zone=zone)

    def answer(_position: int, searcher: tantivy.Searcher) -> tuple[Counter[_Start], Counter[_Start]]:
        can_be_locked = counting.plan.can_be_locked(searcher)
        return counting.of(searcher), counting.of(searcher, locked()) if can_be_locked else Counter()

    counts: Counter[_Start] = Counter()
    held_back: Counter[_Start] = Counter()
    for some, of_them_locked in scatter(view, answer):
        counts.update(some)
        held_back.update(of_them_locked)
    return [
        Bucket(day=counting.label(*at), count=counts[at], locked=held_back[at])
        for at in sorted(counts, key=lambda start: start[0] - start[1])
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counting:
    """One histogram, asked of one segment after the other."""

    plan: Plan
    interval: Interval
    zone: tzinfo

    def of(self, searcher: tantivy.Searcher, *further: tantivy.Query) -> Counter[_Start]:
        """Count the results in a segment that meet further conditions."""
        counts: Counter[_Start] = Counter()
        if not searcher.doc_freq("facts", FAR):
            self._add(counts, searcher, _NEAR, further)
        else:
            self._add(counts, searcher, _NEAR, (near(), *further))
            self._add(counts, searcher, _FAR, (far(), *further))
        return counts

    def label(self, local: int, offset: int) -> str:
        return local_text(local, offset if self.interval is Interval.HOUR else None)

    def _add(
        self, counts: Counter[_Start], searcher: tantivy.Searcher, clock: _Clock, further: Sequence[tantivy.Query]
    ) -> None:
        """Add buckets: one histogram for all stretches in which the zone has the same offset."""
        by_offset = self._by_offset(searcher, self.plan.query(searcher, *further), clock)
        for offset, times in by_offset.items():
            query = self.plan.query(searcher, *further, *([any_of(times)] if len(by_offset) > 1 else []))
            asked = {
                "field": clock.field,
                "interval": float(self.interval.value << clock.bits),
                "offset": float((-offset - clock.zero) % self.interval.value << clock.bits),
                "min_doc_count": 1,
            }
            for bucket in searcher.aggregate(query, {"times": {"histogram": asked}})["times"]["buckets"]:
                start = clock.time(bucket["key"]) + offset, offset if self.interval is Interval.HOUR else 0
                counts[start] += int(bucket["doc_count"])

    def _by_offset(
        self, searcher: tantivy.Searcher, query: tantivy.Query, clock: _Clock
    ) -> dict[int, list[tantivy.Query]]:
        """Return for each offset of the zone, within the times of a result, the conditions of the stretches that have it."""
        fixed = self.zone.utcoffset(None)
        if fixed is not None:
            return {fixed // timedelta(milliseconds=1): []}
        ends = searcher.aggregate(query, {end: {end: {"field": clock.field}} for end in ("min", "max")})
        if ends["min"]["value"] is None:
            return {}
        found: dict[int, list[tantivy.Query]] = {}
        first, last = (clock.time(ends[end]["value"]) for end in ("min", "max"))
        for start, until, offset in stretches(self.zone, first, last):
            found.setdefault(offset, []).append(within(clock.value(start), clock.value(until), clock.field))
        return found
