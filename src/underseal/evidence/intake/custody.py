"""Intake's dealings with the case work: the register of exhibits, their chains of custody, the attempts to read them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from underseal.errors import ConflictError, NotFoundError, UndersealError
from underseal.evidence.casework import (
    Arrival,
    CaseWork,
    CustodyEntry,
    Exhibit,
    ExhibitState,
    Intake,
    IntakeState,
    NewExhibit,
    Progress,
)
from underseal.evidence.intake.checkpoint import Checkpoint
from underseal.evidence.intake.manifest import Manifest

_NOTE_LENGTH = 5_000
"""Characters of a reader's notes that go into the chain of custody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """The case work, as one intake sees it.

    Attributes:
        casework: where it is kept. user: who acts. clock: tells the time, ms since 1970.
    """

    casework: CaseWork
    user: str
    clock: Callable[[], int]

    def find(self, number: str) -> Exhibit | None:
        """Return an exhibit, or None for a new number."""
        try:
            return self.casework.exhibits.get(number)
        except NotFoundError:
            return None

    def earlier(self, number: str) -> tuple[Exhibit, str]:
        """Return an exhibit that is to be continued, and its last cursor.

        Raises:
            NotFoundError: there is none of that number.
            ConflictError: it has not been read to its end.
        """
        exhibit = self.casework.exhibits.get(number)
        last = self.casework.intakes.last(number)
        if not is_finished(exhibit) or last is None:
            raise ConflictError(f"The exhibit {number} has not been read to its end, and cannot be continued yet.")
        return exhibit, last.progress.cursor

    def register(
        self,
        arrival: Arrival,
        manifest: Manifest,
        *,
        authority: str,
        reader: str,
        cover: Mapping[str, Any] | None = None,
    ) -> Exhibit:
        """Enter a new exhibit with all its files, and the terms of its sender.

        Raises:
            ConflictError: the number is taken, or the same files are in the house under another one.
            NotFoundError, CallerError: what is said of it cannot be entered.
        """
        now = self.clock()
        new = NewExhibit(
            number=arrival.number,
            title=arrival.title,
            custodian=arrival.custodian,
            condition=arrival.condition,
            received_from=arrival.received_from,
            received_by=arrival.received_by,
            received_at=now if arrival.received_at is None else arrival.received_at,
            authority=authority,
            increment_of=arrival.increment_of,
            reader=reader,
            path=str(manifest.root),
        )
        return self.casework.exhibits.register(new, manifest.listed(), user=self.user, at=now, cover=cover)

    def begin(self, number: str) -> Intake:
        """Note that an attempt to read an exhibit begins."""
        intake = self.casework.intakes.begin(number, user=self.user, at=self.clock())
        self.casework.exhibits.set_state(number, ExhibitState.READING)
        return intake

    def advance(self, intake: Intake, checkpoint: Checkpoint) -> None:
        """Note how far an attempt has come."""
        self.casework.intakes.advance(intake.id, _progress(checkpoint), at=self.clock())

    def finish(self, intake: Intake, checkpoint: Checkpoint) -> None:
        """Note that an exhibit has been read to its end, with its counts."""
        number, exhibits = intake.exhibit, self.casework.exhibits
        exhibits.set_counts(
            number, read=checkpoint.read, failed=checkpoint.failed, total=checkpoint.total, keys=checkpoint.keys
        )
        exhibits.add_custody(
            number, CustodyEntry(at=self.clock(), user=self.user, act="read", note=_summary(checkpoint))
        )
        exhibits.set_state(number, ExhibitState.STAGED)
        self.casework.intakes.end(intake.id, IntakeState.FINISHED, _progress(checkpoint), at=self.clock())

    def stop(self, intake: Intake, checkpoint: Checkpoint, *, reason: str, spoilt: bool) -> None:
        """Note that an attempt ended before its time, as far as that can still be noted.

        Args:
            intake: the attempt. checkpoint: where it stands.
            reason: why; "" for a person who stopped it.
            spoilt: whether the exhibit itself is at fault.
        """
        state = IntakeState.FAILED if reason else IntakeState.INTERRUPTED
        with suppress(UndersealError):
            self.casework.intakes.end(intake.id, state, _progress(checkpoint), at=self.clock(), reason=reason)
            if spoilt:
                self.casework.exhibits.set_state(intake.exhibit, ExhibitState.FAILED)


def is_finished(exhibit: Exhibit) -> bool:
    """Say whether an exhibit has been read to its end."""
    return exhibit.state in (ExhibitState.STAGED, ExhibitState.RELEASED)


def _progress(checkpoint: Checkpoint) -> Progress:
    return Progress(
        cursor=checkpoint.cursor,
        read=checkpoint.read,
        failed=checkpoint.failed,
        total=checkpoint.total,
        bytes_read=checkpoint.bytes_read,
    )


def _summary(checkpoint: Checkpoint) -> str:
    counted = "no independent count" if checkpoint.total is None else f"of {checkpoint.total} counted independently"
    units = f"{checkpoint.read} read, {checkpoint.failed} failed, {checkpoint.keys} room keys"
    counts = f"reader {checkpoint.reader}: {units}"
    mapping = [f"mapping SHA-256 {checkpoint.mapping_sha256}"] if checkpoint.mapping_sha256 else []
    text = "\n".join([f"{counts}; {counted}", *mapping, *checkpoint.notes])[:_NOTE_LENGTH]
    return "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)
