"""Destroying privileged material: what would go is shown first, and what goes leaves its digests and a signed document.

Everything is written aside; the entry in the audit, which names the document by its digest, is what makes it count. From then
on it is finished, now or after a crash, by whoever opens the workspace or releases next. Before it, nothing has happened.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow.compute as pc

from underseal.core.crypto import content_path
from underseal.core.folders import sync_folder
from underseal.core.ledger import sign_document, subset_path
from underseal.core.verify import Step
from underseal.core.verify.destruction import MAX_RECORDS, Destruction, Rewritten
from underseal.errors import (
    CallerError,
    ConflictError,
    EvidenceError,
    NotFoundError,
    RefusedError,
    UndersealError,
)
from underseal.evidence.audit import Act, Audit
from underseal.evidence.authority import Access, Quarantine, in_force, quarantine_of, scope_mask
from underseal.evidence.casework import Decision, ExhibitState, PrivilegeState, Subject, SubjectKind
from underseal.evidence.store import Document, Release, Tree, strays
from underseal.evidence.store.destroy import (
    Doomed,
    attachments_of,
    digests_of,
    exhibits_of,
    lists_of_hidden,
    rewrite,
    rewrite_hidden,
    sessions_of,
)
from underseal.evidence.store.destructions import DOCUMENT, UNFINISHED, numbered, read_file
from underseal.evidence.store.inside import scoped_by
from underseal.evidence.store.segment import write_synced
from underseal.evidence.store.withheld import marks_of

if TYPE_CHECKING:
    from underseal.evidence.decrypt import Keyring
    from underseal.evidence.investigation.investigation import Investigation

_ASIDE: Final = ".new-"
"""How the name of a destruction begins that does not count yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a destruction would destroy, and what it cannot.

    Attributes:
        decision: that confirmed the privilege. records: how many would lose their content.
        attachments: how many attachments are "removed" and "kept", since another message has them, too.
        keys: how many room keys are "removed", "shortened" and "kept", since they open other messages, too.
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
class _Plan:
    """A preview, and what is needed to do it."""

    preview: Preview
    release: Release
    doomed: Sequence[Doomed]
    attachments: Sequence[str]
    sessions: Mapping[str, int | None]


class Destroying:
    """The destruction of privileged material, in the hands of one user.

    It is the filter team's alone, under an authority whose scope holds all that would go, and of a privilege that is
    confirmed. Every act raises RefusedError where one of these is missing, and is in the audit before it is done.

    Args:
        investigation: of which workspace. audit: of that.
    """

    def __init__(self, investigation: "Investigation", audit: Audit) -> None:
        self._investigation = investigation
        self._audit = audit

    def preview(self, decision: int, *, authority: str, purpose: str = "") -> Preview:
        """Say what would be destroyed; nothing is.

        Args:
            decision: number of the decision that holds on something and confirms its privilege.
            authority: its number. purpose: why, in words.

        Raises:
            NotFoundError: there is no such decision. ConflictError: it does not hold, or does not confirm, or nothing is
                left to destroy. RefusedError: some of it lies outside the authority's scope.
        """
        gate = self._investigation.gate
        with gate.acting(authority, user=self._investigation.user, act=Act.QUARANTINE_LISTED, purpose=purpose) as (
            access,
            details,
        ):
            plan = self._plan(decision, access)
            details["count"] = plan.preview.records
        return plan.preview

    def destroy(self, decision: int, *, confirm: str, authority: str, purpose: str = "") -> Document:
        """Destroy the content of all that a decision speaks of, and of its copies, for good.

        Args:
            decision, authority, purpose: as for `preview`. confirm: the words of the preview.

        Returns:
            The signed document that tells of it; `receipt` gives its file.

        Raises:
            ConflictError: other words are due, or something else stands in the way: see `preview`; an intake waits to be
                released; another writer is at work. IntegrityError: the workspace is damaged. InternalError: the disk is
                full, or fails otherwise. In each case nothing was destroyed, unless the message says that it was.
        """
        from underseal.evidence.intake import machine_errors  # noqa: PLC0415  # takes long to load

        house = self._investigation
        with house.gate.changing(authority, user=house.user, act=Act.ERASED, purpose=purpose) as (access, tell):
            self._confirmed(decision)
            self._expect_readable()
            with house.workspace.writing("destruction"):
                with machine_errors("The destruction"):
                    self.settle()
                    self._expect_released()
                    plan = self._plan(decision, access)
                    if confirm.strip() != plan.preview.words:
                        raise ConflictError(
                            f"To have it done, confirm it in these words: {plan.preview.words}",
                            hint="See what would go first: --preview.",
                        )
                    with self._aside() as (aside, number):
                        document = self._write(plan, aside, number, access)
                        tell(_details(document))
                        self._publish(aside)
                with machine_errors(
                    f"Destruction {number} counts, and what it replaced is removed at the next call: it"
                ):
                    self._finish(number)
        return document

    def documents(self, *, authority: str, purpose: str = "") -> Sequence[Document]:
        """Return all destructions, in order.

        Raises:
            IntegrityError: a document was changed or is missing.
        """
        gate = self._investigation.gate
        with gate.acting(authority, user=self._investigation.user, act=Act.QUARANTINE_LISTED, purpose=purpose) as (
            _,
            details,
        ):
            found = self._investigation.destructions.all()
            details["count"] = len(found)
        return found

    def receipt(self, number: int, *, authority: str, purpose: str = "") -> bytes:
        """Return the signed document of a destruction, which `underseal verify` checks (docs/formats/destruction.md).

        Raises:
            NotFoundError: there is none of that number. IntegrityError: it was changed.
        """
        gate = self._investigation.gate
        with gate.acting(authority, user=self._investigation.user, act=Act.QUARANTINE_LISTED, purpose=purpose):
            return self._investigation.destructions.file(number)

    # --- after a crash -----------------------------------------------------------------------------------------------

    @property
    def unfinished(self) -> bool:
        """Whether a destruction was begun and not brought to its end."""
        folder = self._investigation.workspace.destructions
        return folder.is_dir() and (any(folder.glob(f"{_ASIDE}*")) or any(folder.glob(f"*/{UNFINISHED}")))

    def settle(self) -> None:
        """Finish what was entered in the audit before a crash, and clear away what was not. The caller holds the lock.

        Where the audit is sealed and its key not at hand, this waits for who has it.
        """
        if not self._audit.readable:
            return
        folder = self._investigation.workspace.destructions
        for aside in sorted(folder.glob(f"{_ASIDE}*")):
            with suppress(FileNotFoundError, EvidenceError):  # what was not written to its end was not entered
                if self._entered(read_file(aside / DOCUMENT, self._investigation.workspace.public_key).sha256):
                    self._publish(aside)
                    continue
            shutil.rmtree(aside)
        for published in numbered(folder):
            self._finish(int(published.name))

    def _entered(self, sha256: str) -> bool:
        return any(entry.details.get("sha256") == sha256 for entry in self._audit.entries(act=Act.ERASED, limit=1000))

    # --- how ---------------------------------------------------------------------------------------------------------

    @property
    def _keyring(self) -> "Keyring":
        from underseal.evidence.decrypt import Keyring  # noqa: PLC0415  # the ciphers take long to load

        return Keyring(self._investigation.workspace.keyring)

    def _confirmed(self, number: int) -> Decision:
        """Return a decision that holds and confirms.

        Raises:
            NotFoundError, ConflictError: see `preview`.
        """
        decisions = self._investigation.casework.privilege.decisions()
        found = next((each for each in decisions if each.number == number), None)
        if found is None:
            raise NotFoundError(f"There is no decision {number}.", hint="See them all with: underseal privilege list")
        latest = in_force(decisions)[found.subject]
        if latest.number != number:
            raise ConflictError(
                f"The decision {number} does not hold any more: decision {latest.number} came after it."
            )
        if found.state is not PrivilegeState.CONFIRMED:
            raise ConflictError(
                f"The privilege of decision {number} is {found.state}, not confirmed.",
                hint="The filter team confirms first: underseal privilege confirm, or verify for a declaration.",
            )
        return found

    def _expect_readable(self) -> None:
        """Check that the audit can be read: after a crash, it alone says whether a destruction counts."""
        if not self._audit.readable:
            raise ConflictError(
                "The audit of this workspace is sealed, and its key is not at hand: nothing can be destroyed.",
                hint="Open the workspace with the key of the audit.",
            )

    def _expect_released(self) -> None:
        """Expect that nothing lies about that is no part of a release, and may hold copies.

        Raises:
            ConflictError: something does.
        """
        house = self._investigation
        if strays(releases=house.releases, segments=house.workspace.segments):
            raise ConflictError(
                "A release was interrupted, and what it left may hold copies.",
                hint="Do it again first: underseal decrypt",
            )
        waiting = [exhibit.number for exhibit in house.casework.exhibits.list() if exhibit.state is ExhibitState.STAGED]
        if waiting:
            raise ConflictError(
                f"What was taken in of {', '.join(waiting)} is not released yet and may hold copies.",
                hint="Release it first: underseal decrypt",
            )

    def _plan(self, number: int, access: Access) -> _Plan:
        house, decision = self._investigation, self._confirmed(number)
        release = house.releases.latest()
        doomed = [] if release is None else self._doomed(decision.subject, release)
        records = sum(each.count for each in doomed)
        if release is None or not records:
            raise ConflictError(f"Nothing is left to destroy under decision {number}.")
        if records > MAX_RECORDS:
            raise CallerError(
                f"{records:,} records would go, and {MAX_RECORDS:,} at once are the most.",
                hint="Confirm the privilege of the account in shorter periods, and destroy one after the other.",
            )
        _expect_inside(doomed, access)
        removed, kept = attachments_of(release, house.pool, doomed)
        sessions = {session: (lowest, last) for session, lowest, last in sessions_of(release, house.pool, doomed)}
        closing = self._keyring.closing(sessions)
        preview = Preview(
            decision=decision,
            records=records,
            attachments={"removed": len(removed), "kept": len(kept)},
            keys={"removed": closing.removed, "shortened": closing.shortened, "kept": closing.kept},
            exhibits=sorted(exhibits_of(doomed) | closing.exhibits),
        )
        return _Plan(
            preview=preview,
            release=release,
            doomed=doomed,
            attachments=sorted(removed),
            sessions={session: lowest for session, (lowest, _) in sessions.items()},
        )

    def _doomed(self, subject: Subject, release: Release) -> list[Doomed]:
        segments = [self._investigation.pool.get(entry) for entry in release.segments]
        held = _only(subject, quarantine_of(self._investigation.casework.privilege.decisions()))
        rows = zip(segments, marks_of(held, segments), strict=True)
        found = [Doomed(segment=segment, rows=marks & ~segment.destroyed_rows) for segment, marks in rows]
        return [each for each in found if each.count]

    @contextmanager
    def _aside(self) -> Iterator[tuple[Path, int]]:
        """Give a folder for the next destruction and its number; removed when the block fails before it counts."""
        folder = self._investigation.workspace.destructions
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
        number = len(numbered(folder)) + 1
        aside = folder / f"{_ASIDE}{number:04d}"
        aside.mkdir(mode=0o700)
        try:
            yield aside, number
        except BaseException:
            if not (aside / DOCUMENT).exists() or not self._entered(_sha256(aside / DOCUMENT)):
                shutil.rmtree(aside, ignore_errors=True)
            raise

    def _write(self, plan: _Plan, aside: Path, number: int, access: Access) -> Document:
        """Write aside all that a destruction is; return its document, whose digests lead to the root of the release."""
        house, preview = self._investigation, plan.preview
        segments, hidden = self._rewrite(plan, aside, number)
        earlier = house.destructions.all()
        records = digests_of(plan.doomed)
        numbers = [record.number for record in records]
        path = subset_path(numbers, plan.release.size, Tree(plan.release, house.pool).subtree)
        destruction = Destruction(
            number=number,
            workspace=str(house.workspace.settings.id),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=earlier[-1].sha256 if earlier else "",
            decision=preview.decision.number,
            decision_sha256=preview.decision.sha256,
            authority=access.authority,
            user=house.user,
            release=plan.release.number,
            size=plan.release.size,
            root=plan.release.root,
            records=records,
            path=path,
            segments=segments,
            hidden=hidden,
            attachments=preview.attachments,
            keys=preview.keys,
            exhibits=preview.exhibits,
        )
        unfinished = {
            "segments": [each.segment for each in segments],
            "hidden": [f"{each.release:04d}/{each.segment}" for each in hidden],
            "media": plan.attachments,
            "sessions": plan.sessions,
        }
        write_synced(aside / UNFINISHED, orjson.dumps(unfinished))
        write_synced(aside / DOCUMENT, sign_document(destruction.to_payload(), house.workspace.signing_key).to_bytes())
        _sync_tree(aside)
        return read_file(aside / DOCUMENT, house.workspace.public_key)

    def _rewrite(self, plan: _Plan, aside: Path, number: int) -> tuple[list[Rewritten], list[Rewritten]]:
        segments: list[Rewritten] = []
        hidden: list[Rewritten] = []
        for doomed in plan.doomed:
            id_ = doomed.segment.entry.id
            segments.append(rewrite(doomed, destruction=number, folder=aside / "segments" / id_))
            for entry in lists_of_hidden(id_, self._investigation.releases):
                folder = aside / "hidden" / f"{entry.hidden_in:04d}" / id_
                hidden.append(rewrite_hidden(doomed, entry=entry, pool=self._investigation.pool, folder=folder))
        return segments, hidden

    def _publish(self, aside: Path) -> None:
        aside.rename(aside.with_name(aside.name.removeprefix(_ASIDE)))
        sync_folder(aside.parent)

    def _finish(self, number: int) -> None:
        """Remove what a destruction replaced; it can be repeated, and begins anew after a crash."""
        house, folder = self._investigation, self._investigation.destructions.path(number)
        try:
            left = orjson.loads((folder / UNFINISHED).read_bytes())
        except FileNotFoundError:
            return
        workspace = house.workspace
        self._keyring.close(left["sessions"])
        for sha256 in left["media"]:
            file = content_path(workspace.media, bytes.fromhex(sha256))
            file.unlink(missing_ok=True)
            with suppress(OSError):  # other files are in it, or it is gone already
                file.parent.rmdir()
        for stray in workspace.media.glob(".part-*"):
            stray.unlink()
        for replaced in self._replaced(number, left["segments"], left["hidden"]):
            shutil.rmtree(replaced)
        shutil.rmtree(workspace.quarantine, ignore_errors=True)  # it refers to what is gone, and is made again
        self._clear_staging()
        house.casework.scrub()
        (folder / UNFINISHED).unlink()
        sync_folder(folder)

    def _replaced(self, number: int, segments: Sequence[str], hidden: Sequence[str]) -> Iterator[Path]:
        workspace = self._investigation.workspace
        earlier = [self._investigation.destructions.path(each) for each in range(1, number)]
        paths = [workspace.segments / id_ for id_ in segments]
        paths += [at / "segments" / id_ for at in earlier for id_ in segments]
        paths += [
            workspace.releases / release / "hidden" / id_ for release, id_ in (each.split("/") for each in hidden)
        ]
        paths += [at / "hidden" / each for at in earlier for each in hidden]
        yield from (path for path in paths if path.exists())

    def _clear_staging(self) -> None:
        """Clear away what runs that were stopped have left: their exhibits are read again by the same calls."""
        house = self._investigation
        waiting = {
            house.workspace.staging(exhibit.number)
            for exhibit in house.casework.exhibits.list()
            if exhibit.state is ExhibitState.STAGED
        }
        for path in (house.workspace.root / "staging").iterdir():
            if path.is_dir() and path not in waiting:
                shutil.rmtree(path)


def verify_destructions(investigation: "Investigation", audit: Audit) -> Iterator[Step]:
    """Check that each destruction is in the audit, and that each that is in the audit is there.

    Where the audit is sealed, and its key not at hand, there is nothing to compare with.
    """
    try:
        found = {document.sha256: document.destruction.number for document in investigation.destructions.all()}
    except UndersealError:  # which the check of the release names
        found = {}
    if not audit.readable:
        if found:
            yield Step(name="Destructions", ok=True, detail=f"{len(found)}; the audit is sealed and was not asked")
        return
    entered = {
        str(entry.details["sha256"]): entry.details.get("destruction")
        for entry in audit.entries(act=Act.ERASED, limit=1_000_000)
        if "sha256" in entry.details
    }
    faults = [
        f"the audit does not know destruction {number}" for sha256, number in found.items() if sha256 not in entered
    ]
    faults += [
        f"destruction {number} is in the audit and not here"
        for sha256, number in entered.items()
        if sha256 not in found
    ]
    if found or faults:
        yield Step(
            name="Destructions", ok=not faults, detail="; ".join(faults) or f"{len(found)} as the audit names them"
        )


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


def _details(document: Document) -> dict[str, str | int]:
    """Return what the audit says: how much of what decision, and the document by its digest."""
    told = document.destruction
    return {
        "destruction": told.number,
        "decision": told.decision,
        "records": len(told.records),
        "attachments": told.attachments["removed"],
        "keys": told.keys["removed"] + told.keys["shortened"],
        "sha256": document.sha256,
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sync_tree(folder: Path) -> None:
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_folder(path)
