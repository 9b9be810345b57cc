"""The list of conversations under a narrow scope, against a slow reference that reads every row."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.records import LOCKED, MESSAGE_KINDS
from underseal.evidence.authority import EVERYTHING, Scope, in_scope
from underseal.evidence.store import Directory
from underseal.evidence.store import columns as layout
from underseal.evidence.store.directory import Summary

from .rows import ROWS
from .test_conversation import view_of
from .test_release import Shelf


class Sums(NamedTuple):
    members: tuple[str, ...]
    messages: int
    locked: int
    first: int
    last: int


def said(summary: Summary) -> Sums:
    return Sums(summary.members, summary.messages, summary.locked, summary.first, summary.last)


def slowly(rows: Sequence[Mapping[str, object]], scope: Scope) -> dict[str, Sums]:
    """Sum up rows that were read one by one."""
    found: dict[str, list[Mapping[str, object]]] = {}
    for row in rows:
        recipients = row["recipients"] if isinstance(row["recipients"], list) else []
        inside = in_scope(
            scope,
            sender=str(row["sender"]),
            recipients=recipients,
            conversation=str(row["conversation"]) if row["conversation"] else None,
            time=int(str(row["time"])),
        )
        if inside and row["conversation"]:
            found.setdefault(str(row["conversation"]), []).append(row)
    return {
        conversation: _sums(inside)
        for conversation, inside in found.items()
        if any(row["copy_of"] is None for row in inside)
    }


def _sums(rows: Sequence[Mapping[str, object]]) -> Sums:
    members = {str(row["sender"]) for row in rows}
    for row in rows:
        members |= set(row["recipients"] if isinstance(row["recipients"], list) else [])
    counted = [row for row in rows if row["copy_of"] is None]
    messages = [row for row in counted if row["kind"] in MESSAGE_KINDS]
    times = [int(str(row["time"])) for row in messages]
    return Sums(
        tuple(sorted(members)),
        len(messages),
        sum(row["verdict"] in {verdict.value for verdict in LOCKED} for row in messages),
        min(times, default=0),
        max(times, default=0),
    )


TIMES = st.none() | st.integers(-(10**12), 2 * 10**12)
SCOPES = st.builds(
    Scope,
    accounts=st.none() | st.frozensets(st.sampled_from(["a1b2c3", "d4e5f6", "港", "none"]), min_size=1, max_size=2),
    rooms=st.none() | st.frozensets(st.sampled_from(["!x", "!y", "!none"]), min_size=1),
    start=TIMES,
    end=TIMES,
)


@settings(max_examples=examples(25))
@given(parts=st.lists(ROWS, min_size=1, max_size=2), scopes=st.lists(SCOPES, min_size=1, max_size=6))
def test_members_and_counts_are_those_of_the_rows_in_scope(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[Sequence[Mapping[str, object]]],
    scopes: list[Scope],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "ROW_GROUP", 4)  # so that some row groups lie outside a period
        shelf = Shelf(tmp_path_factory.mktemp("shelf"))
        for part in parts:
            shelf.publish(part)
    whole = view_of(shelf)
    rows = whole.records(range(whole.release.size)).to_pylist()
    for scope in [EVERYTHING, *scopes]:
        found = {name: said(summary) for name, summary in Directory(view_of(shelf, scope)).conversations.items()}
        expected = slowly(rows, scope)
        assert {name: sums.members for name, sums in found.items()} == {n: s.members for n, s in expected.items()}
        assert {n: s[1:3] for n, s in found.items()} == {n: s[1:3] for n, s in expected.items()}
        narrow, listed = Directory(view_of(shelf, scope)), list(Directory(view_of(shelf, scope)).conversations.values())
        assert [narrow.find(name) for name in ("!x", "!none", "!y", "")] == [
            next((summary for summary in listed if summary.id == name), None) for name in ("!x", "!none", "!y", "")
        ]
        assert listed == sorted(listed, key=lambda s: (not s.messages, -s.last if s.messages else 0, s.id))
        with_messages = {name for name, sums in expected.items() if sums.messages}
        assert {n: found[n][3:] for n in with_messages} == {n: expected[n][3:] for n in with_messages}


def test_some_conversations_are_found_without_a_look_at_the_others(shelf_of_three: Shelf) -> None:
    shelf_of_three.publish(
        [message("ann", "ben", 40 + n, conversation=room) for n, room in enumerate(["!a", "!b", "!x"])]
    )
    directory, whole = Directory(view_of(shelf_of_three)), Directory(view_of(shelf_of_three)).conversations
    assert directory.among(["!b", "!x", "!none"]) == {"!b": whole["!b"], "!x": whole["!x"]}
    assert directory.among(["!a", "!x"]) == {"!a": whole["!a"], "!x": whole["!x"]}
    assert directory.find("!none") is None
    assert (whole["!x"].messages, whole["!x"].first, whole["!x"].last) == (4, 10, 42)
    assert directory.conversations == whole
    assert directory.among(["!none", "!a"]) == {"!a": whole["!a"]}
    scope = Scope(accounts=None, rooms=frozenset({"!a"}), start=None, end=None)
    assert Directory(view_of(shelf_of_three, scope)).among(["!a", "!b"]) == {"!a": whole["!a"]}


NAMED = st.tuples(
    st.sampled_from(["ann", "ben", ""]),
    st.none() | st.sampled_from(["ann", "zoe", ""]),
    st.integers(0, 3),
    st.sampled_from("JKL"),
)


@settings(max_examples=examples(15))
@given(parts=st.lists(st.lists(NAMED, min_size=1, max_size=8), min_size=1, max_size=3))
def test_an_account_is_called_as_it_was_named_last(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[tuple[str, str | None, int, str]]]
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for part in parts:
        shelf.publish([
            message(sender, "ben", time, kind="membership", target=target, text=name, event=None)
            for sender, target, time, name in part
        ])  # fmt: skip
    whole = view_of(shelf)
    rows = whole.records(range(whole.release.size)).to_pylist()
    named = {row["target"] or row["sender"]: row["text"] for row in sorted(rows, key=lambda row: row["time"])}
    directory = Directory(whole)
    assert {account: directory.name(account) for account in named} == named
    assert directory.name("nobody") == "nobody"


def message(sender: str, to: str, time: int, **more: object) -> dict[str, object]:
    return {
        "exhibit": "BR-1", "unit": "row", "row": time, "event": f"${sender}{time}", "conversation": "!x",
        "sender": sender, "recipients": [to], "time": time, "clock": "homeserver", "uncertainty": 0, "kind": "text",
        "text": "x", "verdict": "clear", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "members"),
    [
        (EVERYTHING, ("ann", "ben", "eve", "zoe")),
        (Scope(accounts=frozenset({"ann"}), rooms=None, start=None, end=None), ("ann", "ben", "eve")),
        (Scope(accounts=frozenset({"zoe"}), rooms=frozenset({"!x"}), start=None, end=None), ("eve", "zoe")),
        (Scope(accounts=None, rooms=None, start=None, end=20), ("ann", "ben")),
        (Scope(accounts=None, rooms=frozenset({"!x"}), start=20, end=None), ("ann", "eve", "zoe")),
    ],
)
def test_members_are_those_whom_rows_in_scope_name(
    shelf_of_three: Shelf, scope: Scope, members: tuple[str, ...]
) -> None:
    assert Directory(view_of(shelf_of_three, scope)).conversations["!x"].members == members


@pytest.fixture
def shelf_of_three(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.publish([message("ann", "ben", 10), message("eve", "ann", 20), message("eve", "zoe", 30)])
    return shelf


def test_a_superseded_row_names_nobody_under_a_narrow_scope(tmp_path_factory: pytest.TempPathFactory) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.publish([message("ann", "ben", 10, verdict="no_key"), message("ann", "eve", 20, verdict="no_key")])
    shelf.publish([message("ann", "zoe", 10, supersedes=0, copy_of=None)], hidden=[0])
    scope = Scope(accounts=frozenset({"ann"}), rooms=None, start=None, end=None)
    summary = Directory(view_of(shelf, scope)).conversations["!x"]
    assert (summary.members, summary.messages, summary.locked) == (("ann", "eve", "zoe"), 2, 1)
