"""Hits per day or hour, in the days of a time zone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import Enum

import tantivy

from underseal.evidence.search.nodes import Node
from underseal.evidence.search.plan import Plan, any_of, far, locked, near, needs_text, within
from underseal.evidence.search.scatter import View, scatter
from underseal.evidence.store.index import FAR, MIDDLE, ROW_BITS, order_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = timedelta(days=7)


class Interval(Enum):
    """How long a bucket is, in milliseconds."""

    DAY = 86_400_000
    HOUR = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """The hits of one day or hour.

    Attributes:
        start: "2021-03-09" of a day, "2021-03-09T05:00+01:00" of an hour.
        count: hits. locked: those of them that a further key may open.
    """

    start: str
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


def histogram(
    view: View, query: Node, *, interval: Interval = Interval.DAY, zone: tzinfo = UTC
) -> tuple[Bucket, ...]:
    """Return the days or hours that have hits, in order, with their exact counts.

    Args:
        view: the release and the authority. query: see `language.parse`.
        interval: length of a bucket. zone: whose days and hours.
    """
    plan = Plan(node=query, scope=view.access.scope)

    def answer(_position: int, searcher: tantivy.Searcher) -> tuple[Counter[_Start], Counter[_Start]]:
        everything = _segment(plan, searcher, interval, zone)
        return everything, Counter() if needs_text(query) else _segment(plan, searcher, interval, zone, locked())

    counts: Counter[_Start] = Counter()
    held_back: Counter[_Start] = Counter()
    for some, of_them_locked in scatter(view, answer):
        counts.update(some)
        held_back.update(of_them_locked)
    starts = sorted(counts, key=lambda start: start[0] - start[1])
    return tuple(Bucket(start=_label(*at, interval), count=counts[at], locked=held_back[at]) for at in starts)


def _segment(
    plan: Plan, searcher: tantivy.Searcher, interval: Interval, zone: tzinfo, *further: tantivy.Query
) -> Counter[_Start]:
    if not searcher.doc_freq("facts", FAR):
        return Counter(dict(_buckets(plan, searcher, _NEAR, interval, zone, *further)))
    counts = Counter(dict(_buckets(plan, searcher, _NEAR, interval, zone, near(), *further)))
    counts.update(dict(_buckets(plan, searcher, _FAR, interval, zone, far(), *further)))
    return counts


def _buckets(
    plan: Plan, searcher: tantivy.Searcher, clock: _Clock, interval: Interval, zone: tzinfo, *further: tantivy.Query
) -> Iterator[tuple[_Start, int]]:
    """Yield buckets with their counts, one histogram for all stretches in which the zone has the same offset."""
    by_offset = _by_offset(searcher, plan.query(searcher, *further), clock, zone)
    for offset, stretches in by_offset.items():
        times = [within(clock.value(first), clock.value(until), clock.field) for first, until in stretches]
        query = plan.query(searcher, *further, *([any_of(times)] if len(by_offset) > 1 else []))
        shift = (-offset - clock.zero) % interval.value
        asked = {
            "field": clock.field,
            "interval": float(interval.value << clock.bits),
            "offset": float(shift << clock.bits),
            "min_doc_count": 1,
        }
        for bucket in searcher.aggregate(query, {"times": {"histogram": asked}})["times"]["buckets"]:
            local = clock.time(bucket["key"]) + offset
            yield (local, offset if interval is Interval.HOUR else 0), int(bucket["doc_count"])
