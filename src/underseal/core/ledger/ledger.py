"""Writing a ledger: append only, signed at every append, safe for many processes and for a crash at any instruction.

The order of an append, under the lock of entries.jsonl:

1. the line is written behind the last signed entry, the row of the index beside it, and both reach the disk;
2. the new checkpoint is signed and replaces the old one.

Threads that append at the same time share these steps: while one waits for the disk, the entries of the others gather, and the
next one brings all of them there at once. A second of many acts is then no longer than the disk allows for a few.

Only the second step makes it an entry. Whatever an earlier writer left behind between the two was never acknowledged:
its bytes are kept in `aside/`, the next append writes over them, and an entry says so.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from underseal.core.ledger import _index
from underseal.core.ledger._files import line_reader, lock, opened, read_at, replace_file, sync_folder, write_at
from underseal.core.ledger.canonical import Json, canonical
from underseal.core.ledger.checkpoint import Checkpoint, sign_checkpoint
from underseal.core.ledger.documents import Signer
from underseal.core.ledger.frontier import Frontier
from underseal.core.ledger.merkle import leaf_hash
from underseal.core.ledger.reader import MAX_ENTRY_BYTES, Aside, LedgerReader, describe_aside
from underseal.errors import (
    MAKE_ROOM,
    CallerError,
    ConflictError,
    IntegrityError,
    InternalError,
    UndersealError,
    is_full,
)

Note: TypeAlias = Callable[[Aside], Mapping[str, Json]]
"""Makes the entry that tells of bytes set aside."""

Write: TypeAlias = Callable[[Mapping[str, Json], int], Mapping[str, Json]]
"""Makes of an entry and its number what is written of it: the one way into the file, for notes of repairs too."""


def _as_it_is(entry: Mapping[str, Json], _number: int) -> Mapping[str, Json]:
    return entry


def _note(aside: Aside) -> Mapping[str, Json]:
    return {"act": "repaired", "file": aside.file, "size": aside.size, "sha256": aside.sha256}


@dataclass(slots=True, eq=False)
class _Append:
    """Entries that one caller appends, all or none.

    Attributes:
        entries: which. number: of the last one, once they are on the disk and signed. fault: why they never will be.
    """

    entries: Sequence[Mapping[str, Json]]
    number: int | None = None
    fault: UndersealError | None = None

    def outcome(self) -> int | None:
        """Return the number, None where nobody has written the entries yet; raises the fault."""
        if self.fault is not None:
            raise self.fault
        return self.number


class Ledger(LedgerReader):
    """A ledger for its owner.

    Args:
        folder: the ledger's folder, made by `Ledger.create`.
        key: signs the checkpoints.
        name: what the ledger calls itself in its checkpoints.
        note: makes the entry that tells of bytes set aside.
        write: makes of each entry what is written of it.

    Raises:
        IntegrityError: there is no ledger in the folder. It is never made silently: a ledger that was deleted must
            not look like a new one.
    """

    def __init__(
        self, folder: Path, key: Signer, *, name: str = "ledger", note: Note = _note, write: Write = _as_it_is
    ) -> None:
        super().__init__(folder, key.public, name=name)
        self._key = key
        self._note = note
        self._written = write
        self._waiting: deque[_Append] = deque()
        self._writing = threading.Lock()
        self.checkpoint()

    @classmethod
    def create(cls, folder: Path, key: Signer, *, name: str = "ledger", note: Note = _note) -> "Ledger":
        """Make an empty ledger, with its folder.

        Raises:
            ConflictError: something is there already.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ConflictError(f"There is something in {folder} already; a new ledger needs an empty folder.")
        for file in ("entries.jsonl", "index.bin"):
            (folder / file).touch(mode=0o600)
        empty = sign_checkpoint(name, Frontier(), 0, key)
        replace_file(folder / "checkpoint.json", empty.document.to_bytes())
        return cls(folder, key, name=name, note=note)

    def append(self, entry: Mapping[str, Json]) -> int:
        """Add one entry and return its number once it is on disk and signed.

        Args:
            entry: any canonical value; the field "number" is the ledger's own.

        Raises:
            CallerError: the entry has no canonical text, is longer than `MAX_ENTRY_BYTES` or has a "number".
            IntegrityError: the ledger is damaged; nothing is appended to it.
            InternalError: the disk is full or refuses.
        """
        return self.append_many([entry])

    def append_many(self, entries: Sequence[Mapping[str, Json]]) -> int:
        """Add entries under one checkpoint, all or none; return the number of the last. Raises as `append`."""
        for entry in entries:
            _check(entry)
        own = _Append(entries)
        self._waiting.append(own)
        with self._writing:
            while (number := own.outcome()) is None:  # else whoever wrote before took them along
                self._write_waiting()
        return number

    def _write_waiting(self) -> None:
        together = [self._waiting.popleft() for _ in range(len(self._waiting))]
        fault: UndersealError = InternalError(f"Writing the ledger {self.folder} was interrupted.")
        try:
            with opened(self._entries, os.O_RDWR) as descriptor:
                lock(descriptor)
                self._append(descriptor, together)
        except UndersealError as error:
            fault = error
        except OSError as error:
            hint = MAKE_ROOM if is_full(error) else ""
            fault = InternalError(f"The ledger {self.folder} cannot be written: {error.strerror}.", hint=hint)
            fault.__cause__ = error
        finally:
            for each in together:
                each.fault = fault if each.number is None and each.fault is None else each.fault

    def _append(self, descriptor: int, together: Sequence[_Append]) -> None:
        checkpoint = self.checkpoint()
        self._check_index(checkpoint)
        aside = self._set_aside(descriptor, checkpoint)
        lines = [self._line(self._note(aside), checkpoint.size)] if aside else []
        numbers: list[tuple[_Append, int]] = []
        for each in together:
            first = checkpoint.size + len(lines)
            try:
                lines += [self._line(value, number) for number, value in enumerate(each.entries, first)]
            except CallerError as error:  # no fault of the others
                each.fault = error
            else:
                numbers.append((each, checkpoint.size + len(lines) - 1))
        if not numbers:
            return
        fresh = self._write(descriptor, checkpoint, lines)
        data = fresh.document.to_bytes()
        replace_file(self._checkpoint, data)
        self._known = data, fresh
        for each, number in numbers:
            each.number = number

    def _line(self, value: Mapping[str, Json], number: int) -> bytes:
        line = canonical({**self._written(value, number), "number": number})
        if len(line) >= MAX_ENTRY_BYTES:
            raise CallerError(f"An entry of a ledger has at most {MAX_ENTRY_BYTES} bytes when it is written.")
        return line

    def _write(self, descriptor: int, checkpoint: Checkpoint, lines: Sequence[bytes]) -> Checkpoint:
        """Bring the lines and their index rows to the disk; return the checkpoint that makes them count."""
        frontier = checkpoint.frontier.copy()
        rows = []
        length = checkpoint.length
        for line in lines:
            leaf = leaf_hash(line)
            frontier.append(leaf)
            length += len(line) + 1
            rows.append(_index.row(leaf, length))
        try:
            write_at(descriptor, b"".join(line + b"\n" for line in lines), checkpoint.length)
            os.ftruncate(descriptor, length)
            os.fdatasync(descriptor)
            with opened(self._index, os.O_WRONLY) as index:
                write_at(index, b"".join(rows), checkpoint.size * _index.ROW_BYTES)
                os.fdatasync(index)
            return sign_checkpoint(self.name, frontier, length, self._key)
        except BaseException:  # a full disk, or Ctrl-C: what this very call left half written is nothing to report
            with suppress(OSError):
                os.ftruncate(descriptor, checkpoint.length)
            raise

    def _set_aside(self, descriptor: int, checkpoint: Checkpoint) -> Aside | None:
        """Keep a copy of the bytes that lie behind the last signed entry."""
        length = os.fstat(descriptor).st_size
        if length < checkpoint.length:
            raise IntegrityError(
                f"Entries are missing from the ledger {self.folder}: entries.jsonl has {length} bytes, and"
                f" {checkpoint.length} were signed.",
                hint="Restore the folder from a copy; nothing can be appended until then.",
            )
        if length == checkpoint.length:
            return None
        data = read_at(descriptor, length - checkpoint.length, checkpoint.length)
        aside = describe_aside("", data)
        aside = describe_aside(f"{checkpoint.size:012}-{aside.sha256[:16]}.bin", data)
        folder = self.folder / "aside"
        folder.mkdir(mode=0o700, exist_ok=True)
        replace_file(folder / aside.file, data)
        sync_folder(self.folder)
        return aside

    def _check_index(self, checkpoint: Checkpoint) -> None:
        rows = self._index.stat().st_size // _index.ROW_BYTES if self._index.exists() else 0
        if rows < checkpoint.size or not self._index.exists():
            self._rebuild_index(checkpoint)

    def rebuild_index(self) -> None:
        """Make index.bin anew from the entries.

        Raises:
            IntegrityError: the entries themselves do not have the signed root.
        """
        with opened(self._entries, os.O_RDWR) as descriptor:
            lock(descriptor)
            self._rebuild_index(self.checkpoint())

    def _rebuild_index(self, checkpoint: Checkpoint) -> None:
        fresh = self._index.with_name("index.bin.new")
        frontier, end = Frontier(), 0
        fresh.touch(mode=0o600)
        with line_reader(self._entries) as entries, fresh.open("wb") as index:
            while end < checkpoint.length and (line := entries.readline(MAX_ENTRY_BYTES)):
                leaf = leaf_hash(line[:-1])
                frontier.append(leaf)
                end += len(line)
                index.write(_index.row(leaf, end))
            index.flush()
            os.fsync(index.fileno())
        if frontier.root() != checkpoint.root:
            raise IntegrityError("The entries do not have the signed root.", hint="Verify the ledger to see more.")
        fresh.replace(self._index)
        sync_folder(self.folder)


def _check(entry: Mapping[str, Json]) -> None:
    if "number" in entry:
        raise CallerError('An entry\'s "number" is given by the ledger.')
    longest = MAX_ENTRY_BYTES - len('"number":9007199254740991,\n')
    if len(canonical(dict(entry))) > longest:
        raise CallerError(f"An entry of a ledger has at most {longest} bytes.")
