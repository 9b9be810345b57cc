"""The fast way to read times: whole Arrow columns at once. What it is not sure of it leaves null; see `_times`."""

import re
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from underseal.evidence.intake.formats._events import EARLIEST, LATEST
from underseal.evidence.intake.formats._mapping import TimeRule
from underseal.evidence.intake.formats._times import HALF_MINUTE, HALF_SECOND, resolution

_PLAIN_WORDS: Final = frozenset("dmYHMS")
"""Directives of strptime that Arrow and Python understand alike."""

_FIRST_YEAR: Final = 1902
_LAST_YEAR: Final = 2037
"""Between these, Arrow and Python know the same rules of all zones; later ones Arrow takes to have no summer time."""

_SHORTEST_MONTH: Final = 28
_LAST_SECOND: Final = 61
"""The highest second that Arrow takes, as C's strptime did: 59, and two leap seconds."""

_MICROSECONDS: Final = pa.timestamp("us")
_UTC: Final = pa.timestamp("us", "UTC")

_ISO_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
_ISO_REST: Final = r"(:[0-9]{2}(\.[0-9]{1,6})?)?"
_ISO_LOCAL: Final = f"{_ISO_DAY}{_ISO_REST}$"
_ISO_OFFSET: Final = f"{_ISO_DAY}{_ISO_REST}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeColumn:
    """Times that were understood, row for row; null where the careful way must look.

    Attributes:
        time: int64, milliseconds since 1970.
        uncertainty: int32, milliseconds.
        twice: bool, whether a local time occurred twice.
    """

    time: pa.Array
    uncertainty: pa.Array
    twice: pa.Array


def read_times(found: pa.Array, rule: TimeRule) -> TimeColumn:
    """Read a column of strings."""
    if rule.format in ("epoch_s", "epoch_ms"):
        return _epochs(found, rule)
    if rule.format == "iso":
        return _isos(found, rule)
    if set(re.findall(r"%(.)", rule.format)) <= _PLAIN_WORDS and rule.zone:
        local = _strptime(found, rule.format)
        return _placed(local, rule.zone, pa.repeat(pa.scalar(resolution(rule.format), pa.int32()), len(found)))
    return _unsure(len(found))


def from_timestamps(found: pa.Array, rule: TimeRule) -> TimeColumn:
    """Read a column of Arrow timestamps, as Parquet files have them: with a zone of their own, or in the mapping's."""
    width = HALF_SECOND if found.type.unit == "s" else 0
    uncertainty = pa.repeat(pa.scalar(width, pa.int32()), len(found))
    if found.type.tz is not None:
        return _settled(_milliseconds(found), uncertainty)
    return _placed(found, rule.zone, uncertainty)


def _epochs(found: pa.Array, rule: TimeRule) -> TimeColumn:
    whole = pc.match_substring_regex(found, r"^-?[0-9]{1,15}$")
    numbers = pc.if_else(whole, found, pa.scalar(None, found.type)).cast(pa.int64())
    seconds = rule.format == "epoch_s"
    time = pc.multiply(numbers, 1000) if seconds else numbers
    return _settled(time, pa.repeat(pa.scalar(HALF_SECOND if seconds else 0, pa.int32()), len(found)))


def _isos(found: pa.Array, rule: TimeRule) -> TimeColumn:
    """Read ISO 8601: values with an offset first, then those in the mapping's zone."""
    width = pc.if_else(
        pc.match_substring(found, "."),
        pa.scalar(0, pa.int32()),
        pc.if_else(
            pc.match_substring_regex(found, ":[0-9]{2}:"),
            pa.scalar(HALF_SECOND, pa.int32()),
            pa.scalar(HALF_MINUTE, pa.int32()),
        ),
    )
    columns = _settled(_milliseconds(_cast_matching(found, _ISO_OFFSET, _UTC)), width)
    if columns.time.null_count == 0 or not rule.zone:
        return columns
    local = _placed(_cast_matching(found, _ISO_LOCAL, _MICROSECONDS), rule.zone, width)
    return TimeColumn(
        time=pc.coalesce(columns.time, local.time),
        uncertainty=pc.if_else(pc.is_valid(columns.time), columns.uncertainty, local.uncertainty),
        twice=pc.if_else(pc.is_valid(columns.time), columns.twice, local.twice),
    )


def _cast_matching(found: pa.Array, pattern: str, to: pa.DataType) -> pa.Array:
    matching = pc.if_else(pc.match_substring_regex(found, pattern), found, pa.scalar(None, found.type))
    try:
        return pc.cast(matching, to)
    except pa.ArrowInvalid:  # one of them is no date, such as 31 February: the careful way finds out which
        return pa.nulls(len(found), to)


def _strptime(found: pa.Array, time_format: str) -> pa.Array:
    """Parse with Arrow, which turns 31 February into 3 March and 12:00:61 into 12:01:01 without a word.

    Only a day from the 1st to the 3rd, or a second 0 or 1, can come of that: those are written back and compared.
    """
    time = pc.strptime(found, format=time_format, unit="s", error_is_null=True)
    spoilt = pc.or_(
        pc.less_equal(pc.day(time), 31 - _SHORTEST_MONTH), pc.less_equal(pc.second(time), _LAST_SECOND - 60)
    )
    suspects = pc.indices_nonzero(pc.fill_null(spoilt, fill_value=False))
    if len(suspects):
        back = pc.strftime(time.take(suspects), format=time_format)
        wrong = suspects.filter(pc.not_equal(back, found.take(suspects)))
        sure = pc.invert(pc.is_in(pa.array(range(len(found)), pa.uint64()), value_set=wrong.cast(pa.uint64())))
        time = pc.if_else(sure, time, pa.scalar(None, time.type))
    return time


def _placed(local: pa.Array, zone: str, uncertainty: pa.Array) -> TimeColumn:
    """Give local times their place in UTC."""
    known = pc.and_(pc.greater_equal(pc.year(local), _FIRST_YEAR), pc.less_equal(pc.year(local), _LAST_YEAR))
    local = pc.if_else(known, local, pa.scalar(None, local.type))
    earlier = pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="earliest")
    later = pc.assume_timezone(local, zone, ambiguous="latest", nonexistent="latest")
    twice = pc.not_equal(earlier, later)
    exists = pc.or_(pc.invert(twice), pc.equal(pc.local_timestamp(earlier), local))
    time = pc.if_else(exists, _milliseconds(earlier), pa.scalar(None, pa.int64()))
    gap = pc.subtract(_milliseconds(later), _milliseconds(earlier)).cast(pa.int32())
    settled = _settled(time, pc.if_else(twice, gap, uncertainty))
    return TimeColumn(time=settled.time, uncertainty=settled.uncertainty, twice=pc.fill_null(twice, fill_value=False))


def _settled(time: pa.Array, uncertainty: pa.Array) -> TimeColumn:
    possible = pc.and_(pc.greater_equal(time, EARLIEST), pc.less_equal(time, LATEST))
    return TimeColumn(
        time=pc.if_else(possible, time, pa.scalar(None, pa.int64())),
        uncertainty=uncertainty,
        twice=pa.repeat(pa.scalar(value=False), len(time)),
    )


def _unsure(length: int) -> TimeColumn:
    return TimeColumn(
        time=pa.nulls(length, pa.int64()),
        uncertainty=pa.nulls(length, pa.int32()),
        twice=pa.repeat(pa.scalar(value=False), length),
    )


def _milliseconds(time: pa.Array) -> pa.Array:
    """Return milliseconds since 1970, rounded down also before it."""
    in_utc = time.cast(pa.timestamp(time.type.unit))  # Arrow would round in local time, and trip over a doubled hour
    if time.type.unit in ("us", "ns"):
        in_utc = pc.floor_temporal(in_utc, unit="millisecond")
    return in_utc.cast(pa.timestamp("ms")).cast(pa.int64())
