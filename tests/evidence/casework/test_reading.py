"""What users leave behind belongs to them, and the newest wins."""

import pytest

from underseal.errors import CallerError, NotFoundError
from underseal.evidence.casework import CaseWork, SavedSearch, Visit

from .racing import at_once

HOUR = 3_600_000


def test_positions_come_the_latest_first_and_only_ones_own(casework: CaseWork) -> None:
    reading = casework.reading
    for at, (user, room) in enumerate([("anna", "!a"), ("anna", "!b"), ("bram", "!c"), ("anna", "!a")]):
        reading.stop_at(user, room, 10 + at, at=at)
    assert [(one.conversation, one.number, one.at) for one in reading.positions("anna")] == [
        ("!a", 13, 3),
        ("!b", 11, 1),
    ]
    assert reading.positions("nobody") == ()


def test_a_position_is_kept_per_user_and_conversation(casework: CaseWork) -> None:
    reading = casework.reading
    assert reading.position("anna", "!room:x") is None
    reading.stop_at("anna", "!room:x", 7, at=1)
    reading.stop_at("anna", "!room:x", 5, at=2)
    reading.stop_at("bram", "!room:x", 9, at=2)
    reading.stop_at("anna", "!other:x", 3, at=2)
    assert reading.position("anna", "!room:x") == 5
    assert reading.position("bram", "!room:x") == 9


def _stop(casework: CaseWork, process: int) -> None:
    for number in range(20):
        casework.reading.stop_at("anna", "!room:x", number * 10 + process, at=number)


def test_many_windows_of_one_user_do_not_disturb_each_other(casework: CaseWork, made_url: str) -> None:
    assert at_once(made_url, _stop) == ["done"] * 3
    assert casework.reading.position("anna", "!room:x") in {190, 191, 192}


def test_a_visit_knows_the_one_before(casework: CaseWork) -> None:
    def visit(release: int | None, at: int) -> Visit | None:
        return casework.reading.visit("anna", release, at=at, pause=HOUR)

    assert visit(None, 0) is None
    assert visit(1, 10) is None
    assert visit(2, 10 + HOUR) == Visit(at=10, release=1)
    assert visit(3, 20 + HOUR) == Visit(at=10, release=1)
    assert visit(3, 20 + 2 * HOUR) == Visit(at=20 + HOUR, release=3)
    assert casework.reading.visit("bram", 3, at=0, pause=HOUR) is None


def test_searches_are_saved_by_name_replaced_and_forgotten(casework: CaseWork) -> None:
    reading = casework.reading
    reading.save_search("anna", "boats", "boot OR schip", at=1)
    assert reading.save_search("anna", " boats ", "boot*", at=2) == SavedSearch(name="boats", query="boot*", saved=2)
    reading.save_search("bram", "boats", "haven", at=3)
    assert [search.query for search in reading.saved_searches("anna")] == ["boot*"]
    reading.forget_search("anna", "boats")
    assert reading.saved_searches("anna") == ()
    with pytest.raises(NotFoundError):
        reading.forget_search("anna", "boats")
    with pytest.raises(CallerError, match="name of the search is empty"):
        reading.save_search("anna", "", "x", at=4)
    assert len(reading.saved_searches("bram")) == 1
