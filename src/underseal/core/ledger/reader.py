"""Reading and verifying a ledger, with its public key only and without locks: nobody waits for a reader.

A ledger is a folder:

    entries.jsonl     one canonical JSON object per line, in order; the leaf data of an entry is its line without the newline
    checkpoint.json   signed: size, root, and the bytes of entries.jsonl that count (see checkpoint.py)
    index.bin         derived: leaf hash and end of every line (see _index.py)
    aside/            bytes that were found behind the last signed entry after a crash, never counted

What lies in entries.jsonl behind the checkpoint's length is not an entry: its writer never came to sign it.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

from underseal.core.ledger import _index
from underseal.core.ledger._files import line_reader, opened, read_at
from underseal.core.ledger.canonical import Json
from underseal.core.ledger.checkpoint import Checkpoint, missing_checkpoint, read_checkpoint
from underseal.core.ledger.documents import PublicKey
from underseal.core.ledger.frontier import Frontier
from underseal.core.ledger.merkle import consistency_path, inclusion_path, leaf_hash, verify_consistency
from underseal.core.ledger.strict import JsonValue, parse_strict
from underseal.errors import IntegrityError, UnreadableError

MAX_ENTRY_BYTES = 1 << 20
"""Longest line of a ledger, in bytes: an entry tells of an act, it does not carry its material."""

CONSISTENCY_FORMAT = "underseal/consistency-proof/1"

Progress: TypeAlias = Callable[[int, int], None]
"""Called with entries done and entries in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry.

    Attributes:
        number: its position, from 0.
        data: its line without the newline: canonical JSON, the leaf data.
    """

    number: int
    data: bytes

    def value(self) -> dict[str, JsonValue]:
        """Parse the entry.

        Raises:
            IntegrityError: the line is damaged.
        """
        try:
            value = parse_strict(self.data, what=f"Entry {self.number} of the ledger")
        except UnreadableError as error:
            raise IntegrityError(error.message) from error
        if not isinstance(value, dict) or value.get("number") != self.number:
            raise IntegrityError(f"Entry {self.number} of the ledger does not bear that number.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Bytes that were set aside: left behind the last signed entry by a writer that died.

    Attributes:
        file: name in the folder `aside`.
        size: length in bytes.
        sha256: lowercase hex digest.
    """

    file: str
    size: int
    sha256: str


class LedgerReader:
    """A ledger for those who hold only its public key.

    Args:
        folder: the ledger's folder.
        trusted: the key that signs its checkpoints.
        name: what the ledger calls itself in its checkpoints.
    """

    def __init__(self, folder: Path, trusted: PublicKey, *, name: str = "ledger") -> None:
        self.folder = folder
        self.name = name
        self._trusted = trusted
        self._entries = folder / "entries.jsonl"
        self._index = folder / "index.bin"
        self._checkpoint = folder / "checkpoint.json"
        self._known: tuple[bytes, Checkpoint] | None = None

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed state.

        Raises:
            IntegrityError: it is missing, damaged, or signed by another key.
        """
        try:
            data = self._checkpoint.read_bytes()
        except FileNotFoundError as error:
            raise missing_checkpoint(self.folder) from error
        if self._known is None or self._known[0] != data:
            self._known = data, read_checkpoint(data, self._trusted, ledger=self.name)
        return self._known[1]

    def read(self, *, after: int = -1, limit: int = 100) -> list[Entry]:
        """Return the entries after number `after`, oldest first, at most `limit`.

        Raises:
            IntegrityError: from this and the two streams below: an entry is not the one whose hash was kept. That the
                hashes are the signed ones is what `verify` checks.
        """
        start = max(0, after + 1)
        end = min(start + limit, self.checkpoint().size)
        return [entry for chunk in _index.chunks(start, end) for entry in self._load(*chunk)]

    def oldest_first(self, *, after: int = -1) -> Iterator[Entry]:
        """Stream the entries after number `after` in constant memory."""
        for start, end in _index.chunks(max(0, after + 1), self.checkpoint().size):
            yield from self._load(start, end)

    def newest_first(self, *, before: int | None = None) -> Iterator[Entry]:
        """Stream the entries before number `before` (None: from the newest), last one first, in constant memory."""
        size = self.checkpoint().size
        end = size if before is None else min(before, size)
        step = 64  # a page needs few; who goes on reading gets more at once
        while end > 0:
            start = max(0, end - step)
            yield from reversed(self._load(start, end))
            end, step = start, min(step * 2, _index.ROWS_AT_ONCE)

    def _load(self, start: int, end: int) -> list[Entry]:
        """Read the entries start .. end-1 by the index."""
        hashes, ends = _index.read_rows(self._index, max(0, start - 1), end)
        if start == 0:
            ends = [0, *ends]
        else:
            del hashes[0]
        if ends != sorted(ends) or ends[-1] > self.checkpoint().length:
            raise IntegrityError("The ledger's index is damaged: its lines do not follow each other.", hint=_index.HINT)
        with opened(self._entries, os.O_RDONLY) as descriptor:
            data = read_at(descriptor, ends[-1] - ends[0], ends[0])
        lines = [data[a - ends[0] : b - ends[0]] for a, b in pairwise(ends)]
        for number, (line, expected) in enumerate(zip(lines, hashes, strict=True), start):
            if not line.endswith(b"\n") or leaf_hash(line[:-1]) != expected:
                raise IntegrityError(f"Entry {number} of the ledger was changed.", hint="Verify the ledger.")
        return [Entry(number=start + n, data=line[:-1]) for n, line in enumerate(lines)]

    def aside(self) -> list[Aside]:
        """List what was ever set aside, oldest first."""
        folder = self.folder / "aside"
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        return [describe_aside(file.name, file.read_bytes()) for file in files]

    def verify(self, progress: Progress | None = None) -> Checkpoint:
        """Check every entry against the signed root, streaming.

        Args:
            progress: called now and then.

        Returns:
            The checkpoint that everything agrees with.

        Raises:
            IntegrityError: something was changed; the message names the first bad entry as exactly as can be proved.
        """
        checkpoint = self.checkpoint()
        scan = _Scan(checkpoint, self._entries, self._index)
        scan.run(progress)
        if scan.root != checkpoint.root or scan.length != checkpoint.length:
            raise scan.blame()
        if scan.first_difference is not None:
            raise IntegrityError(
                f"The entries are whole, but the ledger's index is damaged at entry {scan.first_difference}.",
                hint=_index.HINT,
            )
        return checkpoint

    def inclusion(self, number: int, checkpoint: Checkpoint) -> list[bytes]:
        """Return the path from an entry to the root of a checkpoint of this ledger, from leaf to root.

        Args:
            number: of the entry. checkpoint: one that covers it.
        """
        return inclusion_path(number, checkpoint.size, lambda start, end: _index.root_of(self._index, start, end))

    def consistency_proof(self, old: Checkpoint) -> dict[str, Json]:
        """Return the proof file that the present ledger extends the one of `old`: "underseal/consistency-proof/1".

        Raises:
            IntegrityError: it does not; something before `old` was changed.
        """
        new = self.checkpoint()
        if old.size > new.size:
            raise IntegrityError(f"The ledger had {old.size} entries and now has only {new.size}.")
        path = consistency_path(old.size, new.size, lambda start, end: _index.root_of(self._index, start, end))
        verify_consistency(old.size, old.root, new.size, new.root, path)
        return {
            "format": CONSISTENCY_FORMAT,
            "old": old.document.to_json(),
            "new": new.document.to_json(),
            "path": [step.hex() for step in path],
        }


class _Scan:
    """One pass over entries.jsonl beside the index."""

    def __init__(self, checkpoint: Checkpoint, entries: Path, index: Path) -> None:
        self._checkpoint = checkpoint
        self._path = entries
        self._index = index
        self._starts_of_difference = 0
        self.first_difference: int | None = None
        self.length = 0
        self.root = b""

    def run(self, progress: Progress | None) -> None:
        size = self._checkpoint.size
        frontier = Frontier()
        with line_reader(self._path) as file:
            for start, end in _index.chunks(0, size):
                rows = self._rows(start, end)
                leaves = []
                for number in range(start, end):
                    line = file.readline(min(MAX_ENTRY_BYTES, self._checkpoint.length - self.length))
                    self.length += len(line)
                    leaves.append(leaf_hash(line[:-1] if line.endswith(b"\n") else b"\n"))
                    if self.first_difference is None and (leaves[-1], self.length) != rows[number - start]:
                        self.first_difference = number
                        self._starts_of_difference = self.length - len(line)
                frontier.extend(leaves)
                if progress:
                    progress(end, size)
        self.root = frontier.root()

    def _rows(self, start: int, end: int) -> list[tuple[bytes, int]]:
        try:
            hashes, ends = _index.read_rows(self._index, start, end)
        except IntegrityError:
            return [(b"", 0)] * (end - start)
        return list(zip(hashes, ends, strict=True))

    def blame(self) -> IntegrityError:
        """Name the first bad entry: proved when the index still has the signed root, presumed when it has not."""
        number, checkpoint = self.first_difference, self._checkpoint
        if number is None:
            return IntegrityError(
                f"The {checkpoint.size} entries of the ledger do not have the root that was signed. Its index was"
                " changed with them, so that the changed entry cannot be told."
            )
        try:
            is_proved = _index.root_of(self._index, 0, checkpoint.size) == checkpoint.root
        except IntegrityError:
            is_proved = False
        place = f"byte {self._starts_of_difference} of {self._path.name}"
        if is_proved:
            return IntegrityError(f"Entry {number} of the ledger, at {place}, is not the one that was signed.")
        return IntegrityError(
            f"The ledger does not have the root that was signed. Its entries differ from its index first at entry"
            f" {number}, {place}; the index is changed too."
        )


def describe_aside(file: str, data: bytes) -> Aside:
    """Describe bytes set aside, whose file is called `file`."""
    return Aside(file=file, size=len(data), sha256=hashlib.sha256(data).hexdigest())
