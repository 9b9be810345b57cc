"""Deconfliction: the identifiers of a dossier, and the notices of others that have one of them; each an act under an authority."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from underseal.errors import ConflictError, NotFoundError
from underseal.evidence.audit import Act
from underseal.evidence.casework import NewEntry, StoredDossier, StoredIdentifier, Writing, words
from underseal.evidence.dossier import Kind
from underseal.evidence.dossier.coding import seen
from underseal.evidence.dossier.exclusions import merged
from underseal.evidence.dossier.identifiers import Identifier, IdentifierKind, read_identifier
from underseal.evidence.dossier.meetings import Found, Meeting, meet, notices_of, source_of
from underseal.evidence.identity import Eyes
from underseal.evidence.investigation.dossier_hand import Hand, Tell
from underseal.evidence.store import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """An identifier of a dossier.

    Attributes:
        identifier: which. sources: what in the dossier has it, as far as it may be seen.
        excluded: numbers of the judges' decisions that exclude a message which has it.
    """

    identifier: Identifier
    sources: tuple[str, ...]
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """A page of notices. cursor: where the next one goes on, None on the last page."""

    meetings: tuple[Meeting, ...]
    cursor: int | None


def deconflict(hand: Hand, view: View, writing: Writing, found: Sequence[Found], *, tell: Tell) -> None:
    """Keep what was found in a dossier, and give notice where another one has it.

    Args:
        hand: whose. view: under which. writing: in which dossier. found: in it.
        tell: writes in the audit that dossiers met, which is an outcome of the act.
    """
    state = hand.investigation.book.state()

    def parts(person: str) -> Sequence[str]:
        return state.parts(person) if person in state.persons else [person]

    if met := meet(writing, found, parts=parts, hidden=view.withheld):
        tell({"count": met})


class DossierMeetings:
    """Identifiers and notices; methods raise as those of `Dossiers`."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def identifiers(self, dossier: str) -> tuple[Identified, ...]:
        """Return the identifiers of a dossier, as far as what has them may be seen."""
        with self._hand.reading(dossier, Kind.IDENTIFIER) as reading:
            sees = self._sees(reading.view, [reading.head])
            found: dict[Identifier, list[StoredIdentifier]] = {}
            for each in self._hand.register.marks.identifiers(reading.head.id):
                if sees(each):
                    found.setdefault(Identifier(IdentifierKind(each.kind), each.value), []).append(each)
            records = [each.record for held in found.values() for each in held if each.record is not None]
            excluded = self._hand.exclusions().of_records(reading.view, records)
            return tuple(
                Identified(
                    identifier=identifier,
                    sources=tuple(each.source for each in held),
                    excluded=merged(excluded.get(each.record, ()) for each in held if each.record is not None),
                )
                for identifier, held in found.items()
            )

    def add(self, dossier: str, kind: IdentifierKind, value: str, *, why: str = "") -> Identifier:
        """Enter an identifier by hand: a phone number, an address or a container number.

        Raises:
            CallerError: it is none of its kind. ConflictError: it was entered already, or the dossier is closed.
        """
        hand = self._hand
        with hand.changing(dossier) as change:
            found, told = read_identifier(kind, value), words.note(why, "reason", field="why")
            thing = _thing(found)
            with hand.writing(change, Kind.IDENTIFIER) as writing:
                now = writing.now(Kind.IDENTIFIER, thing)
                if now is not None and now.stands:
                    raise ConflictError(f"{now.user} entered that already.")
                body = {"typed": value.strip(), "why": told}
                writing.enter(
                    NewEntry(kind=Kind.IDENTIFIER, thing=thing, body=body, before=0 if now is None else now.version)
                )
                own = Found(identifier=found, source=source_of(Kind.IDENTIFIER, thing), record=None)
                deconflict(hand, change.view, writing, [own], tell=change.tell_met)
            return found

    def remove(self, dossier: str, kind: IdentifierKind, value: str, *, why: str) -> None:
        """Take out an identifier that was entered by hand.

        Raises:
            CallerError: it is none of its kind, or no reason is given. NotFoundError: it was not entered.
            ConflictError: the dossier is closed.
        """
        hand = self._hand
        with hand.changing(dossier) as change:
            thing, reason = _thing(read_identifier(kind, value)), words.line(why, "reason", field="why")
            with hand.writing(change, Kind.IDENTIFIER) as writing:
                now = writing.now(Kind.IDENTIFIER, thing)
                if now is None or not now.stands:
                    raise NotFoundError("Nobody entered that identifier.", hint="What an item has goes with the item.")
                body = {**now.body, "why": reason}
                writing.enter(NewEntry(kind=Kind.IDENTIFIER, thing=thing, body=body, before=now.version, stands=False))

    def list(self, dossier: str = "", *, after: int = 0, limit: int = 100) -> MeetingPage:
        """Return notices that other dossiers have the same: who leads them, and how to reach them; nothing else.

        Args:
            dossier: of which, to any member of it; "" for all that one leads, to the magistrate for all they know of.
            after: cursor of the page before. limit: how many are looked at.
        """
        hand = self._hand
        with hand.acting(Act.NOTICES_READ) as (view, details):
            heads = [hand.head(view, dossier)] if dossier else self._led(view)
            notices = hand.register.marks.notices([head.id for head in heads], after=after, limit=limit + 1)
            page = notices[:limit]
            references = {head.id: head.reference for head in heads}
            found = notices_of(hand.register, page, seen=self._sees(view, heads), references=references)
            details["count"] = len(found)
            return MeetingPage(meetings=tuple(found), cursor=page[-1].number if len(notices) > limit else None)

    def _led(self, view: View) -> Sequence[StoredDossier]:
        knowing = self._hand.knowing(view)
        heads = self._hand.register.page(knowing)
        if knowing.everything or knowing.authority:
            return heads
        return [card.head for card in self._hand.cards(view, heads) if card.lead == view.access.user]

    def _sees(self, view: View, heads: Sequence[StoredDossier]) -> Callable[[StoredIdentifier], bool]:
        """Return what says whether the reader may see what an identifier of some dossiers stands on."""
        register, eyes = self._hand.register, self._hand.eyes(view)
        ids = [head.id for head in heads]
        standing = {
            (each.entry.dossier, source_of(Kind(each.entry.kind), each.entry.thing))
            for each in register.latest(ids, [Kind.ITEM, Kind.IDENTIFIER])
            if each.entry.stands
        }
        records = [each.record for id_ in ids for each in register.marks.identifiers(id_) if each.record is not None]
        held = set(seen(view, records))

        def sees(each: StoredIdentifier) -> bool:
            if (each.dossier, each.source) not in standing:
                return False
            return each.record in held if each.record is not None else _known(eyes, each)

        return sees


def _known(eyes: Eyes, each: StoredIdentifier) -> bool:
    match each.kind:
        case IdentifierKind.ACCOUNT:
            return eyes.knows(each.value)
        case IdentifierKind.PERSON:
            return eyes.knows_person(each.value)
        case _:
            return True


def _thing(identifier: Identifier) -> str:
    return f"{identifier.kind}:{identifier.value}"
