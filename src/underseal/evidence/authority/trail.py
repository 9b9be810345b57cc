"""The audit as somebody reads it: only by whose role allows it, and reading it is an act too."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from underseal.core.ledger import Checkpoint, Progress
from underseal.errors import IntegrityError
from underseal.evidence.audit import Act, Audit, AuditEntry, Format
from underseal.evidence.authority.gate import Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """A page of the audit.

    Attributes:
        entries: the newest first; none where they are sealed and their key is not at hand.
        total: how many there are on all pages. more: whether there is a further page.
        sealed_for: public half, in hex, of the key that is missing here to read them; "" where they can be read.
    """

    entries: Sequence[AuditEntry]
    total: int
    more: bool
    sealed_for: str = ""


class Trail:
    """The audit of a workspace, in the hands of one person. Every method raises RefusedError where their role says no.

    Args:
        audit: what is read. gate: judges and records. user: who reads.
    """

    def __init__(self, audit: Audit, gate: Gate, *, user: str) -> None:
        self._audit = audit
        self._gate = gate
        self._user = user

    def page(self, *, before: int | None = None, limit: int = 100, user: str = "", act: str = "") -> TrailPage:
        """Return a page of entries, the newest first.

        Args:
            before: number of the last entry of the page before; None for the first page. limit: entries at most.
            user: only what this user did. act: only this act. "" stands for any.

        Raises:
            IntegrityError: an entry was changed.
        """
        self._gate.permit(user=self._user, act=Act.AUDIT_READ, details={"count": limit})
        if not self._audit.readable:
            return TrailPage(entries=(), total=self._audit.size, more=False, sealed_for=self._audit.sealed_for)
        entries = self._audit.entries(after=before, limit=limit + 1, user=user, act=act)
        total = self._audit.count(user=user, act=act)
        return TrailPage(entries=entries[:limit], total=total, more=len(entries) > limit)

    def verify(self, progress: Progress | None = None) -> Checkpoint:
        """Check every entry against the signed root.

        Args:
            progress: called now and then with entries done and in all.

        Raises:
            IntegrityError: an entry was changed; the message names the first.
        """
        permit = self._gate.grant(user=self._user, act=Act.VERIFIED)
        try:
            state = self._audit.verify(progress)
        except IntegrityError:
            self._gate.record(permit, {"what": "audit", "result": "faults"})
            raise
        self._gate.record(permit, {"what": "audit", "result": "sound"})
        return state

    def export(self, destination: Path, *, form: Format = "jsonl") -> Checkpoint:
        """Take the whole audit out of the house; raises as `Audit.export`.

        Args:
            destination: file to make. form: "jsonl" or "csv".
        """
        details: dict[str, str | int] = {"format": form, "entries": self._audit.size}
        self._gate.permit(user=self._user, act=Act.AUDIT_EXPORTED, details=details)
        return self._audit.export(destination, format=form)
