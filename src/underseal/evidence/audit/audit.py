"""The audit: every act goes into a signed ledger before it is done, and comes out for the desk, and for who checks it."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from underseal.core.crypto import Letterbox, LetterboxKey
from underseal.core.ledger import Aside, Checkpoint, Entry, Json, Ledger, Progress, Signer, canonical
from underseal.errors import CallerError, RefusedError
from underseal.evidence.audit.acts import Act, Group
from underseal.evidence.audit.entry import AuditEntry, compose
from underseal.evidence.audit.export import Format, export_ledger
from underseal.evidence.audit.forms import Clear, Form, Sealed, form_of
from underseal.evidence.audit.permit import OF_THE_SYSTEM, Permit

_KEPT_COUNTS = 64
"""Selections whose count is remembered, so that paging does not count a long audit again and again."""

SYSTEM = "underseal"
"""The user of acts that nobody asked for: a repair after a crash."""


def now() -> datetime:
    """Return the present time in UTC: the one clock of the audit."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which entries are asked for; "" stands for any.

    Attributes:
        user: who acted. authority: its number. act: its name. dossier: that its details name, by its reference.
        since: first time that is asked for, as the audit writes it: ISO 8601 in UTC, or the beginning of that.
        until: first time that is no longer asked for.
    """

    user: str = ""
    authority: str = ""
    act: str = ""
    since: str = ""
    until: str = ""
    dossier: str = ""

    def marks(self) -> list[bytes]:
        """Return what the line of every matching entry contains: a test that costs no parsing, but may let others by."""
        named = {"user": self.user, "authority": self.authority, "act": self.act, "dossier": self.dossier}
        return [b'"%b":%b' % (name.encode(), canonical(value)) for name, value in named.items() if value]

    def admits(self, entry: AuditEntry) -> bool:
        """Say whether an entry is asked for."""
        return (
            self.user in ("", entry.user)
            and self.authority in ("", entry.authority)
            and self.act in ("", entry.act)
            and self.dossier in ("", entry.details.get("dossier"))
            and self.since <= entry.time
            and (not self.until or entry.time < self.until)
        )


class Audit:
    """The audit of a workspace.

    Args:
        folder: of its ledger, made by `Audit.create`.
        key: signs the ledger's checkpoints.
        clock: tells the time of an act.
        reading: what opens the entries of a sealed audit; without it they are written and verified, and not read.

    Raises:
        IntegrityError: there is no audit in the folder. KeyFileError: `reading` is not what opens this audit.
    """

    def __init__(
        self,
        folder: Path,
        key: Signer,
        *,
        clock: Callable[[], datetime] = now,
        reading: LetterboxKey | None = None,
    ) -> None:
        self._clock = clock
        self._form: Form = form_of(folder, reading)
        self._counts: dict[Selection, tuple[int, int]] = {}  # entries looked through, and how many of them matched
        self._counting = threading.Lock()
        self._ledger = Ledger(folder, key, name=self._form.name, note=self._repair, write=self._form.write)

    @classmethod
    def create(
        cls,
        folder: Path,
        key: Signer,
        *,
        clock: Callable[[], datetime] = now,
        sealed_for: Letterbox | None = None,
    ) -> "Audit":
        """Make an empty audit in an empty or missing folder.

        Args:
            folder: of its ledger. key: signs the checkpoints. clock: tells the time of an act.
            sealed_for: seals every entry for whoever holds the key of this letterbox; for ever. None for a clear audit.

        Raises:
            ConflictError: something is there already.
        """
        form = Clear() if sealed_for is None else Sealed(sealed_for)
        Ledger.create(folder, key, name=form.name)
        return cls(folder, key, clock=clock)

    @property
    def sealed_for(self) -> str:
        """Public half, in hex, of the key that the entries are sealed for; "" for a clear audit."""
        return self._form.sealed_for

    @property
    def readable(self) -> bool:
        """Whether the entries can be read: they are clear, or their key is at hand."""
        return self._form.readable

    def record(self, permit: Permit, details: Mapping[str, str | int] | None = None) -> int:
        """Record an act and return the number of its entry once that is on disk and signed (about a millisecond).

        Args:
            permit: what is about to be done, by whom, under which authority and why.
            details: what exactly; never message text, never a key.

        Raises:
            CallerError: no user, or a detail that is neither text nor number.
            IntegrityError: the ledger is damaged. InternalError: it cannot be written. Either way the act must not be
                done.
        """
        return self._append(permit.act, permit.user, permit.authority, permit.purpose, details or {})

    def note(
        self, act: Act, *, user: str, authority: str = "", purpose: str = "", details: Mapping[str, str | int]
    ) -> int:
        """Record what nobody is permitted, since it happens to them: a refusal, a failed login; raises as `record`.

        Args:
            act: one of OF_THE_SYSTEM. user: to whom. authority: its number. purpose: why they asked. details: what.

        Raises:
            TypeError: it is an act that needs a permit.
        """
        if act not in OF_THE_SYSTEM:
            raise TypeError(f"{act} is recorded with a permit only")
        return self._append(act, user, authority, purpose, details)

    def _append(self, act: Act, user: str, authority: str, purpose: str, details: Mapping[str, str | int]) -> int:
        return self._ledger.append(
            compose(act, time=self._clock(), user=user, authority=authority, purpose=purpose, details=details)
        )

    def _repair(self, aside: Aside) -> Mapping[str, Json]:
        details: dict[str, str | int] = {"file": aside.file, "size": aside.size, "sha256": aside.sha256}
        purpose = "What a writer left behind without signing it was set aside."
        return compose(
            Act.LEDGER_REPAIRED, time=self._clock(), user=SYSTEM, authority="", purpose=purpose, details=details
        )

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._ledger.checkpoint().size

    def entries(
        self,
        *,
        after: int | None = None,
        limit: int = 100,
        oldest_first: bool = False,
        user: str = "",
        authority: str = "",
        act: str = "",
        since: str = "",
        until: str = "",
    ) -> list[AuditEntry]:
        """Return a page of entries, in constant memory however long the audit is.

        Args:
            after: number of the last entry of the page before; None for the first page.
            limit: how many at most.
            oldest_first: else the newest come first.
            user: only what this user did; "" for any.
            authority: only what was done under it; "" for any.
            act: only this act; "" for any.
            since: first time that is asked for, as the audit writes it: ISO 8601 in UTC, or the beginning of that.
            until: first time that is no longer asked for.

        Raises:
            IntegrityError: an entry was changed. RefusedError: they are sealed, and their key is not at hand.
        """
        selection = Selection(user=user, authority=authority, act=act, since=since, until=until)
        return list(islice(self._matching(selection, after=after, oldest_first=oldest_first), limit))

    def of_dossier(self, dossier: str, group: Group) -> Iterator[AuditEntry]:
        """Yield the acts of a group on a dossier, the newest first; raises as `entries`.

        Args:
            dossier: its reference. group: of acts.
        """
        found = self._matching(Selection(dossier=dossier), after=None, oldest_first=False)
        return (entry for entry in found if entry.group == group)

    def count(self, *, user: str = "", authority: str = "", act: str = "", since: str = "", until: str = "") -> int:
        """Count the entries that `entries` would page through.

        All of them at once; else 2 us per entry of the audit, the next time only for those that were added since.

        Raises:
            IntegrityError, RefusedError: as `entries`, unless all are counted.
        """
        selection = Selection(user=user, authority=authority, act=act, since=since, until=until)
        size = self.size
        if selection == Selection():
            return size
        with self._counting:
            known, found = self._counts.pop(selection, (0, 0))
            added = self._matching(selection, after=known - 1, oldest_first=True)
            found += sum(1 for entry in added if entry.number < size)
            self._counts[selection] = size, found
            if len(self._counts) > _KEPT_COUNTS:
                del self._counts[next(iter(self._counts))]
            return found

    def _matching(self, only: Selection, *, after: int | None, oldest_first: bool) -> Iterator[AuditEntry]:
        if oldest_first:
            stream: Iterator[Entry] = self._ledger.oldest_first(after=-1 if after is None else after)
        else:
            stream = self._ledger.newest_first(before=after)
        marks = only.marks()
        for line in stream:
            if self._form.may_hold(line.data, marks):
                entry = self._form.read(line)
                if only.admits(entry):
                    yield entry

    def verify(self, progress: Progress | None = None) -> Checkpoint:
        """Check every entry against the signed root.

        Args:
            progress: called now and then with entries done and in all.

        Raises:
            IntegrityError: an entry was changed; the message names the first.
        """
        return self._ledger.verify(progress)

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed state, to be kept by somebody else."""
        return self._ledger.checkpoint()

    def consistency_proof(self, old: Checkpoint) -> dict[str, Json]:
        """Return the proof file that nothing before `old` was changed since; raises as `Ledger.consistency_proof`."""
        return self._ledger.consistency_proof(old)

    def aside(self) -> list[Aside]:
        """List the bytes that were set aside after crashes."""
        return self._ledger.aside()

    def rebuild_index(self) -> None:
        """Make the ledger's derived index anew, where `verify` found it damaged and the entries whole.

        Raises:
            IntegrityError: the entries do not have the signed root.
        """
        self._ledger.rebuild_index()

    def extract(
        self, marks: Sequence[bytes], wanted: Callable[[AuditEntry], bool]
    ) -> tuple[Checkpoint, Iterator[tuple[AuditEntry, list[bytes]]]]:
        """Pick entries, each with its inclusion path to the root of one checkpoint.

        Args:
            marks: the line of every entry that may be wanted holds one of them: a test that costs no parsing.
            wanted: says of an entry whether it is picked.

        Returns:
            The newest checkpoint, and the entries in the order of their numbers; of the others nothing is told.

        Raises:
            IntegrityError: an entry was changed; from the iterator.
            RefusedError: the audit is sealed, so that no part of it can be shown to others with a proof.
        """
        if self.sealed_for:
            raise RefusedError("The audit of this workspace is sealed: no extract of it can be given to others.")
        checkpoint = self._ledger.checkpoint()

        def picked() -> Iterator[tuple[AuditEntry, list[bytes]]]:
            for line in islice(self._ledger.oldest_first(), checkpoint.size):
                if any(mark in line.data for mark in marks) and wanted(entry := AuditEntry.read(line)):
                    yield entry, self._ledger.inclusion(entry.number, checkpoint)

        return checkpoint, picked()

    def export(self, destination: Path, *, format: Format = "jsonl", progress: Progress | None = None) -> Checkpoint:  # noqa: A002 - the word of the command line
        """Write the whole audit to a file that anyone can verify offline with `underseal verify`.

        Args:
            destination: file to make; a CSV table gets its signed checkpoint in a file beside it.
            format: "jsonl" or "csv".
            progress: called now and then with entries done and in all.

        Returns:
            The checkpoint that covers the file.

        Raises:
            CallerError: a table of a sealed audit.
            ConflictError: the file exists already. IntegrityError: an entry was changed; nothing is left behind.
        """
        if self.sealed_for and format == "csv":
            raise CallerError("A sealed audit has no columns for a table.", hint="Export it as lines: --format jsonl")
        return export_ledger(self._ledger, destination, form=format, progress=progress)
