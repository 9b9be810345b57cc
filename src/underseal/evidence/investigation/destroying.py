"""Destroying privileged material: what would go is shown first, and what goes leaves its digests and a signed document.

Everything is written aside; the entry in the audit, which names the document by its digest, is what makes it count. From then
on it is finished, now or after a crash, by whoever opens the workspace or releases next. Before it, nothing has happened.

What goes is found by `destruction_plan`, written aside by `destruction_writing`, and what it replaces removed by
`destruction_ending`.
"""

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from underseal.errors import ConflictError, EvidenceError, InternalError, NotFoundError
from underseal.evidence.audit import Act, Audit
from underseal.evidence.authority import in_force
from underseal.evidence.casework import Decision, ExhibitState, PrivilegeState
from underseal.evidence.intake import machine_errors
from underseal.evidence.investigation.destruction_ending import finish, publish
from underseal.evidence.investigation.destruction_plan import Preview, plan
from underseal.evidence.investigation.destruction_writing import folder_aside, write_aside
from underseal.evidence.store import Document, strays
from underseal.evidence.store.destructions import ASIDE, DOCUMENT, numbered, read_file

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation


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
            found = plan(self._investigation, self._confirmed(decision), access).preview
            details["count"] = found.records
        return found

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
        house = self._investigation
        with house.gate.changing(authority, user=house.user, act=Act.ERASED, purpose=purpose) as (access, tell):
            self._confirmed(decision)
            self._expect_readable()
            with house.workspace.writing("destruction"):
                with machine_errors("The destruction"):
                    self.settle()
                    self._expect_released()
                    doing = plan(house, self._confirmed(decision), access)
                    if confirm.strip() != doing.preview.words:
                        raise ConflictError(
                            f"To have it done, confirm it in these words: {doing.preview.words}",
                            hint="See what would go first: --preview.",
                        )
                    with folder_aside(house.workspace.destructions, counts=self._counts) as (aside, number):
                        document = write_aside(house, doing, aside, number, access)
                        tell(_details(document))
                        publish(aside)
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

    def settle(self) -> None:
        """Finish what was entered in the audit before a crash, and clear away what was not. The caller holds the lock.

        Where the audit is sealed and its key not at hand, this waits for who has it.
        """
        if not self._audit.readable:
            return
        folder = self._investigation.workspace.destructions
        for aside in sorted(folder.glob(f"{ASIDE}*")):
            with suppress(FileNotFoundError, EvidenceError):  # what was not written to its end was not entered
                if self._entered(read_file(aside / DOCUMENT, self._investigation.workspace.public_key).sha256):
                    publish(aside)
                    continue
            shutil.rmtree(aside)
        for published in numbered(folder):
            finish(self._investigation, int(published.name))

    def _finish(self, number: int) -> None:
        """Remove what a destruction replaced that counts already; where the disk refuses, that is said."""
        try:
            with machine_errors("Removing what it replaced"):
                finish(self._investigation, number)
        except InternalError as error:
            raise InternalError(
                f"Destruction {number} counts, and what it replaced is removed when the workspace is opened next. {error.message}",
                hint=error.hint,
            ) from error

    def _counts(self, aside: Path) -> bool:
        """Say whether what was written aside is in the audit."""
        document = aside / DOCUMENT
        return document.exists() and self._entered(hashlib.sha256(document.read_bytes()).hexdigest())

    def _entered(self, sha256: str) -> bool:
        return any(entry.details.get("sha256") == sha256 for entry in self._audit.entries(act=Act.ERASED, limit=1000))

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


def _details(document: Document) -> dict[str, str | int]:
    """Return what the audit says: how much of what decision, and the document by its digest."""
    told = document.destruction
    return {
        "destruction": told.number,
        "decision": told.decision,
        "records": len(told.records),
        "attachments": told.attachments["removed"],
        "keys": sum(told.keys.values()),
        "sha256": document.sha256,
    }
