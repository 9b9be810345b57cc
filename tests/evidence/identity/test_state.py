"""The fold of any acts equals a slow reference that looks at all acts anew, and nothing in the ledger is ever changed."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claiming import acts, claims, intervals
from underseal.core.crypto import SigningKey
from underseal.core.verify.attribution import Act, Claim, Grade, Interval, Merge, Parting, Withdrawal
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError
from underseal.evidence.identity import Book, Draft, Maker, State, read_draft
from underseal.evidence.identity.persons import meet

KEY = SigningKey.generate()


def numbered(act: Act, state: State) -> Act:
    """Give an act the id that is its turn, as the program does."""
    if isinstance(act, Claim):
        return replace(act, id=state.next_claim)
    return replace(act, id=state.next_merge) if isinstance(act, Merge) else act


def entered(book: Book, wanted: Sequence[Act]) -> list[Act]:
    """Enter those acts that fit, and return them."""
    done = []
    for act in wanted:
        with book.turn() as turn:
            own = numbered(act, turn.state)
            try:
                turn.check(own)
            except (NotFoundError, ConflictError):
                continue
            turn.enter(own)
            done.append(own)
    return done


def in_force(done: Sequence[Act]) -> set[str]:
    """Say which claims are in force, by asking of each whether any act speaks of it."""
    found = [act for act in done if isinstance(act, Claim)]
    return {
        claim.id
        for claim in found
        if not any(other.supersedes == claim.id for other in found)
        and not any(isinstance(act, Withdrawal) and act.claim == claim.id for act in done)
    }


def groups(done: Sequence[Act]) -> set[frozenset[str]]:
    """Return who is one with whom: what the merges that were not undone connect."""
    people = {act.person.id for act in done if isinstance(act, Claim)}
    undone = {act.merge for act in done if isinstance(act, Parting)}
    edges = [(act.kept, act.absorbed) for act in done if isinstance(act, Merge) and act.id not in undone]
    found = [{person} for person in sorted(people)]
    for one, other in edges:
        joined = [group for group in found if group & {one, other}]
        found = [group for group in found if group not in joined] + [set().union(*joined)]
    return {frozenset(group) for group in found}


@settings(max_examples=60)
@given(wanted=st.lists(acts, max_size=25), at=st.integers(-(10**14), 10**14))
def test_the_fold_is_that_of_a_slow_reference(
    tmp_path_factory: pytest.TempPathFactory, wanted: list[Act], at: int
) -> None:
    folder = tmp_path_factory.mktemp("book") / "attributions"
    book = Book(folder, KEY, claimed=lambda: 0)
    done = entered(book, wanted)
    made = [act for act in done if isinstance(act, Claim)]
    checkpoint = book.verify()
    for state in (book.state(), Book(folder, KEY, claimed=lambda: 0).state()):
        assert [found.claim for found in state.claims.values()] == made
        assert {id_ for id_, found in state.claims.items() if found.in_force} == in_force(done)
        assert {frozenset(state.parts(person)) for person in state.persons} == groups(done)
        for person in state.persons:
            one = next(group for group in groups(done) if person in group)
            assert [f.claim for f in state.of_person(person)] == [c for c in made if c.person.id in one]
        for claim in made:
            chain = [found.claim.id for found in state.history(claim.id)]
            assert claim.id in chain
            assert [state.claims[id_].claim.supersedes for id_ in chain] == [None, *chain[:-1]]
        covering = {c.id for c in made if (c.interval.start or -(10**15)) <= at < (c.interval.end or 10**15)}
        unknown = {c.id for c in made if 0 in (c.interval.start, c.interval.end)}  # "or" takes 0 for not known
        assert {c.id for c in made if c.interval.covers(at)} - unknown == covering - unknown
    assert (checkpoint.size if checkpoint else 0) == len(done)


@settings(max_examples=20)
@given(first=st.lists(claims, min_size=1, max_size=4), later=st.lists(acts, max_size=8))
def test_an_earlier_ledger_is_the_beginning_of_every_later_one(
    tmp_path_factory: pytest.TempPathFactory, first: list[Act], later: list[Act]
) -> None:
    folder = tmp_path_factory.mktemp("book") / "attributions"
    book = Book(folder, KEY, claimed=lambda: 0)
    entered(book, first)
    with book.turn():
        old, lines = book.checkpoint(), (folder / "entries.jsonl").read_bytes()
    entered(book, later)
    assert (folder / "entries.jsonl").read_bytes().startswith(lines)
    with book.turn() as turn:
        assert turn._ledger.consistency_proof(old)
    assert book.verify() is not None


@settings(max_examples=30)
@given(data=st.data(), wanted=st.lists(claims, min_size=1, max_size=4))
def test_a_changed_entry_is_found(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, wanted: list[Act]
) -> None:
    folder = tmp_path_factory.mktemp("book") / "attributions"
    if not entered(Book(folder, KEY, claimed=lambda: 0), wanted):
        return
    file = folder / "entries.jsonl"
    whole = bytearray(file.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1
    file.write_bytes(whole)
    with pytest.raises(IntegrityError):
        Book(folder, KEY, claimed=lambda: 0).verify()
    with pytest.raises(IntegrityError):
        Book(folder, KEY, claimed=lambda: 0).state()


def test_a_ledger_that_was_removed_does_not_look_like_a_new_one(tmp_path: Path) -> None:
    book = Book(tmp_path / "attributions", KEY, claimed=lambda: 1)
    for asking in (book.state, book.verify, lambda: book.turn().__enter__()):
        with pytest.raises(IntegrityError, match="is gone"):
            asking()
    assert not (tmp_path / "attributions").exists()
    assert Book(tmp_path / "attributions", KEY, claimed=lambda: 0).state() == State()


def test_an_older_ledger_that_was_put_back_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "attributions"
    book = Book(folder, KEY, claimed=lambda: 0)
    with book.turn() as turn:
        empty = (folder / "checkpoint.json").read_bytes()
        turn.enter(_claim())
    assert book.state().size == 1
    (folder / "checkpoint.json").write_bytes(empty)
    with pytest.raises(IntegrityError, match="had 1 entries and now has 0"):
        book.state()


def _claim(**changes: object) -> Claim:
    draft = Draft(
        account="@ann:harbour", name="Ann", start="unknown", end="unknown", zone="UTC", grade="weak",
        supporting=[{"kind": "statement", "words": "she says so"}],
    )  # fmt: skip
    return read(replace(draft, **changes))  # type: ignore[arg-type]  # fields of a draft


def read(draft: Draft) -> Claim:
    def find(record: int, _words: str) -> None:
        raise NotFoundError(f"There is no record {record}.")

    maker = Maker(author="anna", time=0, authority="BR-1")
    return read_draft(draft, maker=maker, state=State(), known=lambda _person: False, find=find)  # type: ignore[arg-type]  # always raises


def test_many_at_once_each_get_a_turn(tmp_path: Path) -> None:
    books = [Book(tmp_path / "attributions", KEY, claimed=lambda: 0) for _ in range(3)]

    def work(book: Book) -> None:
        for _ in range(8):
            with book.turn() as turn:
                turn.enter(replace(_claim(), id=turn.state.next_claim))

    threads = [threading.Thread(target=work, args=[book]) for book in (*books, *books)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for book in books:
        assert list(book.state().claims) == [f"A{number}" for number in range(1, 49)]
        assert book.verify() is not None


# --- intervals --------------------------------------------------------------------------------------------------------


@given(one=intervals, other=intervals)
def test_two_intervals_meet_where_a_moment_lies_in_both(one: Interval, other: Interval) -> None:
    edges = {end for interval in (one, other) for end in (interval.start, interval.end) if end is not None}
    moments = {edge + step for edge in edges for step in (-1, 0)} | {0}
    assert meet(one, other) == any(one.covers(at) and other.covers(at) for at in moments)
    assert meet(one, other) == meet(other, one)


def test_adjacent_intervals_do_not_meet() -> None:
    first = _claim(start="2026-03-01", end="2026-03-28", zone="Europe/Brussels").interval
    second = _claim(start="2026-03-29", end="2026-03-29", zone="Europe/Brussels").interval
    assert first.end == second.start
    assert not meet(first, second)
    assert meet(first, _claim(start="2026-03-28T23:59:59", end="2026-03-29", zone="Europe/Brussels").interval)


@given(
    day=st.dates(datetime(1980, 1, 1, tzinfo=UTC).date(), datetime(2040, 1, 1, tzinfo=UTC).date()),
    length=st.integers(0, 3),
    zone=st.sampled_from(["Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_days_of_a_zone_are_its_own_whatever_its_clocks_do(day: datetime, length: int, zone: str) -> None:
    last = day + timedelta(days=length)
    interval = _claim(start=day.isoformat(), end=last.isoformat(), zone=zone).interval
    assert interval.start is not None
    assert interval.end is not None
    local = [datetime.fromtimestamp(at / 1000, ZoneInfo(zone)) for at in (interval.start, interval.end)]
    assert [moment.date() for moment in local] == [day, last + timedelta(days=1)]
    assert all(moment.time() == datetime.min.time() for moment in local)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": "2026-03-02", "end": "2026-03-01"}, "ends before it starts, or is empty"),
        ({"start": "2026-03-29T02:30", "zone": "Europe/Brussels"}, "clocks go forward"),
        ({"start": "2026-10-25T02:30", "zone": "Europe/Brussels"}, "happens twice"),
        ({"start": "yesterday"}, "is not a date"),
        ({"start": "1820-01-01"}, "No account was used"),
        ({"zone": "Mars"}, "is unknown"),
        ({"grade": "certain"}, "no grade of the scale"),
        ({"name": ""}, "name of the person is empty"),
        ({"born": "1980-02-30"}, "no birth date"),
        ({"person": "P9"}, "There is no person"),
        ({"supporting": []}, "rests on nothing"),
        ({"supporting": [{"kind": "message", "record": 9}]}, "no record 9"),
        ({"supporting": [{"kind": "message"}]}, "has no record"),
        ({"supporting": [{"kind": "message", "record": True}]}, "not a number"),
        ({"supporting": [{"kind": "rumour"}]}, "no known kind"),
        ({"supporting": [{"kind": "statement", "words": ""}]}, "says nothing"),
        ({"supporting": [{"kind": "statement", "words": "x", "page": 1}]}, "has not: 'page'"),
        ({"supporting": [{"kind": "document", "name": "x", "sha256": "ff"}]}, "64 hexadecimal"),
        ({"supporting": ["x"]}, "is not an object"),
        ({"supporting": "x"}, "is not a list"),
    ],
)
def test_a_draft_that_is_wrong_says_where(changes: dict[str, object], words: str) -> None:
    with pytest.raises(CallerError, match=words):
        _claim(**changes)


SQUARE = [[4, 51], [5, 51], [5, 52], [4, 51]]


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ({"type": "Point", "coordinates": [4.4, 51.2]}, "never a point"),
        ({"type": "Circle", "centre": [4.4, 51.2], "radius": 0}, "never a point"),
        ({"type": "Circle", "centre": [4.4, 51.2], "radius": -5}, "never a point"),
        ({"type": "Circle", "centre": [4.4, 51.2], "radius": float("nan")}, "radius in metres"),
        ({"type": "Circle", "centre": [4.4, 91], "radius": 5}, "longitude, latitude"),
        ({"type": "Circle", "centre": [float("nan"), 1], "radius": 5}, "longitude, latitude"),
        ({"type": "Circle", "radius": 5}, "longitude, latitude"),
        ({"type": "Polygon", "coordinates": [[[4, 51], [4, 51], [4, 51], [4, 51]]]}, "encloses nothing"),
        ({"type": "Polygon", "coordinates": [[[4, 51], [5, 52], [6, 53], [4, 51]]]}, "encloses nothing"),
        ({"type": "Polygon", "coordinates": [SQUARE[:3]]}, "ends where it begins"),
        ({"type": "Polygon", "coordinates": [SQUARE, SQUARE]}, "no holes"),
        ({"type": "LineString", "coordinates": SQUARE}, "Polygon or a Circle"),
        ({}, "Polygon or a Circle"),
        (None, "has no area"),
        ("x", "is not an object"),
    ],
)
def test_a_place_is_an_area(area: object, words: str) -> None:
    place = {"kind": "location", "start": "2026-03-01T10:00", "end": "2026-03-01T11:00", "source": "cell", "area": area}
    with pytest.raises(CallerError, match=words):
        _claim(supporting=[place])


def test_a_place_has_a_time_from_and_to() -> None:
    place = {"kind": "location", "source": "cell", "area": {"type": "Polygon", "coordinates": [SQUARE]}}
    moment = place | {"start": "2026-03-01T10:00", "end": "2026-03-01T10:00"}
    with pytest.raises(CallerError, match="never a moment"):
        _claim(supporting=[moment])
    with pytest.raises(CallerError, match="has no end"):
        _claim(supporting=[place | {"start": "2026-03-01"}])
    assert _claim(supporting=[place | {"start": "2026-03-01", "end": "2026-03-01"}]).supporting


def test_every_grade_has_its_meaning() -> None:
    for grade in Grade:
        assert _claim(grade=grade.value).grade is grade
