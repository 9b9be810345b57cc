"""Stretches of equal offset agree with Python's zones, moment by moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.evidence.search.zones import local_text, stretches

_ZONES = [
    "Europe/Brussels",
    "Africa/Casablanca",
    "America/St_Johns",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Antarctica/Troll",
]
_DAY = 86_400_000


@given(st.sampled_from(_ZONES), st.integers(-(10**12), 3 * 10**12), st.integers(0, 10**11), st.floats(0, 1))
def test_a_moment_lies_in_one_stretch_with_its_offset(zone: str, first: int, length: int, part: float) -> None:
    time = first + int(length * part)
    found = [each for each in stretches(ZoneInfo(zone), first, first + length) if each.first <= time < each.until]
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert [each.offset for each in found] == [(offset or timedelta()) // timedelta(milliseconds=1)]


def test_clocks_change_at_the_right_millisecond() -> None:
    spring = 1_616_893_200_000
    brussels = ZoneInfo("Europe/Brussels")
    assert len(stretches(brussels, spring - 1, spring - 1)) == 1
    before, after = stretches(brussels, spring - 1, spring)
    assert (before.until, after.first) == (spring, spring)
    assert (before.offset, after.offset) == (3_600_000, 7_200_000)


@pytest.mark.parametrize("time", [-(2**63), -62_135_596_800_000, 253_402_300_799_999, 2**63 - 1])
def test_any_time_has_an_offset_and_a_text(time: int) -> None:
    assert len(stretches(ZoneInfo("Europe/Brussels"), time, time)) == 1
    assert local_text(time, None) in {"0001-01-01", "9999-12-31"}


def test_an_hour_is_written_with_its_offset() -> None:
    assert local_text(5 * 3_600_000, -12_600_000) == "1970-01-01T05:00-03:30"
    assert local_text(-1, None) == "1969-12-31"
    assert local_text(_DAY, None) == "1970-01-02"
