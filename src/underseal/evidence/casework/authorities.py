"""Where authorities are kept. What they allow, and whether they hold, is the business of evidence.authority."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from underseal.errors import ConflictError, NotFoundError
from underseal.evidence.casework.database import Database, taken
from underseal.evidence.casework.models import AuthorityRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAuthority:
    """A legal power as it is kept. All times in ms since 1970.

    Attributes:
        number: its number in the file of the court. magistrate: who granted it.
        legal_basis: article and law. type: what sort of order it is.
        scope: canonical JSON in the words of evidence.authority.
        valid_from: first moment at which it holds. valid_to: first at which it no longer does.
        note: what else a reader should know.
        added, added_by: when and by whom it was entered here.
        withdrawn, withdrawn_by, withdrawn_why: None until it is withdrawn.
    """

    number: str
    magistrate: str
    legal_basis: str
    type: str
    scope: str
    valid_from: int
    valid_to: int
    note: str
    added: int
    added_by: str
    withdrawn: int | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None


class Authorities:
    """The authorities of a workspace. They are added and withdrawn, never changed; announced as by `Users`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, authority: StoredAuthority, *, announce: Callable[[], None] = lambda: None) -> None:
        """Keep a new authority; `announce` is called before it is done.

        Raises:
            ConflictError: there is one of that number.
        """
        row = AuthorityRow(**{name: getattr(authority, name) for name in _FIELDS})
        with self._database.write() as session:
            session.add(row)
            with taken(f"There is an authority {authority.number} already."):
                session.flush()
            announce()

    def find(self, number: str) -> StoredAuthority | None:
        """Return the authority of that number, or None."""
        with self._database.read() as session:
            return find_authority(session, number)

    def list(self) -> tuple[StoredAuthority, ...]:
        """Return all authorities, in the order in which they begin."""
        order = select(AuthorityRow).order_by(AuthorityRow.valid_from, AuthorityRow.number)
        with self._database.read() as session:
            return tuple(_stored(row) for row in session.scalars(order))

    def withdraw(
        self, number: str, *, by: str, why: str, at: int, announce: Callable[[], None] = lambda: None
    ) -> StoredAuthority:
        """Mark an authority as withdrawn from now on; `announce` is called before it is done.

        Raises:
            NotFoundError: there is none of that number. ConflictError: it is withdrawn already.
        """
        mark = (
            update(AuthorityRow)
            .where(AuthorityRow.number == number, AuthorityRow.withdrawn.is_(None))
            .values(withdrawn=at, withdrawn_by=by, withdrawn_why=why)
            .returning(AuthorityRow)
        )
        with self._database.write() as session:
            row = session.scalar(mark)
            if row is None:
                if session.get(AuthorityRow, number) is None:
                    raise NotFoundError(
                        f"There is no authority {number}.", hint="See them all with: underseal authority list"
                    )
                raise ConflictError(f"The authority {number} is withdrawn already.")
            announce()
            return _stored(row)


def find_authority(session: Session, number: str) -> StoredAuthority | None:
    """Return the authority of that number, or None, inside a transaction."""
    row = session.get(AuthorityRow, number)
    return _stored(row) if row else None


_FIELDS = tuple(field.name for field in fields(StoredAuthority))


def _stored(row: AuthorityRow) -> StoredAuthority:
    return StoredAuthority(**{name: getattr(row, name) for name in _FIELDS})
