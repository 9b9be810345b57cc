from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from passing import pass_to
from underseal.errors import IntegrityError, NotFoundError
from underseal.evidence.authority import EVERYTHING, Scope
from underseal.evidence.store import Conversation, Directory, Filter, Key, Page, View
from underseal.evidence.store import columns as layout

from .rows import ROWS
from .test_release import Shelf


class Entry(NamedTuple):
    key: Key
    row: Mapping[str, object]


def view_of(shelf: Shelf, scope: Scope = EVERYTHING) -> View:
    release = shelf.releases.latest()
    assert release is not None
    return View(release, pass_to(scope), shelf.pool)


def _slowly(view: View, conversation: str, sender: str | None) -> list[int]:
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


@settings(max_examples=examples(20))
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
    if not _slowly(view, "!x", None):
        with pytest.raises(NotFoundError):
            Conversation(view, "!x").forward(None, limit=limit, only=only)
        with pytest.raises(NotFoundError):
            Conversation(view, "!x").around(Key(0, 0), limit=limit, only=only)
        return
    thread = Conversation(view, "!x")
    expected = _slowly(view, "!x", sender)

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


SPOKEN = st.tuples(
    st.sampled_from(["!w", "!x", "!x", "!x", "!y"]), st.integers(0, 5) | st.just(3), st.sampled_from("ab")
)


@pytest.mark.parametrize("apart", [0, 3, 100], ids=["wholly", "partly", "not"])
@settings(max_examples=examples(8))
@given(parts=st.lists(st.lists(SPOKEN, min_size=1, max_size=40), min_size=1, max_size=3), data=st.data())
def test_however_segments_overlap_in_time_pages_are_those_of_the_slow_order(
    tmp_path_factory: pytest.TempPathFactory, apart: int, parts: list[list[tuple[str, int, str]]], data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "ROW_GROUP", 4)  # so that one millisecond goes over several row groups
        shelf = Shelf(tmp_path_factory.mktemp("shelf"))
        for number, part in enumerate(parts):
            shelf.publish([spoken(room, time + apart * number, sender) for room, time, sender in part])
    period = st.none() | st.integers(0, 5 + apart * len(parts))
    scope = Scope(accounts=None, rooms=None, start=data.draw(period), end=data.draw(period))
    view = view_of(shelf, scope)
    rows = view.records(_slowly(view, "!x", None), ["time", "number"]).to_pylist()
    keys = [Key(row["time"], row["number"]) for row in rows]
    if not keys:
        with pytest.raises(NotFoundError):
            Conversation(view, "!x").backward(None, limit=1)
        return
    thread, limit = Conversation(view, "!x"), data.draw(st.integers(1, 9))
    for key in [*keys, Key(0, 0), Key(3, -1), Key(3 + apart, 10**6), Key(10**6, 0)]:
        after, before = [k for k in keys if k > key], [k for k in keys if k < key]
        assert _keys(thread.forward(key, limit=limit)) == after[:limit]
        assert _keys(thread.backward(key, limit=limit)) == before[-limit:]
        around = thread.around(key, limit=limit)
        half, since = limit // 2, [k for k in keys if k >= key]
        assert _keys(around) == [*before[max(len(before) - half, 0) :], *since[: limit - half]]
        assert (around.after is not None) == (len(since) > limit - half)
        assert (around.before is not None) == (len(before) > half and bool(_keys(around)))


def test_a_page_reads_only_the_row_groups_that_hold_its_lines(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "ROW_GROUP", 4)
    shelf.publish(*([spoken("!x", time + 100 * part) for time in range(40)] for part in range(5)))
    thread = Conversation(view_of(shelf), "!x")
    for segment in thread.view.segments:
        if segment.segment.period[0] != 200:
            (segment.segment.folder / "records.parquet").write_bytes(b"nobody is to read this")
    page = thread.around(Key(220, 0), limit=10)
    assert page.rows.column("time").to_pylist() == [*range(215, 225)]
    with pytest.raises(IntegrityError):
        thread.around(Key(200, 0), limit=10)


def spoken(room: str, time: int, sender: str = "a") -> dict[str, object]:
    return {
        "exhibit": "E", "unit": "row", "time": time, "kind": "text", "verdict": "clear", "conversation": room,
        "sender": sender, "text": "x",
    }  # fmt: skip


def _keys(page: Page) -> list[Key]:
    return [Key(*pair) for pair in zip(*(page.rows.column(n).to_pylist() for n in ("time", "number")), strict=True)]


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
