"""Times of a message table as milliseconds since 1970: a careful way for one value, and a fast one for whole columns.

The fast way (`TimeColumn`) settles what it is sure of and leaves the rest to the careful one (`read_time`), which also says
why a value cannot be a time; both give the same for every value, which a test holds them to.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from underseal.evidence.intake.formats._events import EARLIEST, LATEST
from underseal.evidence.intake.formats._mapping import TimeRule
from underseal.evidence.intake.formats._unit import BadUnitError

HALF_SECOND: Final = 500
"""Uncertainty of a time in whole seconds, in milliseconds."""

HALF_MINUTE: Final = 30_000
HALF_DAY: Final = 43_200_000

TWICE: Final = "the clocks were set back: this local time occurred twice"
"""Detail of a time that can be either of two."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,9})?")
_ISO: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<minute>\d\d:\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r" ?(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time that was understood.

    Attributes:
        time: milliseconds since 1970-01-01T00:00:00Z.
        uncertainty: half width of the interval around it, in milliseconds.
        detail: TWICE, or "".
    """

    time: int
    uncertainty: int
    detail: str = ""


def read_time(found: str, rule: TimeRule) -> Moment:
    """Understand one value.

    Raises:
        BadUnitError: "missing_field", "malformed_time", "impossible_time", "nonexistent_time" (the clocks were set
            forward) or "no_offset" (the value says no offset, and the mapping no zone).
    """
    value = found.strip()
    if not value:
        raise BadUnitError("missing_field", "the row has no time")
    try:
        if rule.format in ("epoch_s", "epoch_ms"):
            return _bounded(_epoch(value, rule.format))
        if rule.format == "iso":
            return _bounded(_iso(value, rule))
        moment = datetime.strptime(value, rule.format)  # noqa: DTZ007  # the zone comes next
        return _bounded(_placed(moment, rule, resolution(rule.format)))
    except OverflowError:
        raise BadUnitError("impossible_time", "the time lies outside the years 1 to 9999") from None
    except ValueError:
        raise BadUnitError("malformed_time", f"the time is not of the form {rule.format}, or no date") from None


def resolution(time_format: str) -> int:
    """Return the uncertainty of times in a format of strptime, in milliseconds: half of its smallest unit."""
    if "%f" in time_format:
        return 0
    if any(word in time_format for word in ("%S", "%s", "%T", "%c", "%X", "%r")):
        return HALF_SECOND
    if any(word in time_format for word in ("%M", "%R")):
        return HALF_MINUTE
    return 60 * HALF_MINUTE if any(word in time_format for word in ("%H", "%I")) else HALF_DAY


def _epoch(value: str, unit: str) -> Moment:
    match = _NUMBER.fullmatch(value)
    if not match or (match[1] and unit == "epoch_ms"):
        raise ValueError(value)
    whole = int(value.split(".", maxsplit=1)[0])
    if unit == "epoch_ms":
        return Moment(time=whole, uncertainty=0)
    fraction = int((match[1] or ".0")[1:4].ljust(3, "0"))
    sign = -1 if value.startswith("-") else 1
    return Moment(time=whole * 1000 + sign * fraction, uncertainty=0 if match[1] else HALF_SECOND)


def _iso(value: str, rule: TimeRule) -> Moment:
    match = _ISO.fullmatch(value)
    if not match:
        raise ValueError(value)
    text = f"{match['day']}T{match['minute'] or '00:00'}:{match['second'] or '00'}"
    text += f".{match['fraction'][:6].ljust(6, '0')}" if match["fraction"] else ""
    offset = match["offset"] or ""
    width = HALF_DAY if not match["minute"] else HALF_MINUTE if not match["second"] else HALF_SECOND
    return _placed(datetime.fromisoformat(text + offset), rule, 0 if match["fraction"] else width)


def _placed(moment: datetime, rule: TimeRule, uncertainty: int) -> Moment:
    """Give a local time its place in UTC."""
    if moment.tzinfo is not None:
        return Moment(time=_milliseconds(moment), uncertainty=uncertainty)
    if not rule.zone:
        raise BadUnitError("no_offset", "the time says no offset, and the mapping no zone")
    zone = ZoneInfo(rule.zone)
    both = sorted(moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    earlier, later = both
    if earlier == later:
        return Moment(time=_milliseconds(earlier), uncertainty=uncertainty)
    if earlier.astimezone(zone).replace(tzinfo=None) != moment:
        raise BadUnitError("nonexistent_time", "the clocks were set forward: this local time never occurred")
    return Moment(time=_milliseconds(earlier), uncertainty=(later - earlier) // _MILLISECOND, detail=TWICE)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _bounded(moment: Moment) -> Moment:
    if not EARLIEST <= moment.time <= LATEST:
        raise BadUnitError("impossible_time", "the time lies outside the years 1 to 9999")
    return moment
