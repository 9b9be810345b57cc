"""Dates of the query language: a year, month, day, minute or second, each of them a span of time.

A date without an offset is read in the time zone of the workspace, which the caller names. Where clocks are put back, an
hour happens twice; a date means its first time. Relative dates ("yesterday") are left out on purpose: a query in the audit
must mean the same next year.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_FORM = re.compile(
    r"(?P<year>[1-8]\d{3})"
    r"(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<offset>Z|[+-]\d\d:?\d\d)?)?)?)?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_NEXT: dict[str, Callable[[datetime], datetime]] = {
    "year": lambda start: start.replace(year=start.year + 1),
    "month": lambda start: (start + timedelta(days=31)).replace(day=1),
    "day": lambda start: start + timedelta(days=1),
    "minute": lambda start: start + timedelta(minutes=1),
    "second": lambda start: start + timedelta(seconds=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time, in milliseconds since 1970-01-01T00:00:00Z.

    Attributes:
        first: first millisecond inside. until: first millisecond after it.
    """

    first: int
    until: int


def read_date(text: str, *, zone: tzinfo) -> Span | None:
    """Return the span that a date means; None when it is not written as one (ISO 8601: `2021-03-09T05:00`).

    Args:
        text: year (1000 to 8999), and as much more of month, day, hour and minute, second, offset as is known.
        zone: of dates without an offset.

    Raises:
        ValueError: it is written as a date, but there is no such day or time.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    given = {part: int(found[part]) for part in _PARTS if found[part] is not None}
    hour, minute, second = (given.get(part, 0) for part in _PARTS[3:])
    local = datetime(given["year"], given.get("month", 1), given.get("day", 1), hour, minute, second)  # noqa: DTZ001  # gets its zone below
    if found["offset"]:
        zone = datetime.fromisoformat(f"2000-01-01T00:00{found['offset']}").tzinfo or zone
    return Span(first=_moment(local, zone), until=_moment(_NEXT[list(given)[-1]](local), zone))


def _moment(local: datetime, zone: tzinfo) -> int:
    return (local.replace(tzinfo=zone) - _EPOCH) // timedelta(milliseconds=1)
