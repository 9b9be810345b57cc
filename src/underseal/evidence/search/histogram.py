"""Hits per day or hour, in the days of a time zone."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import Enum

import tantivy

from underseal.evidence.search.nodes import Node
from underseal.evidence.search.plan import Plan, far, locked, near
from underseal.evidence.search.scatter import View, scatter
from underseal.evidence.search.zones import Stretch, is_fixed, local_text, stretches
from underseal.evidence.store.columns import ROW_BITS
from underseal.evidence.store.index import FAR, MIDDLE


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
        found = counting.of(searcher)
        match counting.plan.all_locked(searcher):
            case True:
                return found, found
            case False:
                return found, Counter()
        return found, counting.of(searcher, locked())

    counts: Counter[_Start] = Counter()
    held_back: Counter[_Start] = Counter()
    for some, of_them_locked in scatter(view, answer):
        counts.update(some)
        held_back.update(of_them_locked)
    return [
        Bucket(day=counting.label(*at), count=counts[at], locked=held_back[at])
        for at in sorted(+counts, key=lambda start: start[0] - start[1])
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
        """Add buckets, by one histogram for each offset that the zone has within the times of the result.

        A bucket that lies in a stretch of its own offset counts as it is. Of one that a change of clocks cuts, the parts
        in stretches of its offset are counted by themselves.
        """
        query = self.plan.query(searcher, *further)
        spans = self._spans(searcher, query, clock)
        if not spans:
            return
        asked = {str(offset): self._histogram(clock, offset) for offset in {span.offset for span in spans}}
        parts: list[tuple[_Start, int, int]] = []
        for offset, answer in searcher.aggregate(query, asked).items():
            for bucket in answer["buckets"]:
                start = clock.time(bucket["key"])
                at = self._start(start, int(offset))
                for first, until in _overlaps(start, start + self.interval.value, int(offset), spans):
                    if until - first == self.interval.value:
                        counts[at] += int(bucket["doc_count"])
                    else:
                        parts.append((at, first, until))
        if parts:
            _add_parts(counts, parts, searcher, query, clock)

    def _spans(self, searcher: tantivy.Searcher, query: tantivy.Query, clock: _Clock) -> list[Stretch]:
        """Return the stretches of the zone that hold the times of a result."""
        if is_fixed(self.zone):
            return stretches(self.zone, 0, 0)
        ends = searcher.aggregate(query, {end: {end: {"field": clock.field}} for end in ("min", "max")})
        if ends["min"]["value"] is None:
            return []
        return stretches(self.zone, *(clock.time(ends[end]["value"]) for end in ("min", "max")))

    def _histogram(self, clock: _Clock, offset: int) -> dict[str, object]:
        wanted = {
            "field": clock.field,
            "interval": float(self.interval.value << clock.bits),
            "offset": float((-offset - clock.zero) % self.interval.value << clock.bits),
            "min_doc_count": 1,
        }
        return {"histogram": wanted}

    def _start(self, time: int, offset: int) -> _Start:
        return time + offset, offset if self.interval is Interval.HOUR else 0


def _overlaps(start: int, end: int, offset: int, spans: Sequence[Stretch]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a bucket that lie in stretches of its offset."""
    at = bisect_right(spans, start, key=lambda span: span.first) - 1
    for span in spans[max(at, 0) :]:
        if span.first >= end:
            return
        if span.offset == offset:
            yield max(start, span.first), min(end, span.until)


def _add_parts(
    counts: Counter[_Start],
    parts: Sequence[tuple[_Start, int, int]],
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    clock: _Clock,
) -> None:
    ranges = [
        {"key": str(number), "from": float(clock.value(first)), "to": float(clock.value(until))}
        for number, (_, first, until) in enumerate(parts)
    ]
    answer = searcher.aggregate(query, {"parts": {"range": {"field": clock.field, "ranges": ranges}}})
    found = {bucket["key"]: int(bucket["doc_count"]) for bucket in answer["parts"]["buckets"]}
    for number, (start, _, _) in enumerate(parts):
        counts[start] += found[str(number)]
