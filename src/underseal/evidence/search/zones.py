"""When a time zone had which offset from UTC: Python's zones answer for a moment, a histogram asks for stretches."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_WEEK = 7 * 86_400_000
"""Milliseconds between two looks at a zone: no zone has changed its offset and changed it back within a week."""

_FIRST_YEAR, _LAST_YEAR = 2, 9998
"""Years that every zone can be asked about without leaving Python's calendar."""


class Stretch(NamedTuple):
    """A span (milliseconds since 1970, end exclusive) in which the offset (milliseconds east of UTC) is the same."""

    first: int
    until: int
    offset: int


def is_fixed(zone: tzinfo) -> bool:
    """Say whether a zone has one offset for ever."""
    return zone.utcoffset(None) is not None


def stretches(zone: tzinfo, first: int, last: int) -> list[Stretch]:
    """Return the stretches of a zone that touch the milliseconds `first` to `last`, in order."""
    if is_fixed(zone):
        return [Stretch(-(2**63), 2**63, _offset(zone, 0))]
    years = [min(max(_year(at), _FIRST_YEAR), _LAST_YEAR) for at in (first, last)]
    return [each for each in _of_years(zone, *years) if each.first <= last and each.until > first]


def local_text(local: int, offset: int | None) -> str:
    """Return a local time in ISO 8601: a date, or with an offset (milliseconds) hour and minute and this offset.

    Args:
        local: milliseconds since 1970-01-01T00:00 on the local clock; held within the years 1 to 9999.
    """
    earliest, latest = (_milliseconds(edge.replace(tzinfo=UTC)) for edge in (datetime.min, datetime.max))  # noqa: DTZ901
    moment = _EPOCH + timedelta(milliseconds=min(max(local, earliest), latest))
    if offset is None:
        return moment.date().isoformat()
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60_000
    return f"{moment:%Y-%m-%dT%H:%M}{sign}{minutes // 60:02d}:{minutes % 60:02d}"


@lru_cache(maxsize=64)
def _of_years(zone: tzinfo, first_year: int, last_year: int) -> tuple[Stretch, ...]:
    return tuple(_walk(zone, _milliseconds(datetime(first_year, 1, 1, tzinfo=UTC)), _start_after(last_year)))


def _walk(zone: tzinfo, first: int, until: int) -> Iterator[Stretch]:
    """Yield the stretches between two moments; the first and last one go on without end."""
    start, offset = -(2**63), _offset(zone, first)
    for at in range(first, until, _WEEK):
        following = min(at + _WEEK, until)
        if _offset(zone, following) != offset:
            change = _change(zone, at, following)
            yield Stretch(start, change, offset)
            start, offset = change, _offset(zone, following)
    yield Stretch(start, 2**63, offset)


def _change(zone: tzinfo, low: int, high: int) -> int:
    """Return the first millisecond with the offset of `high`, knowing that `low` has another."""
    wanted = _offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(zone, middle) == wanted else (middle, high)
    return high


def _offset(zone: tzinfo, time: int) -> int:
    return ((_EPOCH + timedelta(milliseconds=time)).astimezone(zone).utcoffset() or timedelta()) // _MILLISECOND


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _start_after(year: int) -> int:
    return _milliseconds(datetime(year + 1, 1, 1, tzinfo=UTC))


def _year(time: int) -> int:
    """Return the year of a time, or one beyond the calendar."""
    try:
        return (_EPOCH + timedelta(milliseconds=time)).year
    except OverflowError:
        return 0 if time < 0 else 10_000
