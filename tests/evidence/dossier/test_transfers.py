"""Transfers to another district: offered, accepted, refused, withdrawn; who sees what, and what stays."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.ledger import read_document
from underseal.core.verify import verify
from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError, UndersealError
from underseal.evidence.audit import Act
from underseal.evidence.dossier import Card, ItemDraft, ItemKind, Kind
from underseal.evidence.dossier.coding import Choice
from underseal.evidence.dossier.packages import PackageDraft
from underseal.evidence.dossier.transfers import TransferDraft, TransferState, entry_sha256
from underseal.evidence.investigation import Dossiers

from .office import OTHER_AUTHORITY, Office

ORDER: Final = TransferDraft(district="LG", lead="ivan", basis="art. 62ter", why="the suspects live there")


def filled(office: Office) -> Card:
    """Open a dossier with two items and a coding, led by ines, with iris as a member."""
    card = office.opened("The box", record="$1", members=("iris",))
    dossiers = office.dossiers()
    dossiers.items.add(card.number, ItemDraft(kind=ItemKind.NOTE, text="look at the gate"))
    dossiers.codings.code(card.number, office.number("$1"), Choice.RELEVANT)
    return card


def test_a_transferred_dossier_changes_number_lead_and_members_and_nothing_else(office: Office) -> None:
    card = filled(office)
    before = office.dossiers().contents(card.reference)
    offer = office.dossiers().transfers.offer(card.number, replace(ORDER, keep=("iris",)))
    assert (offer.state, offer.from_district, offer.from_lead) == (TransferState.OFFERED, "AN", "ines")
    taken = office.dossiers("ivan").transfers.accept(card.number, contact="+32 4")
    assert taken.number.startswith("LG.2026/")
    assert (taken.former, taken.district, taken.reference) == ((card.number,), "Liège", card.reference)
    assert (taken.lead, taken.contact) == ("ivan", "+32 4")
    assert {member.user for member in taken.members} == {"ivan", "iris"}
    after = office.dossiers("ivan").contents(card.number)
    assert (after.items, after.codings) == (before.items, before.codings)
    for name in (card.number, taken.number, card.reference):
        assert office.dossiers("ivan").show(name).number == taken.number
        with pytest.raises(NotFoundError):
            office.dossiers("ines").show(name)
    assert office.opened("Another").number not in {card.number, taken.number}
    told = [
        each.said["value"] for each in office.dossiers("ivan").history(card.number).versions if each.thing == "lead"
    ]
    assert told == ["ivan", "ines"]


def test_the_document_says_what_went_over_and_its_digests_come_out_again(office: Office) -> None:
    card = filled(office)
    office.dossiers().transfers.offer(card.number, ORDER)
    with pytest.raises(ConflictError, match="never transferred"):
        office.dossiers().transfers.document(card.number)
    held = office.investigation.casework.dossiers.history([card.head.id])
    taken = office.dossiers("ivan").transfers.accept(card.number)
    file = office.dossiers("ivan").transfers.document(taken.number)
    report = verify(file, trusted=office.investigation.workspace.public_key.hex)
    assert report.ok, report.summary
    said = read_document(file, None)
    assert (said["old_number"], said["new_number"]) == (card.number, taken.number)
    assert (said["offered_by"], said["accepted_by"], said["basis"]) == ("ines", "ivan", "art. 62ter")
    items = [entry for entry in held if entry.kind == Kind.ITEM]
    assert said["items"] == [
        {"kind": entry.thing.partition(":")[0], "version": entry.version, "sha256": entry_sha256(entry)}
        for entry in items
    ]
    assert "look at the gate" not in json.dumps(said)
    changed = json.loads(file)
    changed["payload"] = changed["payload"].replace('"version":1', '"version":2')
    assert not verify(json.dumps(changed).encode()).ok
    acts = [entry.act for entry in office.audit() if entry.details.get("dossier") == card.reference]
    assert acts[0] == Act.DOSSIER_READ
    assert {Act.TRANSFER_OFFERED, Act.TRANSFER_ACCEPTED} <= {*acts}


def test_who_is_offered_a_dossier_sees_of_it_what_an_offer_shows_and_nothing_else(office: Office) -> None:
    card = filled(office)
    office.dossiers().transfers.offer(card.number, ORDER)
    (offer,) = (o for o in office.dossiers("ivan").transfers.offers() if o.reference == card.reference)
    assert (offer.number, offer.title, offer.offence) == (card.number, "The box", "drugs")
    assert (offer.from_district, offer.from_lead, offer.basis) == ("Antwerp", "ines", "art. 62ter")
    assert card.reference not in {each.reference for each in office.dossiers("iris").transfers.offers()}
    theirs = office.dossiers("ivan")
    for peek in (theirs.show, theirs.contents, theirs.history, theirs.transfers.list, theirs.items.page):
        with pytest.raises(NotFoundError):
            peek(card.number)
    assert card.reference not in {each.reference for each in theirs.list().dossiers}
    for user in ("iris", "maud", "paul"):  # a member, the magistrate of another authority, a stranger
        with pytest.raises(NotFoundError):
            office.dossiers(user, OTHER_AUTHORITY).transfers.accept(card.number)
    office.dossiers().transfers.withdraw(card.number, why="a mistake")
    with pytest.raises(NotFoundError):
        theirs.transfers.accept(card.number)
    with pytest.raises(NotFoundError):
        theirs.transfers.refuse("AN.1999/1", why="not ours")


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"district": "AN"}, CallerError, "district"),
        ({"district": "XX"}, CallerError, "district"),
        ({"lead": "nobody"}, NotFoundError, "lead"),
        ({"lead": "anna"}, CallerError, "lead"),
        ({"basis": " "}, CallerError, "basis"),
        ({"why": ""}, CallerError, "why"),
        ({"keep": ("paul",)}, CallerError, "keep"),
    ],
)
def test_a_wrong_offer_names_its_field_and_changes_nothing(
    office: Office, change: dict[str, object], error: type[CallerError], field: str
) -> None:
    card = office.opened("Wrong")
    with pytest.raises(error) as caught:
        office.dossiers().transfers.offer(card.number, replace(ORDER, **change))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert office.dossiers().transfers.list(card.number) == ()


ACTS: Final[dict[str, Callable[[Dossiers, str], object]]] = {
    "offered": lambda dossiers, number: dossiers.transfers.offer(number, ORDER),
    "withdrawn": lambda dossiers, number: dossiers.transfers.withdraw(number, why="a mistake"),
    "refused": lambda dossiers, number: dossiers.transfers.refuse(number, why="not ours"),
    "accepted": lambda dossiers, number: dossiers.transfers.accept(number),
}


@pytest.mark.parametrize("user", ["fatma", "anna"])
@pytest.mark.parametrize("act", ACTS)
def test_a_role_that_reads_only_or_not_at_all_transfers_nothing(office: Office, user: str, act: str) -> None:
    with pytest.raises(RefusedError):
        ACTS[act](office.dossiers(user), "AN.2026/0001")


def test_a_closed_dossier_is_neither_offered_nor_accepted(office: Office) -> None:
    card = office.opened("Closed")
    office.dossiers().transfers.offer(card.number, ORDER)
    office.dossiers().close(card.number, why="done")
    with pytest.raises(ConflictError, match="closed"):
        office.dossiers("ivan").transfers.accept(card.number)
    office.dossiers("ivan").transfers.refuse(card.number, why="it is closed")
    with pytest.raises(ConflictError, match="closed"):
        office.dossiers().transfers.offer(card.number, ORDER)


@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from([*ACTS]), max_size=5))
def test_an_offer_ends_once_and_only_what_is_offered_ends(office: Office, steps: list[str]) -> None:
    card = office.opened("Steps")
    states: list[str] = []
    for step in steps:
        user = "ines" if step in {"offered", "withdrawn"} else "ivan"
        is_open = bool(states) and states[-1] == "offered"
        may = step == "offered" and not is_open if step == "offered" else is_open
        may = may and "accepted" not in states
        try:
            ACTS[step](office.dossiers(user), card.reference)
        except UndersealError:
            assert not may
            continue
        assert may
        states.append(step)
    lead = "ivan" if "accepted" in states else "ines"
    ended = [each.state.value for each in office.dossiers(lead).transfers.list(card.reference)]
    assert ended == _ended(states)
    assert office.dossiers(lead).show(card.reference).lead == lead


def _ended(states: list[str]) -> list[str]:
    """Return what came of each offer."""
    found: list[str] = []
    for state in states:
        found = [*found, state] if state == "offered" else [*found[:-1], state]
    return found


def test_of_two_who_accept_at_once_one_wins(office: Office) -> None:
    card = office.opened("Race")
    office.dossiers().transfers.offer(card.number, ORDER)
    start = Barrier(2)

    def accept(_: int) -> str:
        theirs = office.dossiers("ivan")
        start.wait()
        try:
            return theirs.transfers.accept(card.number).number
        except ConflictError as error:
            return error.code

    with ThreadPoolExecutor(2) as threads:
        came = sorted(threads.map(accept, range(2)))
    assert (came[0][:8], came[1]) == ("LG.2026/", "conflict")
    assert office.dossiers("ivan").show(card.number).former == (card.number,)


def test_a_package_is_known_to_who_may_know_of_its_dossier_and_stays_with_it(office: Office, tmp_path: Path) -> None:
    card = office.opened("Sent", record="$2")
    order = PackageDraft(to="BKA", basis="art. 7")
    with pytest.raises(RefusedError):
        office.dossiers().packages.make(card.number, order, tmp_path / "pack")
    sent, _ = office.dossiers("maud").packages.make(card.number, order, tmp_path / "pack")
    assert [each.number for each in office.dossiers().packages.list(card.number)] == [sent.number]
    assert office.dossiers("ivan").packages.list() == ()
    with pytest.raises(NotFoundError):
        office.dossiers("ivan").packages.recall(sent.number, why="x")
    office.dossiers().transfers.offer(card.number, ORDER)
    number = office.dossiers("ivan").transfers.accept(card.number).number
    assert office.dossiers("ivan").packages.recall(sent.number, why="it was not ours").number == sent.number
    next_one, _ = office.dossiers("maud").packages.make(number, order, tmp_path / "next")
    assert next_one.number == f"{number}-P2"
