"""A quarantine answers as if what it withholds had never been taken in: whatever is asked, in the same shape."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passing import pass_to
from store.test_release import Shelf
from underseal.core.records import Media
from underseal.errors import NotFoundError
from underseal.evidence.authority import (
    EVERYTHING,
    NOTHING,
    AccountHeld,
    ConversationHeld,
    MessageHeld,
    Quarantine,
    Scope,
)
from underseal.evidence.store import View
from underseal.evidence.store.index import LATEST

from .reading import read_everything

Row = Mapping[str, Any]

ACCOUNTS = ["@a", "@b", "@c", "@d", "k7q2mx"]
ROOMS = ["!x", "!y", "!z"]
EVENTS = ["$a", "$b", "$c", "$d"]
TIMES = [0, 1, 2, 3, 4, 5, 90_000_000, LATEST + 5, -(10**13)]
TEXTS = st.lists(st.sampled_from(["boat", "old", "harbour", "baot", "café"]), min_size=1, max_size=4).map(" ".join)

accounts, rooms, times = st.sampled_from(ACCOUNTS), st.sampled_from(ROOMS), st.sampled_from(TIMES)
events = st.sampled_from([None, None, *EVENTS])

_common = {
    "exhibit": st.sampled_from(["BR-1", "BR-2"]),
    "unit": st.just("row"),
    "event": events,
    "conversation": st.sampled_from([None, *ROOMS, *ROOMS]),
    "sender": st.sampled_from([None, *ACCOUNTS]),
    "recipients": st.none() | st.lists(accounts, max_size=3, unique=True),
    "time": times,
    "clock": st.just("homeserver"),
    "uncertainty": st.just(0),
}
_messages = st.fixed_dictionaries(
    {
        **_common,
        "kind": st.sampled_from(["text", "text", "picture", "edit", "reaction", "redaction"]),
        "text": st.none() | TEXTS,
        "verdict": st.sampled_from(["clear", "opened"]),
        "relation": st.sampled_from([None, None, "reply", "edit", "reaction"]),
        "target": events,
        "media": st.none() | st.just(Media(name="boat.jpg", mime="image/jpeg").to_json()),
    }
)
_memberships = st.fixed_dictionaries(
    {
        **_common,
        "kind": st.just("membership"),
        "verdict": st.just("clear"),
        "text": TEXTS,
        "target": st.none() | accounts,
    }
)
_state = st.fixed_dictionaries(
    {
        **_common,
        "kind": st.just("state"),
        "verdict": st.just("clear"),
        "text": TEXTS,
        "detail": st.sampled_from(["m.room.name", "m.room.topic", "m.other"]),
    }
)
_sealed = st.fixed_dictionaries(
    {
        **_common,
        "kind": st.just("sealed"),
        "verdict": st.sampled_from(["no_key", "key_too_late", "bad_mac"]),
        "algorithm": st.just("m.megolm.v1.aes-sha2"),
        "session": st.sampled_from(["S", "T"]),
        "index": st.integers(0, 9),
        "signature": st.just("valid"),
        "ciphertext": st.just(b"sealed"),
    }
)
corpora = st.lists(
    st.lists(st.one_of(_messages, _messages, _memberships, _state, _sealed), min_size=1, max_size=14),
    min_size=1,
    max_size=3,
)

edges = st.none() | st.sampled_from([0, 2, 4, 100_000_000, LATEST + 9])
numbers = st.integers(1, 9)
message = st.builds(
    MessageHeld,
    event=st.sampled_from(["", *EVENTS]),
    conversation=st.sampled_from(["", *ROOMS]),
    sender=st.sampled_from(["", *ACCOUNTS]),
    time=times,
    since=numbers,
)
quarantines = st.builds(
    Quarantine.of,
    accounts=st.lists(st.builds(AccountHeld, account=accounts, start=edges, end=edges, since=numbers), max_size=2),
    conversations=st.lists(st.builds(ConversationHeld, conversation=rooms, since=numbers), max_size=1),
    messages=st.lists(message, max_size=2),
    released=st.lists(message, max_size=1),
)

scopes = st.just(EVERYTHING) | st.builds(
    Scope,
    accounts=st.none() | st.frozensets(accounts, min_size=1, max_size=3),
    rooms=st.none() | st.frozensets(rooms, min_size=1, max_size=2),
    start=st.none() | st.just(1),
    end=st.none() | st.just(90_000_000),
)

NOBODY = Quarantine.of(accounts=[AccountHeld(account="@nobody")])
"""A quarantine that withholds nothing that is there: with any in force, relevance is counted in one way."""


@settings(max_examples=12)
@given(parts=corpora, quarantine=quarantines, scope=scopes)
def test_whatever_is_asked(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[Row]], quarantine: Quarantine, scope: Scope
) -> None:
    parts = _numbered(parts)
    gone = withheld_slowly([row for part in parts for row in part], quarantine)
    full = published(tmp_path_factory, parts)
    never = published(tmp_path_factory, [[row for row in part if row["row"] not in gone] for part in parts])
    view = view_of(full, quarantine, scope)
    if never is None:
        assert view.records(range(view.release.size)).num_rows == 0
        assert not any(len(found) for found in read_everything(view)["events"])
        return
    got, expected = read_everything(view), read_everything(view_of(never, NOBODY if quarantine else NOTHING, scope))
    for way, found in expected.items():
        assert got[way] == found, way
    assert full is not None
    assert full.faults(view.release) == []


def test_what_a_later_key_opened_is_withheld_in_both_of_its_records(tmp_path_factory: pytest.TempPathFactory) -> None:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    told = {"exhibit": "BR-1", "unit": "row", "event": "$e", "conversation": "!x", "sender": "@a", "time": 7}
    locked = told | {"row": 1, "kind": "sealed", "verdict": "no_key", "ciphertext": b"sealed"}
    edit = {"kind": "edit", "relation": "edit", "target": "$first", "text": "later words"}
    shelf.publish([locked, locked | {"row": 2, "event": "$other"}])
    shelf.publish([told | edit | {"row": 1, "verdict": "opened", "supersedes": 0, "copy_of": None}], hidden=[0])
    first = MessageHeld(event="$first", conversation="!x", sender="@b", time=1)
    view = view_of(shelf, Quarantine.of(messages=[first]))
    assert view.records([0, 1, 2], ["event"]).column("event").to_pylist() == ["$other"]
    with pytest.raises(NotFoundError):
        view.ciphertext(0)
    assert view_of(shelf, NOTHING).records([0, 1, 2]).num_rows == 3


def _numbered(parts: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Give each row a place of its own, by which it is known wherever it is taken in."""
    starts = [sum(map(len, parts[:at])) for at in range(len(parts))]
    return [
        [{**row, "row": start + at + 1} for at, row in enumerate(part)]
        for start, part in zip(starts, parts, strict=True)
    ]


def published(tmp_path_factory: pytest.TempPathFactory, parts: Sequence[Sequence[Row]]) -> Shelf | None:
    """Publish each part that holds anything as a release; None where none does."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    for part in parts:
        # The order in which a segment is written: intake sorts no further than that.
        if part:
            shelf.publish(sorted(part, key=lambda row: (row["conversation"] or "", row["time"], row["row"])))
    return shelf if any(parts) else None


def view_of(shelf: Shelf | None, quarantine: Quarantine, scope: Scope = EVERYTHING) -> View:
    release = shelf.releases.latest() if shelf else None
    assert shelf is not None
    assert release is not None
    return View(release, pass_to(scope, quarantine), shelf.pool)


def withheld_slowly(rows: Sequence[Row], quarantine: Quarantine) -> set[int]:
    """Return the places of what is withheld, in the words of the documentation."""
    found = {row["row"] for row in rows if _spoken_of(row, quarantine)}
    copied = {row["event"] for row in rows if row["row"] in found and row["event"]}
    return found | {row["row"] for row in rows if row["event"] in copied}


def _spoken_of(row: Row, quarantine: Quarantine) -> bool:
    if any(_is(row, held) for held in quarantine.messages):
        return True
    about = {row["sender"], *(row["recipients"] or ()), row.get("target") if row["kind"] == "membership" else None}
    wide = [held.since for held in quarantine.accounts if held.account in about and held.holds(row["time"])]
    wide += [held.since for held in quarantine.conversations if held.conversation == row["conversation"]]
    released = [held.since for held in quarantine.released if _is(row, held)]
    return bool(wide) and max(wide) >= max(released, default=0)


def _is(row: Row, held: MessageHeld) -> bool:
    if held.event and row["event"] == held.event:
        return True
    if held.event and row.get("relation") == "edit" and row.get("target") == held.event:
        return True
    place = (row["conversation"] or "", row["sender"] or "", row["time"])
    return place == (held.conversation, held.sender, held.time) and not (held.event and row["event"])
