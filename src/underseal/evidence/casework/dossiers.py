"""Where dossiers are kept: numbered heads, and versions of the things in them. All of it is only ever added to.

A thing is what people speak of: the title, a member, an item, a task. It has versions, counted from 1, and the latest says
what holds. Two people who write the same version meet in the table itself: one of them is told. What things there are, and
who may know of a dossier, is the business of evidence.dossier.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from underseal.errors import ConflictError
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.dossier_marks import Marks, StoredIdentifier
from underseal.evidence.casework.models import DossierRow, EntryRow, NumberRow
from underseal.evidence.casework.privilege import Announce, Decision, keep_decision

Body: TypeAlias = Mapping[str, Any]
"""What a version says, as JSON has it."""

REFERENCE_BYTES: Final = 8
"""Random bytes of a reference: it stands in the audit and in addresses, and tells nothing of a dossier."""

STANDING, MEMBER = "standing", "member"
"""The two kinds that the register itself reads: whether a dossier is open, and who may know of it."""

IS_OPEN: Final = "open"
"""The thing of STANDING; while its latest version does not stand, the dossier is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Whoever enters something. authority: under which. user: who. at: when, ms since 1970."""

    authority: str
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNumber:
    """A number that a dossier is to get.

    Attributes:
        series: name of the series that it belongs to. number: makes it of the count in the series, from 1.
        district: short name of the one whose number it is.
    """

    series: str
    number: Callable[[int], str]
    district: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDossier(NewNumber):
    """A dossier that is to be opened. record: number of the message that it is opened from, None for none."""

    record: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDossier:
    """The head of a dossier: nothing of it changes but that it may get a further number.

    Attributes:
        id: of its row. reference: random, see REFERENCE_BYTES. number: the latest, by the office's scheme.
        district: short name of the one whose number it is. record: number of the message that it was opened from, None for none.
        authority, user, at: under which, by whom and when (ms since 1970) it was opened.
        former: numbers that it had before, by which it is still found, the oldest first.
    """

    id: int
    reference: str
    number: str
    district: str
    record: int | None
    authority: str
    user: str
    at: int
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A version that is to be entered.

    Attributes:
        kind, thing: of what; a thing of None gets the next number of its kind, behind `prefix`.
        body: what it says. before: the version that its author saw, 0 for none.
        stands: False where the thing is taken out. record: number of the record that it is about, None for none.
    """

    kind: str
    thing: str | None
    body: Body
    before: int = 0
    stands: bool = True
    record: int | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A version of a thing; fields as in `NewEntry`, with its number among all entries, its dossier, and its author."""

    id: int
    dossier: int
    kind: str
    thing: str
    version: int
    stands: bool
    record: int | None
    body: Body
    authority: str
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """A thing as it is. entry: its latest version. first: id of the first. made_by, made_at: of the first."""

    entry: Entry
    first: int
    made_by: str
    made_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowing:
    """Who asks, and of which dossiers they may know: of those whose members they are, and of what is said here.

    Attributes:
        user: who. everything: whether of all. authority: of those that were opened under it, "" for none.
    """

    user: str
    everything: bool = False
    authority: str = ""


class Dossiers:
    """The dossiers of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def opening(self, new: NewDossier, author: Author) -> Iterator[tuple[StoredDossier, "Writing"]]:
        """Open a dossier, and enter what is in it from the start; it is there when the block is left.

        Yields:
            It, with the next number of its series, and what writes in it.
        """
        with self._database.write() as session:
            row = _opened(session, new, author)
            yield _stored(session, [row])[0], Writing(session, row.id, author)

    @contextmanager
    def writing(
        self, dossier: StoredDossier, author: Author, *, standing: bool = False, closed: bool = False
    ) -> Iterator["Writing"]:
        """Enter something in a dossier: all of it when the block is left, or nothing.

        Args:
            dossier: which. author: who. standing: whether it is closed or reopened, for which the others wait.
            closed: whether a closed dossier takes it too.

        Raises:
            ConflictError: it is closed.
        """
        with self._database.write() as session:
            # Whoever closes a dossier waits for those who write in it, and they for them; nobody else waits for anybody.
            locked = select(DossierRow.id).where(DossierRow.id == dossier.id)
            session.execute(locked.with_for_update(read=not standing, key_share=not standing))
            made = Writing(session, dossier.id, author)
            if not standing and not closed:
                made.expect_open()
            yield made

    def find(self, name: str, knowing: Knowing) -> StoredDossier | None:
        """Return the dossier of a number or a reference, of which the asker may know; else None."""
        with self._database.read() as session:
            row = session.scalar(_named(name).where(_known(knowing)))
            return _stored(session, [row])[0] if row else None

    def find_any(self, name: str) -> StoredDossier | None:
        """Return the dossier of a number or a reference, whoever may know of it; for those whom it is offered to."""
        with self._database.read() as session:
            row = session.scalar(_named(name))
            return _stored(session, [row])[0] if row else None

    def get(self, ids: Sequence[int]) -> tuple[StoredDossier, ...]:
        """Return dossiers by the ids of their rows, whoever may know of them; for what the program itself compares."""
        with self._database.read() as session:
            found = session.scalars(select(DossierRow).where(DossierRow.id.in_(ids)).order_by(DossierRow.id))
            return _stored(session, found.all())

    def page(self, knowing: Knowing, *, after: int = 0, limit: int | None = None) -> tuple[StoredDossier, ...]:
        """Return dossiers of which the asker may know, in the order in which they were opened.

        Args:
            after: id of the last one of the page before. limit: how many at most, None for all.
        """
        known = select(DossierRow).where(_known(knowing), DossierRow.id > after).order_by(DossierRow.id).limit(limit)
        with self._database.read() as session:
            return _stored(session, session.scalars(known).all())

    def standing(self, kind: str) -> tuple[Entry, ...]:
        """Return the things of a kind that stand, each in its latest version, of all dossiers, in the order of entering them."""
        now, later = aliased(EntryRow), aliased(EntryRow)
        found = (
            select(now)
            .where(now.kind == kind, now.stands)
            .where(~exists().where(_same(later, now), later.version == now.version + 1))
            .order_by(now.id)
        )
        with self._database.read() as session:
            return tuple(map(_entry, session.scalars(found)))

    def latest(
        self,
        dossiers: Sequence[int],
        kinds: Sequence[str],
        *,
        things: Sequence[str] | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> tuple[Latest, ...]:
        """Return things as they are, those that were taken out too, in the order in which they were first entered.

        Args:
            dossiers: ids. kinds: which. things: only these, None for all.
            after: `first` of the last one of the page before. limit: how many at most, None for all.
        """
        now, first, later = aliased(EntryRow), aliased(EntryRow), aliased(EntryRow)
        found = (
            select(now, first.id, first.user, first.at)
            .join(first, and_(_same(first, now), first.version == 1))
            .where(
                now.dossier.in_(dossiers),
                now.kind.in_(kinds),
                first.id > after,
                ~exists().where(_same(later, now), later.version == now.version + 1),
            )
            .order_by(first.id)
            .limit(limit)
        )
        if things is not None:
            found = found.where(now.thing.in_(things))
        with self._database.read() as session:
            rows = session.execute(found)
            return tuple(Latest(entry=_entry(row), first=id_, made_by=by, made_at=at) for row, id_, by, at in rows)

    def history(self, dossiers: Sequence[int], kind: str = "", thing: str = "") -> tuple[Entry, ...]:
        """Return all versions of a thing, of a kind or of everything in dossiers, in the order in which they were entered."""
        found: Select[EntryRow] = select(EntryRow).where(EntryRow.dossier.in_(dossiers)).order_by(EntryRow.id)
        if kind:
            found = found.where(EntryRow.kind == kind)
        if thing:
            found = found.where(EntryRow.thing == thing)
        with self._database.read() as session:
            return tuple(map(_entry, session.scalars(found)))

    def history_back(
        self, dossier: int, kind: str = "", thing: str = "", *, before: int | None = None, limit: int
    ) -> tuple[Entry, ...]:
        """Return versions of a thing, of a kind or of everything in a dossier, the latest first.

        Args:
            dossier: id. kind, thing: only of these, "" for all.
            before: id of the last one of the page before, None for the first page. limit: how many at most.
        """
        found = select(EntryRow).where(EntryRow.dossier == dossier).order_by(EntryRow.id.desc()).limit(limit)
        for column, wanted in ((EntryRow.kind, kind), (EntryRow.thing, thing)):
            if wanted:
                found = found.where(column == wanted)
        if before is not None:
            found = found.where(EntryRow.id < before)
        with self._database.read() as session:
            return tuple(map(_entry, session.scalars(found)))

    def last_entry(self, dossier: int) -> int:
        """Return the id of what was entered last in a dossier."""
        with self._database.read() as session:
            return _last_entry(session, dossier)

    @property
    def marks(self) -> "Marks":
        """Codings, identifiers and notices."""
        return Marks(self._database)


class Writing:
    """Enters things in one dossier, within one transaction."""

    def __init__(self, session: Session, dossier: int, author: Author) -> None:
        self.session = session
        self.dossier = dossier
        self.author = author

    def enter(self, new: NewEntry) -> Entry:
        """Enter a version.

        Raises:
            ConflictError: somebody else was faster; it says who, and when.
        """
        if new.thing is None:
            return self._enter_next(new)
        now = self.now(new.kind, new.thing)
        row = self._row(new, new.thing)
        # Who comes later finds it here; of two who come at once, the table's key lets one in.
        if new.before != (now.version if now else 0) or not self._insert(row):
            raise self._conflict(new.kind, new.thing)
        return _entry(row)

    def enter_once(self, new: NewEntry) -> Entry | None:
        """Enter the first version of a thing, or return None where there is one already."""
        row = self._row(new, str(new.thing))
        return _entry(row) if self._insert(row) else None

    def now(self, kind: str, thing: str) -> Entry | None:
        """Return the latest version of a thing, None where there is none."""
        row = self.session.scalar(_newest(self.dossier, kind, thing))
        return _entry(row) if row else None

    def stands(self, identifier: StoredIdentifier) -> bool:
        """Say whether what has an identifier, in this or another dossier, is still there."""
        kind, _, thing = identifier.source.partition(" ")
        row = self.session.scalar(_newest(identifier.dossier, kind, thing))
        return row is not None and row.stands

    def last_entry(self) -> int:
        """Return the id of what was entered last."""
        return _last_entry(self.session, self.dossier)

    def members(self) -> tuple[Entry, ...]:
        """Return who is a member."""
        own, later = aliased(EntryRow), aliased(EntryRow)
        found = select(own).where(own.dossier == self.dossier, own.kind == MEMBER, own.stands)
        found = found.where(~exists().where(_same(later, own), later.version == own.version + 1)).order_by(own.id)
        return tuple(map(_entry, self.session.scalars(found)))

    def history(self) -> tuple[Entry, ...]:
        """Return all versions of everything, in the order in which they were entered."""
        found = select(EntryRow).where(EntryRow.dossier == self.dossier).order_by(EntryRow.id)
        return tuple(map(_entry, self.session.scalars(found)))

    def number(self, new: NewNumber) -> str:
        """Give the dossier a further number, the next of its series: by the earlier ones it is still found."""
        return _next_number(self.session, new, lambda row: self._insert(_number_row(row, self.dossier)))

    def suspect(self, decision: Decision, announce: Announce) -> Decision:
        """Keep a suspicion of privilege in the same transaction."""
        return keep_decision(self.session, decision, announce)

    def expect_open(self) -> None:
        """Check that the dossier is open.

        Raises:
            ConflictError: it is closed; it says by whom, and why.
        """
        found = self.now(STANDING, IS_OPEN)
        if found is not None and not found.stands:
            raise ConflictError(
                f"The dossier was closed by {found.user} at {_iso(found.at)}: {found.body['why']}",
                hint="What is to be entered in it needs it to be reopened first.",
            )

    def _enter_next(self, new: NewEntry) -> Entry:
        own = select(func.count()).where(
            EntryRow.dossier == self.dossier,
            EntryRow.kind == new.kind,
            EntryRow.version == 1,
            EntryRow.thing.startswith(new.prefix, autoescape=True),
        )
        number = 0
        while True:
            number = max(number + 1, (self.session.scalar(own) or 0) + 1)
            row = self._row(new, f"{new.prefix}{number}")
            if self._insert(row):
                return _entry(row)

    def _row(self, new: NewEntry, thing: str) -> EntryRow:
        return EntryRow(
            dossier=self.dossier,
            kind=new.kind,
            thing=thing,
            version=new.before + 1,
            stands=new.stands,
            record=new.record,
            body=json.dumps(new.body, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            authority=self.author.authority,
            user=self.author.user,
            at=self.author.at,
        )

    def _insert(self, row: EntryRow | NumberRow) -> bool:
        return _inserted(self.session, row)

    def _conflict(self, kind: str, thing: str) -> ConflictError:
        found = self.now(kind, thing)
        if found is None:
            return ConflictError("That was never entered.", hint="Look at it again.")
        return ConflictError(
            f"That was changed by {found.user} at {_iso(found.at)}, and nothing of it is lost: yours was not entered.",
            hint="Look at it again, then change it.",
        )


def _inserted(session: Session, row: EntryRow | DossierRow | NumberRow, *beside: Callable[[], NumberRow]) -> bool:
    """Insert a row and those beside it, unless there is one in the place of any; what else is in the transaction stays."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
            session.add_all([made() for made in beside])
            session.flush()
    except IntegrityError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A number, and its place in its series."""

    number: str
    series: str
    sequence: int
    district: str


def _next_number(session: Session, new: NewNumber, insert: Callable[[_Numbered], bool]) -> str:
    """Insert the next number of a series, and return it: the table itself keeps two dossiers from having one."""
    latest = select(func.max(NumberRow.sequence)).where(NumberRow.series == new.series)
    count = 0
    while True:
        count = max(count, session.scalar(latest) or 0) + 1
        made = _Numbered(new.number(count), new.series, count, new.district)
        if insert(made):
            return made.number


def _number_row(numbered: _Numbered, dossier: int) -> NumberRow:
    return NumberRow(dossier=dossier, **asdict(numbered))


def _opened(session: Session, new: NewDossier, author: Author) -> DossierRow:
    """Insert a dossier under the next number of its series."""
    made: list[DossierRow] = []

    def insert(numbered: _Numbered) -> bool:
        row = DossierRow(
            reference=secrets.token_hex(REFERENCE_BYTES),
            record=new.record,
            authority=author.authority,
            user=author.user,
            at=author.at,
            **asdict(numbered),
        )
        made.append(row)
        return _inserted(session, row, lambda: _number_row(numbered, row.id))

    _next_number(session, new, insert)
    return made[-1]


def _named(name: str) -> Select[DossierRow]:
    numbered = exists().where(NumberRow.dossier == DossierRow.id, NumberRow.number == name)
    return select(DossierRow).where(or_(numbered, DossierRow.reference == name))


def _known(knowing: Knowing) -> ColumnElement[bool]:
    if knowing.everything:
        return DossierRow.id.is_not(None)
    own, later = aliased(EntryRow), aliased(EntryRow)
    member = exists().where(
        own.dossier == DossierRow.id,
        own.kind == MEMBER,
        own.thing == knowing.user,
        own.stands,
        ~exists().where(_same(later, own), later.version == own.version + 1),
    )
    return or_(member, DossierRow.authority == knowing.authority) if knowing.authority else member


def _same(one: type[EntryRow], other: type[EntryRow]) -> ColumnElement[bool]:
    return and_(one.dossier == other.dossier, one.kind == other.kind, one.thing == other.thing)


def _last_entry(session: Session, dossier: int) -> int:
    return session.scalar(select(func.max(EntryRow.id)).where(EntryRow.dossier == dossier)) or 0


def _newest(dossier: int, kind: str, thing: str) -> Select[EntryRow]:
    own = select(EntryRow).where(EntryRow.dossier == dossier, EntryRow.kind == kind, EntryRow.thing == thing)
    return own.order_by(EntryRow.version.desc()).limit(1)


_OF_DOSSIER: Final = ("id", "reference", "record", "authority", "user", "at")
_OF_ENTRY: Final = ("id", "dossier", "kind", "thing", "version", "stands", "record", "authority", "user", "at")


def _stored(session: Session, rows: Sequence[DossierRow]) -> tuple[StoredDossier, ...]:
    """Return heads with their numbers, in the order of the rows."""
    numbers: dict[int, list[NumberRow]] = {row.id: [] for row in rows}
    found = select(NumberRow).where(NumberRow.dossier.in_([*numbers])).order_by(NumberRow.id)
    for row in session.scalars(found):
        numbers[row.dossier].append(row)
    return tuple(
        StoredDossier(
            number=numbers[row.id][-1].number,
            district=numbers[row.id][-1].district,
            former=tuple(each.number for each in numbers[row.id][:-1]),
            **{name: getattr(row, name) for name in _OF_DOSSIER},
        )
        for row in rows
    )


def _entry(row: EntryRow) -> Entry:
    return Entry(body=json.loads(row.body), **{name: getattr(row, name) for name in _OF_ENTRY})


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
