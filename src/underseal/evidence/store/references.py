"""Which rows an event identifier may stand in: a hash table in one file beside the index.

As terms of the index, identifiers that each occur once cost ten bytes a row and a fifth of the time that indexing takes;
here they cost four. The file is little-endian words of 32 bits:

    the number of buckets, b
    b + 1 starts: where the entries of each bucket begin, and where the last one ends
    the entries, ordered by hash: a fingerprint of 10 bits above a row offset of 22

A hash is the CRC-32 of an identifier, begun with a number of its field. Its place among all hashes gives the bucket, its
lowest bits are the fingerprint: rows that are found have to be held against the identifier itself.
"""

import zlib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from underseal.errors import IntegrityError
from underseal.evidence.store.columns import ROW_BITS
from underseal.evidence.store.folding import text_bytes

FIELDS: Final = {"event": 1, "target": 2}
"""Columns whose values are kept, and what the hash of each begins with."""

BUCKET: Final = 32
"""Entries of a bucket in the mean: of 32 foreign entries, one in 32 buckets has the same fingerprint."""

_FINGERPRINT: Final = 2 ** (32 - ROW_BITS) - 1
_WORD: Final = np.dtype("<u4")

Integers = np.ndarray[tuple[int], np.dtype[np.int64]]


def write_references(rows: pa.Table, path: Path) -> None:
    """Write the table of all events and targets of a segment's rows, of which there are 2^22 at most."""
    found = [_hashes(field, rows.column(field)) for field in FIELDS]
    hashes = np.concatenate([hashed for hashed, _ in found])
    offsets = np.concatenate([offset for _, offset in found])
    order = np.argsort(hashes, kind="stable")
    hashes, offsets = hashes[order], offsets[order]
    buckets = max(len(hashes) // BUCKET, 1)
    starts = np.searchsorted(_bucket(hashes, buckets), np.arange(buckets + 1))
    entries = (hashes & _FINGERPRINT) << ROW_BITS | offsets
    path.write_bytes(np.concatenate([[buckets], starts, entries]).astype(_WORD).tobytes())


class References:
    """The table of a segment, mapped into memory.

    Args:
        path: the file.

    Raises:
        IntegrityError: it is missing or is no such table.
    """

    def __init__(self, path: Path) -> None:
        try:
            words = np.memmap(path, dtype=_WORD, mode="r").view(np.ndarray)  # whose parts are made ten times as fast
            buckets = int(words[0])
            self._starts = words[1 : buckets + 2]
            self._entries = words[buckets + 2 :]
            whole = len(self._starts) == buckets + 1 and int(self._starts[-1]) == len(self._entries)
        except (OSError, ValueError, IndexError) as error:
            raise IntegrityError(f"The references {path} cannot be read: {error}") from error
        if not whole:
            raise IntegrityError(f"The references {path} are damaged.")
        self._buckets = buckets

    def rows(self, field: str, values: Iterable[str]) -> Integers:
        """Return the offsets of rows whose `field` is one of `values`, and rarely of one with the same hash, in order.

        Args:
            field: "event" or "target". values: event identifiers.
        """
        hashes = np.array([_hash(field, value) for value in values], dtype=np.int64)
        buckets = _bucket(hashes, self._buckets)
        starts = self._starts[buckets].astype(np.int64)
        counts = self._starts[buckets + 1].astype(np.int64) - starts
        shift = np.repeat(starts - (np.cumsum(counts) - counts), counts)
        entries = self._entries[np.arange(len(shift)) + shift].astype(np.int64)
        alike = entries >> ROW_BITS == np.repeat(hashes & _FINGERPRINT, counts)
        return np.unique(entries[alike] & (1 << ROW_BITS) - 1)


def _bucket(hashes: Integers, buckets: int) -> Integers:
    """Return the bucket of each hash; hashes in order have buckets in order."""
    return hashes * buckets >> 32


def _hashes(field: str, values: pa.ChunkedArray) -> tuple[Integers, Integers]:
    """Return the hashes of the values that are there, and the offsets of their rows."""
    offsets = np.flatnonzero(values.is_valid().to_numpy())
    crc32, start = zlib.crc32, FIELDS[field]
    found = (text_bytes(chunk) for chunk in values.drop_null().chunks)
    hashes = (crc32(data[first:last], start) for data, bounds in found for first, last in pairwise(bounds))
    return np.fromiter(hashes, dtype=np.int64, count=len(offsets)), offsets


def _hash(field: str, value: str) -> int:
    return zlib.crc32(value.encode(), FIELDS[field])
