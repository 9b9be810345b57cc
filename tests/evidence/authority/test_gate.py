"""The gate: who passes, who does not, and that the audit knows either way."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.records import Secret
from underseal.errors import IntegrityError, RefusedError
from underseal.evidence.audit import OF_THE_SYSTEM, Act, Audit, Group
from underseal.evidence.authority import Authority, Gate, Scope, may
from underseal.evidence.authority.roles import FILTER_ALONE, WITHOUT_AUTHORITY
from underseal.evidence.casework import CaseWork, Role
from underseal.evidence.workspace import Workspace

SCOPE = Scope(accounts=frozenset({"@anna:x"}), rooms=None, start=10, end=None)
GRANTED = Authority(
    number="BR-7",
    magistrate="M. Janssens",
    legal_basis="art. 90ter",
    type="warrant",
    scope=SCOPE,
    valid_from=1_000,
    valid_to=2_000,
    note="",
    added=0,
    added_by="anna",
)
PASSWORD = Secret(b"correct horse")


@pytest.fixture
def gate(casework: CaseWork, audit: Audit) -> Gate:
    casework.authorities.add(GRANTED.stored())
    return Gate(casework, audit, clock=lambda: 1_500)


def last(audit: Audit) -> tuple[str, str, str, str, dict[str, str | int]]:
    entry = audit.entries(limit=1)[0]
    return entry.act, entry.user, entry.authority, entry.purpose, dict(entry.details)


def test_who_is_admitted_gets_the_scope_and_is_recorded_first(gate: Gate, audit: Audit) -> None:
    details = {"query": "haven"}
    access = gate.admit(" BR-7 ", user="anna", act=Act.SEARCHED, purpose="the harbour case", details=details)
    assert (access.authority, access.user, access.purpose, access.scope) == ("BR-7", "anna", "the harbour case", SCOPE)
    assert last(audit) == ("searched", "anna", "BR-7", "the harbour case", details)
    assert audit.size == 1


def refused(
    gate: Gate, audit: Audit, number: str | None, *, user: str = "anna", act: Act = Act.SEARCHED
) -> RefusedError:
    """Be refused, and see that the audit says so, and why, in exactly one entry."""
    before = audit.size
    with pytest.raises(RefusedError) as caught:
        gate.admit(number, user=user, act=act, purpose="why not")
    assert audit.size == before + 1
    name, who, _, purpose, details = last(audit)
    assert (name, who, purpose) == ("refused", user or "(nobody)", "why not")
    assert details == {"act": act.value, "reason": caught.value.message}
    return caught.value


@pytest.mark.parametrize("number", [None, "", "  "])
def test_without_an_authority_there_is_a_refusal_with_a_hint(gate: Gate, audit: Audit, number: str | None) -> None:
    error = refused(gate, audit, number)
    assert error.message == "No authority is named."
    assert error.hint == "Add one with: underseal authority add ..."


@pytest.mark.parametrize("number", ["BR-8", "br-7", "x\0y", "\ud800", "x" * 5_000])
def test_unknown_authorities_are_refused_whatever_they_are_called(gate: Gate, audit: Audit, number: str) -> None:
    assert "There is no authority" in refused(gate, audit, number).message


@pytest.mark.parametrize("user", ["", "\0", "\ud800"])
def test_nobody_is_refused(casework: CaseWork, gate: Gate, audit: Audit, user: str) -> None:
    with pytest.raises(RefusedError, match="Nobody is named"):
        gate.admit("BR-7", user=user, act=Act.SEARCHED, purpose="")
    assert audit.size == 1
    assert casework.users.list() == ()


def test_a_withdrawn_authority_is_refused_with_the_reason(gate: Gate, casework: CaseWork, audit: Audit) -> None:
    casework.authorities.withdraw("BR-7", by="bram", why="annulled", at=1_400)
    assert refused(gate, audit, "BR-7").message == "The authority BR-7 was withdrawn: annulled."


def test_a_damaged_scope_is_refused(gate: Gate, casework: CaseWork, audit: Audit) -> None:
    casework.authorities.add(replace(GRANTED.stored(), number="BR-8", scope="{}"))
    assert "damaged" in refused(gate, audit, "BR-8").message


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-3, 3), st.sampled_from([GRANTED.valid_from, GRANTED.valid_to]))
def test_an_authority_holds_from_its_first_moment_to_before_its_last(
    casework: CaseWork, audit: Audit, offset: int, bound: int
) -> None:
    if casework.authorities.find("BR-7") is None:
        casework.authorities.add(GRANTED.stored())
    at = bound + offset
    gate = Gate(casework, audit, clock=lambda: at)
    if GRANTED.valid_from <= at < GRANTED.valid_to:
        assert gate.admit("BR-7", user="anna", act=Act.SEARCHED, purpose="").scope == SCOPE
    else:
        message = refused(gate, audit, "BR-7").message
        assert ("does not hold before" in message) == (at < GRANTED.valid_from)
        assert ("held until" in message) == (at >= GRANTED.valid_to)


def test_named_users_act_by_their_role(gate: Gate, casework: CaseWork, audit: Audit) -> None:
    casework.users.add("root", Role.ADMINISTRATOR, PASSWORD, at=0)
    for role in Role:
        if role is not Role.ADMINISTRATOR:
            casework.users.add(role.value, role, PASSWORD, at=0)
    gate.admit("BR-7", user="investigator", act=Act.EXHIBIT_TAKEN, purpose="")
    gate.admit("BR-7", user="filter", act=Act.CONVERSATION_READ, purpose="")
    assert "role filter" in refused(gate, audit, "BR-7", user="filter", act=Act.EXPORTED).message
    assert "role magistrate" in refused(gate, audit, "BR-7", user="magistrate", act=Act.EXHIBIT_TAKEN).message
    assert "role administrator" in refused(gate, audit, "BR-7", user="root").message
    assert "anna is not a user" in refused(gate, audit, "BR-7", user="anna").message
    casework.users.set_disabled("investigator", disabled=True)
    assert "is disabled" in refused(gate, audit, "BR-7", user="investigator").message


def test_acts_that_need_no_authority_are_permitted_by_role(gate: Gate, casework: CaseWork, audit: Audit) -> None:
    assert gate.permit(user="anna", act=Act.AUDIT_READ).role is None
    casework.users.add("root", Role.ADMINISTRATOR, PASSWORD, at=0)
    assert gate.permit(user="root", act=Act.USER_ADDED, details={"user": "bram"}).role is Role.ADMINISTRATOR
    assert last(audit) == ("user_added", "root", "", "", {"user": "bram"})


def test_acts_on_evidence_are_never_permitted_without_an_authority(gate: Gate, audit: Audit) -> None:
    on_evidence = [act for act in Act if act not in WITHOUT_AUTHORITY | FILTER_ALONE]
    assert {Act.SEARCHED, Act.CONVERSATION_READ, Act.EXHIBIT_TAKEN, Act.EXPORTED} < set(on_evidence)
    for act in on_evidence:
        with pytest.raises(RefusedError, match="No authority is named"):
            gate.permit(user="anna", act=act)
        assert last(audit)[0] == "refused"


def test_what_the_system_says_of_itself_is_nobodys_to_ask_for(gate: Gate, audit: Audit) -> None:
    for act in OF_THE_SYSTEM:
        refused(gate, audit, "BR-7", act=act)
        with pytest.raises(RefusedError):
            gate.permit(user="anna", act=act)


def test_every_other_act_is_allowed_to_some_role_and_evidence_to_no_administrator() -> None:
    for act in set(Act) - OF_THE_SYSTEM:
        assert any(may(role, act) for role in Role), act
        assert may(None, act) == (act not in FILTER_ALONE), act
        if act not in WITHOUT_AUTHORITY:
            assert not may(Role.ADMINISTRATOR, act)
        if act.group is Group.DISCLOSURE:
            assert not may(Role.FILTER, act)


def test_what_cannot_be_recorded_is_not_allowed(gate: Gate, workspace: Workspace) -> None:
    for file in workspace.audit.iterdir():
        file.write_bytes(b"damage")
    with pytest.raises(IntegrityError):
        gate.admit("BR-7", user="anna", act=Act.SEARCHED, purpose="")
