"""What a destruction would destroy: the rows of a decision, and with them attachments and keys that nothing else needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from underseal.core.verify.destruction import MAX_RECORDS
from underseal.errors import CallerError, ConflictError, RefusedError
from underseal.evidence.authority import Access, Quarantine, quarantine_of, scope_mask
from underseal.evidence.casework import Decision, Subject, SubjectKind
from underseal.evidence.decrypt import Closed, Keyring
from underseal.evidence.store import Release
from underseal.evidence.store.destroy import Doomed, attachments_of, closed_by, exhibits_of
from underseal.evidence.store.inside import scoped_by
from underseal.evidence.store.withheld import marks_of

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a destruction would destroy, and what it cannot.

    Attributes:
        decision: that confirmed the privilege. records: how many would lose their content.
        attachments: how many attachments are "removed" and "kept", since another message has them, too.
        keys: how many room keys are "removed", "shortened" to later messages, and "replaced" by keys of single messages beside
            these, so that none of what goes can be opened.
        exhibits: numbers of the exhibits whose originals hold it; they lie outside the workspace and are not touched.
    """

    decision: Decision
    records: int
    attachments: Mapping[str, int]
    keys: Mapping[str, int]
    exhibits: Sequence[str]

    @property
    def words(self) -> str:
        """What has to be said to have it done."""
        return (
            f"destroy {self.records} {'record' if self.records == 1 else 'records'} of decision {self.decision.number}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A preview, and what is needed to do it.

    Attributes:
        preview: what it is for a person. release: the latest, which holds the rows. doomed: the rows, by segment.
        attachments: hex SHA-256 of those that go. sessions: by their id, what is destroyed of them.
    """

    preview: Preview
    release: Release
    doomed: Sequence[Doomed]
    attachments: Sequence[str]
    sessions: Mapping[str, Closed]


def plan(house: "Investigation", decision: Decision, access: Access) -> Plan:
    """Plan the destruction of all that a decision speaks of.

    Raises:
        ConflictError: nothing is left to destroy. CallerError: it is too much at once.
        RefusedError: some of it lies outside the authority's scope.
    """
    release = house.releases.latest()
    doomed = [] if release is None else _doomed(house, decision.subject, release)
    records = sum(each.count for each in doomed)
    if release is None or not records:
        raise ConflictError(f"Nothing is left to destroy under decision {decision.number}.")
    if records > MAX_RECORDS:
        raise CallerError(
            f"{records:,} records would go, and {MAX_RECORDS:,} at once are the most.",
            hint="Confirm the privilege of the account in shorter periods, and destroy one after the other.",
        )
    _expect_inside(doomed, access)
    removed, kept = attachments_of(release, house.pool, doomed)
    sessions = closed_by(release, house.pool, doomed)
    closing = Keyring(house.workspace.keyring).closing(sessions)
    preview = Preview(
        decision=decision,
        records=records,
        attachments={"removed": len(removed), "kept": len(kept)},
        keys={"removed": closing.removed, "shortened": closing.shortened, "replaced": closing.replaced},
        exhibits=sorted(exhibits_of(doomed) | closing.exhibits),
    )
    return Plan(preview=preview, release=release, doomed=doomed, attachments=sorted(removed), sessions=sessions)


def _doomed(house: "Investigation", subject: Subject, release: Release) -> list[Doomed]:
    segments = [house.pool.get(entry) for entry in release.segments]
    held = _only(subject, quarantine_of(house.casework.privilege.decisions()))
    rows = zip(segments, marks_of(held, segments), strict=True)
    found = [Doomed(segment=segment, rows=marks & ~segment.destroyed_rows) for segment, marks in rows]
    return [each for each in found if each.count]


def _expect_inside(doomed: Sequence[Doomed], access: Access) -> None:
    outside = 0
    for each in doomed if (columns := scoped_by(access.scope)) else ():
        rows = each.segment.read(np.flatnonzero(each.rows), columns)
        outside += each.count - int(pc.sum(scope_mask(rows, access.scope)).as_py() or 0)
    if outside:
        raise RefusedError(
            f"{outside:,} of the records lie outside the scope of the authority {access.authority}.",
            hint="What a decision speaks of is destroyed as a whole: act under an authority that reaches all of it.",
        )


def _only(subject: Subject, quarantine: Quarantine) -> Quarantine:
    """Return of a quarantine what one decision withholds; messages that were given back by themselves stay given back."""
    match subject.kind:
        case SubjectKind.ACCOUNT:
            own = [
                held
                for held in quarantine.accounts
                if (held.account, held.start, held.end) == (subject.account, subject.start, subject.end)
            ]
            return Quarantine.of(accounts=own, released=quarantine.released)
        case SubjectKind.CONVERSATION:
            rooms = [held for held in quarantine.conversations if held.conversation == subject.conversation]
            return Quarantine.of(conversations=rooms, released=quarantine.released)
        case SubjectKind.MESSAGE:
            place = (subject.event, subject.conversation, subject.sender, subject.time)
            messages = [
                held for held in quarantine.messages if (held.event, held.conversation, held.sender, held.time) == place
            ]
            return Quarantine.of(messages=messages)
