"""How a licence stands: by its end, its suspension, its revocation, in every process at once."""

from datetime import UTC, datetime, timedelta

import pytest

from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError
from underseal.network.licences import Notice, State
from underseal.network.pins import Pin

from .shelf import HALF_YEAR, NORTH, NOW, OFFICE, PRODUCT, RENEWAL, RETRY, Shelf

MOMENT = timedelta(milliseconds=1)


def test_a_licence_is_active_until_its_end_and_expired_from_it_on(shelf: Shelf) -> None:
    pin = shelf.phone()
    states = [shelf.licences.standing(pin, at).state for at in (NOW, HALF_YEAR - MOMENT, HALF_YEAR, HALF_YEAR + MOMENT)]
    assert states == [State.ACTIVE, State.ACTIVE, State.EXPIRED, State.EXPIRED]


def test_a_pin_that_nobody_has_stands_nowhere(shelf: Shelf) -> None:
    standing = shelf.licences.standing("222222", NOW)
    assert (standing.state, standing.ends) == (State.NONE, None)
    for act in (
        lambda: shelf.licences.get("222222"),
        lambda: shelf.licences.settle("222222", NOW),
        lambda: shelf.licences.renew("222222", shelf.code(), NOW),
        lambda: shelf.licences.suspend("222222", why="x", at=NOW, by=OFFICE),
        lambda: shelf.licences.history("222222"),
    ):
        with pytest.raises(NotFoundError, match="222222"):
            act()


def test_renewing_goes_on_from_the_end(shelf: Shelf) -> None:
    pin = shelf.phone()
    renewed = shelf.licences.renew(pin, shelf.code(RENEWAL), NOW + timedelta(days=3))
    assert (renewed.state, renewed.ends) == (State.ACTIVE, datetime(2026, 10, 9, 4, tzinfo=UTC))


def test_a_lapsed_licence_goes_on_from_now(shelf: Shelf) -> None:
    pin = shelf.phone()
    late = datetime(2027, 1, 31, 12, tzinfo=UTC)
    renewed = shelf.licences.renew(pin, shelf.code(RENEWAL), late)
    assert (renewed.state, renewed.ends) == (State.ACTIVE, datetime(2027, 2, 28, 12, tzinfo=UTC))


def test_a_licence_of_the_31st_stays_one_through_short_months(shelf: Shelf) -> None:
    pin = shelf.licences.activate(shelf.code(RENEWAL), retry_key=RETRY, at=datetime(2026, 1, 31, tzinfo=UTC)).pin
    at = datetime(2026, 2, 1, tzinfo=UTC)
    ends = [shelf.licences.renew(pin, shelf.code(RENEWAL), at).ends for _ in range(3)]
    assert [end and (end.month, end.day) for end in ends] == [(3, 31), (4, 30), (5, 31)]


def test_at_its_very_end_a_licence_is_over_and_a_new_run_begins(shelf: Shelf) -> None:
    pin = shelf.licences.activate(shelf.code(RENEWAL), retry_key=RETRY, at=datetime(2026, 1, 31, tzinfo=UTC)).pin
    ends = shelf.licences.get(pin).ends
    assert shelf.licences.renew(pin, shelf.code(RENEWAL), ends).ends == datetime(2026, 3, 28, tzinfo=UTC)
    assert shelf.licences.get(pin).run.anchor == ends


def test_a_suspended_licence_can_be_renewed_stays_suspended_and_its_time_runs_on(shelf: Shelf) -> None:
    pin = shelf.phone()
    shelf.licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
    assert shelf.licences.standing(pin, NOW).state is State.SUSPENDED
    assert shelf.licences.renew(pin, shelf.code(RENEWAL), NOW).state is State.SUSPENDED
    assert shelf.licences.standing(pin, HALF_YEAR + timedelta(days=100)).state is State.SUSPENDED
    shelf.licences.resume(pin, at=NOW + timedelta(days=60), by=OFFICE)
    assert shelf.licences.standing(pin, NOW + timedelta(days=60)).ends == datetime(2026, 10, 9, 4, tzinfo=UTC)


def test_a_revoked_licence_is_over_for_good(shelf: Shelf) -> None:
    pin, code = shelf.phone(), shelf.code(RENEWAL)
    shelf.licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
    shelf.licences.revoke(pin, why="stolen", at=NOW, by=OFFICE)
    assert shelf.licences.standing(pin, NOW).state is State.REVOKED
    for act in (
        lambda: shelf.licences.renew(pin, code, NOW),
        lambda: shelf.licences.extend(pin, 1, why="sorry", at=NOW, by=OFFICE),
        lambda: shelf.licences.suspend(pin, why="x", at=NOW, by=OFFICE),
        lambda: shelf.licences.resume(pin, at=NOW, by=OFFICE),
        lambda: shelf.licences.revoke(pin, why="x", at=NOW, by=OFFICE),
    ):
        with pytest.raises(RefusedError, match="revoked"):
            act()
    assert shelf.licences.activate(code, retry_key=RETRY, at=NOW).pin != pin  # the code was not spent on it


def test_the_operator_gives_time_without_a_code_but_not_without_a_reason(shelf: Shelf) -> None:
    pin = shelf.phone()
    assert shelf.licences.extend(pin, 1, why="outage", at=NOW, by=OFFICE).ends == datetime(2026, 10, 9, 4, tzinfo=UTC)
    for months, why in ((1, " "), (0, "x"), (121, "x"), (1, "two\nlines")):
        with pytest.raises(CallerError):
            shelf.licences.extend(pin, months, why=why, at=NOW, by=OFFICE)


def test_what_is_so_already_is_a_conflict(shelf: Shelf) -> None:
    pin = shelf.phone()
    with pytest.raises(ConflictError, match="not suspended"):
        shelf.licences.resume(pin, at=NOW, by=OFFICE)
    shelf.licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
    with pytest.raises(ConflictError, match="suspended already"):
        shelf.licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)


def test_an_act_of_another_process_is_seen_at_once(shelf: Shelf) -> None:
    pin = shelf.phone()
    with shelf.reopened() as other:
        assert other.standing(pin, NOW).state is State.ACTIVE
        shelf.licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
        assert other.standing(pin, NOW).state is State.SUSPENDED
        other.resume(pin, at=NOW, by=OFFICE)
        assert shelf.licences.standing(pin, NOW).state is State.ACTIVE


def test_each_notice_comes_once_and_the_most_urgent_alone(shelf: Shelf) -> None:
    pin = shelf.phone()
    given = {
        days: shelf.licences.notices(HALF_YEAR - timedelta(days=days)) for days in (40, 30, 29, 8, 7, 3, 1, 0.5, 0, -1)
    }
    assert {days: page for days, page in given.items() if page} == {
        days: [Notice(pin=Pin(pin), days=days, ends=HALF_YEAR)] for days in (30, 7, 1)
    }
    assert [act.act for act in shelf.licences.history(pin)] == ["activated", "noticed", "noticed", "noticed"]


def test_after_a_long_silence_the_most_urgent_notice_stands_for_all(shelf: Shelf) -> None:
    shelf.phone()
    assert [notice.days for notice in shelf.licences.notices(HALF_YEAR - timedelta(hours=2))] == [1]
    assert shelf.licences.notices(HALF_YEAR - timedelta(hours=1)) == []


def test_a_renewal_brings_all_notices_again(shelf: Shelf) -> None:
    pin = shelf.phone()
    at = HALF_YEAR - timedelta(days=1)
    assert [notice.days for notice in shelf.licences.notices(at)] == [1]
    ends = shelf.licences.renew(pin, shelf.code(RENEWAL), at).ends
    assert ends is not None
    assert [notice.days for notice in shelf.licences.notices(ends - timedelta(days=30))] == [30]


def test_who_is_kept_out_gets_no_notice(shelf: Shelf) -> None:
    pin = shelf.phone()
    shelf.licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
    assert shelf.licences.notices(HALF_YEAR - timedelta(days=7)) == []
    shelf.licences.resume(pin, at=NOW, by=OFFICE)
    assert [notice.days for notice in shelf.licences.notices(HALF_YEAR - timedelta(days=7))] == [7]


def test_notices_of_many_are_given_in_one_call_and_in_order(shelf: Shelf) -> None:
    batch = shelf.licences.codes.issue(NORTH, PRODUCT, 30, at=NOW, by=OFFICE)
    starts = [NOW + timedelta(minutes=number) for number in range(30)]
    pins = [
        shelf.licences.activate(code.text, retry_key=RETRY, at=at).pin
        for code, at in zip(batch.codes, starts, strict=True)
    ]
    assert [notice.pin for notice in shelf.licences.notices(HALF_YEAR - timedelta(days=6))] == pins
    assert shelf.licences.notices(HALF_YEAR - timedelta(days=6)) == []
