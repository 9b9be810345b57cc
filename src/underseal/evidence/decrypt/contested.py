"""Indices that are contested between parts: the one thing about a message that its own part cannot say.

Whether a message is a replay depends on all messages of its session, which may lie in other parts of the exhibit or in other
exhibits. No key is needed to find them: the index stands in the clear in front of the ciphertext. One narrow reading of all
parts finds the few indices that more than one message claims; only those are then looked at closely.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from underseal.core.crypto import megolm
from underseal.core.crypto.megolm_columns import UNKNOWN, message_indices
from underseal.evidence.decrypt.files import count_filled, read_batches
from underseal.evidence.decrypt.replays import EARLIER
from underseal.evidence.decrypt.sealed import INVALID, VALID, to_coded

ROWS_PER_PASS = 1 << 24
"""Messages whose 16-byte fingerprints are sorted together: some 0.8 GB at the peak. More messages take more passes."""

_COLUMNS = ("session", "event", "time", "ciphertext")
_Hashes = npt.NDArray[np.uint64]
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio, odd: spreads consecutive indices


def contested_rows(parts: Sequence[Path]) -> pa.Table:
    """Return the signed or unsigned messages of all parts that claim an index which another message claims too.

    A message with the same event and ciphertext is the same message, captured again.

    Args:
        parts: Parquet files of captured rows.

    Returns:
        Columns of `replays.EARLIER`; the verdict is null.
    """
    messages = sum(count_filled(part, "ciphertext") for part in parts)
    passes = -(-messages // ROWS_PER_PASS)
    found = [_contested_slots(parts, number, passes) for number in range(passes)]
    slots = np.concatenate([np.empty(0, dtype=np.uint64), *found])
    tables = [claims.rows() for claims in _claims(parts, slots)] if len(slots) else []
    return pa.concat_tables([EARLIER.empty_table(), *tables]).unify_dictionaries()


@dataclass(frozen=True, slots=True)
class _Claims:
    """The messages of one batch of rows that claim some slots.

    Attributes:
        table: the rows.
        index: of each. slot: hash of session and index.
    """

    table: pa.Table
    index: npt.NDArray[np.int64]
    slot: _Hashes

    def messages(self) -> _Hashes:
        """Return for each row a hash of event and ciphertext."""
        events, ciphertexts = (self.table.column(name).to_pylist() for name in ("event", "ciphertext"))
        return _hashes(events) * _MIX + _hashes(ciphertexts)

    def rows(self) -> pa.Table:
        """Return the rows with the columns of EARLIER."""
        table = self.table
        ciphertexts = table.column("ciphertext").to_pylist()
        signed = map(_signed, table.column("session").to_pylist(), ciphertexts)
        columns = {
            "session": table.column("session").cast(pa.string()),
            "index": pa.array(self.index),
            "event": table.column("event"),
            "time": table.column("time"),
            "ciphertext_sha256": pa.array([hashlib.sha256(data).digest() for data in ciphertexts], pa.binary(32)),
            "signature": pa.array([VALID if valid else INVALID for valid in signed], pa.string()),
            "verdict": pa.nulls(table.num_rows, pa.string()),
        }
        return pa.table(columns).cast(EARLIER)


def _contested_slots(parts: Sequence[Path], number: int, passes: int) -> _Hashes:
    """Return the slots that different messages claim, out of those that are the business of one pass."""
    slots = [np.empty(0, dtype=np.uint64)]
    for _, _, slot in _slots(parts, ("session", "ciphertext")):
        slots.append(slot[slot % np.uint64(passes) == number])
    twice = np.sort(np.concatenate(slots))
    twice = np.unique(twice[1:][twice[1:] == twice[:-1]])
    if not len(twice):
        return twice
    claims = [(found.slot, found.messages()) for found in _claims(parts, twice)]
    slot, message = (np.concatenate(column) for column in zip(*claims, strict=True))
    order = np.lexsort((message, slot))
    slot, message = slot[order], message[order]
    return np.unique(slot[1:][(slot[1:] == slot[:-1]) & (message[1:] != message[:-1])])


def _claims(parts: Sequence[Path], slots: _Hashes) -> Iterator[_Claims]:
    """Yield the messages that claim some slots."""
    for rows, index, slot in _slots(parts, _COLUMNS):
        wanted = np.isin(slot, slots)
        yield _Claims(rows.filter(pa.array(wanted)), index[wanted], slot[wanted])


def _slots(parts: Sequence[Path], columns: Sequence[str]) -> Iterator[tuple[pa.Table, npt.NDArray[np.int64], _Hashes]]:
    """Yield the messages of each batch with their indices and slots."""
    for part in parts:
        if count_filled(part, "ciphertext"):
            for rows in read_batches(part, columns):
                index = all_indices(rows.column("ciphertext"))
                is_message = (index != UNKNOWN) & rows.column("session").is_valid().to_numpy()
                if not is_message.all():
                    rows, index = rows.filter(pa.array(is_message)), index[is_message]  # noqa: PLW2901
                sessions, code = to_coded(rows.column("session"))
                yield rows, index, _hashes(sessions)[code] + index.astype(np.uint64) * _MIX


def _hashes(values: Sequence[str | bytes | None]) -> _Hashes:
    """Return 64 bits per value; Python's hash of text and bytes is keyed anew in each process, so nobody can aim at it."""
    return np.fromiter(map(hash, values), dtype=np.int64, count=len(values)).view(np.uint64)


def all_indices(ciphertexts: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return the message index of each value, UNKNOWN where it is no message."""
    indices = message_indices(ciphertexts)
    for row in np.flatnonzero((indices == UNKNOWN) & ciphertexts.is_valid().to_numpy()).tolist():
        try:
            indices[row] = megolm.message_index(ciphertexts[row].as_py())
        except megolm.MalformedMegolmError:
            continue
    return indices


def _signed(session: str, ciphertext: bytes) -> bool:
    try:
        return megolm.signature_valid(session, ciphertext)
    except megolm.MalformedMegolmError:
        return False
