"""Records that are looked up by their event, against a look at every row."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.evidence.authority import Scope

from .rows import ROWS
from .test_conversation import view_of
from .test_release import Shelf

EVENTS = ["$a", "$b", "$c", "$none"]


@settings(max_examples=examples(5))
@given(
    parts=st.lists(ROWS, min_size=1, max_size=3),
    asked=st.sets(st.sampled_from(EVENTS)),
    accounts=st.none() | st.just(frozenset({"a1b2c3"})),
)
def test_events_their_copies_and_what_refers_to_them_are_those_of_all_rows(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[Sequence[Mapping[str, object]]],
    asked: set[str],
    accounts: frozenset[str] | None,
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for part in parts:
        shelf.publish(part)
    view = view_of(shelf, Scope(accounts=accounts, rooms=None, start=None, end=None))
    rows = view.records(range(view.release.size), ["number", "event", "target", "copy_of"]).to_pylist()
    of_events = {row["number"] for row in rows if row["event"] in asked}
    copies = {row["number"] for row in rows if row["event"] in asked and row["copy_of"] is not None}
    referring = {row["number"] for row in rows if row["target"] in asked}
    found = [
        look(asked, ["number"]).column("number").to_pylist()
        for look in (view.of_events, view.copies_of, view.referring)
    ]
    assert [sorted(numbers) for numbers in found] == [sorted(of_events), sorted(copies), sorted(referring)]
