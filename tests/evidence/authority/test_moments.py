"""Dates and times of orders: read in the zone that is said, refused where they are ambiguous."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.errors import CallerError
from underseal.evidence.authority.moments import moment, zone_of

BRUSSELS = ZoneInfo("Europe/Brussels")


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]  # numbers of a date


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-09", utc(2026, 3, 8, 23)),
        ("2026-03-09T05:00", utc(2026, 3, 9, 4)),
        ("2026-03-09 05:00:01", utc(2026, 3, 9, 4, 0, 1)),
        ("2026-03-09T05:00:00.0019", utc(2026, 3, 9, 4) + 1),
        ("2026-03-09T05:00Z", utc(2026, 3, 9, 5)),
        ("2026-03-09T05:00-03:30", utc(2026, 3, 9, 8, 30)),
        (" 2026-07-09T05:00 ", utc(2026, 7, 9, 3)),
        ("1931-01-01T00:00Z", utc(1931, 1, 1)),
    ],
)
def test_moments_are_read(text: str, at: int) -> None:
    assert moment(text, BRUSSELS) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "09/03/2026",
        "20260309",
        "2026-W10-1",
        "2026-3-9",
        "2026-03-09T05",
        "2026-03-09T05:00+1",
        "٢٠٢٦-٠٣-٠٩",
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(CallerError, match="not a date or time"):
        moment(text, BRUSSELS)


@pytest.mark.parametrize("text", ["2026-02-29", "2026-03-09T24:30", "0000-01-01", "2026-03-09T05:00+99:00"])
def test_days_and_times_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(CallerError, match=f"There is no {text[:4]}"):
        moment(text, BRUSSELS)


def test_the_end_of_time_is_refused_as_an_end() -> None:
    with pytest.raises(CallerError):
        moment("9999-12-31", BRUSSELS, end=True)


def test_the_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(CallerError, match="go forward"):
        moment("2026-03-29T02:30", BRUSSELS)


def test_the_hour_that_happens_twice_is_refused_without_its_offset() -> None:
    with pytest.raises(CallerError, match="happens twice") as caught:
        moment("2026-10-25T02:30", BRUSSELS)
    assert "offset" in caught.value.hint
    assert moment("2026-10-25T02:30+02:00", BRUSSELS) + 3_600_000 == moment("2026-10-25T02:30+01:00", BRUSSELS)


def test_days_without_midnight_begin_when_they_begin() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # 29 March 2026 begins at 01:00 there
    assert moment("2026-03-29", beirut) == utc(2026, 3, 28, 22)


@given(
    st.dates(date(1900, 1, 1), date(9998, 1, 1)),
    st.sampled_from(["UTC", "Europe/Brussels", "Asia/Beirut", "America/Lima"]),
)
def test_days_join_without_gap_or_overlap(day: date, zone: str) -> None:
    end = moment(day.isoformat(), ZoneInfo(zone), end=True)
    assert end == moment((day + timedelta(days=1)).isoformat(), ZoneInfo(zone))
    assert end > moment(day.isoformat(), ZoneInfo(zone))


@pytest.mark.parametrize("name", ["", "CEST/Brussels", "../etc", "\0", "Europe"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(CallerError, match="time zone"):
        zone_of(name)
