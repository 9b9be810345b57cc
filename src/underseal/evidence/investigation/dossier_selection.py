"""What a dossier lets leave the house, as the one who acts may see it."""

from typing import TYPE_CHECKING

from underseal.evidence.casework import StoredDossier
from underseal.evidence.dossier import HeldBack, Kind, read_contents
from underseal.evidence.dossier.held_back import KINDS
from underseal.evidence.dossier.terms import Leaving
from underseal.evidence.investigation.dossier_hand import Hand
from underseal.evidence.store import View

if TYPE_CHECKING:
    from underseal.evidence.disclosure import Selection


def held_back_of(hand: Hand, view: View, head: StoredDossier) -> HeldBack:
    """Return what a dossier holds back of messages that may be seen."""
    latest = hand.register.latest([head.id], KINDS)
    records = [each.entry.record for each in latest if each.entry.record is not None]
    shown = set(view.records(sorted(set(records)), ["number"]).column("number").to_pylist())
    return HeldBack.of(each for each in latest if each.entry.record in shown)


def selection_of(
    hand: Hand, view: View, head: StoredDossier, held_back: HeldBack, *, leaving: Leaving = Leaving.AS_EVIDENCE
) -> "Selection":
    """Return what a dossier discloses.

    Args:
        hand: whose. view: under which. head: of the dossier. held_back: by it. leaving: in which way it leaves the house.
    """
    from underseal.evidence.disclosure import Selection  # noqa: PLC0415  # imports the ciphers

    contents = read_contents(hand.casework, hand.card(view, head), hand.eyes(view))
    taken_out = [each.entry.record for each in hand.register.latest([head.id], [Kind.ITEM]) if not each.entry.stands]
    looked_at = {
        *hand.register.marks.coded_records(head.id),
        *(record for record in taken_out if record is not None),
    }
    exclusions = hand.investigation.leaving_without(leaving)
    claims = [standing.claim for standing in hand.investigation.book.state().claims.values()]
    return Selection.of(
        contents,
        held_back,
        looked_at,
        exclusions=tuple(exclusions.held.values()),
        excluded=exclusions.of_records(view, sorted(looked_at | set(contents.records))),
        claims=exclusions.of_claims(view, claims),
    )
