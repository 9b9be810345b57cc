"""Attempts to read an exhibit: one at a time, each going on where the last one stopped."""

import pytest

from underseal.errors import ConflictError, NotFoundError
from underseal.evidence.casework import CaseWork, IntakeState, Progress

from .material import AUTHORITY, NEW, file
from .racing import at_once

HALF = Progress(cursor="rowid 7", read=6, failed=1, total=14, bytes_read=4096)
WHOLE = Progress(cursor="rowid 14", read=12, failed=2, total=14, bytes_read=8192)


@pytest.fixture
def casework(casework: CaseWork) -> CaseWork:
    casework.authorities.add(AUTHORITY)
    casework.exhibits.register(NEW, [file("a")], user="anna", at=0)
    return casework


def test_an_attempt_advances_and_finishes(casework: CaseWork) -> None:
    begun = casework.intakes.begin(NEW.number, user="anna", at=10)
    assert (begun.state, begun.progress, begun.ended) == (IntakeState.RUNNING, Progress(), None)
    casework.intakes.advance(begun.id, HALF, at=20)
    casework.intakes.end(begun.id, IntakeState.FINISHED, WHOLE, at=30)
    last = casework.intakes.last(NEW.number)
    assert last is not None
    assert (last.state, last.progress, last.started, last.updated, last.ended) == (
        IntakeState.FINISHED,
        WHOLE,
        10,
        30,
        30,
    )
    with pytest.raises(ConflictError, match="read to its end"):
        casework.intakes.begin(NEW.number, user="anna", at=40)


def test_after_a_crash_the_next_attempt_goes_on_and_the_dead_one_is_marked(casework: CaseWork) -> None:
    dead = casework.intakes.begin(NEW.number, user="anna", at=10)
    casework.intakes.advance(dead.id, HALF, at=20)
    second = casework.intakes.begin(NEW.number, user="bram", at=50)
    assert second.progress == HALF
    newest, oldest = casework.intakes.list()
    assert newest == second
    assert (oldest.id, oldest.state, oldest.ended) == (dead.id, IntakeState.INTERRUPTED, 50)
    with pytest.raises(ConflictError, match="taken over"):
        casework.intakes.advance(dead.id, WHOLE, at=60)
    with pytest.raises(ConflictError, match="taken over"):
        casework.intakes.end(dead.id, IntakeState.FINISHED, WHOLE, at=60)


def test_a_failed_attempt_keeps_its_reason_and_can_be_repeated(casework: CaseWork) -> None:
    first = casework.intakes.begin(NEW.number, user="anna", at=10)
    casework.intakes.end(first.id, IntakeState.FAILED, HALF, at=20, reason="The disk is full.")
    last = casework.intakes.last(NEW.number)
    assert last is not None
    assert last.reason == "The disk is full."
    assert casework.intakes.begin(NEW.number, user="anna", at=30).progress == HALF


def test_there_is_nothing_to_read_in_an_exhibit_that_is_not_there(casework: CaseWork) -> None:
    with pytest.raises(NotFoundError):
        casework.intakes.begin("X", user="anna", at=10)
    assert casework.intakes.last("X") is None
    assert casework.intakes.list() == ()


def _begin(casework: CaseWork, process: int) -> None:
    casework.intakes.begin(NEW.number, user=f"user{process}", at=process)


def test_of_attempts_begun_at_once_one_is_left_running(casework: CaseWork, made_url: str) -> None:
    at_once(made_url, _begin)
    states = [intake.state for intake in casework.intakes.list()]
    assert states.count(IntakeState.RUNNING) == 1
