"""Terms under which exhibits are held: what their sender said, what it allowed since, and that it recalled them.

A term has versions, as the things of a dossier have; they are only ever added. What they mean is the business of
evidence.dossier.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from underseal.evidence.casework.database import Database, taken
from underseal.evidence.casework.exclusions import StoredExclusion, enter_exclusion
from underseal.evidence.casework.models import TermRow

COVER, CONSENT, RECALL = "cover", "consent", "recall"
"""The kinds: what the sender said when it sent the exhibit, what it allowed since, and that it wants it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTerm:
    """A version of a term.

    Attributes:
        exhibit: its number. kind, thing: of what. version: from 1. body: what it says, as JSON has it.
        authority, user, at: under which, by whom and when (ms since 1970) it was entered.
    """

    exhibit: str
    kind: str
    thing: str = ""
    version: int = 1
    body: Mapping[str, Any]
    authority: str
    user: str
    at: int


class Terms:
    """The terms of the exhibits of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self) -> tuple[StoredTerm, ...]:
        """Return the latest version of each term, in the order in which they were entered."""
        later = aliased(TermRow)
        same = and_(later.exhibit == TermRow.exhibit, later.kind == TermRow.kind, later.thing == TermRow.thing)
        found = select(TermRow).where(~exists().where(same, later.version == TermRow.version + 1)).order_by(TermRow.id)
        with self._database.read() as session:
            return tuple(map(_term, session.scalars(found)))

    def enter(
        self,
        terms: Sequence[StoredTerm],
        *,
        announce: Callable[[], None],
        told: str,
        exclusions: Sequence[StoredExclusion] = (),
    ) -> None:
        """Keep versions of terms, and what they exclude: all, or nothing; `announce` is called before it is done.

        Args:
            terms: the versions. announce: writes the entry of the audit. told: what the error says where one is there already.
            exclusions: to be entered with them, those that hold already apart.

        Raises:
            ConflictError: there is one of the versions already.
        """
        with self._database.write() as session:
            for new in terms:
                add_term(session, new, told=told)
            for each in exclusions:
                enter_exclusion(session, each, again=True)
            announce()


def add_term(session: Session, new: StoredTerm, *, told: str) -> None:
    """Keep a version of a term inside a transaction; raises as `Terms.enter`."""
    body = json.dumps(new.body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    session.add(TermRow(body=body, **{name: getattr(new, name) for name in _FIELDS}))
    with taken(told):
        session.flush()


_FIELDS: Final = ("exhibit", "kind", "thing", "version", "authority", "user", "at")


def _term(row: TermRow) -> StoredTerm:
    return StoredTerm(body=json.loads(row.body), **{name: getattr(row, name) for name in _FIELDS})
