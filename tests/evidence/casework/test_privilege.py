"""Decisions are only ever added, and of several that are taken at once none is lost."""

import pytest

from underseal.evidence.authority import in_force, quarantine_of
from underseal.evidence.casework import (
    CaseWork,
    Decision,
    Declaration,
    PrivilegeState,
    Profession,
    Subject,
    SubjectKind,
)

from .racing import at_once

STATES = [PrivilegeState.SUSPECTED, PrivilegeState.CONFIRMED, PrivilegeState.REJECTED]
ACCOUNT = Subject(kind=SubjectKind.ACCOUNT, account="@lawyer:quay", start=5)


def decision(state: PrivilegeState, *, user: str = "fatma", subject: Subject = ACCOUNT) -> Decision:
    return Decision(state=state, subject=subject, why="a test", authority="BR-1", user=user, at=7)


def _decide(casework: CaseWork, number: int) -> object:
    return casework.privilege.decide(decision(STATES[number], user=f"user{number}"))


def test_of_several_that_are_taken_at_once_none_is_lost(database_url: str) -> None:
    with CaseWork.open(database_url) as casework:
        assert at_once(database_url, _decide) == ["done"] * 3
        kept = casework.privilege.decisions()
        assert {(each.user, each.state) for each in kept} == {(f"user{n}", state) for n, state in enumerate(STATES)}
        assert [each.number for each in kept] == [1, 2, 3]
        assert in_force(kept) == {ACCOUNT: kept[-1]}
        assert bool(quarantine_of(kept)) == kept[-1].state.withholds
        assert casework.privilege.version() == (3, 3)


def test_what_is_kept_is_what_was_decided(database_url: str) -> None:
    message = Subject(kind=SubjectKind.MESSAGE, event="$1", conversation="!x", sender="@a", time=-4)
    with CaseWork.open(database_url) as casework:
        told: list[Decision] = []
        one, two = casework.privilege.decide(
            decision(PrivilegeState.SUSPECTED),
            decision(PrivilegeState.CONFIRMED, subject=message),
            announce=told.append,
        )
        assert (one, two) == casework.privilege.decisions() == tuple(told)
        assert (one.subject, two.subject) == (ACCOUNT, message)
        assert one.sha256 != two.sha256
        assert len({each.salt for each in told}) == 2


def test_what_cannot_be_announced_is_not_kept(database_url: str) -> None:
    def fail(_decision: Decision) -> None:
        raise OSError("the audit is full")

    declaration = Declaration(
        profession=Profession.LAWYER,
        account="@a",
        start=None,
        end=1,
        proof="a card",
        authority="BR-1",
        user="ines",
        at=1,
    )
    with CaseWork.open(database_url) as casework:
        for keep in (
            lambda: casework.privilege.decide(decision(PrivilegeState.SUSPECTED), announce=fail),
            lambda: casework.privilege.declare(declaration, decision(PrivilegeState.SUSPECTED), announce=fail),
        ):
            with pytest.raises(OSError, match="the audit is full"):
                keep()
        assert (casework.privilege.decisions(), casework.privilege.declarations()) == ((), ())
        kept, decided = casework.privilege.declare(declaration, decision(PrivilegeState.SUSPECTED))
        assert decided.declaration == kept.number
        assert casework.privilege.declaration(kept.number) == kept
