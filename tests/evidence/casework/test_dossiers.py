"""Rows of dossiers are only ever added: numbers are given once, versions collide, and nothing that was entered is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.schemes import Scheme
from underseal.errors import ConflictError
from underseal.evidence.casework import (
    Author,
    CaseWork,
    Knowing,
    NewDossier,
    NewEntry,
    StoredCoding,
    StoredDossier,
    StoredIdentifier,
    StoredNotice,
)
from underseal.evidence.casework.dossier_marks import add_coding, add_identifiers, add_notice, holders
from underseal.evidence.casework.dossiers import IS_OPEN, STANDING

from .racing import at_once

SCHEME = Scheme.read("{district}.{year}/{number:04}")
EVERYTHING = Knowing(user="", everything=True)


def author(user: str = "ines", at: int = 7) -> Author:
    return Author(authority="BR-1", user=user, at=at)


def opened(casework: CaseWork, user: str = "ines", district: str = "AN") -> StoredDossier:
    number = partial(SCHEME.number, district=district, year=2026)
    series = SCHEME.series(district=district, year=2026)
    new = NewDossier(series=series, number=number, district=district, record=None)
    with casework.dossiers.opening(new, author(user)) as (head, writing):
        writing.enter(NewEntry(kind="member", thing=user, body={}))
        writing.enter(NewEntry(kind="field", thing="title", body={"value": "first"}))
    return head


def _open(casework: CaseWork, number: int) -> object:
    return opened(casework, f"user{number}")


def _rename(casework: CaseWork, number: int) -> object:
    (head,) = casework.dossiers.page(EVERYTHING)
    with casework.dossiers.writing(head, author(f"user{number}")) as writing:
        return writing.enter(NewEntry(kind="field", thing="title", body={"value": f"by {number}"}, before=1))


def _add_task(casework: CaseWork, number: int) -> object:
    (head,) = casework.dossiers.page(EVERYTHING)
    with casework.dossiers.writing(head, author(f"user{number}")) as writing:
        return writing.enter(NewEntry(kind="task", thing=None, body={"words": str(number)}))


def test_openings_at_the_same_instant_get_numbers_of_their_own(database_url: str) -> None:
    with CaseWork.open(database_url) as casework:
        assert at_once(database_url, _open) == ["done"] * 3
        assert opened(casework, district="LG").number == "LG.2026/0001"
        numbers = [head.number for head in casework.dossiers.page(EVERYTHING)]
        assert sorted(numbers[:3]) == ["AN.2026/0001", "AN.2026/0002", "AN.2026/0003"]
        assert len({head.reference for head in casework.dossiers.page(EVERYTHING)}) == 4


def test_of_those_who_change_one_thing_at_the_same_instant_one_succeeds(database_url: str) -> None:
    with CaseWork.open(database_url) as casework:
        opened(casework)
        assert at_once(database_url, _rename) == ["conflict", "conflict", "done"]
        assert at_once(database_url, _add_task) == ["done"] * 3
        (head,) = casework.dossiers.page(EVERYTHING)
        history = casework.dossiers.history([head.id])
        assert [(e.thing, e.version) for e in history if e.kind == "field"] == [("title", 1), ("title", 2)]
        assert sorted(e.thing for e in history if e.kind == "task") == ["1", "2", "3"]


def _identify(casework: CaseWork, number: int) -> object:
    heads = casework.dossiers.page(EVERYTHING)
    own = heads[number]
    with casework.dossiers.writing(own, author(f"user{number}")) as writing:
        writing.enter(NewEntry(kind="identifier", thing="phone:+32", body={}))
        found = StoredIdentifier(
            dossier=own.id,
            kind="phone",
            value="+32",
            source="identifier phone:+32",
            record=None,
            user=f"user{number}",
            at=7,
        )
        for each in add_identifiers(writing.session, [found], stands=writing.stands):
            for other in holders(writing.session, each.kind, [each.value], but=own.id):
                for one, two in ((own.id, other.dossier), (other.dossier, own.id)):
                    notice = StoredNotice(number=0, dossier=one, other=two, kind="phone", value="+32", at=7)
                    add_notice(writing.session, notice)
    return None


def test_dossiers_that_get_the_same_at_the_same_instant_all_learn_of_each_other(database_url: str) -> None:
    with CaseWork.open(database_url) as casework:
        ids = [opened(casework).id for _ in range(3)]
        assert at_once(database_url, _identify) == ["done"] * 3
        notices = casework.dossiers.marks.notices(ids)
        assert {(each.dossier, each.other) for each in notices} == {(a, b) for a in ids for b in ids if a != b}
        assert len(notices) == 6


def test_who_writes_and_who_closes_take_turns(database_url: str) -> None:
    with CaseWork.open(database_url) as casework:
        head = opened(casework)
        started = threading.Event()

        def close() -> int:
            started.set()
            with casework.dossiers.writing(head, author("maud"), standing=True) as writing:
                seen = writing.last_entry()
                writing.enter(NewEntry(kind=STANDING, thing=IS_OPEN, body={"why": "done"}, stands=False))
            return seen

        with ThreadPoolExecutor(1) as threads:
            with casework.dossiers.writing(head, author()) as writing:
                closing = threads.submit(close)
                started.wait()
                entered = writing.enter(NewEntry(kind="task", thing=None, body={}))
            assert closing.result() == entered.id  # it saw what was entered before it
        with (
            pytest.raises(ConflictError, match=r"closed by maud at 1970-.*: done"),
            casework.dossiers.writing(head, author()),
        ):
            pass


# --- nothing is overwritten -------------------------------------------------------------------------------------------

USERS = ("ines", "ivan")
ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.just("enter"),
            st.sampled_from(["title", "lead"]),
            st.integers(0, 3),
            st.booleans(),
            st.sampled_from(USERS),
        ),
        st.tuples(
            st.just("code"), st.integers(0, 2), st.sampled_from(["relevant", "not_relevant"]), st.sampled_from(USERS)
        ),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> CaseWork:
    folder: Path = tmp_path_factory.mktemp("folded")
    return CaseWork.open(f"sqlite:///{folder}/casework.db")


@given(acts=ACTS)
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stands_is_the_slow_fold_over_all_acts(shared: CaseWork, acts: list[tuple[str, ...]]) -> None:
    head = opened(shared)
    register = shared.dossiers
    things: dict[str, list[tuple[object, ...]]] = {"title": [("first", True, "ines")]}
    codings: list[tuple[int, str, str]] = []
    for number, act in enumerate(acts):
        if act[0] == "enter":
            _, thing, before, stands, user = act
            new = NewEntry(kind="field", thing=thing, body={"value": number}, before=int(before), stands=bool(stands))
            fits = int(before) == len(things.get(thing, []))
            try:
                with register.writing(head, author(user, at=number)) as writing:
                    writing.enter(new)
            except ConflictError:
                assert not fits
            else:
                assert fits
                things.setdefault(thing, []).append((number, stands, user))
        else:
            _, record, choice, user = act
            coding = StoredCoding(
                number=0, record=int(record), choice=choice, note="", authority="BR-1", user=user, at=number
            )
            with register.writing(head, author(user, at=number)) as writing:
                add_coding(writing.session, head.id, coding)
            codings.append((int(record), user, choice))
    history = register.history([head.id], "field")
    for thing, versions in things.items():
        assert [(e.body["value"], e.stands, e.user) for e in history if e.thing == thing] == versions
    latest = {each.entry.thing: each.entry for each in register.latest([head.id], ["field"])}
    assert {thing: (e.body["value"], e.stands, e.user) for thing, e in latest.items()} == {
        thing: versions[-1] for thing, versions in things.items()
    }
    slow: dict[tuple[int, str], str] = {(record, user): choice for record, user, choice in codings}
    assert {(c.record, c.user): c.choice for c in register.marks.codings(head.id)} == slow
    every = register.marks.codings(head.id, history=True)
    assert sorted((c.number, c.record, c.user, c.choice) for c in every) == sorted(
        (number, *coding) for number, coding in zip(sorted(c.number for c in every), codings, strict=True)
    )
    split = {record for record, _ in slow if len({c for (r, _), c in slow.items() if r == record}) > 1}
    assert set(register.marks.coded_records(head.id, split=True)) == split


def test_who_may_know_is_part_of_the_query(database_url: str) -> None:
    with CaseWork.open(database_url) as casework:
        one, two = opened(casework, "ines"), opened(casework, "ivan")
        register = casework.dossiers

        def known(knowing: Knowing) -> list[int]:
            return [head.id for head in register.page(knowing)]

        assert known(Knowing(user="ines")) == [one.id]
        assert known(Knowing(user="maud", authority="BR-1")) == [one.id, two.id]
        assert known(Knowing(user="maud", authority="BR-2")) == []
        assert register.find(two.number, Knowing(user="ines")) is None
        assert register.find(two.reference, Knowing(user="ivan")) == two
        with register.writing(two, author("ivan")) as writing:
            writing.enter(NewEntry(kind="member", thing="ines", body={}))
        assert known(Knowing(user="ines")) == [one.id, two.id]
        with register.writing(two, author("ivan")) as writing:
            writing.enter(NewEntry(kind="member", thing="ines", body={}, before=1, stands=False))
        assert known(Knowing(user="ines")) == [one.id]
