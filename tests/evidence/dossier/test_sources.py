"""What a judge excludes is marked with all that is derived from it, and does not leave the house any more."""

import pytest

from underseal.errors import CallerError, ConflictError, RefusedError
from underseal.evidence.dossier import Choice, ExclusionDraft, ItemDraft, ItemKind, Source, SourceKind
from underseal.evidence.dossier.work import EventDraft, HypothesisDraft

from .office import ANN, CAS, Office

DECISION = ExclusionDraft(decision="2026/K/12", judge="J. Maes", why="the seizure was void")
LIFTED = ExclusionDraft(decision="2026/C/3", judge="L. Noël", why="on appeal")


def test_an_exclusion_marks_what_is_derived_and_keeps_it_in_the_house(fresh: Office) -> None:
    card = fresh.opened("Excluded", record="$1", after=2)
    claim = fresh.claim(CAS, "$5", name="Cas Peeters")
    items = fresh.dossiers().items
    person = fresh.case().attributions.show(claim)[0].standing.claim.person.id
    for draft in (
        ItemDraft(kind=ItemKind.MESSAGE, record=fresh.number("$5"), after=1),
        ItemDraft(kind=ItemKind.PERSON, person=person),
        ItemDraft(kind=ItemKind.ACCOUNT, account=ANN),
    ):
        items.add(card.number, draft)
    source, void = Source(kind=SourceKind.EXHIBIT, value="BR-2"), fresh.number("$5")
    fresh.dossiers().work.add(card.number, EventDraft(start="2026-03-02", zone="UTC", words="it came", record=void))
    sides = [void, fresh.number("$1")]
    fresh.dossiers().work.add(card.number, HypothesisDraft(words="it is hers", supporting=sides))
    fresh.dossiers().codings.code(card.number, void, Choice.THREAT_TO_LIFE)
    fresh.case().prove(fresh.number("$5"))
    told = fresh.dossiers("paul").sources.preview(source)
    assert (told.messages, told.attributions, told.dossiers) == (3, (claim,), ())  # paul is no member
    (touched,) = fresh.dossiers().sources.preview(source).dossiers
    assert (touched.card.number, touched.items) == (card.number, 2)
    fresh.dossiers("paul").sources.exclude(source, DECISION)
    marked = {item.id: item.excluded for item in items.page(card.number).items}
    assert marked == {
        f"message:{fresh.number('$1')}": (),
        f"message:{fresh.number('$5')}": ("2026/K/12",),
        f"person:{person}": ("2026/K/12",),
        f"account:{ANN}": (),
    }
    assert [each.excluded for each in fresh.dossiers().work.chronology(card.number)] == [("2026/K/12",)]
    assert [each.excluded for each in fresh.dossiers().work.hypotheses(card.number)] == [("2026/K/12",)]
    assert [each.excluded for each in fresh.dossiers().threats.list(card.number).threats] == [("2026/K/12",)]
    by = {each.identifier.value: each.excluded for each in fresh.dossiers().meetings.identifiers(card.number)}
    assert (by[CAS], by[ANN]) == (("2026/K/12",), ())
    contents = fresh.dossiers().contents(card.number)
    assert set(contents.excluded) == {fresh.number("$5"), fresh.number("$6")}
    assert [each.decision for each in contents.exclusions] == ["2026/K/12"]
    with pytest.raises(RefusedError, match="excluded by 2026/K/12"):
        fresh.case().prove(fresh.number("$5"))
    with pytest.raises(RefusedError, match="excluded by 2026/K/12"):
        fresh.case().attributions.export(claim, messages=True)
    assert fresh.case().prove(fresh.number("$1"))
    assert fresh.case().check(fresh.number("$5")).ok
    with pytest.raises(ConflictError, match="excluded already, by decision 2026/K/12"):
        fresh.dossiers().sources.exclude(source, LIFTED)
    fresh.dossiers().sources.readmit(source, LIFTED)
    assert fresh.dossiers().sources.list() == ()
    assert [(each.excluded, each.decision) for each in fresh.dossiers().sources.list(history=True)] == [
        (True, "2026/K/12"),
        (False, "2026/C/3"),
    ]
    assert fresh.case().prove(fresh.number("$5"))
    with pytest.raises(ConflictError, match="not excluded"):
        fresh.dossiers().sources.readmit(source, LIFTED)


@pytest.mark.parametrize(
    ("source", "draft", "said"),
    [
        (Source(kind=SourceKind.RECORD, value="x"), DECISION, "no number of a record"),
        (Source(kind=SourceKind.DOCUMENT, value="ab"), DECISION, "no SHA-256"),
        (Source(kind=SourceKind.EXHIBIT, value=" "), DECISION, "exhibit is empty"),
        (
            Source(kind=SourceKind.EXHIBIT, value="BR-1"),
            ExclusionDraft(decision="", judge="J", why="w"),
            "number of the judge's decision is empty",
        ),
    ],
)
def test_a_decision_without_its_number_or_a_source_of_no_kind_is_refused(
    office: Office, source: Source, draft: ExclusionDraft, said: str
) -> None:
    with pytest.raises(CallerError, match=said):
        office.dossiers().sources.exclude(source, draft)
    assert office.dossiers().sources.list(history=True) == ()


def test_the_filter_team_excludes_nothing(office: Office) -> None:
    with pytest.raises(RefusedError, match="role filter"):
        office.dossiers("fatma").sources.exclude(Source(kind=SourceKind.EXHIBIT, value="BR-1"), DECISION)
