"""The index of a ledger: per entry its leaf hash and where its line ends, in rows of fixed width.

It is derived: everything in it follows from the entries. Its hashes are proved by the signed root of the ledger, which
lets `verify` say exactly which entry was changed.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from underseal.core.ledger._files import opened, read_at
from underseal.core.ledger.frontier import Frontier
from underseal.core.ledger.merkle import HASH_BYTES
from underseal.errors import IntegrityError

_END_BYTES = 8
ROW_BYTES = HASH_BYTES + _END_BYTES
ROWS_AT_ONCE = 4096

HINT = "The index holds nothing that the entries do not: Ledger.rebuild_index makes it anew."


def row(leaf: bytes, end: int) -> bytes:
    """Return the row of an entry: its leaf hash and the offset of its line's end in entries.jsonl."""
    return leaf + end.to_bytes(_END_BYTES, "big")


def read_rows(path: Path, start: int, end: int) -> tuple[list[bytes], list[int]]:
    """Return leaf hashes and line ends of the entries start .. end-1.

    Raises:
        IntegrityError: the index is too short.
    """
    with opened(path, os.O_RDONLY) as descriptor:
        data = read_at(descriptor, (end - start) * ROW_BYTES, start * ROW_BYTES)
    if len(data) != (end - start) * ROW_BYTES:
        raise IntegrityError(f"The ledger's index {path.name} is shorter than the ledger.", hint=HINT)
    places = range(0, len(data), ROW_BYTES)
    hashes = [data[place : place + HASH_BYTES] for place in places]
    ends = [int.from_bytes(data[place + HASH_BYTES : place + ROW_BYTES], "big") for place in places]
    return hashes, ends


def chunks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a range of entries into ranges of at most `ROWS_AT_ONCE`."""
    for first in range(start, end, ROWS_AT_ONCE):
        yield first, min(first + ROWS_AT_ONCE, end)


def root_of(path: Path, start: int, end: int) -> bytes:
    """Return the Merkle tree hash of the entries start .. end-1 by the index, in constant memory."""
    frontier = Frontier()
    for chunk in chunks(start, end):
        hashes: Sequence[bytes] = read_rows(path, *chunk)[0]
        frontier.extend(hashes)
    return frontier.root()
