"""Sources that a judge excluded or admitted again: each an act under an authority."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from underseal.evidence.audit import Act
from underseal.evidence.casework import StoredExclusion
from underseal.evidence.dossier import Card, Items
from underseal.evidence.dossier.coding import seen
from underseal.evidence.dossier.exclusions import (
    Exclusion,
    ExclusionDraft,
    Exclusions,
    Source,
    SourceKind,
    exclusion_of,
)
from underseal.evidence.investigation.dossier_hand import Hand
from underseal.evidence.search import count
from underseal.evidence.search.nodes import Is
from underseal.evidence.store import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A dossier that an exclusion would mark. card: its card. items: how many of its items would be marked."""

    card: Card
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionPreview:
    """What an exclusion would mark, as far as the one who asks may see it.

    Attributes:
        source: as it would be entered.
        messages: how many come from it; those that only its keys opened are among the items and attributions alone.
        dossiers: those with items that would be marked. attributions: ids of those in force that it speaks for.
    """

    source: Source
    messages: int
    dossiers: tuple[Touched, ...]
    attributions: tuple[str, ...]


_FIELDS: Final = {SourceKind.EXHIBIT: "exhibit", SourceKind.CONVERSATION: "in", SourceKind.ACCOUNT: "from"}
"""By which field of the query language the messages of a source are found."""


class DossierSources:
    """What judges excluded. Every method raises RefusedError where the authority or the role does not allow it.

    An exclusion holds in all dossiers: it marks whatever is derived from the source, and keeps it out of new exports.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def list(self, *, history: bool = False) -> tuple[Exclusion, ...]:
        """Return the exclusions that hold, in the order in which they were entered.

        Args:
            history: all decisions instead, those that admit a source again too.
        """
        with self._hand.acting(Act.EXCLUSIONS_READ) as (_, details):
            entered = self._hand.casework.exclusions.all()
            found = tuple(map(exclusion_of, entered)) if history else tuple(self._hand.exclusions().held.values())
            details["count"] = len(found)
            return found

    def preview(self, source: Source) -> ExclusionPreview:
        """Return what the exclusion of a source would mark; nothing is entered.

        Raises:
            CallerError: the source is none of its kind.
        """
        hand = self._hand
        with hand.acting(Act.EXCLUSIONS_READ, what="preview") as (view, details):
            which, author, eyes = source.checked(), hand.author(view), hand.eyes(view)
            details["source"] = f"{which.kind} {which.value}"
            alone = Exclusions(
                [
                    StoredExclusion(
                        source=which.kind.value,
                        value=which.value,
                        excluded=True,
                        decision="",
                        judge="",
                        why="",
                        authority=author.authority,
                        user=author.user,
                        at=author.at,
                    )
                ]
            )
            heads = hand.register.page(hand.knowing(view))
            counts = {
                head.id: sum(bool(item.excluded) for item in Items(hand.register, head.id, eyes, alone).all())
                for head in heads
            }
            cards = hand.cards(view, [head for head in heads if counts[head.id]])
            standings = eyes.standings(eyes.state.claims.values())
            return ExclusionPreview(
                source=which,
                messages=_messages(view, which),
                dossiers=tuple(Touched(card=card, items=counts[card.head.id]) for card in cards),
                attributions=tuple(
                    alone.of_claims(view, [standing.claim for standing in standings if standing.in_force])
                ),
            )

    def exclude(self, source: Source, draft: ExclusionDraft) -> Exclusion:
        """Enter that a judge excluded a source.

        Raises:
            CallerError: a text is empty or unusable. ConflictError: it is excluded already.
        """
        return self._enter(source, draft, excluded=True)

    def readmit(self, source: Source, draft: ExclusionDraft) -> Exclusion:
        """Enter that a judge admitted a source again.

        Raises:
            CallerError: a text is empty or unusable. ConflictError: it is not excluded.
        """
        return self._enter(source, draft, excluded=False)

    def _enter(self, source: Source, draft: ExclusionDraft, *, excluded: bool) -> Exclusion:
        with self._hand.changing_all(Act.SOURCE_EXCLUDED if excluded else Act.SOURCE_READMITTED) as (_, author, tell):
            which, said = source.checked(), draft.checked()
            new = StoredExclusion(
                source=which.kind.value,
                value=which.value,
                excluded=excluded,
                decision=said.decision,
                judge=said.judge,
                why=said.why,
                authority=author.authority,
                user=author.user,
                at=author.at,
            )
            announce = partial(tell, {"source": f"{which.kind} {which.value}", "decision": said.decision})
            return exclusion_of(self._hand.casework.exclusions.enter(new, announce=announce))


def _messages(view: View, source: Source) -> int:
    if source.kind is SourceKind.RECORD:
        return len(seen(view, [int(source.value)]))
    field = _FIELDS.get(source.kind)
    return 0 if field is None else count(view, Is(field=field, value=source.value)).total
