"""Declared, suspected, decided: what is withheld from whom, in every release, and given back; and what the audit tells."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from staffed import AUTHORITY
from underseal.core.verify import verify
from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError, UndersealError
from underseal.evidence.authority import Scope, may_reach
from underseal.evidence.casework import PrivilegeState, Profession, Subject, SubjectKind
from underseal.evidence.investigation import create_investigation
from underseal.evidence.privilege import Named, Privilege
from underseal.evidence.search import Order

from .chambers import CLIENT, LAWYER, NARROW, Chambers

ALL = ["$1", "$2", "$3", "$4", "$5"]
SPARED = ["$4", "$5"]
WHY = "a test"


def test_a_suspected_account_is_gone_for_everybody_but_the_filter_team(chambers: Chambers) -> None:
    chambers.privilege("maud").suspect(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
    for user in ("ines", "maud"):
        assert chambers.found(user=user) == SPARED
        case = chambers.case(user)
        told = [
            case.facets("", ("sender", "recipients", "conversation")),
            [asdict(each) for each in case.conversations()],
            [asdict(line) for line in case.lines(case.search("").rows)],
            asdict(case.overview()) | {"exhibits": None},
            case.histogram("parrot"),
        ]
        assert "lawyer" not in json.dumps(told, default=str)
        assert "!office" not in json.dumps(told, default=str)
        assert sum(day.count for day in case.histogram("parrot")) == 2
        with pytest.raises(NotFoundError):
            case.read("!office")
        with pytest.raises(NotFoundError):
            case.conversation("!office")
        with pytest.raises(NotFoundError):
            case.find("$2")
        for look in (case.record, case.provenance, case.media):
            with pytest.raises(NotFoundError):
                look(chambers.number("$2"))
    assert chambers.found(user="fatma") == ALL
    assert chambers.case("fatma").conversation("!office").members == (CLIENT, LAWYER)
    names = {user: chambers.case(user).names() for user in ("ines", "maud", "fatma")}
    assert names["ines"] is names["maud"], "who sees the same shares what was read of it"
    assert names["ines"] is not names["fatma"]


def test_releases_and_proofs_still_verify(chambers: Chambers) -> None:
    chambers.privilege("ines").suspect(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
    assert chambers.found() == SPARED
    assert all(step.ok for step in chambers.of("maud").verify())
    case = chambers.case()
    assert case.check(case.find("$5")).ok
    with pytest.raises(NotFoundError):
        case.prove(chambers.number("$2"))
    later = chambers.take("BR-2", [("$6", "2026-03-04T10:00:00Z", "!pier", CLIENT, "", "the parrot is gone")])
    proof = chambers.of("ines").prove_consistency(1, later.number)
    assert verify(proof, trusted=later.key).ok
    assert sum(line.count for line in chambers.of("ines").diff(1, later.number)) == later.added


def test_a_comparison_lists_only_what_may_be_seen(chambers: Chambers) -> None:
    later = chambers.take("BR-2", [("$6", "2026-03-04T10:00:00Z", "!pier", LAWYER, CLIENT, "no parrot"),
                                   ("$7", "2026-03-04T10:01:00Z", "!pier", CLIENT, "", "a parrot")])  # fmt: skip
    chambers.privilege("ines").suspect(Named(record=chambers.number("$6")), why=WHY, authority=AUTHORITY)

    def added(user: str) -> list[int]:
        return [number for rows in chambers.of(user).added(1, later.number) for number in rows["number"].to_pylist()]

    assert added("ines") == [chambers.number("$7")]
    assert sorted(added("fatma")) == sorted([chambers.number("$6"), chambers.number("$7")])


def test_a_copy_that_a_later_release_brings_is_withheld_too(chambers: Chambers) -> None:
    chambers.privilege("ines").suspect(Named(record=chambers.number("$5")), why=WHY, authority=AUTHORITY)
    assert chambers.found() == ["$1", "$2", "$3", "$4"]
    chambers.take(
        "BR-2",
        [
            ("$5", "2026-03-03T09:00:04Z", "!pier", "@friend:quay", CLIENT, "the parrot by another clock"),
            ("", "2026-03-03T09:00:00Z", "!pier", "@friend:quay", CLIENT, "the parrot of an export without ids"),
            ("$8", "2026-03-03T09:00:00Z", "!pier", "@friend:quay", CLIENT, "another parrot of that second"),
        ],
    )
    assert chambers.found("parrot copies:all") == ["$1", "$2", "$3", "$4", "$8"]
    assert len(chambers.found("parrot copies:all", "fatma")) == 8
    assert chambers.case(release=1).search("parrot").total == 4


def test_a_declaration_withholds_from_its_period_and_is_verified_or_rejected(chambers: Chambers) -> None:
    named = Named(account=LAWYER, start="2026-03-02", end="2026-03-02")
    entered = chambers.privilege("ines").declare(Profession.LAWYER, named, proof="card of the bar", authority=AUTHORITY)
    assert (entered.state, entered.declaration.number) == ("received", 1)
    assert chambers.found() == ["$1", "$2", "$4", "$5"]
    assert chambers.privilege("fatma").verify(1, why="the bar knows them", authority=AUTHORITY).state == "verified"
    assert chambers.found() == ["$1", "$2", "$4", "$5"]
    with pytest.raises(ConflictError, match="verified already"):
        chambers.privilege("fatma").verify(1, why=WHY, authority=AUTHORITY)
    chambers.privilege("fatma").reject(1, why="struck off", authority=AUTHORITY)
    assert chambers.found() == ALL
    (declared,) = chambers.privilege("maud").list(authority=AUTHORITY)
    assert (declared.state, declared.why, declared.user) == ("rejected", "struck off", "fatma")
    states = [each.state for each in chambers.privilege("fatma").decisions(authority=AUTHORITY, history=True)]
    assert states == [PrivilegeState.SUSPECTED, PrivilegeState.CONFIRMED, PrivilegeState.REJECTED]


def test_a_single_message_is_given_back_and_a_later_suspicion_takes_it_again(chambers: Chambers) -> None:
    filtering = chambers.privilege("fatma")
    chambers.privilege("ines").suspect(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
    filtering.release(Named(record=chambers.number("$3")), why="said in public", authority=AUTHORITY)
    assert chambers.found() == ["$3", "$4", "$5"]
    filtering.confirm(Named(account=LAWYER), why="it is counsel", authority=AUTHORITY)
    assert chambers.found() == ["$3", "$4", "$5"]
    chambers.privilege("ines").suspect(Named(conversation="!group"), why=WHY, authority=AUTHORITY)
    assert chambers.found() == ["$5"]
    filtering.release(Named(account=LAWYER), why="no privilege", authority=AUTHORITY)
    filtering.release(Named(conversation="!group"), why="no privilege", authority=AUTHORITY)
    assert chambers.found() == ALL


def test_who_does_not_see_what_is_withheld_is_not_told_so(chambers: Chambers) -> None:
    chambers.privilege("fatma").suspect(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
    for named in (Named(account=LAWYER), Named(conversation="!office"), Named(record=chambers.number("$1"))):
        with pytest.raises(NotFoundError) as caught:
            chambers.privilege("ines").suspect(named, why=WHY, authority=AUTHORITY)
        assert LAWYER not in caught.value.hint
    with pytest.raises(ConflictError, match="suspected already"):
        chambers.privilege("fatma").suspect(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
    with pytest.raises(NotFoundError):
        chambers.privilege("ines").declare(
            Profession.LAWYER, Named(account=LAWYER), proof="a card", authority=AUTHORITY
        )
    entered = chambers.privilege("ines").declare(
        Profession.LAWYER, Named(account=LAWYER), proof="a card", authority=AUTHORITY, unseen=True
    )
    assert entered.state == "received"


DECIDED_BY_OTHERS: list[Callable[[Privilege], object]] = [
    lambda register: register.verify(1, why=WHY, authority=AUTHORITY),
    lambda register: register.reject(1, why=WHY, authority=AUTHORITY),
    lambda register: register.confirm(Named(account=LAWYER), why=WHY, authority=AUTHORITY),
    lambda register: register.release(Named(account=LAWYER), why=WHY, authority=AUTHORITY),
    lambda register: register.decisions(authority=AUTHORITY),
]


@pytest.mark.parametrize("deed", DECIDED_BY_OTHERS)
@pytest.mark.parametrize("user", ["ines", "maud", "anna"])
def test_the_filter_team_alone_decides(chambers: Chambers, user: str, deed: Callable[[Privilege], object]) -> None:
    chambers.privilege("ines").declare(Profession.LAWYER, Named(account=LAWYER), proof="a card", authority=AUTHORITY)
    with pytest.raises(RefusedError, match=r"The role .* does not allow this"):
        deed(chambers.privilege(user))
    assert chambers.found() == SPARED


WRONG: dict[str, tuple[type[UndersealError], str, Callable[[Privilege], object]]] = {
    "nothing named": (CallerError, "Name one thing", lambda r: r.suspect(Named(), why=WHY, authority=AUTHORITY)),
    "two things": (
        CallerError,
        "Name one thing",
        lambda r: r.suspect(Named(account=LAWYER, record=0), why=WHY, authority=AUTHORITY),
    ),
    "a period of a message": (
        CallerError,
        "Only an account",
        lambda r: r.suspect(Named(record=0, start="2026-03-01"), why=WHY, authority=AUTHORITY),
    ),
    "no reason": (CallerError, "reason is empty", lambda r: r.suspect(Named(record=0), why=" ", authority=AUTHORITY)),
    "an unknown record": (
        NotFoundError,
        "no record 99",
        lambda r: r.suspect(Named(record=99), why=WHY, authority=AUTHORITY),
    ),
    "an unknown conversation": (
        NotFoundError,
        "no such conversation",
        lambda r: r.suspect(Named(conversation="!none"), why=WHY, authority=AUTHORITY),
    ),
    "an unknown account": (
        NotFoundError,
        "No record names the account @lawyr:quay",
        lambda r: r.declare(Profession.LAWYER, Named(account="@lawyr:quay"), proof="a card", authority=AUTHORITY),
    ),
    "a reversed period": (
        CallerError,
        "reversed",
        lambda r: r.declare(
            Profession.LAWYER,
            Named(account=LAWYER, start="2026-03-02", end="2026-03-01"),
            proof="a card",
            authority=AUTHORITY,
        ),
    ),
    "no proof": (
        CallerError,
        "proof is empty",
        lambda r: r.declare(Profession.LAWYER, Named(account=LAWYER), proof="\n", authority=AUTHORITY),
    ),
    "no such authority": (
        RefusedError,
        "no authority 'BR-0'",
        lambda r: r.suspect(Named(account=LAWYER), why=WHY, authority="BR-0"),
    ),
    "nothing withheld": (
        ConflictError,
        "not withheld",
        lambda r: r.release(Named(account=LAWYER), why=WHY, authority=AUTHORITY),
    ),
    "no such declaration": (NotFoundError, "no declaration 7", lambda r: r.verify(7, why=WHY, authority=AUTHORITY)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_kept(chambers: Chambers, name: str) -> None:
    kind, words, deed = WRONG[name]
    with pytest.raises(kind, match=words) as caught:
        deed(chambers.privilege("fatma"))
    if name == "an unknown account":
        assert "The nearest are: @lawyer:quay, " in caught.value.hint
    register = chambers.investigation.casework.privilege
    assert (register.declarations(), register.decisions()) == ((), ())
    assert chambers.found() == ALL


def test_the_audit_holds_a_decision_fast_and_does_not_tell_it(chambers: Chambers) -> None:
    chambers.privilege("ines").declare(
        Profession.LAWYER, Named(account=LAWYER), proof="a card", authority=AUTHORITY, purpose="they rang us up"
    )
    chambers.privilege("ines").suspect(Named(record=chambers.number("$5")), why="the parrot", authority=AUTHORITY)
    chambers.privilege("fatma").verify(1, why="known", authority=AUTHORITY)
    with pytest.raises(NotFoundError):
        chambers.privilege("ines").suspect(Named(record=99), why=WHY, authority=AUTHORITY)
    entries = [
        *chambers.audit("privilege_declared"),
        *chambers.audit("privilege_confirmed"),
        *chambers.audit("privilege_suspected"),
    ]
    kept = {each.number: each for each in chambers.investigation.casework.privilege.decisions()}
    assert [(e.details.get("decision"), e.details.get("sha256")) for e in entries if "decision" in e.details] == [
        (1, kept[1].sha256),
        (3, kept[3].sha256),
        (2, kept[2].sha256),
    ]
    assert [e.details["failed"] for e in entries if "failed" in e.details] == ["not_found"]
    written = json.dumps([(e.purpose, dict(e.details)) for e in entries])
    assert not any(word in written for word in ("lawyer:quay", "!pier", "parrot", "$5"))


def test_relevance_does_not_tell_how_often_withheld_messages_have_a_word(chambers: Chambers) -> None:
    rare = [(f"$r{n}", "2026-03-05T10:00:00Z", "!pier", LAWYER, CLIENT, "submarine") for n in range(9)]
    chambers.take(
        "BR-2",
        [
            *rare,
            ("$s", "2026-03-05T11:00:00Z", "!pier", CLIENT, "", "submarine"),
            ("$p", "2026-03-05T11:01:00Z", "!pier", CLIENT, "", "balloon"),
            ("$q", "2026-03-05T11:02:00Z", "!pier", CLIENT, "", "balloon"),
        ],
    )
    chambers.privilege("ines").suspect(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
    rows = chambers.case().search("submarine OR balloon", order=Order.RELEVANCE, columns=["event"]).rows
    assert rows.column("event").to_pylist() == ["$s", "$p", "$q"]


def test_who_goes_on_to_the_next_page_meets_nothing_that_is_withheld_meanwhile(chambers: Chambers) -> None:
    pages = chambers.case().pages("parrot", order=Order.OLDEST, limit=2)
    assert next(pages).rows.num_rows == 2
    chambers.privilege("fatma").suspect(Named(record=chambers.number("$4")), why=WHY, authority=AUTHORITY)
    rest = [number for page in pages for number in page.rows.column("number").to_pylist()]
    assert rest == [chambers.number("$3"), chambers.number("$5")]


def test_in_a_workspace_of_one_person_nobody_decides(tmp_path: Path) -> None:
    with create_investigation(tmp_path / "single", "Single") as investigation:
        register = investigation.privilege
        assert not register.has_officer()
        with pytest.raises(RefusedError, match="no named users") as caught:
            register.confirm(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
        assert "--role filter" in caught.value.hint


def test_what_is_known_of_withheld_rows_can_be_made_again(chambers: Chambers) -> None:
    chambers.privilege("ines").suspect(Named(account=LAWYER), why=WHY, authority=AUTHORITY)
    assert chambers.found() == SPARED
    folder = chambers.investigation.workspace.quarantine
    (rows,) = (folder / "rows").iterdir()
    rows.write_bytes(rows.read_bytes()[:-1])
    for file in folder.rglob("*.del"):
        file.unlink()
    with pytest.raises(UndersealError):
        chambers.reopened().found()
    shutil.rmtree(folder)
    assert chambers.reopened().found() == SPARED


def test_the_filter_officers_list_is_cut_by_the_scope_as_far_as_a_decision_tells(chambers: Chambers) -> None:
    message = Named(record=chambers.number("$5"))
    for named in (Named(conversation="!office"), Named(conversation="!group"), Named(account=LAWYER), message):
        chambers.privilege("fatma").suspect(named, why=WHY, authority=AUTHORITY)
    listed = chambers.privilege("fatma").decisions(authority=AUTHORITY)
    within = chambers.privilege("fatma").decisions(authority=NARROW, history=True)
    assert [each.number for each in listed] == [1, 2, 3, 4]
    assert [each.number for each in within] == [2, 3]


@pytest.mark.parametrize(
    ("subject", "reached"),
    [
        (Subject(kind=SubjectKind.ACCOUNT, account="@a"), True),
        (Subject(kind=SubjectKind.ACCOUNT, account="@a", start=20), False),
        (Subject(kind=SubjectKind.ACCOUNT, account="@a", start=19), True),
        (Subject(kind=SubjectKind.ACCOUNT, account="@a", end=10), False),
        (Subject(kind=SubjectKind.ACCOUNT, account="@a", end=11), True),
        (Subject(kind=SubjectKind.CONVERSATION, conversation="!x"), True),
        (Subject(kind=SubjectKind.CONVERSATION, conversation="!y"), False),
        (Subject(kind=SubjectKind.MESSAGE, conversation="!x", time=10), True),
        (Subject(kind=SubjectKind.MESSAGE, conversation="!x", time=20), False),
        (Subject(kind=SubjectKind.MESSAGE, conversation="", time=15), False),
    ],
)
def test_a_decision_is_within_a_scope_by_its_room_and_time(subject: Subject, reached: bool) -> None:  # noqa: FBT001
    scope = Scope(accounts=frozenset({"@b"}), rooms=frozenset({"!x"}), start=10, end=20)
    assert may_reach(scope, subject) is reached


def test_of_an_account_and_a_message_each_is_a_subject_of_its_own() -> None:
    account = Subject(kind=SubjectKind.ACCOUNT, account="@a", start=1)
    assert account != Subject(kind=SubjectKind.ACCOUNT, account="@a")
