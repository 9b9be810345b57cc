"""Dossiers: opened, listed, shown and changed, closed and reopened, each an act under an authority."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from underseal.errors import CallerError, ConflictError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.casework import NewDossier, StoredDossier
from underseal.evidence.casework.dossiers import IS_OPEN
from underseal.evidence.dossier import (
    Card,
    Field,
    ItemDraft,
    ItemKind,
    Kind,
    OpeningDraft,
    VersionPage,
    read_versions,
)
from underseal.evidence.dossier.card import (
    check_lead,
    check_member,
    district_of,
    field_entry,
    first_entries,
    join,
    member_entry,
    standing_entry,
)
from underseal.evidence.dossier.closing import Obstacle, obstacles
from underseal.evidence.dossier.contents import Contents, read_contents
from underseal.evidence.dossier.items import put_in, read_item
from underseal.evidence.dossier.meetings import found_in_item
from underseal.evidence.investigation.dossier_disclosure import DossierDisclosure
from underseal.evidence.investigation.dossier_hand import Hand
from underseal.evidence.investigation.dossier_items import DossierItems
from underseal.evidence.investigation.dossier_meetings import DossierMeetings, deconflict
from underseal.evidence.investigation.dossier_packages import DossierPackages
from underseal.evidence.investigation.dossier_review import DossierCodings, DossierThreats
from underseal.evidence.investigation.dossier_sources import DossierSources
from underseal.evidence.investigation.dossier_transfers import DossierTransfers
from underseal.evidence.investigation.dossier_work import DossierDocuments, DossierWork
from underseal.evidence.store import View


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPage:
    """A page of dossiers. total: how many there are on all pages. cursor: where the next one goes on, None on the last."""

    dossiers: tuple[Card, ...]
    total: int
    cursor: int | None


class Dossiers:
    """The dossiers of which somebody may know, under one authority.

    Every method raises RefusedError where the authority or the role does not allow it. One that names a dossier takes its
    number or its reference, and raises NotFoundError where there is none, or none of which they may know.

    Attributes:
        items: what is in them. documents: among these. work: chronologies, hypotheses and tasks.
        codings: what reviewers decided of messages. threats: to life. sources: what judges excluded.
        meetings: identifiers, and notices of other dossiers that have them too.
        disclosure: what leaves them for the defence. packages: what leaves them for partner forces.
        transfers: of dossiers to other districts.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.items = DossierItems(hand)
        self.documents = DossierDocuments(hand)
        self.work = DossierWork(hand)
        self.codings = DossierCodings(hand)
        self.threats = DossierThreats(hand)
        self.sources = DossierSources(hand)
        self.meetings = DossierMeetings(hand)
        self.disclosure = DossierDisclosure(hand)
        self.packages = DossierPackages(hand)
        self.transfers = DossierTransfers(hand)

    def open(self, draft: OpeningDraft) -> Card:
        """Open a dossier; who opens it and who leads it are its first members.

        Raises:
            CallerError: a field is empty or wrong. NotFoundError: a member is no user, or the message is not to be seen.
        """
        hand = self._hand
        with hand.changing_all(Act.DOSSIER_OPENED) as (view, author, tell):
            number = hand.new_number(district_of(draft.district, hand.settings.dossier_districts), author.at)
            entries = first_entries(draft, hand.casework, user=author.user)
            item = None
            if draft.record is not None:
                message = ItemDraft(
                    kind=ItemKind.MESSAGE,
                    record=draft.record,
                    before=draft.before,
                    after=draft.after,
                    why="opened from it",
                )
                item = read_item(message, hand.eyes(view), lambda: hand.investigation.directory(view))
            new = NewDossier(series=number.series, number=number.number, district=number.district, record=draft.record)
            with hand.register.opening(new, author) as (head, writing):
                for entry in entries:
                    writing.enter(entry)
                known = {} if draft.record is None else {"record": draft.record}
                tell({"dossier": head.reference, **known})
                if item is not None:
                    found = found_in_item(item, put_in(writing, item), view)
                    deconflict(hand, view, writing, found, tell=partial(hand.tell_met, view, head))
        return hand.card(view, head)

    def list(self, *, after: int = 0, limit: int | None = None) -> DossierPage:
        """Return dossiers in the order in which they were opened.

        Args:
            after: cursor of the page before. limit: how many at most, None for all.
        """
        hand = self._hand
        with hand.acting(Act.DOSSIERS_LISTED) as (view, details):
            every = hand.register.page(hand.knowing(view))
            details["count"] = len(every)
            rest = [head for head in every if head.id > after]
            heads = rest[:limit]
            return DossierPage(
                dossiers=tuple(hand.cards(view, heads)),
                total=len(every),
                cursor=heads[-1].id if len(heads) < len(rest) else None,
            )

    def show(self, dossier: str) -> Card:
        """Return the card of a dossier."""
        with self._hand.reading(dossier, "card") as reading:
            return self._hand.card(reading.view, reading.head)

    def history(
        self, dossier: str, *, kind: Kind | None = None, thing: str = "", before: int | None = None, limit: int = 100
    ) -> VersionPage:
        """Return what was ever entered in a dossier, the latest first, as far as the one who reads may see it.

        Args:
            dossier: which. kind, thing: only of these, None and "" for all.
            before: cursor of the page before, None for the first. limit: how many are looked at.
        """
        hand = self._hand
        with hand.reading(dossier, "history") as reading:
            return read_versions(
                hand.register,
                reading.head.id,
                hand.eyes(reading.view),
                kind=kind,
                thing=thing,
                before=before,
                limit=limit,
            )

    def contents(self, dossier: str) -> Contents:
        """Return all of a dossier, as far as the one who reads may see it."""
        with self._hand.reading(dossier, "contents") as reading:
            return read_contents(
                self._hand.casework, self._hand.card(reading.view, reading.head), self._hand.eyes(reading.view)
            )

    def change(self, dossier: str, field: Field, value: str, *, version: int | None = None) -> Card:
        """Say something else on the card of a dossier. A new lead becomes a member.

        Args:
            dossier: which. field, value: what. version: the one that its author saw, None for the latest.

        Raises:
            CallerError: the value is empty or unusable. NotFoundError: the lead is no user.
            ConflictError: somebody else changed it meanwhile, or the dossier is closed.
        """
        hand = self._hand
        with hand.changing(dossier) as change:
            with at_field("value"):
                new = field_entry(field, value, before=0)
                told = str(new.body["value"])
                if field is Field.LEAD:
                    check_lead(hand.casework, told, user=change.author.user)
            seen = hand.card(change.view, change.head).versions[field] if version is None else version
            with hand.writing(change, field.value) as writing:
                writing.enter(field_entry(field, told, before=seen))
                if field is Field.LEAD:
                    join(writing, told)
            return hand.card(change.view, change.head)

    def add_member(self, dossier: str, user: str) -> Card:
        """Let somebody know of a dossier.

        Raises:
            NotFoundError: there is no such user. CallerError: their role reads no dossiers.
            ConflictError: they are a member already, or the dossier is closed.
        """
        hand, name = self._hand, user.strip()
        with hand.changing(dossier) as change:
            with at_field("user"):
                check_member(hand.casework, name, user=change.author.user)
            with hand.writing(change, Kind.MEMBER) as writing:
                if not join(writing, name):
                    raise ConflictError(f"{name} is a member of the dossier already.", field="user")
            return hand.card(change.view, change.head)

    def remove_member(self, dossier: str, user: str) -> None:
        """Keep somebody from a dossier from now on.

        Raises:
            CallerError: they lead it, or are no member. ConflictError: the dossier is closed.
        """
        hand, name = self._hand, user.strip()
        with hand.changing(dossier) as change, hand.writing(change, Kind.MEMBER) as writing:
            now = writing.now(Kind.MEMBER, name)
            lead = writing.now(Kind.FIELD, Field.LEAD)
            if now is None or not now.stands:
                raise CallerError(f"{name} is no member of the dossier.", field="user")
            if lead is not None and lead.body["value"] == name:
                raise CallerError(f"{name} leads the dossier.", hint="Name another lead first.", field="user")
            writing.enter(member_entry(name, before=now.version, stands=False))

    def obstacles(self, dossier: str) -> Sequence[Obstacle]:
        """Return what keeps a dossier from being closed; nothing where it can be."""
        with self._hand.reading(dossier, Kind.STANDING) as reading:
            return self._obstacles(reading.view, reading.head)

    def close(self, dossier: str, *, why: str) -> Card:
        """Close a dossier: nothing more is entered in it.

        Raises:
            ConflictError: an actor in it lacks an attribution with its evidence, or its only evidence is one unverified message,
                and it says which; or it is closed, or was changed meanwhile. CallerError: no reason is given.
        """
        hand = self._hand
        with hand.changing(dossier, Act.DOSSIER_CLOSED) as change:
            new = standing_entry(opens=False, why=why, before=0)
            last = hand.register.last_entry(change.head.id)
            if not (card := hand.card(change.view, change.head)).open:
                raise card.closed()
            if found := self._obstacles(change.view, change.head):
                raise ConflictError(f"The dossier cannot be closed: {'; '.join(map(str, found))}.")
            with hand.register.writing(change.head, change.author, standing=True) as writing:
                if writing.last_entry() != last:
                    raise ConflictError("Something was entered in the dossier meanwhile.", hint="Look at it again.")
                now = writing.now(Kind.STANDING, IS_OPEN)
                writing.enter(replace(new, before=0 if now is None else now.version))
                change.tell({})
            return hand.card(change.view, change.head)

    def reopen(self, dossier: str, *, why: str) -> Card:
        """Reopen a dossier.

        Raises:
            ConflictError: it is open. CallerError: no reason is given.
        """
        hand = self._hand
        with hand.changing(dossier, Act.DOSSIER_REOPENED) as change:
            new = standing_entry(opens=True, why=why, before=0)
            with hand.register.writing(change.head, change.author, standing=True) as writing:
                now = writing.now(Kind.STANDING, IS_OPEN)
                if now is None or now.stands:
                    raise ConflictError("The dossier is open.")
                writing.enter(replace(new, before=now.version))
                change.tell({})
            return hand.card(change.view, change.head)

    def _obstacles(self, view: View, head: StoredDossier) -> Sequence[Obstacle]:
        return obstacles(self._hand.items(view, head), self._hand.eyes(view), self._hand.exclusions())
