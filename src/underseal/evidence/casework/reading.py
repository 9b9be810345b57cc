"""What each user leaves behind: where they stopped reading, when they were last here, searches they keep."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from underseal.errors import NotFoundError
from underseal.evidence.casework import words
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import Base, PositionRow, SearchRow, VisitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One stay of a user.

    Attributes:
        at: when it was last known to go on, ms since 1970.
        release: number of the latest release then, None when there was none.
    """

    at: int
    release: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a user stopped reading a conversation.

    Attributes:
        conversation: its identifier. number: of the record. at: when, ms since 1970.
    """

    conversation: str
    number: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search that a user keeps.

    Attributes:
        name: what they call it. query: in the query language. saved: when, ms since 1970.
    """

    name: str
    query: str
    saved: int


class Reading:
    """Positions, visits and saved searches; each belongs to the user who left it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def position(self, user: str, conversation: str) -> int | None:
        """Return the number of the record at which a user stopped, or None."""
        with self._database.read() as session:
            row = session.get(PositionRow, (user, conversation))
            return row.number if row else None

    def positions(self, user: str) -> tuple[Position, ...]:
        """Return where a user stopped in every conversation that they began, the latest first."""
        latest = (PositionRow.at.desc(), PositionRow.conversation)
        own = select(PositionRow).where(PositionRow.user == user).order_by(*latest)
        with self._database.read() as session:
            found = session.scalars(own)
            return tuple(Position(conversation=row.conversation, number=row.number, at=row.at) for row in found)

    def stop_at(self, user: str, conversation: str, number: int, *, at: int) -> None:
        """Remember where a user stopped.

        Args:
            user: who.
            conversation: in which.
            number: of the record.
            at: now, ms since 1970.
        """
        with self._database.write() as session:
            _put(session, PositionRow, {"user": user, "conversation": conversation}, {"number": number, "at": at})

    def visit(self, user: str, release: int | None, *, at: int, pause: int) -> Visit | None:
        """Note that a user is here, and return their visit before this one.

        Args:
            user: who.
            release: number of the latest release.
            at: now, ms since 1970.
            pause: after how many ms without a sign of the user a new visit begins.
        """
        with self._database.write() as session:
            row = session.get(VisitRow, user, with_for_update=True)
            if row is None:
                _put(session, VisitRow, {"user": user}, {"at": at, "release": release})
                return None
            if at - row.at >= pause:
                row.before_at, row.before_release = row.at, row.release
            row.at, row.release = at, release
            return None if row.before_at is None else Visit(at=row.before_at, release=row.before_release)

    def save_search(self, user: str, name: str, query: str, *, at: int) -> SavedSearch:
        """Keep a search, in place of one of the same name.

        Raises:
            CallerError: the name is empty, too long or not printable.
        """
        name = words.line(name, "name of the search")
        with self._database.write() as session:
            _put(session, SearchRow, {"user": user, "name": name}, {"query": query, "saved": at})
        return SavedSearch(name=name, query=query, saved=at)

    def saved_searches(self, user: str) -> tuple[SavedSearch, ...]:
        """Return the searches that a user keeps, by name."""
        own = select(SearchRow).where(SearchRow.user == user).order_by(SearchRow.name)
        with self._database.read() as session:
            return tuple(SavedSearch(name=row.name, query=row.query, saved=row.saved) for row in session.scalars(own))

    def forget_search(self, user: str, name: str) -> None:
        """Drop a saved search.

        Raises:
            NotFoundError: the user keeps none of that name.
        """
        drop = delete(SearchRow).where(SearchRow.user == user, SearchRow.name == name).returning(SearchRow.name)
        with self._database.write() as session:
            if session.scalar(drop) is None:
                raise NotFoundError(f"There is no saved search {name!r}.")


def _put(session: Session, table: type[Base], key: dict[str, str], values: dict[str, int | str | None]) -> None:
    """Insert a row, or replace the one with its key, also while another process does the same."""
    make = postgresql.insert if session.connection().dialect.name == "postgresql" else sqlite.insert
    session.execute(make(table).values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values))
