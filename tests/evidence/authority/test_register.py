"""Authorities are entered with every choice made, withdrawn, and never changed."""

from dataclasses import replace

import pytest

from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError, RefusedError
from underseal.evidence.audit import Audit
from underseal.evidence.authority import Authority, AuthorityState, Draft, Gate, Register, Scope
from underseal.evidence.authority.authority import scope_from_json, scope_to_json
from underseal.evidence.casework import CaseWork, Role

DRAFT = Draft(
    number="BR-2026/17",
    magistrate="M. Janssens",
    legal_basis="art. 90ter Sv.",
    type="interception",
    accounts=["@anna:x", "@bram:x"],
    rooms="all",
    period=("2026-01-01", None),
    valid_from="2026-03-01",
    valid_to="2026-03-31",
    zone="Europe/Brussels",
    note="First extension.\nSee file 3.",
)


@pytest.fixture
def register(casework: CaseWork, gate: Gate) -> Register:
    return Register(casework, gate)


def test_what_is_entered_is_found(register: Register, audit: Audit) -> None:
    added = register.add(DRAFT, user="anna", purpose="as ordered")
    entry = audit.entries()[0]
    assert (entry.act, entry.user, entry.purpose) == ("authority_added", "anna", "as ordered")
    assert entry.details["scope"] == scope_to_json(added.scope)
    assert register.list(user="anna") == (added,)
    accounts = frozenset({"@anna:x", "@bram:x"})
    assert added.scope == Scope(accounts=accounts, rooms=None, start=1_767_222_000_000, end=None)
    assert added.valid_to - added.valid_from == 31 * 86_400_000 - 3_600_000  # whole days, one of them an hour short


def test_who_looks_through_the_authorities_is_in_the_audit(register: Register, audit: Audit) -> None:
    register.add(DRAFT, user="anna")
    register.list(user="bram")
    entry = audit.entries()[0]
    assert (entry.act, entry.user, entry.details) == ("authorities_listed", "bram", {"count": 1})
    assert register.offer(user="bram") == register.list(user="anna")  # what a page offers is part of the login
    assert [entry.user for entry in audit.entries() if entry.act == "authorities_listed"] == ["anna", "bram"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": " "}, "number of the authority is empty"),
        ({"number": "BR\0"}, "do not print"),
        ({"magistrate": ""}, "magistrate is empty"),
        ({"legal_basis": ""}, "legal basis is empty"),
        ({"type": "x" * 501}, "longer than 500"),
        ({"accounts": []}, 'accounts are neither "all" nor a list'),
        ({"accounts": "@anna:x"}, 'accounts are neither "all" nor a list'),
        ({"accounts": None}, 'accounts are neither "all" nor a list'),
        ({"accounts": ["@anna:x", ""]}, "one of the accounts is empty"),
        ({"rooms": ()}, 'rooms are neither "all" nor a list'),
        ({"rooms": ["\ud800"]}, "do not print"),
        ({"period": (None, None)}, 'period is neither "all" nor'),
        ({"period": ""}, 'period is neither "all" nor'),
        ({"period": None}, 'period is neither "all" nor'),
        ({"period": ("2026-02-01", "2026-01-31")}, "period is reversed"),
        ({"period": ("2026-02-01T00:00", "2026-02-01T00:00")}, "reversed or empty"),
        ({"period": ("soon", None)}, "not a date"),
        ({"valid_from": "2026-04-01"}, "validity is reversed"),
        ({"valid_to": ""}, "not a date"),
        ({"zone": "Europe/Atlantis"}, "time zone 'Europe/Atlantis' is unknown"),
        ({"zone": ""}, "time zone '' is unknown"),
        ({"note": "\x1b[31m"}, "note holds characters"),
    ],
)
def test_what_is_wrong_is_said_and_not_kept(
    register: Register, casework: CaseWork, audit: Audit, change: dict[str, str], words: str
) -> None:
    with pytest.raises(CallerError, match=words):
        register.add(replace(DRAFT, **change), user="anna")  # type: ignore[arg-type]  # wrong on purpose
    assert casework.authorities.list() == ()
    assert audit.size == 0


def test_a_number_is_given_once(register: Register, audit: Audit) -> None:
    register.add(DRAFT, user="anna")
    with pytest.raises(ConflictError, match="BR-2026/17 already"):
        register.add(DRAFT, user="anna")
    assert audit.size == 1


def test_an_authority_is_withdrawn_once_and_for_good(register: Register, audit: Audit) -> None:
    added = register.add(DRAFT, user="anna")
    withdrawn = register.withdraw("BR-2026/17", why="annulled on appeal", user="bram")
    assert withdrawn.state(added.valid_from) is AuthorityState.WITHDRAWN
    assert withdrawn.withdrawn_by == "bram"
    assert audit.entries()[0].details == {"number": "BR-2026/17", "reason": "annulled on appeal"}
    with pytest.raises(ConflictError, match="withdrawn already"):
        register.withdraw("BR-2026/17", why="again", user="bram")
    with pytest.raises(ConflictError, match="already"):
        register.add(DRAFT, user="anna")
    assert audit.size == 2
    assert register.list(user="anna") == (withdrawn,)


def test_withdrawing_needs_a_reason_and_an_authority(register: Register, audit: Audit) -> None:
    with pytest.raises(NotFoundError, match="BR-9"):
        register.withdraw("BR-9", why="a mistake", user="anna")
    assert audit.size == 0
    register.add(DRAFT, user="anna")
    with pytest.raises(CallerError, match="reason"):
        register.withdraw("BR-2026/17", why=" ", user="anna")


def test_the_wrong_role_is_refused_and_the_audit_knows(register: Register, casework: CaseWork, audit: Audit) -> None:
    casework.users.add("root", Role.ADMINISTRATOR, Secret(b"correct horse"), at=0)
    with pytest.raises(RefusedError, match="role administrator"):
        register.add(DRAFT, user="root")
    with pytest.raises(RefusedError, match="mallory is not a user"):
        register.add(DRAFT, user="mallory")
    with pytest.raises(RefusedError, match="role administrator"):
        register.list(user="root")
    with pytest.raises(RefusedError, match="role administrator"):
        register.offer(user="root")
    assert casework.authorities.list() == ()
    refused = audit.entries(oldest_first=True)
    assert [(entry.act, entry.user, entry.details["act"]) for entry in refused] == [
        ("refused", "root", "authority_added"),
        ("refused", "mallory", "authority_added"),
        ("refused", "root", "authorities_listed"),
        ("refused", "root", "authorities_listed"),
    ]


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        '{"accounts":"all","rooms":"all","start":"all"}',
        '{"accounts":null,"rooms":"all","start":"all","end":"all"}',
        '{"accounts":[],"rooms":"all","start":"all","end":"all"}',
        '{"accounts":"@anna:x","rooms":"all","start":"all","end":"all"}',
        '{"accounts":"all","rooms":[7],"start":"all","end":"all"}',
        '{"accounts":"all","rooms":"all","start":null,"end":"all"}',
        '{"accounts":"all","rooms":"all","start":true,"end":"all"}',
        '{"accounts":"all","rooms":"all","start":1.5,"end":"all"}',
    ],
)
def test_a_damaged_scope_never_becomes_a_wider_one(register: Register, casework: CaseWork, damaged: str) -> None:
    added = register.add(DRAFT, user="anna")
    casework.authorities.add(replace(added.stored(), number="BR-8", scope=damaged))
    with pytest.raises(IntegrityError, match="BR-8 is damaged"):
        register.list(user="anna")


def test_scopes_survive_storage() -> None:
    scope = Scope(accounts=frozenset({'ж"\\', "b"}), rooms=frozenset({"!r"}), start=-5, end=None)
    assert scope_from_json(scope_to_json(scope)) == scope


def test_the_stored_form_loses_nothing(register: Register) -> None:
    added = register.add(DRAFT, user="anna")
    assert Authority.read(added.stored()) == added
