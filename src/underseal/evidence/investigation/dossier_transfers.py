"""The transfer of a dossier to another district: offered, accepted, refused, withdrawn; each an act under an authority."""

import hashlib
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from underseal.core.ledger import SignedDocument, sign_document
from underseal.core.verify.transfer import TransferDocument
from underseal.errors import CallerError, ConflictError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.authority.moments import iso
from underseal.evidence.casework import Author, Entry, StoredDossier, Writing
from underseal.evidence.dossier import Card, Field, Kind, unknown_dossier
from underseal.evidence.dossier.card import check_lead, district_of, field_entry, join, member_entry
from underseal.evidence.dossier.transfers import (
    OFFER,
    Offer,
    Transfer,
    TransferDraft,
    TransferState,
    end_entry,
    manifest,
    offer_entry,
    offered,
    reason_of,
    transfers_of,
)
from underseal.evidence.investigation.dossier_hand import Hand


class DossierTransfers:
    """The transfers of dossiers; methods raise as those of `Dossiers`."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def offer(self, dossier: str, draft: TransferDraft) -> Transfer:
        """Offer a dossier to the lead of another district. Nothing of it changes until they accept.

        Raises:
            CallerError: a field is empty or wrong. NotFoundError: the lead is no user.
            ConflictError: it is offered already, or closed.
        """
        hand = self._hand
        with hand.changing(dossier, Act.TRANSFER_OFFERED) as change:
            said = draft.checked()
            with at_field("district"):
                said = said.to(district_of(said.district, hand.settings.dossier_districts))
            with at_field("lead"):
                check_lead(hand.casework, said.lead, user=change.author.user)
            card = hand.card(change.view, change.head)
            with at_field("keep"):
                if strangers := sorted({*said.keep} - {member.user for member in card.members}):
                    raise CallerError(f"{strangers[0]} is no member of the dossier, and cannot stay one.")
            with hand.register.writing(change.head, change.author) as writing:
                now = writing.now(Kind.TRANSFER, OFFER)
                writing.enter(offer_entry(said, from_district=change.head.district, from_lead=card.lead, now=now))
                change.tell({"district": said.district})
            return self._of(change.head)[-1]

    def offers(self) -> tuple[Offer, ...]:
        """Return what is offered to the one who asks, in the order of offering."""
        hand = self._hand
        with hand.acting(Act.OFFERS_READ) as (view, details):
            found = [each for each in hand.register.standing(Kind.TRANSFER) if each.body["lead"] == view.access.user]
            heads = {head.id: head for head in hand.register.get([each.dossier for each in found])}
            cards = {card.head.id: card for card in hand.cards(view, [*heads.values()])}
            details["count"] = len(found)
            return tuple(self._offer(each, cards[each.dossier]) for each in found)

    def accept(self, dossier: str, *, contact: str = "") -> Card:
        """Take over a dossier that is offered to the one who acts.

        It gets the next number of the district's series and is found by the old one too. Who accepts leads it; members whom the
        offer does not keep leave. A signed document says what went over.

        Args:
            dossier: its number or its reference. contact: how to reach the new lead.

        Raises:
            NotFoundError: there is no such dossier, or it is not offered to them: the two answer alike.
            ConflictError: the offer has ended meanwhile, or the dossier is closed. CallerError: the contact is unusable.
        """
        hand = self._hand
        with hand.changing_all(Act.TRANSFER_ACCEPTED) as (view, author, tell):
            head = self._offered_to(dossier, author)
            shown = [item.id for item in hand.items(view, head).all()]
            with hand.register.writing(head, author) as writing:
                offer = self._still(writing, author)
                number = writing.number(hand.new_number(offer.body["district"], author.at))
                document = self._document(head, offer, number, shown, writing)
                writing.enter(
                    end_entry(
                        TransferState.ACCEPTED,
                        offer,
                        old_number=head.number,
                        new_number=number,
                        document=document.to_json(),
                    )
                )
                _change_hands(writing, offer, contact)
                digest = hashlib.sha256(document.to_bytes()).hexdigest()
                tell({"dossier": head.reference, "district": offer.body["district"], "sha256": digest})
            return hand.card(view, hand.register.get([head.id])[0])

    def refuse(self, dossier: str, *, why: str) -> None:
        """Refuse a dossier that is offered to the one who acts; raises as `accept`, and CallerError where no reason is given."""
        with self._hand.changing_all(Act.TRANSFER_REFUSED) as (_, author, tell):
            head = self._offered_to(dossier, author)
            reason = reason_of(why)
            with self._hand.register.writing(head, author, closed=True) as writing:
                writing.enter(end_entry(TransferState.REFUSED, self._still(writing, author), why=reason))
                tell({"dossier": head.reference})

    def withdraw(self, dossier: str, *, why: str) -> Transfer:
        """Withdraw the offer of a dossier.

        Raises:
            ConflictError: it is not offered, or not any more. CallerError: no reason is given.
        """
        with self._hand.changing(dossier, Act.TRANSFER_WITHDRAWN) as change:
            reason = reason_of(why)
            with self._hand.register.writing(change.head, change.author, closed=True) as writing:
                now = offered(writing.now(Kind.TRANSFER, OFFER))
                writing.enter(end_entry(TransferState.WITHDRAWN, now, why=reason))
                change.tell({})
            return self._of(change.head)[-1]

    def list(self, dossier: str) -> tuple[Transfer, ...]:
        """Return the transfers of a dossier, in the order in which they were offered."""
        with self._hand.reading(dossier, Kind.TRANSFER) as reading:
            return tuple(self._of(reading.head))

    def document(self, dossier: str) -> bytes:
        """Return the file of the document of the latest transfer that was accepted.

        Raises:
            ConflictError: there was none.
        """
        with self._hand.reading(dossier, Kind.TRANSFER) as reading:
            made = [each.document for each in self._of(reading.head) if each.document is not None]
            if not made:
                raise ConflictError("The dossier was never transferred.")
            return made[-1].to_bytes()

    def _of(self, head: StoredDossier) -> Sequence[Transfer]:
        return transfers_of(self._hand.register.history([head.id], Kind.TRANSFER))

    def _offered_to(self, dossier: str, author: Author) -> StoredDossier:
        """Return the head of a dossier whose latest offer is to somebody.

        Raises:
            NotFoundError: there is no such dossier, or it was never offered to them last.
        """
        head = self._hand.register.find_any(dossier.strip())
        made = [] if head is None else self._of(head)
        if head is None or not made or made[-1].lead != author.user:
            raise unknown_dossier()
        if made[-1].state is TransferState.WITHDRAWN:  # they never were to know what they did not see in time
            raise unknown_dossier()
        return head

    def _still(self, writing: Writing, author: Author) -> Entry:
        """Return the offer, within the transaction that ends it."""
        offer = offered(writing.now(Kind.TRANSFER, OFFER))
        if offer.body["lead"] != author.user:
            raise unknown_dossier()
        return offer

    def _offer(self, entry: Entry, card: Card) -> Offer:
        body, districts = entry.body, self._hand.settings.dossier_districts
        return Offer(
            reference=card.reference,
            number=card.number,
            title=card.title,
            offence=card.offence,
            district=districts.get(body["district"], body["district"]),
            from_district=card.district,
            from_lead=card.lead,
            basis=body["basis"],
            why=body["why"],
            offered_by=entry.user,
            offered_at=entry.at,
        )

    def _document(
        self, head: StoredDossier, offer: Entry, number: str, shown: Sequence[str], writing: Writing
    ) -> SignedDocument:
        zone = ZoneInfo(self._hand.settings.timezone)
        items, entries = manifest(writing.history(), shown)
        workspace, author = self._hand.investigation.workspace, writing.author
        said = {name: offer.body[name] for name in ("from_lead", "basis", "why", "from_district")}
        made = TransferDocument(
            workspace=str(workspace.settings.id),
            reference=head.reference,
            old_number=head.number,
            new_number=number,
            to_district=offer.body["district"],
            to_lead=offer.body["lead"],
            offered_by=offer.user,
            offered_at=iso(offer.at, zone),
            accepted_by=author.user,
            accepted_at=iso(author.at, zone),
            authority=author.authority,
            items=items,
            entries_sha256=entries,
            **said,
        )
        return sign_document(made.to_payload(), workspace.signing_key)


def _change_hands(writing: Writing, offer: Entry, contact: str) -> None:
    """Make the receiving lead lead the dossier, and let those go whom the offer does not keep."""
    lead, keep = str(offer.body["lead"]), {*offer.body["keep"]}
    for field, value in ((Field.LEAD, lead), (Field.CONTACT, contact)):
        now = writing.now(Kind.FIELD, field.value)
        writing.enter(field_entry(field, value, before=0 if now is None else now.version))
    for member in writing.members():
        if member.thing not in keep | {lead}:
            writing.enter(member_entry(member.thing, before=member.version, stands=False))
    join(writing, lead)
