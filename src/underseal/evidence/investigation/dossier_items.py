"""The items of a dossier: put in, changed, taken out and read, each an act under an authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from underseal.evidence.dossier import Item, ItemDraft, ItemPage, Kind, window
from underseal.evidence.dossier.items import change as change_item
from underseal.evidence.dossier.items import put_in, read_item, take_out
from underseal.evidence.dossier.meetings import found_in_item
from underseal.evidence.investigation.dossier_hand import Hand
from underseal.evidence.investigation.dossier_meetings import deconflict
from underseal.evidence.investigation.lines import Line, Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLines:
    """A message that is an item. item: its name. lines: it, or it and the lines around it, in the order of the conversation."""

    item: str
    lines: tuple[Line, ...]


class DossierItems:
    """What is in a dossier; methods raise as those of `Dossiers`."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def page(self, dossier: str, *, after: int = 0, limit: int = 100) -> ItemPage:
        """Return items in the order in which they were put in.

        Args:
            dossier: which. after: cursor of the page before. limit: how many at most.
        """
        with self._hand.reading(dossier, Kind.ITEM) as reading:
            found = self._hand.items(reading.view, reading.head).page(after=after, limit=limit)
            reading.details["count"] = len(found.items)
            return found

    def show(self, dossier: str, item: str) -> Item:
        """Return an item.

        Raises:
            NotFoundError: it is not in the dossier, or not for these eyes.
        """
        with self._hand.reading(dossier, Kind.ITEM) as reading:
            return self._hand.items(reading.view, reading.head).find(item)

    def lines(self, dossier: str, items: Sequence[str], *, around: bool = False) -> tuple[ItemLines, ...]:
        """Return the lines of some items that are messages or attachments, all of them in one act.

        Args:
            dossier, items: which. Those that are not there, or not for these eyes, are left out: the two answer alike.
            around: with the lines of context.
        """
        with self._hand.reading(dossier, "lines") as reading:
            view = reading.view
            windows = {
                item.id: window(view, item.current, before=item.before, after=item.after) if around else (item.current,)
                for item in self._hand.items(view, reading.head).of(items)
                if item.current is not None
            }
            records = sorted({record for numbers in windows.values() for record in numbers})
            reading.details["count"] = len(records)
            lines = Lines(view, self._hand.investigation.directory(view), ZoneInfo(self._hand.settings.timezone))
            read = {line.number: line for line in lines.of(view.records(records, Lines.columns))}
            return tuple(
                ItemLines(item=id_, lines=tuple(read[number] for number in numbers)) for id_, numbers in windows.items()
            )

    def add(self, dossier: str, draft: ItemDraft) -> Item:
        """Put something in.

        Raises:
            CallerError: a field is missing or wrong. NotFoundError: there is no such record, account or person for these eyes.
            ConflictError: it is in the dossier already, or that is closed.
        """
        hand = self._hand
        with hand.changing(dossier) as change:
            view = change.view
            new = read_item(draft, hand.eyes(view), lambda: hand.investigation.directory(view))
            with hand.writing(change, f"{Kind.ITEM} {draft.kind}") as writing:
                id_ = put_in(writing, new)
                deconflict(hand, view, writing, found_in_item(new, id_, view), tell=change.tell_met)
            return hand.items(view, change.head).find(id_)

    def change(
        self,
        dossier: str,
        item: str,
        *,
        before: int | None = None,
        after: int | None = None,
        why: str | None = None,
        version: int | None = None,
    ) -> Item:
        """Change how much context a message has, or why something is in the dossier.

        Args:
            dossier, item: which. before, after, why: None for what stays. version: the one that its author saw, None for the latest.

        Raises:
            CallerError: it is no message, or has too much context. ConflictError: it was changed meanwhile.
            NotFoundError: it is not in the dossier, or not for these eyes.
        """
        hand = self._hand
        with hand.changing(dossier) as change:
            items = hand.items(change.view, change.head)
            found = items.find(item)
            with hand.writing(change, Kind.ITEM) as writing:
                seen = found.version if version is None else version
                change_item(writing, found, before=before, after=after, why=why, version=seen)
            return items.find(item)

    def remove(self, dossier: str, item: str, *, why: str, version: int | None = None) -> None:
        """Take something out; what was entered of it stays.

        Args:
            dossier, item: which. why: the reason, in words. version: the one that its author saw, None for the latest.

        Raises:
            CallerError: no reason is given. ConflictError: it was changed meanwhile, or the dossier is closed.
            NotFoundError: it is not in the dossier, or not for these eyes.
        """
        hand = self._hand
        with hand.changing(dossier) as change:
            found = hand.items(change.view, change.head).find(item)
            with hand.writing(change, Kind.ITEM) as writing:
                take_out(writing, found, why, version=found.version if version is None else version)
