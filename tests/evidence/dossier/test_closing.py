"""A dossier cannot be closed while an actor lacks an attribution, or while its only evidence is one unverified message."""

import pytest

from underseal.errors import CallerError, ConflictError
from underseal.evidence.dossier import Choice, ExclusionDraft, Field, ItemDraft, ItemKind, Source, SourceKind
from underseal.evidence.dossier.identifiers import IdentifierKind
from underseal.evidence.dossier.work import TaskDraft

from .office import ANN, BEN, CAS, PIER_AUTHORITY, Office


def test_it_says_who_lacks_an_attribution_and_what_is_not_verified(fresh: Office) -> None:
    card = fresh.opened("Closing", record="$1")
    dossiers = fresh.dossiers()
    only = f"message:{fresh.number('$1')}"
    told = [str(each) for each in dossiers.obstacles(card.number)]
    assert told[0] == f"{ANN} lacks an attribution with its evidence"
    assert told[1].startswith(f"{only} is its only item of evidence, and unverified")
    with pytest.raises(ConflictError, match=f"cannot be closed: {ANN} lacks .*; {only} is its only"):
        dossiers.close(card.number, why="done")
    claim = fresh.claim(ANN, "$1")
    dossiers.items.add(card.number, ItemDraft(kind=ItemKind.ACCOUNT, account=BEN))
    dossiers.documents.add(card.number, "report.pdf", [b"a report"])
    assert [each.what for each in dossiers.obstacles(card.number)] == [BEN]
    fresh.claim(BEN, "$2", name="Ben Claes")
    assert dossiers.obstacles(card.number) == []
    fresh.case().attributions.withdraw(claim, why="the witness was wrong")
    assert [each.what for each in dossiers.obstacles(card.number)] == [ANN]
    fresh.claim(ANN, "$1")
    closed = dossiers.close(card.number, why="sent to the prosecutor")
    assert (closed.open, closed.why, closed.changed_by) == (False, "sent to the prosecutor", "ines")
    assert fresh.audit("dossier_closed")[0].details == {"dossier": card.reference}


def test_nothing_is_entered_in_a_closed_dossier_until_it_is_reopened(office: Office) -> None:
    card, dossiers = office.opened("Closed", members=["ivan"]), office.dossiers()
    dossiers.close(card.number, why="opened by mistake")
    register = office.investigation.casework.dossiers
    before = register.history([card.head.id])
    for deed in (
        lambda: dossiers.change(card.number, Field.TITLE, "x"),
        lambda: dossiers.add_member(card.number, "iris"),
        lambda: dossiers.items.add(card.number, ItemDraft(kind=ItemKind.NOTE, text="x")),
        lambda: dossiers.work.add(card.number, TaskDraft(words="x")),
        lambda: dossiers.codings.code(card.number, 0, Choice.RELEVANT),
        lambda: dossiers.threats.alert(card.number, "x"),
        lambda: dossiers.meetings.add(card.number, IdentifierKind.PHONE, "+32470123456"),
        lambda: dossiers.documents.add(card.number, "x.pdf", [b"x"]),
        lambda: dossiers.documents.expect(card.number, "x.pdf"),
        lambda: dossiers.close(card.number, why="again"),
    ):
        with pytest.raises(ConflictError, match=r"closed by ines.*: opened by mistake"):
            deed()
    assert register.history([card.head.id]) == before
    assert [file for file in office.investigation.workspace.documents.rglob("*") if file.is_file()] == []
    assert office.dossiers("ivan").show(card.number).why == "opened by mistake"
    with pytest.raises(CallerError, match="No reason"):
        dossiers.reopen(card.number, why=" ")
    assert dossiers.reopen(card.number, why="it was none").open
    with pytest.raises(ConflictError, match="is open"):
        dossiers.reopen(card.number, why="again")
    dossiers.items.add(card.number, ItemDraft(kind=ItemKind.NOTE, text="x"))
    dossiers.close(card.number, why="now")


def test_a_second_source_verifies_a_message(fresh: Office) -> None:
    card = fresh.opened("Copies", record="$7")
    fresh.claim(CAS, "$7", name="Cas Peeters")
    assert [each.what for each in fresh.dossiers().obstacles(card.number)] == [f"message:{fresh.number('$7')}"]
    fresh.take("BR-3", [("$7", "2026-03-02T10:02:00Z", "!shed", CAS, ANN, "the lawyer says nothing")])
    assert fresh.dossiers().obstacles(card.number) == []


def test_what_a_judge_excluded_counts_for_nothing(fresh: Office) -> None:
    card = fresh.opened("Excluded", record="$5")
    fresh.dossiers().items.add(card.number, ItemDraft(kind=ItemKind.MESSAGE, record=fresh.number("$1")))
    fresh.claim(ANN, "$1")
    fresh.claim(CAS, "$5", name="Cas Peeters")
    assert fresh.dossiers().obstacles(card.number) == []
    draft = ExclusionDraft(decision="2026/K/12", judge="J. Maes", why="void")
    fresh.dossiers().sources.exclude(Source(kind=SourceKind.EXHIBIT, value="BR-2"), draft)
    assert [each.what for each in fresh.dossiers().obstacles(card.number)] == [f"message:{fresh.number('$1')}"]


def test_it_is_not_closed_under_an_authority_that_does_not_show_all_of_it(fresh: Office) -> None:
    card = fresh.opened("Scopes", record="$5", members=["fatma"])
    narrow = fresh.dossiers("ines", PIER_AUTHORITY)
    assert [str(each) for each in narrow.obstacles(card.number)] == ["1 of its items lie outside the authority's scope"]
    fresh.suspect("$5")
    assert narrow.obstacles(card.number) == fresh.dossiers().obstacles(card.number) == []
