from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passing import pass_to
from underseal.errors import NotFoundError
from underseal.evidence.authority import EVERYTHING, Scope
from underseal.evidence.store import Conversation, Directory, Filter, Key, Page, View

from .rows import ROWS
from .test_release import Shelf


class Entry(NamedTuple):
    key: Key
    row: Mapping[str, object]


def view_of(shelf: Shelf, scope: Scope = EVERYTHING) -> View:
    release = shelf.releases.latest()
    assert release is not None
    return View(release, pass_to(scope), shelf.pool)


def _expected(view: View, conversation: str, sender: str | None) -> list[int]:
    """Read every record by number and do it the slow way."""
    rows = view.records(range(view.release.size)).to_pylist()
    wanted = [
        row
        for row in rows
        if row["conversation"] == conversation and row["copy_of"] is None and sender in (None, row["sender"])
    ]
    return [row["number"] for row in sorted(wanted, key=lambda row: (row["time"], row["number"]))]


def _numbers(page: Page) -> list[int]:
    numbers: list[int] = page.rows.column("number").to_pylist()
    return numbers


@settings(max_examples=20)
@given(
    parts=st.lists(ROWS, min_size=1, max_size=3),
    limit=st.integers(1, 7),
    sender=st.none() | st.just("a1b2c3"),
    account=st.none() | st.sampled_from(["a1b2c3", "港"]),
)
def test_pages_in_both_directions_are_the_whole_conversation(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[Sequence[Mapping[str, object]]],
    limit: int,
    sender: str | None,
    account: str | None,
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for part in parts:
        shelf.publish(part)
    scope = Scope(accounts=None if account is None else frozenset({account}), rooms=None, start=None, end=None)
    view = view_of(shelf, scope)
    only = Filter(participants=frozenset() if sender is None else frozenset({sender}))
    if not _expected(view, "!x", None):
        with pytest.raises(NotFoundError):
            Conversation(view, "!x")
        return
    thread = Conversation(view, "!x")
    expected = _expected(view, "!x", sender)

    seen: list[int] = []
    page = thread.forward(None, limit=limit, only=only)
    seen += _numbers(page)
    while page.after:
        page = thread.forward(page.after, limit=limit, only=only)
        seen += _numbers(page)
    assert seen == expected

    seen = []
    page = thread.backward(None, limit=limit, only=only)
    seen = _numbers(page)
    while page.before:
        page = thread.backward(page.before, limit=limit, only=only)
        seen = _numbers(page) + seen
    assert seen == expected


def test_around_a_record_shows_both_sides(shelf: Shelf) -> None:
    rows = [{"exhibit": "E", "unit": "row", "time": n, "kind": "text", "verdict": "clear", "conversation": "!x", "text": str(n)} for n in range(9)]  # fmt: skip
    shelf.publish(rows[::2], rows[1::2])
    view = view_of(shelf)
    number = view.records(range(9)).to_pylist()
    middle = next(row["number"] for row in number if row["time"] == 4)
    page = Conversation(view, "!x").around(Key(4, middle), limit=4)
    assert page.rows.column("time").to_pylist() == [2, 3, 4, 5]
    assert page.before
    assert page.after


def test_a_record_out_of_scope_answers_like_one_that_is_not_there(shelf: Shelf) -> None:
    shelf.publish([{"exhibit": "E", "unit": "row", "time": 1, "kind": "text", "verdict": "clear", "sender": "x"}])
    view = view_of(shelf, Scope(accounts=frozenset({"y"}), rooms=None, start=None, end=None))
    with pytest.raises(NotFoundError) as hidden:
        view.record(0)
    with pytest.raises(NotFoundError) as absent:
        view.record(7)
    assert hidden.value.message.replace("0", "7") == absent.value.message
    assert Directory(view).conversations == {}


def test_conversations_are_counted_within_the_scope_only(shelf: Shelf) -> None:
    row = {"exhibit": "E", "unit": "row", "kind": "text", "verdict": "clear", "conversation": "!x", "sender": "x"}
    shelf.publish([{**row, "time": n} for n in range(5)])
    assert Directory(view_of(shelf)).conversations["!x"].messages == 5
    scope = Scope(accounts=None, rooms=None, start=1, end=3)
    assert Directory(view_of(shelf, scope)).conversations["!x"].messages == 2


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))
