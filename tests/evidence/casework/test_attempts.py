"""Attempts to log in are counted per name, by all processes together, and forgotten."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from examples import examples
from underseal.errors import RefusedError
from underseal.evidence.casework import CaseWork

from .racing import at_once


@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4), st.integers(1, 100), st.lists(st.integers(0, 50), max_size=20))
def test_never_more_than_so_many_in_any_stretch(casework: CaseWork, times: int, per: int, steps: list[int]) -> None:
    casework.attempts.forget("anna")
    at, passed = 0, []
    for step in steps:
        at += step
        wait = casework.attempts.wait("anna", at=at, times=times, per=per)
        if wait == 0:
            passed.append(at)
        else:
            assert wait == passed[-times] + per - at
    assert all(later - earlier >= per for earlier, later in zip(passed, passed[times:], strict=False))


def test_names_do_not_share_and_are_forgotten(casework: CaseWork) -> None:
    assert [casework.attempts.wait(name, at=0, times=1, per=100) for name in ("a", "b", "a")] == [0, 0, 100]
    casework.attempts.forget("a")
    assert [casework.attempts.wait(name, at=0, times=1, per=100) for name in ("a", "b")] == [0, 100]


def test_what_is_too_old_is_not_kept(casework: CaseWork) -> None:
    for name in ("a", "b", "c"):
        casework.attempts.wait(name, at=0, times=1, per=100)
    assert casework.attempts.wait("d", at=100, times=1, per=100) == 0
    assert casework.attempts.count() == 1


def test_what_was_typed_is_not_kept(made_url: str) -> None:
    with CaseWork.open(made_url) as casework:
        casework.attempts.wait("hunter2 \ud800", at=0, times=1, per=100)
    with create_engine(made_url, poolclass=NullPool).connect() as connection:
        kept = connection.scalars(text("SELECT name FROM login_attempts")).all()
    assert [len(name) for name in kept] == [2]


def _attempt(casework: CaseWork, _process: int) -> None:
    if casework.attempts.wait("anna", at=0, times=2, per=100):
        raise RefusedError("too many")


def test_processes_that_try_at_once_are_counted_together(made_url: str) -> None:
    CaseWork.open(made_url).close()
    assert at_once(made_url, _attempt, 4) == ["done", "done", "refused", "refused"]
