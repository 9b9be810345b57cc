"""Chains of custody: who held an exhibit, when, and what they did. Lines are only ever added."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from underseal.evidence.casework import words
from underseal.evidence.casework.models import CustodyRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One line.

    Attributes:
        at: when, ms since 1970. user: who.
        act: one word: "received", "registered", "read", "moved", "returned", ...
        note: what else a reader should know, may be empty.
    """

    at: int
    user: str
    act: str
    note: str = ""


def add_entry(session: Session, exhibit: str, entry: CustodyEntry) -> None:
    """Add a line inside a transaction.

    Raises:
        CallerError: a text is empty or unusable.
    """
    session.add(
        CustodyRow(
            exhibit=exhibit,
            at=entry.at,
            user=words.line(entry.user, "name in the chain of custody"),
            act=words.line(entry.act, "act in the chain of custody"),
            note=words.note(entry.note, "note in the chain of custody"),
        )
    )
    session.flush()  # now, and not sorted among others at the end: the order of the lines is part of the record


def entries(session: Session, exhibit: str) -> tuple[CustodyEntry, ...]:
    """Return the lines of one exhibit in the order in which they were written."""
    rows = session.scalars(select(CustodyRow).where(CustodyRow.exhibit == exhibit).order_by(CustodyRow.id))
    return tuple(CustodyEntry(at=row.at, user=row.user, act=row.act, note=row.note) for row in rows)
