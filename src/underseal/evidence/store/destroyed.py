"""Rows of a segment whose content was destroyed: what goes, and what is kept instead, the leaf hash.

What goes is what a person or a machine could read: text, decrypted bytes and their digest, attachment, words beside, ciphertext.
What stays tells that there was a message: its place, time, sender, recipients, conversation, event, and the digest of the
ciphertext. The leaf hash was made over all of it and can no longer be made of what is left, so that it is kept:

    destroyed.bin    per row, in order: its number and that of the destruction (8 bytes each, little-endian), leaf hash (32)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import RECORDS
from underseal.errors import IntegrityError

FILE: Final = "destroyed.bin"

CONTENT: Final = ("text", "raw", "raw_sha256", "media", "detail")
"""Columns that a destroyed row loses, beside its ciphertext. `raw_sha256` goes with them: short messages can be guessed."""

_ENTRY: Final = np.dtype([("number", "<i8"), ("destruction", "<i8"), ("leaf", "V32")])


@dataclass(frozen=True)
class Kept:
    """What is kept of the destroyed rows of a segment.

    Attributes:
        numbers: of the records, in order. destructions: the number of the destruction of each. leaves: their leaf hashes.
    """

    numbers: npt.NDArray[np.int64]
    destructions: npt.NDArray[np.int64]
    leaves: Sequence[bytes]

    @classmethod
    def of(cls, destroyed: pa.ChunkedArray, hashes: Sequence[bytes], *, first: int) -> Self:
        """Take what is kept from a column of destructions (null where there is none) and the leaf hashes of all rows."""
        rows = np.flatnonzero(destroyed.is_valid().to_numpy(zero_copy_only=False))
        by = destroyed.drop_null().to_numpy()
        return cls(numbers=rows + first, destructions=np.asarray(by), leaves=[hashes[row] for row in rows.tolist()])

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read it; of a segment that has lost nothing, there is nothing.

        Raises:
            IntegrityError: the file is damaged.
        """
        try:
            entries = np.fromfile(folder / FILE, dtype=_ENTRY)
        except FileNotFoundError:
            entries = np.empty(0, dtype=_ENTRY)
        except (OSError, ValueError) as error:
            raise IntegrityError(f"{folder / FILE} cannot be read: {error}") from error
        numbers = entries["number"].astype(np.int64)
        if (np.diff(numbers) <= 0).any():
            raise IntegrityError(f"{folder / FILE} is damaged: its numbers are not in order.")
        leaves = [leaf.tobytes() for leaf in entries["leaf"]]
        return cls(numbers=numbers, destructions=entries["destruction"].astype(np.int64), leaves=leaves)

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def by_number(self) -> dict[int, bytes]:
        """The leaf hashes by number of record."""
        return dict(zip(self.numbers.tolist(), self.leaves, strict=True))

    def put(self, hashes: list[bytes], *, first: int) -> list[bytes]:
        """Return the leaf hashes of the records from number `first` on, the kept ones in the places of their records."""
        low, high = np.searchsorted(self.numbers, [first, first + len(hashes)]).tolist()
        for number, leaf in zip(self.numbers[low:high].tolist(), self.leaves[low:high], strict=True):
            hashes[number - first] = leaf
        return hashes


def write_destroyed(kept: Kept, folder: Path) -> None:
    """Write what is kept, where there is any."""
    if len(kept):
        entries = np.empty(len(kept), dtype=_ENTRY)
        entries["number"], entries["destruction"] = kept.numbers, kept.destructions
        entries["leaf"] = np.frombuffer(b"".join(kept.leaves), dtype="V32")
        (folder / FILE).write_bytes(entries.tobytes())


def without_content(
    rows: pa.Table, ciphertext: pa.ChunkedArray, gone: pa.ChunkedArray
) -> tuple[pa.Table, pa.ChunkedArray]:
    """Return rows of `RECORDS`, and their ciphertexts, without the content of those that are gone."""
    if not pc.any(gone, min_count=0).as_py():
        return rows, ciphertext
    for name in CONTENT:
        field = RECORDS.field(name)
        plain = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        emptied = pc.if_else(gone, pa.scalar(None, plain), rows.column(name).cast(plain))
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, field, emptied if plain is field.type else emptied.dictionary_encode())
    return rows.cast(RECORDS), pc.if_else(gone, pa.scalar(None, ciphertext.type), ciphertext)
