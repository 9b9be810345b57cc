"""Times of licences: one text for one moment, calendar months, and the days on which a notice is due.

A month is counted on the calendar of a zone, which is the product's: a licence bought at 18:00 in Antwerp ends at 18:00
in Antwerp, on the same day of a later month, whatever the clocks did meanwhile. Only the moment that comes out is kept,
so that a later change of a zone's rules moves no end.
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from underseal.errors import CallerError

MAX_MONTHS: Final = 120
"""Most months of one product."""

NOTICE_DAYS: Final = (1, 7, 30)
"""Days of 24 hours before the end by which a subscriber hears of it, the most urgent first."""

FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No licence ends earlier."""

LAST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""No licence ends later: a calendar of four digits, with room for every zone."""


def moment(at: datetime) -> datetime:
    """Return a time in UTC, cut to the millisecond: the form in which times are kept.

    Raises:
        CallerError: it has no zone.
    """
    if at.tzinfo is None:
        raise CallerError("A time without a zone is no moment.", hint="Pass an aware time, such as datetime.now(UTC).")
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def to_text(at: datetime) -> str:
    """Return a moment as "2026-03-09T04:00:00.000Z": of one width, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Return the moment of a text of `to_text`.

    Raises:
        ValueError: it is none.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is not UTC or to_text(at) != text:
        raise ValueError(f"not written as a moment: {text!r}")
    return at


@cache
def zone(name: str) -> ZoneInfo:
    """Return a zone of the IANA database.

    Raises:
        CallerError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CallerError(f"There is no zone {name!r}.", hint="Such as Europe/Brussels, or UTC.") from None


def add_months(anchor: datetime, months: int, zone_name: str) -> datetime:
    """Return the moment a number of calendar months later.

    Where the month has no such day, its last one is taken; where the clock shows the time twice, the first is meant; a
    time that the clock skips is read on the clock as it stood before, so that nobody loses the hour.

    Args:
        anchor: aware.
        months: from 0.
        zone_name: on whose calendar.

    Raises:
        CallerError: it would lie beyond LAST, or there is no such zone.
    """
    local = anchor.astimezone(zone(zone_name))
    years, month = divmod(local.month - 1 + months, 12)
    if local.year + years >= LAST.year:
        raise CallerError("No licence runs for thousands of years.")
    year, month = local.year + years, month + 1
    day = min(local.day, monthrange(year, month)[1])
    if months == 0:
        return anchor.astimezone(UTC)
    return local.replace(year=year, month=month, day=day, fold=0).astimezone(UTC)


def due_notice(ends: datetime, at: datetime) -> int | None:
    """Return the days (1, 7 or 30) of the notice that holds at a time; None long before the end, and from the end on."""
    left = ends - at
    if left <= timedelta(0):
        return None
    return next((days for days in NOTICE_DAYS if left <= timedelta(days=days)), None)
