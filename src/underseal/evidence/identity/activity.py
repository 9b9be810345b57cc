"""When an account wrote: per day, per hour of the day, and what that says of its time zone.

The estimate of the zone rests on one assumption: most people sleep at night, and write least then. On the days on which the
account wrote, each hour of the day (UTC) is counted once if it wrote in it, so that a burst of messages weighs no more than a
single one. The six hours on end in which it wrote on the fewest days are taken for its night; where several stretches are
equally quiet, their middle is. The middle of sleep on free days is at 4:15 local time on average, with a standard deviation of
about an hour and a half between people (Munich ChronoType Questionnaire; Roenneberg, Pilz, Zerbini and Winnebeck, Biology
2019, 8(3), 54). The difference between the two is the offset from UTC.

The uncertainty has two parts, which are added: three hours for the differences between people (two standard deviations), and
half the width that the estimate has when the days are drawn anew at random, 200 times (95 % of them lie within it). Nothing is
estimated from too few messages or days, or where no hours stand out as quiet: shift workers, several users of one account and
programs have no night.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

import numpy as np
import numpy.typing as npt

from underseal.evidence.identity.facts import query_text, sent
from underseal.evidence.search import And, Bucket, During, Interval, Node, Or, histogram, parse
from underseal.evidence.store import View

MIN_MESSAGES: Final = 200
"""Messages below which no time zone is estimated."""

MIN_DAYS: Final = 21
"""Days with a message below which no time zone is estimated: three weeks, so that no weekday weighs alone."""

QUIET_HOURS: Final = 6
"""Length of the stretch that is taken for a night."""

MAX_QUIET: Final = 0.125
"""Share of the account's hours that may lie in the quiet ones at most: half of what evenly spread hours would have there."""

MIDDLE_OF_SLEEP: Final = 4.25
"""Local time of the middle of sleep on free days, in hours (the source is named above)."""

BETWEEN_PEOPLE: Final = 3.0
"""Two standard deviations of it between people, in hours."""

DRAWS: Final = 200
_SEED: Final = 2019
"""The days are drawn by a fixed sequence, so that everybody gets the same estimate from the same messages."""

_HOURS: Final = 24
_AT_ONCE: Final = 40
"""Hours that one query names: it stays short enough for the address of a request."""

_SAID: Final = ("1000", "8999")
"""The years that the query language has dates for."""

_Days = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour of the day, 0 to 23, in the zone of the profile: messages sent in it, and on how many days."""

    hour: int
    count: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneEstimate:
    """An estimate of the offset from UTC of whoever used an account.

    Attributes:
        offset: most likely, in minutes east of UTC, whole half hours; None where nothing can be said.
        uncertainty: in minutes to either side. messages, days: what it rests on.
        quiet_from: hour (UTC) in which the quiet stretch begins. quiet_share: share of the account's hours in it.
        words: the estimate, or why there is none.
    """

    offset: int | None
    uncertainty: int | None
    messages: int
    days: int
    quiet_from: float | None
    quiet_share: float | None
    words: str


def days_of(view: View, account: str, zone: tzinfo) -> list[Bucket]:
    """Return the days on which an account sent messages, with exact counts."""
    return histogram(view, sent(account), zone=zone)


def hours_of(view: View, account: str, zone: tzinfo) -> tuple[list[Hour], ZoneEstimate]:
    """Return all hours of the day with what an account sent in them, and the time zone of whoever used it.

    The method of the estimate stands at the top of this module.
    """
    found = _hours(view, account, zone)
    counts = [0] * _HOURS
    days: list[set[str]] = [set() for _ in range(_HOURS)]
    for bucket in found:
        hour = _hour_of(bucket)
        counts[hour] += bucket.count
        days[hour].add(bucket.day[:10])
    hours = [Hour(hour=hour, count=counts[hour], days=len(days[hour])) for hour in range(_HOURS)]
    in_utc = _in_utc(found)
    if in_utc is None:
        in_utc = [(bucket.day[:10], _hour_of(bucket)) for bucket in _hours(view, account, UTC)]
    return hours, estimate(_days(in_utc), messages=sum(counts))


def _in_utc(hours: Sequence[Bucket]) -> list[tuple[str, int]] | None:
    """Return day and hour in UTC of hours of a zone; None where they are no whole hours there, or lie far off."""
    if not all(bucket.day.endswith(":00") and _SAID[0] <= bucket.day[:4] <= _SAID[1] for bucket in hours):
        return None
    moments = (datetime.fromisoformat(bucket.day).astimezone(UTC) for bucket in hours)
    return [(moment.date().isoformat(), moment.hour) for moment in moments]


def queries_of_hour(view: View, account: str, hour: int, zone: tzinfo) -> list[str]:
    """Return queries that together find what an account sent in an hour of the day, each message once, the oldest first.

    Messages of years before 1000 and after 8999 are left out: a clock was wrong, and the language has no dates for them.
    """
    found = [bucket.day for bucket in _hours(view, account, zone) if _hour_of(bucket) == hour]
    hours = [day for day in found if _SAID[0] <= day[:4] <= _SAID[1]]
    groups = [hours[at : at + _AT_ONCE] for at in range(0, len(hours), _AT_ONCE)]
    return [query_text(_during(account, group)) for group in groups]


def _hours(view: View, account: str, zone: tzinfo) -> list[Bucket]:
    return histogram(view, sent(account), interval=Interval.HOUR, zone=zone)


def _hour_of(bucket: Bucket) -> int:
    return int(bucket.day[11:13])


def _during(account: str, hours: Sequence[str]) -> Node:
    parts = tuple(_one_hour(hour) for hour in hours)
    return And(parts=(sent(account), parts[0] if len(parts) == 1 else Or(parts=parts)))


def _one_hour(hour: str) -> Node:
    """Return the query for an hour as a histogram calls it ("2021-03-09T05:00+01:00")."""
    start = parse(f"after:{hour}")
    if not isinstance(start, During) or start.first is None:
        raise TypeError("a histogram names an hour by its start")
    end = _utc(start.first + Interval.HOUR.value)
    return And(parts=(start, During(field="before", text=end, first=None, until=start.first + Interval.HOUR.value)))


def _utc(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _days(hours: Sequence[tuple[str, int]]) -> _Days:
    """Return a row for each day with a message, and in it for each hour (UTC) whether it has one."""
    by_day: defaultdict[str, list[int]] = defaultdict(list)
    for day, hour in hours:
        by_day[day].append(hour)
    days = np.zeros((len(by_day), _HOURS), dtype=bool)
    for row, found in enumerate(by_day.values()):
        days[row, found] = True
    return days


def estimate(days: _Days, *, messages: int) -> ZoneEstimate:
    """Estimate an offset from UTC.

    Args:
        days: a row for each day with a message, 24 columns: whether there is one in that hour (UTC).
        messages: how many messages they are.
    """
    if messages < MIN_MESSAGES or len(days) < MIN_DAYS:
        return _nothing(
            days,
            messages,
            f"Too little to estimate a time zone: {messages:,} messages on {len(days):,} days. At least {MIN_MESSAGES} on"
            f" {MIN_DAYS} are needed.",
        )
    active = days.sum(axis=0)
    middle = _quiet_middle(active)
    share = float(_windows(active).min() / active.sum())
    if middle is None or share > MAX_QUIET:
        return _nothing(
            days,
            messages,
            f"No {QUIET_HOURS} hours on end stand out as quiet in {messages:,} messages on {len(days):,} days: nothing is said"
            " of a time zone.",
        )
    drawn = _drawn(days, middle)
    offset = round(_wrapped(round((MIDDLE_OF_SLEEP - middle) * 2) / 2) * 60)
    uncertainty = round((BETWEEN_PEOPLE + drawn) * 2) * 30
    return ZoneEstimate(
        offset=offset,
        uncertainty=uncertainty,
        messages=messages,
        days=len(days),
        quiet_from=(middle - QUIET_HOURS / 2) % _HOURS,
        quiet_share=share,
        words=(
            f"{_offset_words(offset)}, give or take {uncertainty / 60:g} hours, if it is one person who sleeps at night: of"
            f" {messages:,} messages on {len(days):,} days, {share:.0%} of the hours written in lie in the {QUIET_HOURS}"
            f" quietest, around {_clock(middle)} UTC."
        ),
    )


def _nothing(days: _Days, messages: int, words: str) -> ZoneEstimate:
    return ZoneEstimate(
        offset=None,
        uncertainty=None,
        messages=messages,
        days=len(days),
        quiet_from=None,
        quiet_share=None,
        words=words,
    )


def _windows(active: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each hour the sum over the stretch that begins with it, around midnight too."""
    around = np.concatenate([active, active[: QUIET_HOURS - 1]])
    return np.convolve(around, np.ones(QUIET_HOURS, dtype=np.int64), mode="valid")


def _quiet_middle(active: npt.NDArray[np.int64]) -> float | None:
    """Return the middle of the quietest stretches, in quarters of an hour UTC; None where they lie all around the clock."""
    sums = _windows(active)
    middles = np.flatnonzero(sums == sums.min()) + QUIET_HOURS / 2
    mean = np.exp(2j * np.pi * middles / _HOURS).mean()
    if abs(mean) < 0.5:  # noqa: PLR2004  # stretches on opposite sides of the clock have no middle
        return None
    return round(float(np.angle(mean)) / (2 * np.pi) * _HOURS * 4) / 4 % _HOURS


def _drawn(days: _Days, middle: float) -> float:
    """Return within how many hours of the middle 95 % of the middles lie when the days are drawn anew."""
    random = np.random.default_rng(_SEED)
    counts = days.astype(np.int64)
    found = [_quiet_middle(counts[random.integers(0, len(days), len(days))].sum(axis=0)) for _ in range(DRAWS)]
    away = [_HOURS / 2 if other is None else abs(_wrapped(other - middle)) for other in found]
    return float(np.quantile(away, 0.95))


def _wrapped(hours: float) -> float:
    """Return a difference of times of day within -12 (not included) and 12 hours."""
    return _HOURS / 2 - (_HOURS / 2 - hours) % _HOURS


def _offset_words(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def _clock(hours: float) -> str:
    minutes = round(hours * 60) % (_HOURS * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
