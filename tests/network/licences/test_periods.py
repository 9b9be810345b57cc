"""Months are those of the calendar, on the product's own clock, and a run of them never drifts."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.errors import CallerError
from underseal.network.licences.periods import MAX_MONTHS, add_months, due_notice, from_text, moment, to_text, zone

ZONES = ["UTC", "Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
LONGEST_SHIFT = timedelta(hours=1)
"""Clocks were never put forward by more since 2000, in these zones; Apia left out a day, in 2011."""

moments = st.datetimes(
    datetime(2012, 1, 1),  # noqa: DTZ001  # hypothesis puts the zone on
    datetime(2090, 1, 1),  # noqa: DTZ001  # as above
    timezones=st.just(UTC),
).map(moment)
months = st.integers(1, MAX_MONTHS)
zones = st.sampled_from(ZONES)


@given(moments, months, zones)
def test_it_ends_on_the_same_day_and_time_of_a_later_month_or_on_its_last_day(
    at: datetime, count: int, name: str
) -> None:
    begins, ends = at.astimezone(zone(name)), add_months(at, count, name).astimezone(zone(name))
    assert (ends.year * 12 + ends.month) - (begins.year * 12 + begins.month) == count
    assert ends.day == min(begins.day, monthrange(ends.year, ends.month)[1])
    wall = ends.replace(tzinfo=None, fold=0) - datetime.combine(ends, begins.time())
    assert timedelta(0) <= wall <= LONGEST_SHIFT  # later only where the clock skips the hour


@given(moments, months, months, zones)
def test_more_months_never_end_earlier(at: datetime, one: int, other: int, name: str) -> None:
    shorter, longer = sorted((one, other))
    assert at < add_months(at, shorter, name) <= add_months(at, longer, name)
    assert (shorter == longer) == (add_months(at, shorter, name) == add_months(at, longer, name))


@given(moments, zones)
def test_no_month_is_no_time(at: datetime, name: str) -> None:
    assert add_months(at, 0, name) == at


@pytest.mark.parametrize(
    ("begins", "count", "name", "ends"),
    [
        ("2026-08-31T12:00+02:00", 6, "Europe/Brussels", "2027-02-28T12:00+01:00"),
        ("2027-08-31T12:00+02:00", 6, "Europe/Brussels", "2028-02-29T12:00+01:00"),
        ("2028-02-29T12:00+00:00", 12, "UTC", "2029-02-28T12:00+00:00"),
        ("2025-12-31T23:30+01:00", 2, "Europe/Brussels", "2026-02-28T23:30+01:00"),
        ("2025-12-31T23:30+00:00", 2, "Europe/Brussels", "2026-03-01T00:30+01:00"),  # the next year already, there
        ("2026-01-29T02:30+01:00", 2, "Europe/Brussels", "2026-03-29T03:30+02:00"),  # 02:30 is skipped
        ("2026-08-25T02:30+02:00", 2, "Europe/Brussels", "2026-10-25T02:30+02:00"),  # 02:30 comes twice
    ],
)
def test_month_ends_leap_days_and_clock_changes(begins: str, count: int, name: str, ends: str) -> None:
    assert add_months(datetime.fromisoformat(begins), count, name) == datetime.fromisoformat(ends)


@given(moments)
def test_a_time_is_written_in_one_form_that_sorts(at: datetime) -> None:
    assert from_text(to_text(at)) == at
    assert to_text(at) < to_text(at + timedelta(milliseconds=1))
    assert len(to_text(at)) == len("2026-03-09T04:00:00.000Z")


@pytest.mark.parametrize(
    "text", ["", "2026-03-09", "2026-03-09T04:00:00Z", "2026-03-09T04:00:00.000+00:00", "2026-03-09T04:00:00.000"]
)
def test_a_time_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|moment"):
        from_text(text)


@given(moments, st.integers(1, 40 * 86_400_000))
def test_the_notice_is_the_most_urgent_that_is_due(ends: datetime, left: int) -> None:
    days = due_notice(ends, ends - timedelta(milliseconds=left))
    expected = [day for day in (1, 7, 30) if left <= day * 86_400_000]
    assert days == (expected[0] if expected else None)


def test_at_the_end_no_notice_is_due() -> None:
    at = datetime(2026, 3, 9, tzinfo=UTC)
    assert due_notice(at, at) is due_notice(at, at + timedelta(days=1)) is None


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "x\0y"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(CallerError, match="zone"):
        zone(name)


def test_a_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(CallerError, match="zone"):
        moment(datetime(2026, 3, 9))  # noqa: DTZ001  # the fault


def test_nothing_runs_beyond_the_calendar() -> None:
    with pytest.raises(CallerError, match="thousands"):
        add_months(datetime(8999, 12, 1, tzinfo=UTC), 1, "UTC")
