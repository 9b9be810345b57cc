"""Deconfliction: two dossiers that have the same account, person, phone number, address or container warn both leads.

Neither learns anything of the other but who leads it, how to reach them, and that they have it too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from underseal.evidence.casework import NewEntry, StoredIdentifier, StoredNotice, Writing
from underseal.evidence.casework.dossier_marks import add_identifiers, add_notice, holders
from underseal.evidence.casework.dossiers import Dossiers
from underseal.evidence.dossier.card import Field, Kind
from underseal.evidence.dossier.identifiers import Identifier, IdentifierKind, found_in
from underseal.evidence.dossier.items import ItemKind
from underseal.evidence.store import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An identifier in a dossier. identifier: which. source: what has it, see `source_of`. record: of its message, or None."""

    identifier: Identifier
    source: str
    record: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """That another dossier has the same as one's own.

    Attributes:
        number: of the notice. identifier: what both have, as one's own dossier has it.
        lead, contact: who leads the other one, and how to reach them. at: when it was found, ms since 1970.
        dossier: reference of one's own.
    """

    number: int
    identifier: Identifier
    lead: str
    contact: str
    at: int
    dossier: str


def source_of(kind: Kind, thing: str) -> str:
    """Return how an identifier names what has it."""
    return f"{kind} {thing}"


def found_in_item(item: NewEntry, thing: str, view: View) -> list[Found]:
    """Return the identifiers that an item brings.

    Args:
        item: as it is put in. thing: its name in the dossier. view: under which.
    """
    source = source_of(Kind.ITEM, thing)
    match item.body["kind"]:
        case ItemKind.ACCOUNT:
            return [_found(IdentifierKind.ACCOUNT, item.body["account"], source)]
        case ItemKind.PERSON:
            return [_found(IdentifierKind.PERSON, item.body["person"], source)]
        case ItemKind.MESSAGE | ItemKind.MEDIA if item.record is not None:
            row = view.record(item.record, ["sender", "text"])
            sender = [_found(IdentifierKind.ACCOUNT, str(row["sender"]), source, item.record)] if row["sender"] else []
            told = found_in(str(row["text"] or ""))
            return [*sender, *(Found(identifier=each, source=source, record=item.record) for each in told)]
    return []


def meet(
    writing: Writing,
    found: Iterable[Found],
    *,
    parts: Callable[[str], Sequence[str]],
    hidden: Callable[[Sequence[int]], frozenset[int]],
) -> int:
    """Keep the identifiers of a dossier, and give notice to it and to those that have one of them already.

    Args:
        writing: in which dossier. found: in it.
        parts: ids of all persons who are one with one. hidden: which of some records are withheld: nothing comes of those.

    Returns:
        How many notices were given to this dossier.
    """
    author = writing.author
    kept = add_identifiers(
        writing.session,
        [
            StoredIdentifier(
                dossier=writing.dossier,
                kind=each.identifier.kind.value,
                value=each.identifier.value,
                source=each.source,
                record=each.record,
                user=author.user,
                at=author.at,
            )
            for each in found
        ],
        stands=writing.stands,
    )
    told = 0
    for own in kept:
        values = parts(own.value) if own.kind == IdentifierKind.PERSON else [own.value]
        others = holders(writing.session, own.kind, values, but=writing.dossier)
        standing = [each for each in others if writing.stands(each)]
        gone = hidden([each.record for each in standing if each.record is not None])
        for other in standing:
            if other.record in gone:
                continue
            told += _tell(writing, own.dossier, other.dossier, own)
            _tell(writing, other.dossier, own.dossier, other)
    return told


def notices_of(
    register: Dossiers,
    notices: Sequence[StoredNotice],
    *,
    seen: Callable[[StoredIdentifier], bool],
    references: Mapping[int, str],
) -> list[Meeting]:
    """Return notices as who was told reads them.

    Args:
        register: where dossiers are kept. notices: which.
        seen: says whether the reader may see what an identifier of their dossier stands on; of the others no notice is shown.
        references: of the dossiers that were told, by the ids of their rows.
    """
    others = sorted({notice.other for notice in notices})
    fields = register.latest(others, [Kind.FIELD])
    said = {(each.entry.dossier, each.entry.thing): str(each.entry.body["value"]) for each in fields}
    visible = {
        (each.dossier, each.kind, each.value)
        for dossier in sorted({notice.dossier for notice in notices})
        for each in register.marks.identifiers(dossier)
        if seen(each)
    }
    return [
        Meeting(
            number=notice.number,
            identifier=Identifier(IdentifierKind(notice.kind), notice.value),
            lead=said.get((notice.other, Field.LEAD), ""),
            contact=said.get((notice.other, Field.CONTACT), ""),
            at=notice.at,
            dossier=references[notice.dossier],
        )
        for notice in notices
        if (notice.dossier, notice.kind, notice.value) in visible
    ]


def _tell(writing: Writing, dossier: int, other: int, own: StoredIdentifier) -> bool:
    notice = StoredNotice(number=0, dossier=dossier, other=other, kind=own.kind, value=own.value, at=writing.author.at)
    return add_notice(writing.session, notice)


def _found(kind: IdentifierKind, value: str, source: str, record: int | None = None) -> Found:
    return Found(identifier=Identifier(kind, value), source=source, record=record)
