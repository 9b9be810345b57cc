"""Attempts to log in, counted per name: one count for all processes, so that whoever starts anew does not begin anew."""

from typing import Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from underseal.core.web.attempts import bucket, wait_after
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import AttemptRow

_LOCK: Final = 0x6C6F67696E
"""Key of the PostgreSQL advisory lock under which attempts are counted one after the other: "login"."""


class Attempts:
    """The attempts of late at all names, whether or not there are such users."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wait(self, name: str, *, at: int, times: int, per: int) -> int:
        """Let an attempt pass, or say how long it must wait.

        Args:
            name: as typed. at: now, ms since 1970.
            times: how many may pass in any `per` milliseconds.

        Returns:
            0 when it passed, which is counted; else milliseconds until it may.
        """
        place = bucket(name)
        with self._database.write() as session:
            _take_turns(session)
            session.execute(delete(AttemptRow).where(AttemptRow.at <= at - per))
            own = session.scalars(select(AttemptRow.at).where(AttemptRow.name == place).order_by(AttemptRow.at)).all()
            wait = wait_after(own, at=at, times=times, per=per)
            if wait == 0:
                session.add(AttemptRow(name=place, at=at))
            return wait

    def forget(self, name: str) -> None:
        """Let a name begin anew."""
        with self._database.write() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.name == bucket(name)))

    def count(self) -> int:
        """Return how many are remembered."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(AttemptRow)) or 0


def _take_turns(session: Session) -> None:
    """Keep others from counting until the transaction ends; on SQLite its start has done so."""
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
