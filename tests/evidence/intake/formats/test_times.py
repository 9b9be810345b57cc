"""Times of message tables: the careful way is right, and the fast way agrees with it on every value."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.evidence.intake.formats._mapping import TimeRule
from underseal.evidence.intake.formats._time_columns import from_timestamps, read_times
from underseal.evidence.intake.formats._times import TWICE, Moment, read_time
from underseal.evidence.intake.formats._unit import BadUnitError

BRUSSELS = "Europe/Brussels"
DAY_FIRST = "%d/%m/%Y %H:%M:%S"


def _rule(time_format: str, zone: str = BRUSSELS) -> TimeRule:
    return TimeRule(format=time_format, zone="" if time_format.startswith("epoch") else zone, clock="sender")


def _millis(*parts: int) -> int:
    return (datetime(*parts, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)  # type: ignore[misc,arg-type]  # year to microsecond


@pytest.mark.parametrize(
    ("found", "time_format", "expected"),
    [
        ("1615262400", "epoch_s", Moment(time=1615262400000, uncertainty=500)),
        ("1615262400.25", "epoch_s", Moment(time=1615262400250, uncertainty=0)),
        ("-0.5", "epoch_s", Moment(time=-500, uncertainty=0)),
        ("1615262400123", "epoch_ms", Moment(time=1615262400123, uncertainty=0)),
        ("-5", "epoch_ms", Moment(time=-5, uncertainty=0)),
        ("2021-03-09T05:00:00Z", "iso", Moment(time=_millis(2021, 3, 9, 5), uncertainty=500)),
        ("2021-03-09 05:00:00+01:00", "iso", Moment(time=_millis(2021, 3, 9, 4), uncertainty=500)),
        ("2021-03-09T05:00:00.1234567-0330", "iso", Moment(time=_millis(2021, 3, 9, 8, 30) + 123, uncertainty=0)),
        ("2021-03-09T05:00:00", "iso", Moment(time=_millis(2021, 3, 9, 4), uncertainty=500)),
        ("2021-07-09T05:00", "iso", Moment(time=_millis(2021, 7, 9, 3), uncertainty=30_000)),
        ("2021-03-09", "iso", Moment(time=_millis(2021, 3, 8, 23), uncertainty=43_200_000)),
        ("09/03/2021 05:00:00", DAY_FIRST, Moment(time=_millis(2021, 3, 9, 4), uncertainty=500)),
        (" 9/3/2021 5:00:00 ", DAY_FIRST, Moment(time=_millis(2021, 3, 9, 4), uncertainty=500)),
        ("9 Mar 2021 5:07 PM", "%d %b %Y %I:%M %p", Moment(time=_millis(2021, 3, 9, 16, 7), uncertainty=30_000)),
        ("2021-03-09 05 +0200", "%Y-%m-%d %H %z", Moment(time=_millis(2021, 3, 9, 3), uncertainty=1_800_000)),
        ("20210309 050000.250000", "%Y%m%d %H%M%S.%f", Moment(time=_millis(2021, 3, 9, 4) + 250, uncertainty=0)),
        ("31/12/1969 23:00:00", DAY_FIRST, Moment(time=-7_200_000, uncertainty=500)),
        (
            "31/10/2021 02:30:00",
            DAY_FIRST,
            Moment(time=_millis(2021, 10, 31, 0, 30), uncertainty=3_600_000, detail=TWICE),
        ),
    ],
)
def test_a_time_is_understood_with_its_uncertainty(found: str, time_format: str, expected: Moment) -> None:
    assert read_time(found, _rule(time_format)) == expected


@pytest.mark.parametrize(
    ("found", "time_format", "code"),
    [
        ("", DAY_FIRST, "missing_field"),
        ("  ", "epoch_ms", "missing_field"),
        ("soon", DAY_FIRST, "malformed_time"),
        ("31/02/2021 10:00:00", DAY_FIRST, "malformed_time"),
        ("29/02/2021 10:00:00", DAY_FIRST, "malformed_time"),
        ("01/03/2021 10:00:60", DAY_FIRST, "malformed_time"),
        ("2021-02-30T10:00:00Z", "iso", "malformed_time"),
        ("2021-13-01", "iso", "malformed_time"),
        ("2021-03-09T24:00:00Z", "iso", "malformed_time"),
        ("1e9", "epoch_s", "malformed_time"),
        ("٣", "epoch_s", "malformed_time"),
        ("12.5", "epoch_ms", "malformed_time"),
        ("999999999999999999", "epoch_ms", "impossible_time"),
        ("0001-01-01T00:00:00+14:00", "iso", "impossible_time"),
        ("9999-12-31T23:59:59-14:00", "iso", "impossible_time"),
        ("01/01/0001 00:00:00", DAY_FIRST, "impossible_time"),
        ("28/03/2021 02:30:00", DAY_FIRST, "nonexistent_time"),
    ],
)
def test_what_is_no_time_is_told_apart(found: str, time_format: str, code: str) -> None:
    with pytest.raises(BadUnitError) as error:
        read_time(found, _rule(time_format))
    assert error.value.failure == code
    assert read_times(pa.array([found]), _rule(time_format)).time.to_pylist() == [None]


def test_a_local_time_without_a_zone_is_not_guessed() -> None:
    with pytest.raises(BadUnitError) as error:
        read_time("2021-03-09T05:00:00", _rule("iso", zone=""))
    assert error.value.failure == "no_offset"


def test_a_zone_whose_clocks_move_by_half_an_hour_says_so() -> None:
    moment = read_time("2021-04-04 01:45:00", _rule("%Y-%m-%d %H:%M:%S", zone="Australia/Lord_Howe"))
    assert (moment.uncertainty, moment.detail) == (1_800_000, TWICE)


def _agree(found: list[str], rule: TimeRule) -> int:
    """Hold that the fast way gives nothing that the careful way does not; return how much it gives."""
    column = read_times(pa.array(found), rule)
    for value, time, uncertainty, twice in zip(
        found, column.time.to_pylist(), column.uncertainty.to_pylist(), column.twice.to_pylist(), strict=True
    ):
        if time is not None:
            assert read_time(value, rule) == Moment(
                time=time, uncertainty=uncertainty, detail=TWICE if twice else ""
            ), value
    return len(found) - int(column.time.null_count)


_ZONES = st.sampled_from(
    [BRUSSELS, "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"]
)
_EVER = (datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59))  # noqa: DTZ001  # local times
_THAT_NIGHT = (datetime(2021, 10, 31), datetime(2021, 10, 31, 4))  # noqa: DTZ001
_LOCAL = st.datetimes(*_EVER) | st.datetimes(*_THAT_NIGHT)


@settings(max_examples=examples(200))
@given(
    moments=st.lists(_LOCAL, min_size=1, max_size=10),
    time_format=st.sampled_from([DAY_FIRST, "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S.%f"]),
    zone=_ZONES,
)
def test_the_fast_way_agrees_on_real_times(moments: list[datetime], time_format: str, zone: str) -> None:
    _agree([moment.strftime(time_format) for moment in moments], _rule(time_format, zone))
    _agree([moment.isoformat() for moment in moments], _rule("iso", zone))


@settings(max_examples=examples(200))
@given(
    parts=st.lists(
        st.tuples(*(st.integers(0, limit) for limit in (40, 14, 2100, 25, 61, 61))), min_size=1, max_size=20
    ),
    zone=_ZONES,
)
@example(parts=[(31, 2, 2021, 10, 0, 0), (29, 2, 1900, 1, 1, 1), (1, 1, 2021, 23, 59, 60)], zone="UTC")
@example(parts=[(4, 1, 1902, 0, 0, 61), (4, 1, 1902, 23, 59, 61)], zone="UTC")
def test_the_fast_way_agrees_on_times_that_do_not_exist(parts: list[tuple[int, ...]], zone: str) -> None:
    _agree(["{:02}/{:02}/{:04} {:02}:{:02}:{:02}".format(*part) for part in parts], _rule(DAY_FIRST, zone))
    _agree(["{2:04}-{1:02}-{0:02}T{3:02}:{4:02}:{5:02}Z".format(*part) for part in parts], _rule("iso", zone))
    _agree([f"{part[0]}/{part[1]}/{part[2]} {part[3]}:{part[4]}:{part[5]}" for part in parts], _rule(DAY_FIRST, zone))


@given(
    found=st.lists(st.from_regex(r"-?[0-9]{0,19}(\.[0-9]{1,3})?", fullmatch=True), min_size=1), seconds=st.booleans()
)
def test_the_fast_way_agrees_on_numbers(found: list[str], *, seconds: bool) -> None:
    _agree(found, _rule("epoch_s" if seconds else "epoch_ms"))


def test_the_fast_way_settles_the_usual_formats() -> None:
    start = datetime(2021, 1, 1, tzinfo=ZoneInfo(BRUSSELS))
    moments = [start + timedelta(minutes=97 * number) for number in range(4_000)]
    for time_format in (DAY_FIRST, "%Y-%m-%d %H:%M", "%Y%m%d%H%M%S"):
        settled = _agree([moment.strftime(time_format) for moment in moments], _rule(time_format))
        assert settled >= len(moments) - 2  # those that the clocks skipped
    assert _agree([moment.isoformat() for moment in moments], _rule("iso")) == len(moments)
    assert _agree([str(int(moment.timestamp())) for moment in moments], _rule("epoch_s")) == len(moments)


@given(
    moments=st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)), min_size=1),  # noqa: DTZ001  # local
    unit=st.sampled_from(["s", "ms", "us"]),
    zoned=st.booleans(),
)
def test_timestamps_agree_with_their_text(moments: list[datetime], unit: str, *, zoned: bool) -> None:
    whole = [moment.replace(microsecond=0) for moment in moments]
    column = pa.array(whole, pa.timestamp(unit, "UTC" if zoned else None))
    times = from_timestamps(column, _rule("timestamp"))
    for moment, time in zip(whole, times.time.to_pylist(), strict=True):
        if time is not None:
            assert time == read_time(moment.isoformat() + ("Z" if zoned else ""), _rule("iso")).time
