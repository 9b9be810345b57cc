"""The chronology, hypotheses and tasks of a dossier, and its documents: each an act under an authority."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from underseal.core.crypto import ContentWriter, content_path
from underseal.errors import CallerError, InternalError, NotFoundError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.casework import NewEntry, words
from underseal.evidence.dossier import Item, ItemKind, Kind
from underseal.evidence.dossier.coding import seen
from underseal.evidence.dossier.documents import document_name, write_document
from underseal.evidence.dossier.items import document_entry, put_in
from underseal.evidence.dossier.work import (
    KINDS,
    Event,
    Hypothesis,
    Task,
    Work,
    WorkDraft,
    keeping_unseen,
    read_work,
    records_in,
    work_of,
)
from underseal.evidence.investigation.dossier_hand import Change, Hand, Reading


class DossierWork:
    """The chronology, hypotheses and tasks; methods raise as those of `Dossiers`.

    An event that a message shows is seen by who sees the message.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def list(self, dossier: str, kind: Kind) -> Sequence[Work]:
        """Return all of a kind: events by when they began, hypotheses and tasks in the order in which they were made.

        Args:
            dossier: which. kind: EVENT, HYPOTHESIS or TASK.
        """
        with self._hand.reading(dossier, kind) as reading:
            found = self._seen(reading, kind)
        return sorted(found, key=lambda work: (work.start, int(work.id)) if isinstance(work, Event) else (0, 0))

    def chronology(self, dossier: str) -> Sequence[Event]:
        """Return the events, the earliest first."""
        return [work for work in self.list(dossier, Kind.EVENT) if isinstance(work, Event)]

    def hypotheses(self, dossier: str) -> Sequence[Hypothesis]:
        """Return the hypotheses, in the order in which they were made."""
        return [work for work in self.list(dossier, Kind.HYPOTHESIS) if isinstance(work, Hypothesis)]

    def tasks(self, dossier: str) -> Sequence[Task]:
        """Return the tasks, in the order in which they were made."""
        return [work for work in self.list(dossier, Kind.TASK) if isinstance(work, Task)]

    def add(self, dossier: str, draft: WorkDraft) -> Work:
        """Add an event, a hypothesis or a task.

        Raises:
            CallerError: nothing is said, a date is wrong, an interval is reversed, or the assignee is no member.
            NotFoundError: a record is not to be seen. ConflictError: the dossier is closed.
        """
        hand, kind = self._hand, KINDS[type(draft)]
        with hand.changing(dossier) as change:
            body = self._read(change, draft)
            with hand.writing(change, kind) as writing:
                entry = writing.enter(NewEntry(kind=kind, thing=None, body=body, record=body.get("record")))
            return self._find(change, kind, entry.thing)

    def change(self, dossier: str, id_: str, draft: WorkDraft, *, version: int | None = None) -> Work:
        """Say something else of an event, a hypothesis or a task; raises as `add`.

        Args:
            dossier, id_: which. draft: all that holds from now on. version: the one that its author saw, None for the latest.

        Raises:
            ConflictError: somebody else changed it meanwhile; it says who, and when.
        """
        hand, kind = self._hand, KINDS[type(draft)]
        with hand.changing(dossier) as change:
            found = self._find(change, kind, id_)
            body = self._read(change, draft)
            old = hand.register.latest([change.head.id], [kind], things=[id_])[0].entry
            unseen = set(records_in(old.body)) - set(seen(change.view, records_in(old.body)))
            body = keeping_unseen(body, old.body, set(records_in(old.body)) - unseen)
            before = found.version if version is None else version
            with hand.writing(change, kind) as writing:
                writing.enter(NewEntry(kind=kind, thing=id_, body=body, before=before, record=body.get("record")))
            return self._find(change, kind, id_)

    def remove(self, dossier: str, kind: Kind, id_: str, *, why: str, version: int | None = None) -> None:
        """Take an event, a hypothesis or a task out; what was entered of it stays.

        Args:
            dossier, id_: which. kind: EVENT, HYPOTHESIS or TASK. why: the reason, in words.
            version: the one that its author saw, None for the latest.

        Raises:
            NotFoundError: there is none of that name for these eyes. CallerError: no reason is given.
            ConflictError: it was changed meanwhile, or the dossier is closed.
        """
        hand = self._hand
        with hand.changing(dossier) as change:
            found, reason = self._find(change, kind, id_), words.line(why, "reason", field="why")
            with hand.writing(change, kind) as writing:
                now = writing.now(kind, id_)
                body = {**(now.body if now else {}), "why": reason}
                record = now.record if now else None
                before = found.version if version is None else version
                writing.enter(NewEntry(kind=kind, thing=id_, body=body, before=before, stands=False, record=record))

    def _read(self, change: Change, draft: WorkDraft) -> dict[str, Any]:
        members = [member.user for member in self._hand.card(change.view, change.head).members]
        body = read_work(draft, members=members)
        for field in ("record", "supporting", "opposing"):
            with at_field(field):
                for record in records_in({field: body.get(field)} if body.get(field) is not None else {}):
                    change.view.record(record, ["number"])
        return body

    def _find(self, at: Reading | Change, kind: Kind, id_: str) -> Work:
        found = self._seen(at, kind, thing=id_)
        if not found:
            raise NotFoundError(f"There is no such {kind} in the dossier.")
        return found[0]

    def _seen(self, at: Reading | Change, kind: Kind, *, thing: str | None = None) -> Sequence[Work]:
        latest = [
            each
            for each in self._hand.register.latest([at.head.id], [kind], things=None if thing is None else [thing])
            if each.entry.stands
        ]
        held = set(seen(at.view, [record for each in latest for record in records_in(each.entry.body)]))
        excluded = self._hand.exclusions().of_records(at.view, sorted(held))
        return [work for each in latest if (work := work_of(each, held, excluded)) is not None]


class DossierDocuments:
    """The documents of a dossier; methods raise as those of `Dossiers`.

    Attributes:
        limit: bytes of one, at most. aside: folder on the same disk, for what has not come whole yet.
    """

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._folder = hand.investigation.workspace.documents
        self.aside = hand.investigation.workspace.root
        self.limit = hand.settings.document_bytes

    def expect(self, dossier: str, name: str) -> str:
        """Check, before its bytes come, that a document can be put in; return its name.

        Raises:
            CallerError: it is named like a path. ConflictError: the dossier is closed.
        """
        with self._hand.reading(dossier, ItemKind.DOCUMENT) as reading:
            if not (card := self._hand.card(reading.view, reading.head)).open:
                raise card.closed()
            return document_name(name)

    def add(self, dossier: str, name: str, pieces: Iterable[bytes], *, why: str = "") -> Item:
        """Put a document in.

        Args:
            dossier: which. name: of the file, without folders. pieces: of its bytes. why: it is in the dossier.

        Raises:
            CallerError: it is named like a path, is empty or too large. ConflictError: it is in the dossier already, or that is
                closed. InternalError: the disk refuses.
        """
        hand = self._hand
        with hand.changing(dossier, Act.DOCUMENT_TAKEN) as change:
            called, reason = document_name(name), words.note(why, "reason", field="why")
            try:
                with ContentWriter(self._folder) as writer:
                    size = write_document(writer, pieces, limit=self.limit)
                    with hand.register.writing(change.head, change.author) as writing:
                        digest = writer.commit()
                        new = document_entry(sha256=digest.sha256.hex(), name=called, size=size, why=reason)
                        id_ = put_in(writing, new)
                        change.tell({"sha256": digest.sha256.hex(), "bytes": size})
            except OSError as error:
                raise InternalError(f"The document cannot be kept: {error.strerror}.") from error
            return hand.items(change.view, change.head).find(id_)

    def read(self, dossier: str, item: str) -> tuple[Item, Path]:
        """Return a document, and where its bytes are.

        Raises:
            NotFoundError: it is not in the dossier, or its file is gone. CallerError: it is no document.
        """
        with self._hand.reading(dossier, ItemKind.DOCUMENT) as reading:
            found = self._hand.items(reading.view, reading.head).find(item)
            if found.kind is not ItemKind.DOCUMENT:
                raise CallerError("That item is no document.")
            file = content_path(self._folder, bytes.fromhex(found.sha256))
            if not file.is_file():
                raise NotFoundError(
                    "The file of the document is gone.", hint="Restore the folder documents from a copy."
                )
            return found, file
