"""Moments as people write them in orders, and as they are written for people: in a zone that is said and never guessed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from underseal.errors import CallerError

_FORM: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?P<time>[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(?P<offset>Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HINT: Final = "Write 2026-03-09, 2026-03-09T05:00, or 2026-03-09T05:00+01:00."


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises:
        CallerError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CallerError(
            f"The time zone {name!r} is unknown.", hint="Give a name such as Europe/Brussels, or UTC."
        ) from error


def moment(text: str, zone: ZoneInfo, *, end: bool = False) -> int:
    """Read a date or a time.

    Args:
        text: ISO 8601: a date, or date and time with or without an offset.
        zone: holds where the text has no offset.
        end: whether this is the end of an interval: a date then stands for its whole day, so that "to 31 March"
            ends when 1 April begins.

    Returns:
        Milliseconds since 1970-01-01T00:00:00Z; what is finer is cut off.

    Raises:
        CallerError: it is neither, does not exist in the zone, or happens twice there.
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise CallerError(f"{text!r} is not a date or time.", hint=_HINT)
    try:
        found = datetime.fromisoformat(form.group())
        if form["time"] is None:
            # Where clocks change at midnight the day begins at the change, and at the first of two midnights: fold=0.
            found = (found + timedelta(days=1) if end else found).replace(tzinfo=zone)
        elif form["offset"] is None:
            found = _local(found, zone)
        return (found.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError) as error:
        raise CallerError(f"There is no {text}: {error}.", hint=_HINT) from error


def iso(utc: int, zone: ZoneInfo) -> str:
    """Return a time as ISO 8601 with milliseconds and offset.

    Args:
        utc: milliseconds since 1970, within the years 1 to 9999.
    """
    seconds, milliseconds = divmod(utc, 1000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def _local(naive: datetime, zone: ZoneInfo) -> datetime:
    found = naive.replace(tzinfo=zone)
    if found.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise CallerError(f"There is no {naive.isoformat()} in {zone.key}: the clocks go forward over it.", hint=_HINT)
    if found.utcoffset() != found.replace(fold=1).utcoffset():
        raise CallerError(
            f"{naive.isoformat()} happens twice in {zone.key}: the clocks go back over it.",
            hint="Say which one, with its offset: 2026-10-25T02:30+01:00.",
        )
    return found
