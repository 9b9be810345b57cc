"""Attributions over a real workspace: under narrow authorities, by several at once, killed, tampered with, and taken out."""

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from forked import Worker
from underseal.core.verify import Outcome, verify, verify_file
from underseal.errors import CallerError, ConflictError, IntegrityError, NotFoundError, RefusedError
from underseal.evidence.audit import Act
from underseal.evidence.identity import Draft, Outside
from underseal.evidence.investigation import Consultation, Investigation, open_investigation
from underseal.evidence.privilege import Named

from .harbour import AUTHORITY, Harbour, draft

LOTTE, BRAM, NOBODY = "@k7q2mx:harbour.example", "@b4t9wz:harbour.example", "@k7q2mz:harbour.example"


@pytest.fixture
def own(harbour: Harbour, tmp_path: Path) -> Iterator[Investigation]:
    """A copy of the sample's workspace, with nothing claimed in it."""
    folder = shutil.copytree(harbour.investigation.workspace.root, tmp_path / "harbour")
    with open_investigation(folder) as investigation:
        yield investigation


def case_of(investigation: Investigation, authority: str = AUTHORITY) -> Consultation:
    return investigation.under(authority, purpose="a test")


def messages(case: Consultation, query: str, count: int = 2) -> list[int]:
    numbers: list[int] = case.search(query, limit=count).rows.column("number").to_pylist()
    return numbers


def claim(case: Consultation, account: str = LOTTE, **changes: object) -> Draft:
    first, second = messages(case, f"from:{account}")
    made = Draft(
        account=account,
        name="Lotte Claes",
        start="2026-05-29",
        end="unknown",
        zone="Europe/Brussels",
        grade="strong",
        supporting=[{"kind": "message", "record": first, "words": "she says her name"}],
        opposing=[{"kind": "message", "record": second}, {"kind": "statement", "words": "her sister had it in May"}],
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of a draft


def test_claims_stand_side_by_side_until_one_ends(own: Investigation) -> None:
    case = case_of(own)
    acting = case.attributions
    first = acting.claim(claim(case)).standing.claim
    rival = acting.claim(claim(case, name="Mia Claes", grade="weak")).standing.claim
    assert (first.id, first.person.id, rival.id, rival.person.id) == ("A1", "P1", "A2", "P2")
    assert [shown.standing.claim for shown in acting.list(account=LOTTE).claims] == [first, rival]
    page = acting.person("P1")
    assert [shown.standing.claim for shown in page.rivals] == [rival]
    assert page.uses[0].counted.count == case.search(page.uses[0].counted.query).total > 0

    better = acting.supersede("A1", claim(case, person="P1", name="", grade="moderate")).standing.claim
    assert (better.id, better.person, better.supersedes) == ("A3", first.person, "A1")
    acting.withdraw("A2", why="mistaken")
    assert [shown.standing.claim.id for shown in acting.list().claims] == ["A3"]
    assert [shown.standing.claim.id for shown in acting.list(ended=True).claims] == ["A1", "A2", "A3"]
    assert [shown.standing.claim for shown in acting.show("A3")] == [first, better]
    before = better.interval.start
    assert before is not None
    assert [len(acting.list(at=at).claims) for at in (before - 1, before)] == [0, 1]
    for again in (lambda: acting.withdraw("A2", why="x"), lambda: acting.supersede("A1", claim(case))):
        with pytest.raises(ConflictError):
            again()
    with pytest.raises(ConflictError, match="is about"):
        acting.supersede("A3", claim(case, account=BRAM))
    assert [step.name for step in own.verify() if not step.ok] == []


def test_of_a_withheld_account_neither_claims_nor_profile_are_there(own: Investigation) -> None:
    case = case_of(own)
    acting = case.attributions
    acting.claim(claim(case))
    about_bram = claim(case, account=BRAM, name="Bram", supporting=claim(case).supporting)
    acting.claim(about_bram)
    own.privilege.suspect(Named(account=LOTTE), why="reads like counsel", authority=AUTHORITY)
    (left,) = acting.list().claims
    assert left.standing.claim.account == BRAM
    assert isinstance(left.supporting[0], Outside)
    assert not acting.list(account=LOTTE).claims
    with pytest.raises(NotFoundError):
        case.account(LOTTE)
    assert LOTTE not in {contact.account for contact in case.account(BRAM).company.contacts}


def test_two_persons_are_one_until_they_are_parted(own: Investigation) -> None:
    case = case_of(own)
    acting = case.attributions
    for account, name in ((LOTTE, "Lotte"), (BRAM, "L."), (BRAM, "Bram")):
        acting.claim(claim(case, account=account, name=name))
    assert acting.merge("P1", "P2", why="one fingerprint").merge.id == "M1"
    assert [(found.id, found.parts) for found in acting.persons()] == [("P1", ("P2",)), ("P3", ())]
    assert acting.person("P2").person.accounts == (LOTTE, BRAM)
    with pytest.raises(ConflictError, match="part of P1 already"):
        acting.merge("P3", "P2", why="x")
    acting.merge("P3", "P1", why="all one")
    assert [(found.id, found.parts) for found in acting.persons()] == [("P3", ("P1", "P2"))]
    acting.part("M2", why="a mistake")
    acting.part("M1", why="another")
    assert [found.id for found in acting.persons()] == ["P1", "P2", "P3"]
    assert [union.parting is not None for union in acting.person("P1").unions] == [True, True]
    for wrong, error in (("M1", ConflictError), ("M9", NotFoundError)):
        with pytest.raises(error):
            acting.part(wrong, why="x")
    for pair in (("P1", "P1"), ("P1", "P9")):
        with pytest.raises(CallerError):
            acting.merge(*pair, why="x")
    with pytest.raises(CallerError, match="No reason"):
        acting.merge("P1", "P2", why=" ")


def test_what_is_wrong_stores_nothing_and_says_how_to_mend_it(own: Investigation) -> None:
    case = case_of(own)
    acting = case.attributions
    point = {"kind": "location", "start": "2026-06-01", "end": "2026-06-01", "source": "cell"}
    point["area"] = {"type": "Point", "coordinates": [4, 51]}  # type: ignore[assignment]
    wrong = [
        (claim(case, start="2026-06-02", end="2026-06-01"), "ends before it starts"),
        (replace(claim(case), account=NOBODY), "names the account"),
        (claim(case, supporting=[{"kind": "message", "record": 10**9}]), "no record 1000000000"),
        (claim(case, supporting=[point]), "never a point"),
        (claim(case, person="P1"), "no person"),
        (claim(case, supporting=[], opposing=[]), "rests on nothing"),
        (claim(case, opposing=[{"kind": "statement", "words": "x" * 9_000}] * 200), "at most 1,000,000 bytes"),
    ]
    for made, words in wrong:
        with pytest.raises(CallerError, match=words) as caught:
            acting.claim(made)
        if "account" in words:
            assert LOTTE in caught.value.hint
    assert acting.list(ended=True).claims == []
    assert own.book.state().size == 0
    with pytest.raises(NotFoundError):
        acting.withdraw("A1", why="x")
    with pytest.raises(NotFoundError):
        acting.supersede("A1", claim(case))
    with pytest.raises(RefusedError):
        case_of(own, "").attributions.claim(claim(case))
    assert own.book.state().size == 0


def test_a_reader_learns_only_that_there_is_a_message_outside(own: Investigation) -> None:
    case = case_of(own)
    made = case.attributions.claim(claim(case)).standing.claim
    (conversation,) = (case.record(made.supporting[0].record)["conversation"],)  # type: ignore[union-attr]
    elsewhere = next(
        place.conversation for place in case.account(LOTTE).company.places if place.conversation != conversation
    )
    own.authorities.add(draft("NARROW", rooms=[elsewhere]), user=own.user)
    own.authorities.add(draft("OTHERS", accounts=["@nobody:else"]), user=own.user)
    (shown,) = case_of(own, "NARROW").attributions.list().claims
    inside = set(messages(case, f"in:{elsewhere}", 500))
    items = (*zip(made.supporting, shown.supporting, strict=True), *zip(made.opposing, shown.opposing, strict=True))
    for item, seen in items:
        outside = hasattr(item, "record") and item.record not in inside
        assert seen == (Outside() if outside else item)
    assert shown.outside >= 1
    with pytest.raises(RefusedError, match="outside the authority's scope"):
        case_of(own, "NARROW").attributions.export("A1")

    within = [{"kind": "message", "record": number} for number in sorted(inside)[:2]]
    case.attributions.claim(claim(case, name="Mia", supporting=within, opposing=[]))
    assert verify(case_of(own, "NARROW").attributions.export("A2")).ok
    case.attributions.supersede("A2", claim(case))  # which the file of the other encloses
    with pytest.raises(RefusedError, match="what superseded it"):
        case_of(own, "NARROW").attributions.export("A2")

    blind = case_of(own, "OTHERS").attributions
    assert (blind.list(ended=True).claims, blind.persons()) == ([], [])
    for asking in (lambda: blind.show("A1"), lambda: blind.person("P1"), lambda: blind.export("A1")):
        with pytest.raises(NotFoundError, match="There is no"):
            asking()
    for doing in (lambda: blind.withdraw("A1", why="x"), lambda: blind.list(person="P1")):
        with pytest.raises(NotFoundError, match="There is no"):
            doing()
    with pytest.raises(NotFoundError):
        case_of(own, "OTHERS").account(LOTTE)


def test_every_act_is_in_the_audit_before_it_is_done(own: Investigation) -> None:
    case = case_of(own)
    case.attributions.claim(claim(case))
    with pytest.raises(CallerError):
        case.attributions.claim(claim(case, grade="certain"))
    case.attributions.claim(claim(case, name="Mia"))
    case.attributions.merge("P1", "P2", why="one")
    case.attributions.part("M1", why="two")
    case.attributions.withdraw("A2", why="no")
    case.attributions.export("A1", messages=True)
    entries = own._audit.entries(limit=500, oldest_first=True)
    done = {
        act: [dict(entry.details) for entry in entries if entry.act == act]
        for act in (Act.ATTRIBUTED, Act.PERSONS_MERGED, Act.PERSONS_PARTED, Act.ATTRIBUTION_WITHDRAWN, Act.PROOF_MADE)
    }
    first, failed, second = done[Act.ATTRIBUTED]
    assert first == {"attribution": "A1", "account": LOTTE, "person": "P1", "grade": "strong"}
    assert (failed, second["attribution"]) == ({"failed": "request"}, "A2")
    assert done[Act.PERSONS_MERGED] == [{"kept": "P1", "absorbed": "P2", "merge": "M1", "reason": "one"}]
    assert done[Act.PERSONS_PARTED] == [{"merge": "M1", "reason": "two"}]
    assert done[Act.ATTRIBUTION_WITHDRAWN] == [{"attribution": "A2", "reason": "no"}]
    assert done[Act.PROOF_MADE] == [{"attribution": "A1", "messages": 2}]


def test_a_claim_that_was_taken_out_is_checked_by_anyone(own: Investigation, tmp_path: Path) -> None:
    case = case_of(own)
    case.attributions.claim(claim(case))
    key = case.release.key
    bare, whole = case.attributions.export("A1"), case.attributions.export("A1", messages=True)
    for proof, proved in ((bare, False), (whole, True)):
        report = verify(proof, trusted=key)
        assert report.ok, report
        assert ("2 of its messages are proved" in report.summary) == proved
    assert "raw" not in bare.decode()
    case.attributions.withdraw("A1", why="mistaken")
    assert "withdraws it" in verify(case.attributions.export("A1"), trusted=key).summary
    for before, after in (("Lotte Claes", "Lotte Maes"), ("she says her name", "she denies it"), ("strong", "weakly")):
        forged = tmp_path / "forged.json"
        forged.write_bytes(whole.replace(before.encode(), after.encode()))
        assert verify_file(forged, trusted=key).outcome is Outcome.REFUTED
    swapped = json.loads(whole)
    swapped["records"][0] = json.loads(case.prove(0))
    assert not verify(json.dumps(swapped).encode(), trusted=key).ok


def test_a_tampered_or_missing_ledger_is_found(own: Investigation) -> None:
    case = case_of(own)
    case.attributions.claim(claim(case))
    root = own.workspace.root
    file = own.workspace.attributions / "entries.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"Lotte Claes", b"Lotte Cloes"))
    with open_investigation(root) as found:
        assert [step.name for step in found.verify() if not step.ok] == ["Attributions"]
        with pytest.raises(IntegrityError, match="was changed"):
            case_of(found).attributions.list()
    shutil.rmtree(own.workspace.attributions)
    with open_investigation(root) as found:
        assert [step.name for step in found.verify() if not step.ok] == ["Attributions"]
        for asking in (case_of(found).attributions.list, lambda: case_of(found).attributions.claim(claim(case))):
            with pytest.raises(IntegrityError, match="is gone"):
                asking()
    assert not own.workspace.attributions.exists()


def test_two_who_claim_at_once_both_stay(own: Investigation) -> None:
    root, case = own.workspace.root, case_of(own)
    made = [claim(case, name=name) for name in ("one", "two", "three", "four")]
    gate = threading.Barrier(len(made))

    def work(which: Draft) -> None:
        with open_investigation(root) as mine:
            gate.wait()
            for _ in range(3):
                case_of(mine).attributions.claim(which)

    threads = [threading.Thread(target=work, args=[which]) for which in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = case.attributions.list().claims
    assert [shown.standing.claim.id for shown in found] == [f"A{number}" for number in range(1, 13)]
    names = [shown.standing.claim.person.name for shown in found]
    assert {name: names.count(name) for name in names} == dict.fromkeys(("one", "two", "three", "four"), 3)
    assert len({shown.standing.claim.person.id for shown in found}) == 12


def claim_without_end(telling: Connection, workspace: str) -> None:
    """Claim the same again and again, and tell the id of each claim."""
    with open_investigation(workspace) as investigation:
        case = case_of(investigation)
        made = claim(case)
        telling.send("begin")
        while True:
            telling.send(case.attributions.claim(made).standing.claim.id)


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_while_claiming_leaves_old_or_new(own: Investigation, seed: int) -> None:
    told = Worker(claim_without_end, str(own.workspace.root)).killed(seed, within=0.3)
    case = case_of(own)
    found = [shown.standing.claim.id for shown in case.attributions.list().claims]
    assert found[: len(told)] == told
    assert len(found) <= len(told) + 1
    assert case.attributions.claim(claim(case)).standing.claim.id == f"A{len(found) + 1}"
    assert [step.name for step in own.verify() if not step.ok] == []


def test_an_entry_in_the_audit_without_its_claim_hinders_nothing(own: Investigation) -> None:
    """What is left where a process died between the two."""
    case = case_of(own)
    with own.book.turn(), own.gate.acting(AUTHORITY, user=own.user, act=Act.ATTRIBUTED, purpose="") as (_, details):
        details["attribution"] = "A1"
    assert case.attributions.list().claims == []
    assert case.attributions.claim(claim(case)).standing.claim.id == "A1"
