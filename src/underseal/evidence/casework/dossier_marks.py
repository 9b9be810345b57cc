"""Where codings of messages, identifiers of dossiers and notices of their meetings are kept. They are only ever added to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session, aliased

from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import CodingRow, IdentifierRow, NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCoding:
    """A reviewer's decision on a message.

    Attributes:
        number: of the decision, among all. record: of the message. choice: what was decided. note: in words, may be "".
        authority, user, at: under which, by whom, when (ms since 1970).
    """

    number: int
    record: int
    choice: str
    note: str
    authority: str
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIdentifier:
    """By what a dossier may meet others.

    Attributes:
        dossier: id of its row. kind, value: normalised. source: what in the dossier has it.
        record: number of the message that has it, None where it was entered by hand or is an item.
        user, at: by whom and when (ms since 1970).
    """

    dossier: int
    kind: str
    value: str
    source: str
    record: int | None
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNotice:
    """That a dossier was told of another one.

    Attributes:
        number: of the notice, among all. dossier: who was told. other: of which, both as ids of their rows.
        kind, value: what both have. at: when, ms since 1970.
    """

    number: int
    dossier: int
    other: int
    kind: str
    value: str
    at: int


class Marks:
    """Codings, identifiers and notices of a workspace, for readers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def codings(
        self, dossier: int, *, records: Sequence[int] | None = None, history: bool = False
    ) -> tuple[StoredCoding, ...]:
        """Return the latest decision of each reviewer on each message, in the order of records, then of decisions.

        Args:
            dossier: id. records: only on these. history: all decisions instead.
        """
        found = select(CodingRow).where(CodingRow.dossier == dossier).order_by(CodingRow.record, CodingRow.id)
        if records is not None:
            found = found.where(CodingRow.record.in_(records))
        if not history:
            found = found.where(CodingRow.id.in_(_latest_codings(dossier)))
        with self._database.read() as session:
            return tuple(map(_coding, session.scalars(found)))

    def coded_records(
        self, dossier: int, *, after: int = -1, limit: int | None = None, split: bool = False
    ) -> tuple[int, ...]:
        """Return the numbers of coded messages, in their order.

        Args:
            dossier: id. after: last record of the page before. limit: how many at most, None for all.
            split: only those on which reviewers disagree.
        """
        found = (
            select(CodingRow.record)
            .where(CodingRow.id.in_(_latest_codings(dossier)), CodingRow.record > after)
            .group_by(CodingRow.record)
            .order_by(CodingRow.record)
            .limit(limit)
        )
        if split:
            found = found.having(func.count(CodingRow.choice.distinct()) > 1)
        with self._database.read() as session:
            return tuple(session.scalars(found))

    def identifiers(self, dossier: int) -> tuple[StoredIdentifier, ...]:
        """Return the identifiers of a dossier, in the order in which they were found."""
        found = select(IdentifierRow).where(IdentifierRow.dossier == dossier).order_by(IdentifierRow.id)
        with self._database.read() as session:
            return tuple(map(_identifier, session.scalars(found)))

    def notices(self, dossiers: Sequence[int], *, after: int = 0, limit: int | None = None) -> tuple[StoredNotice, ...]:
        """Return what dossiers were told of others, in order.

        Args:
            dossiers: ids. after: number of the last notice of the page before. limit: how many at most, None for all.
        """
        found = (
            select(NoticeRow)
            .where(NoticeRow.dossier.in_(dossiers), NoticeRow.id > after)
            .order_by(NoticeRow.id)
            .limit(limit)
        )
        with self._database.read() as session:
            return tuple(map(_notice, session.scalars(found)))


def add_coding(session: Session, dossier: int, coding: StoredCoding) -> StoredCoding:
    """Keep a decision; its number is given to it."""
    row = CodingRow(dossier=dossier, **{name: getattr(coding, name) for name in _OF_CODING})
    session.add(row)
    session.flush()
    return _coding(row)


def add_identifiers(
    session: Session, found: Sequence[StoredIdentifier], *, stands: Callable[[StoredIdentifier], bool]
) -> tuple[StoredIdentifier, ...]:
    """Keep identifiers; return those that their dossiers did not have a moment ago.

    Two dossiers that get the same one at the same time wait for each other, so that one of them sees the other's.

    Args:
        session: of the transaction. found: what to keep. stands: says whether the source of one is still in its dossier.
    """
    fresh = []
    for each in sorted(found, key=lambda identifier: (identifier.kind, identifier.value)):
        held = list(map(_identifier, session.scalars(_held(each))))
        if not any(stands(other) for other in held if other.source != each.source):
            _wait_for_turn(session, f"{each.kind} {each.value}")
            fresh.append(each)
        if each.source not in {other.source for other in held}:
            session.add(IdentifierRow(**{name: getattr(each, name) for name in _OF_IDENTIFIER}))
            session.flush()
    return tuple(fresh)


def holders(session: Session, kind: str, values: Sequence[str], *, but: int) -> tuple[StoredIdentifier, ...]:
    """Return the identifiers of other dossiers that are one of some values."""
    found = select(IdentifierRow).where(
        IdentifierRow.kind == kind, IdentifierRow.value.in_(values), IdentifierRow.dossier != but
    )
    return tuple(map(_identifier, session.scalars(found.order_by(IdentifierRow.id))))


def add_notice(session: Session, notice: StoredNotice) -> bool:
    """Keep a notice; say whether it is new."""
    told = select(NoticeRow.id).where(
        NoticeRow.dossier == notice.dossier,
        NoticeRow.other == notice.other,
        NoticeRow.kind == notice.kind,
        NoticeRow.value == notice.value,
    )
    if session.scalar(told) is not None:
        return False
    session.add(NoticeRow(**{name: getattr(notice, name) for name in _OF_NOTICE}))
    session.flush()
    return True


def _held(each: StoredIdentifier) -> Select[IdentifierRow]:
    return select(IdentifierRow).where(
        IdentifierRow.dossier == each.dossier, IdentifierRow.kind == each.kind, IdentifierRow.value == each.value
    )


def _wait_for_turn(session: Session, what: str) -> None:
    """Keep others who enter the same identifier out until the transaction ends; on SQLite its start has done so."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})


def _latest_codings(dossier: int) -> Select[int]:
    own = aliased(CodingRow)
    return select(func.max(own.id)).where(own.dossier == dossier).group_by(own.record, own.user)


_OF_CODING: Final = ("record", "choice", "note", "authority", "user", "at")
_OF_IDENTIFIER: Final = ("dossier", "kind", "value", "source", "record", "user", "at")
_OF_NOTICE: Final = ("dossier", "other", "kind", "value", "at")


def _coding(row: CodingRow) -> StoredCoding:
    return StoredCoding(number=row.id, **{name: getattr(row, name) for name in _OF_CODING})


def _identifier(row: IdentifierRow) -> StoredIdentifier:
    return StoredIdentifier(**{name: getattr(row, name) for name in _OF_IDENTIFIER})


def _notice(row: NoticeRow) -> StoredNotice:
    return StoredNotice(number=row.id, **{name: getattr(row, name) for name in _OF_NOTICE})
