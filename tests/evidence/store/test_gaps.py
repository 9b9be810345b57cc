"""What the numbers of a session prove to be missing, against a slow way to find it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.evidence.authority import EVERYTHING, Scope
from underseal.evidence.store import Directory, Gap, View

from .test_conversation import view_of
from .test_release import Shelf

ADA, BEN = "@ada:quay", "@ben:quay"


def numbered(index: int | None, **fields: object) -> dict[str, object]:
    """Return a message of Ada's as decryption leaves it, a second after the one before it."""
    given: dict[str, object] = {
        "exhibit": "BR-1",
        "unit": "row",
        "conversation": "!quay",
        "sender": ADA,
        "recipients": [BEN],
        "time": 1000 * (index or 0),
        "kind": "sealed",
        "algorithm": "m.megolm.v1.aes-sha2",
        "session": "S",
        "index": index,
        "signature": "valid",
        "verdict": "no_key",
        "ciphertext": b"sealed",
    }
    return given | fields


def gaps(shelf: Shelf, scope: Scope = EVERYTHING, conversation: str = "!quay") -> Sequence[Gap]:
    return Directory(view_of(shelf, scope)).gaps(conversation)


def told(shelf: Shelf, **changes: object) -> list[tuple[int, int, int]]:
    scope = {"accounts": None, "rooms": None, "start": None, "end": None} | changes
    return [(gap.first, gap.last, gap.missing) for gap in gaps(shelf, Scope(**scope))]  # type: ignore[arg-type]


@pytest.fixture
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


def test_a_number_between_two_captured_ones_is_missing_between_their_times(shelf: Shelf) -> None:
    shelf.publish([numbered(2), numbered(3), numbered(7), numbered(8)])
    (gap,) = gaps(shelf)
    assert (gap.first, gap.last, gap.missing, gap.sender, gap.session) == (4, 6, 3, ADA, "S")
    assert (gap.start, gap.end) == (3000, 7000)
    assert (gap.before.number, gap.after.number) == (1, 2)


def test_numbers_before_the_first_and_after_the_last_prove_nothing(shelf: Shelf) -> None:
    shelf.publish([numbered(40), numbered(41), numbered(3, session="T")])
    assert gaps(shelf) == ()


def test_a_message_of_another_release_or_exhibit_fills_a_gap(shelf: Shelf) -> None:
    shelf.publish([numbered(0), numbered(2)])
    assert told(shelf) == [(1, 1, 1)]
    shelf.publish([numbered(1, exhibit="BR-2")])
    assert told(shelf) == []


def test_what_a_later_key_opened_stays_where_it_was(shelf: Shelf) -> None:
    shelf.publish([numbered(0), numbered(2)])
    opened = numbered(2, verdict="opened", kind="text", text="ahoy", supersedes=1, copy_of=None)
    shelf.publish([opened], hidden=[1])
    (gap,) = gaps(shelf)
    assert (gap.missing, gap.after.number) == (1, 2)


def test_nobody_makes_a_gap_by_claiming_a_number_without_signing_it(shelf: Shelf) -> None:
    shelf.publish([numbered(0), numbered(900, signature="invalid", verdict="bad_signature"), numbered(1)])
    assert gaps(shelf) == ()


@pytest.mark.parametrize("verdict", ["malformed", "replayed"])
def test_what_a_server_moved_or_repeated_bounds_no_gap(shelf: Shelf, verdict: str) -> None:
    shelf.publish([numbered(0), numbered(9, verdict=verdict)])
    assert gaps(shelf) == ()


@pytest.mark.parametrize(
    "lost",
    [
        numbered(2, signature="invalid", verdict="bad_signature"),
        numbered(None, time=1500, verdict="malformed", signature=None),
        numbered(None, time=1500, verdict="clear", signature=None, algorithm=None, session=None, detail="redacted"),
    ],
)
def test_a_record_that_may_be_the_missing_one_is_not_counted_as_missing(shelf: Shelf, lost: dict[str, object]) -> None:
    shelf.publish([numbered(1), lost, numbered(4)])
    assert [gap.missing for gap in gaps(shelf)] == [1]


def test_what_another_account_took_back_explains_nothing(shelf: Shelf) -> None:
    took = numbered(None, time=1500, verdict="clear", algorithm=None, session=None, detail="redacted", sender=BEN)
    shelf.publish([numbered(1), took, numbered(3)])
    assert [gap.missing for gap in gaps(shelf)] == [1]


def test_a_clock_that_was_set_back_still_gives_a_stretch(shelf: Shelf) -> None:
    shelf.publish([numbered(0, time=9000), numbered(2, time=4000)])
    (gap,) = gaps(shelf)
    assert (gap.start, gap.end) == (4000, 9000)


def test_a_message_out_of_scope_is_neither_missing_nor_told_of(shelf: Shelf) -> None:
    shelf.publish([numbered(0), numbered(1), numbered(2), numbered(5), numbered(7)])
    assert told(shelf) == [(3, 4, 2), (6, 6, 1)]
    assert told(shelf, end=5001) == [(3, 4, 2)]
    assert told(shelf, end=5000) == []
    assert told(shelf, accounts=frozenset({BEN})) == told(shelf)
    assert told(shelf, accounts=frozenset({"@eve:quay"})) == []
    assert told(shelf, rooms=frozenset({"!other"})) == []


def test_a_conversation_that_is_not_there_has_no_gaps(shelf: Shelf) -> None:
    shelf.publish([{"exhibit": "BR-1", "unit": "row", "time": 5, "kind": "text", "verdict": "clear", "text": "ahoy"}])
    assert gaps(shelf, conversation="!nowhere") == ()


_MESSAGES = st.builds(
    lambda index, time, **fields: numbered(index, time=time, **fields),
    index=st.none() | st.integers(0, 9),
    time=st.integers(0, 12),
    session=st.sampled_from(["S", "S", "T"]),
    sender=st.sampled_from([ADA, ADA, BEN]),
    signature=st.sampled_from(["valid", "valid", "valid", "invalid"]),
    verdict=st.sampled_from(["no_key", "no_key", "opened", "bad_mac", "malformed", "replayed"]),
    event=st.sampled_from([None, None, "$a", "$b"]),
    detail=st.sampled_from([None, None, "redacted"]),
    conversation=st.sampled_from(["!quay", "!quay", "!quay", "!other"]),
)


def _slowly(view: View, everything: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    """Find the gaps number by number."""
    scope = view.access.scope
    rows = [row for row in everything if row["conversation"] == "!quay"]
    found: list[tuple[object, ...]] = []
    for session in ("S", "T"):
        of_session = [row for row in rows if row["session"] == session and row["index"] is not None]
        bounds: dict[int, Mapping[str, Any]] = {}
        for row in of_session:
            if row["signature"] == "valid" and row["verdict"] not in {"malformed", "replayed"}:
                known = bounds.get(row["index"])
                if known is None or _rank(row, scope) < _rank(known, scope):
                    bounds[row["index"]] = row
        indices = sorted(bounds)
        for low, high in pairwise(indices):
            one, other = bounds[low], bounds[high]
            absent = set(range(low + 1, high)) - {row["index"] for row in of_session}
            start, end = sorted((one["time"], other["time"]))
            lost = [
                row
                for row in rows
                if row["index"] is None and row["sender"] == one["sender"] and start <= row["time"] <= end
            ]
            if len(absent) > len(lost) and _inside(one, scope) and _inside(other, scope):
                numbers = one["number"], other["number"]
                found.append((session, low + 1, high - 1, len(absent) - len(lost), start, end, *numbers))
    return sorted(found, key=repr)


def _inside(row: Mapping[str, Any], scope: Scope) -> bool:
    accounts = scope.accounts is None or row["sender"] in scope.accounts
    return accounts and (scope.end is None or row["time"] < scope.end)


def _rank(row: Mapping[str, Any], scope: Scope) -> tuple[object, ...]:
    return not _inside(row, scope), row["copy_of"] is not None, row["time"], row["number"]


@settings(max_examples=examples(60))
@given(
    parts=st.lists(st.lists(_MESSAGES, min_size=1, max_size=25), min_size=1, max_size=3),
    accounts=st.none() | st.just(frozenset({ADA})),
    end=st.none() | st.integers(1, 12),
)
def test_the_gaps_are_those_that_are_found_number_by_number(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[list[dict[str, object]]],
    accounts: frozenset[str] | None,
    end: int | None,
) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.publish(*([row | {"recipients": None} for row in part] for part in parts))
    everything = view_of(shelf).records(range(sum(map(len, parts)))).to_pylist()
    view = view_of(shelf, Scope(accounts=accounts, rooms=None, start=None, end=end))
    fast = [
        (g.session, g.first, g.last, g.missing, g.start, g.end, g.before.number, g.after.number)
        for g in Directory(view).gaps("!quay")
    ]
    assert sorted(fast, key=repr) == _slowly(view, everything)
