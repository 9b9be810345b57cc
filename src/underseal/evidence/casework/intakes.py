"""Attempts to read an exhibit: one line per attempt, with where it stands and how it ended."""

from dataclasses import dataclass, fields
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from underseal.errors import ConflictError, NotFoundError
from underseal.evidence.casework.database import Database, taken
from underseal.evidence.casework.models import ExhibitRow, IntakeRow


class IntakeState(StrEnum):
    """What has become of an attempt."""

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an attempt stands, counted from the start of the exhibit.

    Attributes:
        cursor: of the last batch that is safe on disk, "" before the first.
        read, failed: units that gave a record, and that did not.
        total: units by an independent count, None where there is none (yet).
        bytes_read: bytes of the exhibit consumed.
    """

    cursor: str = ""
    read: int = 0
    failed: int = 0
    total: int | None = None
    bytes_read: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One attempt. All times in ms since 1970.

    Attributes:
        id: its number in the workspace. exhibit: what is read. user: by whom.
        state: what has become of it. started, updated, ended: None while it runs.
        progress: where it stands. reason: why it failed, else "".
    """

    id: int
    exhibit: str
    user: str
    state: IntakeState
    started: int
    updated: int
    ended: int | None
    progress: Progress
    reason: str


class Intakes:
    """The attempts of a workspace. Whoever begins one holds `Workspace.writing`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, exhibit: str, *, user: str, at: int) -> Intake:
        """Begin an attempt where the last one stopped.

        An attempt that still counts as running died with its process, since its process held the place for a writer
        that the caller holds now: it becomes `interrupted`.

        Raises:
            NotFoundError: there is no such exhibit.
            ConflictError: the exhibit has been read to its end, or another process begins at this moment.
        """
        with self._database.write() as session:
            if session.get(ExhibitRow, exhibit, with_for_update=True) is None:
                raise NotFoundError(f"There is no exhibit {exhibit}.")
            last = _last(session, exhibit)
            if last is not None and last.state == IntakeState.FINISHED.value:
                raise ConflictError(f"The exhibit {exhibit} has been read to its end.")
            if last is not None and last.state == IntakeState.RUNNING.value:
                last.state, last.ended = IntakeState.INTERRUPTED.value, at
                session.flush()
            row = _new_row(exhibit, user, at, _progress(last) if last else Progress())
            session.add(row)
            with taken(f"The exhibit {exhibit} is being read by another process."):
                session.flush()
            return _intake(row)

    def advance(self, id: int, progress: Progress, *, at: int) -> None:  # noqa: A002  # the attribute's own name
        """Note where a running attempt stands.

        Raises:
            ConflictError: it does not run any more; somebody else took over.
        """
        self._change(id, state=IntakeState.RUNNING, progress=progress, at=at, reason="")

    def end(self, id: int, state: IntakeState, progress: Progress, *, at: int, reason: str = "") -> None:  # noqa: A002
        """Note how a running attempt ended.

        Args:
            id: of the attempt.
            state: interrupted, failed or finished.
            progress: where it stands.
            at: now, ms since 1970.
            reason: why it failed: a sentence for a person, without message text.

        Raises:
            ConflictError: it does not run any more; somebody else took over.
        """
        self._change(id, state=state, progress=progress, at=at, reason=reason)

    def last(self, exhibit: str) -> Intake | None:
        """Return the latest attempt on an exhibit, or None."""
        with self._database.read() as session:
            row = _last(session, exhibit)
            return _intake(row) if row else None

    def list(self) -> tuple[Intake, ...]:
        """Return all attempts, latest first."""
        with self._database.read() as session:
            return tuple(_intake(row) for row in session.scalars(select(IntakeRow).order_by(IntakeRow.id.desc())))

    def _change(self, number: int, *, state: IntakeState, progress: Progress, at: int, reason: str) -> None:
        change = (
            update(IntakeRow)
            .where(IntakeRow.id == number, IntakeRow.state == IntakeState.RUNNING.value)
            .values(
                {name: getattr(progress, name) for name in _PROGRESS}
                | {"state": state.value, "updated": at, "reason": reason}
                | {"ended": None if state is IntakeState.RUNNING else at}
            )
            .returning(IntakeRow.id)
        )
        with self._database.write() as session:
            if session.scalar(change) is None:
                raise ConflictError("This intake does not run any more: another process has taken over.")


_PROGRESS = tuple(field.name for field in fields(Progress))


def _last(session: Session, exhibit: str) -> IntakeRow | None:
    return session.scalar(select(IntakeRow).where(IntakeRow.exhibit == exhibit).order_by(IntakeRow.id.desc()).limit(1))


def _new_row(exhibit: str, user: str, at: int, progress: Progress) -> IntakeRow:
    return IntakeRow(
        exhibit=exhibit,
        user=user,
        state=IntakeState.RUNNING.value,
        started=at,
        updated=at,
        reason="",
        **{name: getattr(progress, name) for name in _PROGRESS},
    )


def _progress(row: IntakeRow) -> Progress:
    return Progress(**{name: getattr(row, name) for name in _PROGRESS})


def _intake(row: IntakeRow) -> Intake:
    return Intake(
        id=row.id,
        exhibit=row.exhibit,
        user=row.user,
        state=IntakeState(row.state),
        started=row.started,
        updated=row.updated,
        ended=row.ended,
        progress=_progress(row),
        reason=row.reason,
    )
