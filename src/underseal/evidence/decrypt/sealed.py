"""The encrypted rows of a table and what came of each, in the form that the loops of this stage work on.

Parallel columns instead of one object per message: the cryptography of a message takes some 30 microseconds, and all
that is around it should take less than a tenth of that. What is rare (a reason, a replay) is looked up row by row.
"""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from underseal.core.crypto import megolm, megolm_message
from underseal.core.crypto.megolm_columns import UNKNOWN
from underseal.core.records import RECORDS, Relation, Verdict
from underseal.evidence.decrypt.held import HeldKey, HeldMessageKey

OUTCOME = pa.schema(
    [
        RECORDS.field(name)
        for name in (
            "verdict",
            "reason",
            "ciphertext_sha256",
            "index",
            "signature",
            "key",
            "key_exhibit",
            "tool",
            "raw",
            "raw_sha256",
        )
    ]
)
"""Columns of RECORDS that decryption fills."""

KEYS_BETWEEN = ", "
"""What stands between the ids of several keys in the column `key`, and between their exhibits."""

VALID = "valid"
INVALID = "invalid"

_VERDICTS = tuple(Verdict)
_CODE = {verdict: code for code, verdict in enumerate(_VERDICTS)}
OPENED = _CODE[Verdict.OPENED]
"""Code of `opened` in `Outcomes.verdict`, for the loop that sets it on most rows."""

TOOLS = (megolm.TOOL, megolm_message.TOOL)
"""What decrypts: with the key of a session, with the key of one message."""

OF_SESSION, OF_MESSAGE = range(2)
"""Places in TOOLS."""

_NOT_SIGNED, SIGNED, _MISSIGNED = range(3)

_NEVER = 2**63 - 1


class Sealed:
    """Encrypted rows of the CAPTURED schema.

    Args:
        rows: the rows, all of them with an algorithm.
    """

    def __init__(self, rows: pa.Table) -> None:
        sha256 = hashlib.sha256
        self.rows = rows.unify_dictionaries().combine_chunks()
        self.ciphertext = rows.column("ciphertext").to_pylist()
        self.sha256 = [None if data is None else sha256(data).digest() for data in self.ciphertext]

    def __len__(self) -> int:
        return len(self.ciphertext)

    def coded(self, name: str) -> tuple[list[str], npt.NDArray[np.int32]]:
        """Return the words of a dictionary column, and for each row the number of its word (UNKNOWN for null)."""
        return to_coded(self.rows.column(name))

    def relations(self) -> dict[int, tuple[Relation, str]]:
        """Return relation and target of the rows whose relation stands outside the ciphertext."""
        rows = np.flatnonzero(self.rows.column("relation").is_valid().to_numpy())
        found = self.rows.select(["relation", "target"]).take(pa.array(rows))
        relations, targets = (column.to_pylist() for column in found.columns)
        return {
            row: (Relation(relation), target or "")
            for row, relation, target in zip(rows.tolist(), relations, targets, strict=True)
        }

    def changed(self, name: str, changes: Mapping[int, str | None]) -> pa.ChunkedArray | pa.Array:
        """Return a column with other values in some rows.

        Args:
            name: of the column, of text or of coded text.
            changes: by row, the new value.
        """
        column = self.rows.column(name)
        if not changes:
            return column
        if not pa.types.is_dictionary(column.type):
            values = column.to_pylist()
            for row, value in changes.items():
                values[row] = value
            return pa.array(values, type=column.type)
        words, codes = self.coded(name)
        number = {value: len(words) + place for place, value in enumerate(dict.fromkeys(changes.values()))}
        new = (UNKNOWN if value is None else number[value] for value in changes.values())
        codes = codes.copy()
        codes[list(changes)] = np.fromiter(new, dtype=np.int32, count=len(changes))
        return coded_array(codes, [*words, *(value or "" for value in number)])

    def text(self, name: str, row: int) -> str | None:
        """Return one value of a column of text: for the rare row, since it is slow."""
        value = self.rows.column(name)[row].as_py()
        return None if value is None else str(value)

    def time(self, row: int) -> int:
        """Return the time of one row; after all others where it has none."""
        time = self.rows.column("time")[row].as_py()
        return _NEVER if time is None else int(time)


@dataclass(slots=True, kw_only=True)
class Outcomes:
    """What came of each row. `for_rows` makes room for all of them as malformed, then the loops fill it in.

    Attributes:
        verdict: codes; see `get` and `set`.
        signature: 0 where nothing is known of it, SIGNED where it is valid; see `sign`.
        reason: of the rows that have one.
        index: message indices, UNKNOWN where there is none.
        opener: for each row the place in `keys` of the key that opened it, or of those that did not; or UNKNOWN.
        keys: ids and exhibits of keys, as the columns hold them; see `add_keys`.
        tool: for each row the place in TOOLS of the library that had a look at it, UNKNOWN where none had.
        raw: decrypted bytes.
    """

    verdict: bytearray
    signature: bytearray
    reason: dict[int, str]
    index: npt.NDArray[np.int64]
    opener: "array[int]"
    keys: list[tuple[str, str]]
    tool: npt.NDArray[np.int8]
    raw: list[bytes | None]

    @classmethod
    def for_rows(cls, rows: int) -> Self:
        """Make room for a number of rows."""
        return cls(
            verdict=bytearray([_CODE[Verdict.MALFORMED]]) * rows,
            signature=bytearray(rows),
            reason={},
            index=np.full(rows, UNKNOWN, dtype=np.int64),
            opener=array("i", [UNKNOWN]) * rows,
            keys=[],
            tool=np.full(rows, UNKNOWN, dtype=np.int8),
            raw=[None] * rows,
        )

    def set(self, row: int, verdict: Verdict, reason: str) -> None:
        """Set the verdict of a row, and why."""
        self.verdict[row] = _CODE[verdict]
        self.reason[row] = reason

    def add_keys(self, keys: Sequence[HeldKey | HeldMessageKey]) -> int:
        """Return the place in `keys` of some keys: their ids in order, each once, and as many exhibits."""
        if len(keys) == 1:
            self.keys.append((keys[0].key, keys[0].exhibit))
            return len(self.keys) - 1
        exhibits = {key.key: key.exhibit for key in reversed(keys)}  # of two exhibits with one key the first counts
        ids = list(dict.fromkeys(key.key for key in keys))
        self.keys.append((KEYS_BETWEEN.join(ids), KEYS_BETWEEN.join(exhibits[key] for key in ids)))
        return len(self.keys) - 1

    def sign(self, row: int, *, valid: bool) -> None:
        """Set whether the signature of a row is valid."""
        self.signature[row] = SIGNED if valid else _MISSIGNED

    def get(self, row: int) -> Verdict:
        """Return the verdict of a row."""
        return _VERDICTS[self.verdict[row]]

    def opened(self) -> list[int]:
        """Return the rows that are `opened`, in order."""
        return [row for row, verdict in enumerate(self.verdict) if verdict == OPENED]

    def to_table(self, sha256: Sequence[bytes | None]) -> pa.Table:
        """Return the columns of OUTCOME.

        Args:
            sha256: of the ciphertext of each row, 32 bytes.
        """
        digest = hashlib.sha256
        raw_sha256 = [None if data is None else digest(data).digest() for data in self.raw]
        opener = np.frombuffer(self.opener, dtype=np.int32)
        columns = {
            "verdict": coded_array(np.frombuffer(self.verdict, dtype=np.int8), [v.value for v in _VERDICTS]),
            "reason": self._reasons(),
            "ciphertext_sha256": pa.array(sha256, type=pa.binary(32)),
            "index": pa.array(self.index, mask=self.index == UNKNOWN),
            "signature": coded_array(np.frombuffer(self.signature, dtype=np.int8) - 1, [VALID, INVALID]),
            "key": coded_array(opener, [key for key, _ in self.keys]),
            "key_exhibit": coded_array(opener, [exhibit for _, exhibit in self.keys]),
            "tool": coded_array(self.tool, TOOLS),
            "raw": pa.array(self.raw, type=pa.binary()),
            "raw_sha256": pa.array(raw_sha256, type=pa.binary(32)),
        }
        return pa.table([columns[field.name] for field in OUTCOME], schema=OUTCOME)

    def _reasons(self) -> pa.Array:
        codes = np.full(len(self.raw), UNKNOWN, dtype=np.int32)
        codes[list(self.reason)] = np.arange(len(self.reason))
        return coded_array(codes, list(self.reason.values()))


def to_coded(column: pa.ChunkedArray) -> tuple[list[str], npt.NDArray[np.int32]]:
    """Return the words of a column, and for each row the number of its word (UNKNOWN for null)."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    chunks = coded.unify_dictionaries().chunks
    codes = [chunk.indices.fill_null(UNKNOWN).to_numpy() for chunk in chunks]
    words = chunks[0].dictionary.to_pylist() if chunks else []
    return words, np.concatenate([np.empty(0, dtype=np.int32), *codes])


def coded_array(codes: npt.NDArray[np.signedinteger], words: Sequence[str]) -> pa.Array:
    """Return a dictionary array; code UNKNOWN (-1) is null, and a word that stands twice counts as one."""
    distinct = {word: number for number, word in enumerate(dict.fromkeys(words))}
    number_of = np.array([*(distinct[word] for word in words), UNKNOWN], dtype=np.int32)  # the last serves code -1
    numbers = number_of[codes]
    return pa.DictionaryArray.from_arrays(
        pa.array(numbers, mask=numbers < 0), pa.array(list(distinct), type=pa.string())
    )


def clear_outcomes(rows: int) -> pa.Table:
    """Return the columns of OUTCOME for rows that were never encrypted; their number hardly matters for the cost."""
    verdict = coded_array(np.zeros(rows, dtype=np.int32), [Verdict.CLEAR.value])
    columns = [verdict if field.name == "verdict" else pa.nulls(rows, field.type) for field in OUTCOME]
    return pa.table(columns, schema=OUTCOME)
