"""All of a dossier as a reader may see it, at one moment: what stages after this one, such as disclosure, build on."""

from collections.abc import Mapping
from dataclasses import dataclass

from underseal.evidence.casework import CaseWork
from underseal.evidence.dossier.card import Card
from underseal.evidence.dossier.coding import Coded, Codings
from underseal.evidence.dossier.exclusions import Exclusion, Exclusions
from underseal.evidence.dossier.items import Item, ItemKind, Items, window
from underseal.evidence.identity import Eyes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A dossier, as far as it may be seen.

    Attributes:
        card: number, title, lead, members. release: number of the release under which records were looked up.
        items: in the order in which they were put in, in their latest state, each with the decisions that exclude it.
        windows: for each message that is an item, by the item's id, the numbers of it and of the lines around it.
        codings: for each record of `windows` and each attachment's, the latest decision of each reviewer; uncoded ones are
            left out.
        excluded: for each of these records that comes from an excluded source the numbers of the judge's decisions.
        exclusions: all that hold, also of what is not in the dossier.
    """

    card: Card
    release: int
    items: tuple[Item, ...]
    windows: Mapping[str, tuple[int, ...]]
    codings: Mapping[int, Coded]
    excluded: Mapping[int, tuple[str, ...]]
    exclusions: tuple[Exclusion, ...]

    @property
    def records(self) -> tuple[int, ...]:
        """All records of messages, their context and attachments, each once, in the order of their numbers."""
        lines = {record for numbers in self.windows.values() for record in numbers}
        return tuple(sorted(lines | {item.current for item in self.items if item.current is not None}))


def read_contents(casework: CaseWork, card: Card, eyes: Eyes) -> Contents:
    """Return all of a dossier as a reader may see it.

    Args:
        casework: where it is kept. card: of the dossier; that the reader may know of it was checked. eyes: of the reader.
    """
    exclusions = Exclusions(casework.exclusions.all())
    items = tuple(Items(casework.dossiers, card.head.id, eyes, exclusions).all())
    windows = {
        item.id: window(eyes.view, item.current, before=item.before, after=item.after)
        for item in items
        if item.kind is ItemKind.MESSAGE and item.current is not None
    }
    named = {item.current for item in items if item.current is not None} | {
        item.record for item in items if item.record is not None
    }
    records = sorted({record for numbers in windows.values() for record in numbers} | named)
    coded = Codings(casework.dossiers, card.head.id, eyes.view).of(records)
    return Contents(
        card=card,
        release=eyes.view.release.number,
        items=items,
        windows=windows,
        codings={each.record: each for each in coded},
        excluded=exclusions.of_records(eyes.view, records),
        exclusions=tuple(exclusions.held.values()),
    )
