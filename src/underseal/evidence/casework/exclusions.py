"""Where a judge's decisions on sources are kept. They are only ever added to; of each source the latest holds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from underseal.errors import ConflictError
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import ExclusionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExclusion:
    """A judge's decision on a source.

    Attributes:
        source, value: of which kind, and which one. excluded: False where it is admitted again.
        decision: number of the judge's decision. judge: who. why: in words.
        authority, user, at: under which, by whom and when (ms since 1970) it was entered.
        number: of the entry, from 1; 0 before it is kept.
    """

    source: str
    value: str
    excluded: bool
    decision: str
    judge: str
    why: str
    authority: str
    user: str
    at: int
    number: int = 0


class Exclusions:
    """The decisions on sources of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[StoredExclusion, ...]:
        """Return all decisions, in the order in which they were entered."""
        with self._database.read() as session:
            return tuple(map(_stored, session.scalars(select(ExclusionRow).order_by(ExclusionRow.id))))

    def enter(self, new: StoredExclusion, *, announce: Callable[[], None]) -> StoredExclusion:
        """Keep a decision; `announce` is called before it is done.

        Raises:
            ConflictError: it changes nothing: the source is excluded already, or is not.
        """
        with self._database.write() as session:
            kept = enter_exclusion(session, new)
            announce()
            return kept


def enter_exclusion(session: Session, new: StoredExclusion, *, again: bool = False) -> StoredExclusion:
    """Keep a decision inside a transaction.

    Args:
        session: of the transaction. new: the decision.
        again: whether a source that is excluded already is left as it is; it is an error otherwise.

    Raises:
        ConflictError: it changes nothing: the source is excluded already, or is not.
    """
    if session.connection().dialect.name == "postgresql":  # one at a time: there are a few in a year
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('exclusions', 0))"))
    own = select(func.max(ExclusionRow.id)).where(ExclusionRow.source == new.source, ExclusionRow.value == new.value)
    latest = session.get(ExclusionRow, session.scalar(own) or 0)
    held = latest is not None and latest.excluded
    if held and new.excluded and latest is not None:
        if again:
            return _stored(latest)
        raise ConflictError(f"That source is excluded already, by decision {latest.decision}.")
    if not held and not new.excluded:
        raise ConflictError("That source is not excluded.")
    row = ExclusionRow(**{name: getattr(new, name) for name in _FIELDS})
    session.add(row)
    session.flush()
    return _stored(row)


_FIELDS: Final = ("source", "value", "excluded", "decision", "judge", "why", "authority", "user", "at")


def _stored(row: ExclusionRow) -> StoredExclusion:
    return StoredExclusion(number=row.id, **{name: getattr(row, name) for name in _FIELDS})
