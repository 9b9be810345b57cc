"""Two dossiers that have the same warn both leads, and tell nothing of their content."""

import json
from dataclasses import asdict

import pytest

from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.evidence.dossier import Field, ItemDraft, ItemKind
from underseal.evidence.dossier.identifiers import Identifier, IdentifierKind, check_digit, found_in, read_identifier

from .office import ANN, Office

CONTAINER = Identifier(IdentifierKind.CONTAINER, "MSKU9070323")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("box MSKU 907032-3 today", ["MSKU9070323"]),
        ("msku9070323,CSQU3054383", ["MSKU9070323", "CSQU3054383"]),
        ("MSKU9070324 has a wrong check digit", []),
        ("XMSKU9070323 and MSKU90703231", []),
        ("ring +32 (0)470 12 34 56 or 0032/470.12.34.57", ["+32470123456", "+32470123457"]),
        ("0470 12 34 56 is national, +32 12 too short, +1234567890123456 too long", []),
        ("+32470123456", ["+32470123456"]),
    ],
)
def test_containers_and_phones_are_found_by_rule(text: str, found: list[str]) -> None:
    assert [each.value for each in found_in(text)] == found


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert [check_digit(number) for number in ("CSQU305438", "MSKU907032", "TEXU307007")] == [3, 3, 9]


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (IdentifierKind.PHONE, "0032 470 12 34 56", "+32470123456"),
        (IdentifierKind.PHONE, "+32 (0)470/12.34.56", "+32470123456"),
        (IdentifierKind.CONTAINER, "msku 907032-3", "MSKU9070323"),
        (IdentifierKind.ADDRESS, "Rue de Liège 16, 1000 Bruxelles", "1000 16 bruxelles de liege rue"),
        (IdentifierKind.ADDRESS, "16 rue de LIEGE, Bruxelles 1000", "1000 16 bruxelles de liege rue"),
    ],
)
def test_what_is_typed_has_one_form(kind: IdentifierKind, typed: str, value: str) -> None:
    assert read_identifier(kind, typed) == Identifier(kind, value)


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (IdentifierKind.PHONE, "0470 12 34 56", "no international phone number"),
        (IdentifierKind.PHONE, "+32 call me", "no international phone number"),
        (IdentifierKind.CONTAINER, "MSKU 907032-4", "would be 3"),
        (IdentifierKind.CONTAINER, "box 12", "no container number"),
        (IdentifierKind.ADDRESS, "the old pier", "no address"),
        (IdentifierKind.ACCOUNT, "@ann:quay", "entered by hand"),
    ],
)
def test_what_is_none_of_its_kind_is_refused(office: Office, kind: IdentifierKind, typed: str, said: str) -> None:
    card = office.opened("Wrong identifiers")
    with pytest.raises(CallerError, match=said):
        office.dossiers().meetings.add(card.number, kind, typed)
    assert office.dossiers().meetings.identifiers(card.number) == ()


def test_both_leads_are_told_and_nothing_of_the_content(fresh: Office) -> None:
    one = fresh.opened("First secret", record="$1", contact="ines@police.example", members=["iris"])
    two = fresh.opened("Second secret", user="ivan", contact="+32 2 555 01 02", members=["paul"])
    assert fresh.dossiers().meetings.list().meetings == ()
    fresh.dossiers("paul").items.add(two.number, ItemDraft(kind=ItemKind.MESSAGE, record=fresh.number("$5")))
    (told,) = fresh.dossiers("ines").meetings.list().meetings
    (back,) = fresh.dossiers("ivan").meetings.list().meetings
    assert (told.identifier, told.lead, told.contact) == (CONTAINER, "ivan", "+32 2 555 01 02")
    assert (back.identifier, back.lead, back.contact) == (CONTAINER, "ines", "ines@police.example")
    assert fresh.dossiers("paul").meetings.list().meetings == ()  # he leads none
    assert fresh.dossiers("paul").meetings.list(two.number).meetings == (back,)
    with pytest.raises(NotFoundError):
        fresh.dossiers("ivan").meetings.list(one.number)
    written = json.dumps(asdict(back))
    assert not any(word in written for word in (one.number, one.reference, one.title, "gate 9", "iris"))
    assert fresh.audit("dossiers_met")[0].details == {"dossier": two.reference, "count": 1}
    fresh.dossiers("ines").change(one.number, Field.LEAD, "iris")
    assert fresh.dossiers("ivan").meetings.list().meetings[0].lead == "iris"
    assert fresh.dossiers("ines").meetings.list().meetings == ()
    assert {each.lead for each in fresh.dossiers("maud").meetings.list().meetings} == {"ivan", "iris"}


def test_accounts_persons_and_what_is_entered_by_hand_meet(fresh: Office) -> None:
    one, two = fresh.opened("one"), fresh.opened("two", user="ivan")
    claim = fresh.claim(ANN, "$1")
    person = fresh.case().attributions.show(claim)[0].standing.claim.person.id
    for user, card in (("ines", one), ("ivan", two)):
        dossiers = fresh.dossiers(user)
        dossiers.items.add(card.number, ItemDraft(kind=ItemKind.ACCOUNT, account=ANN))
        dossiers.items.add(card.number, ItemDraft(kind=ItemKind.PERSON, person=person))
        dossiers.meetings.add(card.number, IdentifierKind.PHONE, "+32 470 12 34 56")
        dossiers.meetings.add(card.number, IdentifierKind.ADDRESS, "Kaai 9, Antwerpen")
    kinds = [each.identifier.kind for each in fresh.dossiers().meetings.list().meetings]
    assert kinds == ["account", "person", "phone", "address"]
    with pytest.raises(ConflictError, match="entered that already"):
        fresh.dossiers().meetings.add(one.number, IdentifierKind.PHONE, "0032470123456")
    fresh.dossiers().meetings.remove(one.number, IdentifierKind.PHONE, "+32470123456", why="a slip")
    assert "phone" not in [each.identifier.kind for each in fresh.dossiers().meetings.list().meetings]
    three = fresh.opened("three", user="iris")
    fresh.dossiers("iris").meetings.add(three.number, IdentifierKind.PHONE, "+32470123456")
    assert [each.lead for each in fresh.dossiers("iris").meetings.list().meetings] == ["ivan"]


def test_nothing_comes_of_a_withheld_message(fresh: Office) -> None:
    one = fresh.opened("one", record="$1")
    fresh.suspect("$1")
    assert fresh.dossiers().meetings.identifiers(one.number) == ()
    two = fresh.opened("two", record="$5", user="ivan")
    assert fresh.dossiers("ivan").meetings.list(two.number).meetings == ()
    assert fresh.dossiers().meetings.list(one.number).meetings == ()
