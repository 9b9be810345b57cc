"""What every act on a dossier passes: the authority, the role, and whether its author may know that there is one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from underseal.core.schemes import Scheme
from underseal.evidence.audit import Act
from underseal.evidence.casework import Author, Knowing, NewNumber, StoredDossier, Writing
from underseal.evidence.dossier import Card, Items, unknown_dossier
from underseal.evidence.dossier.card import cards, knowing
from underseal.evidence.dossier.coding import seen
from underseal.evidence.dossier.exclusions import Exclusions
from underseal.evidence.identity import Eyes
from underseal.evidence.store import View

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation

Details: TypeAlias = dict[str, str | int]
Tell: TypeAlias = Callable[[Mapping[str, str | int]], None]
Acting: TypeAlias = Callable[..., AbstractContextManager[tuple[View, Details]]]
Changing: TypeAlias = Callable[[Act], AbstractContextManager[tuple[View, Tell]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A dossier that is being read. view: under which. head: of the dossier. details: of the audit's entry."""

    view: View
    head: StoredDossier
    details: Details


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A dossier that is being changed.

    Attributes:
        view: under which. head: of the dossier. author: who, and when.
        tell: writes the audit's entry; to be called inside the transaction of the change.
        tell_met: writes that the dossier met others, which is an outcome of the change.
    """

    view: View
    head: StoredDossier
    author: Author
    tell: Tell
    tell_met: Tell


class Hand:
    """Dossiers in the hands of somebody who reads under an authority.

    Args:
        investigation: whose. acting: admits an act. changing: admits an act that changes something.
    """

    def __init__(self, investigation: "Investigation", *, acting: Acting, changing: Changing) -> None:
        self.investigation = investigation
        self.casework = investigation.casework
        self.register = investigation.casework.dossiers
        self.settings = investigation.workspace.settings
        self.acting = acting
        self._changing = changing

    def knowing(self, view: View) -> Knowing:
        """Say of which dossiers the one who acts may know."""
        role = self.casework.users.actor(view.access.user).role
        return knowing(view.access.user, role, view.access.authority)

    def head(self, view: View, dossier: str) -> StoredDossier:
        """Return the head of a dossier.

        Args:
            view: under which. dossier: its number, or its reference.

        Raises:
            NotFoundError: there is none, or none of which the one who acts may know: the two answer alike.
        """
        found = self.register.find(dossier.strip(), self.knowing(view))
        if found is None:
            raise unknown_dossier()
        return found

    def card(self, view: View, head: StoredDossier) -> Card:
        """Return the card of a dossier, as the one who acts sees it."""
        return self.cards(view, [head])[0]

    def cards(self, view: View, heads: Sequence[StoredDossier]) -> Sequence[Card]:
        """Return the cards of dossiers; that one was opened from a message is told to who may see the message."""
        held = set(seen(view, [head.record for head in heads if head.record is not None]))
        shown = [head if head.record in held else replace(head, record=None) for head in heads]
        return cards(self.register, shown, self.settings.dossier_districts)

    def eyes(self, view: View) -> Eyes:
        """Return what the one who acts may see of the attributions."""
        return Eyes(view, self.investigation.book.state())

    def items(self, view: View, head: StoredDossier) -> Items:
        """Return the items of a dossier, as the one who acts sees them."""
        return Items(self.register, head.id, self.eyes(view), self.exclusions())

    def exclusions(self) -> Exclusions:
        """Return what judges excluded."""
        return Exclusions(self.casework.exclusions.all())

    def author(self, view: View) -> Author:
        """Return who acts, and when."""
        return Author(authority=view.access.authority, user=view.access.user, at=self.investigation.gate.clock())

    def new_number(self, district: str, at: int) -> NewNumber:
        """Return what gives a dossier the next number of a district. district: short name. at: now, ms since 1970."""
        scheme = Scheme(self.settings.dossier_scheme)
        year = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(self.settings.timezone)).year
        return NewNumber(
            series=scheme.series(district=district, year=year),
            number=partial(scheme.number, district=district, year=year),
            district=district,
        )

    @contextmanager
    def reading(self, dossier: str, what: str, *, act: Act = Act.DOSSIER_READ) -> Iterator[Reading]:
        """Read something of a dossier; raises as `head`, and RefusedError where authority or role do not allow it."""
        with self.acting(act, what=what) as (view, details):
            head = self.head(view, dossier)
            details["dossier"] = head.reference
            yield Reading(view=view, head=head, details=details)

    @contextmanager
    def changing(self, dossier: str, act: Act = Act.DOSSIER_CHANGED) -> Iterator[Change]:
        """Change something in a dossier; raises as `reading`."""
        with self._changing(act) as (view, tell):
            head = self.head(view, dossier)

            def announce(details: Mapping[str, str | int]) -> None:
                tell({"dossier": head.reference, **details})

            def announce_met(details: Mapping[str, str | int]) -> None:
                self.tell_met(view, head, details)

            yield Change(view=view, head=head, author=self.author(view), tell=announce, tell_met=announce_met)

    def tell_met(self, view: View, head: StoredDossier, details: Mapping[str, str | int]) -> None:
        """Write in the audit that a dossier met others."""
        permit = view.access.permit.outcome(Act.DOSSIERS_MET)
        self.investigation.gate.record(permit, {"dossier": head.reference, **details})

    @contextmanager
    def changing_all(self, act: Act) -> Iterator[tuple[View, Author, Tell]]:
        """Change what is no part of a dossier that is there; raises RefusedError where authority or role do not allow it."""
        with self._changing(act) as (view, tell):
            yield view, self.author(view), tell

    @contextmanager
    def writing(self, change: Change, what: str) -> Iterator[Writing]:
        """Enter something in a dossier in one transaction, at whose end the audit gets its entry.

        Args:
            change: which is being made. what: of the dossier is entered, for the audit.
        """
        with self.register.writing(change.head, change.author) as writing:
            yield writing
            change.tell({"what": what})
