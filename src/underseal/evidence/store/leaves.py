"""The leaf data of records: the bytes that the Merkle tree of a release is made over.

A leaf is the canonical JSON (RFC 8785) of a row of the `RECORDS` columns: keys sorted, no white space, UTF-8, nulls left
out, digests as lowercase hex. The record's number is its position in the tree and so not in the leaf; the decrypted
bytes and the ciphertext are in it by their SHA-256. Anyone can recompute it with a JSON library and SHA-256.
"""

import hashlib
from collections.abc import Iterator, Sequence

import orjson
import pyarrow as pa

from underseal.core.records import RECORDS

LEAF_FIELDS = tuple(sorted(set(RECORDS.names) - {"number", "raw"}))
"""Columns that go into a leaf, in the order of their canonical form."""

ROWS_AT_ONCE = 65_536
"""Rows whose fragments are held in memory together: some 30 MB."""


def leaf_texts(rows: pa.Table) -> Iterator[bytes]:
    """Yield the leaf data of each row, in the order of the rows.

    Args:
        rows: a table with at least the columns `LEAF_FIELDS`; further columns do not matter.
    """
    for fragments in _fragments(rows):
        for joined in map(b"".join, zip(*fragments, strict=True)):
            yield b"{" + joined[:-1] + b"}"


def leaf_hashes(rows: pa.Table) -> list[bytes]:
    """Return the leaf hash (32 bytes) of each row: SHA-256(0x00 || leaf data), RFC 9162 section 2.1.1."""
    sha256 = hashlib.sha256
    return [
        sha256(b"\x00{" + joined[:-1] + b"}").digest()
        for fragments in _fragments(rows)
        for joined in map(b"".join, zip(*fragments, strict=True))
    ]


def _fragments(rows: pa.Table) -> Iterator[list[list[bytes]]]:
    """Yield, batch by batch, per filled column the list of its `"name":value,` fragments; a null is b""."""
    for start in range(0, rows.num_rows, ROWS_AT_ONCE):
        batch = rows.slice(start, ROWS_AT_ONCE)
        filled = [name for name in LEAF_FIELDS if batch.column(name).null_count < batch.num_rows]
        yield [_column(name, batch.column(name)) for name in filled]


def _column(name: str, values: pa.ChunkedArray) -> list[bytes]:
    if pa.types.is_dictionary(values.type):
        return _coded(name, values)
    head = b'"' + name.encode() + b'":'
    if pa.types.is_integer(values.type):
        return [b"" if value is None else b"%b%d," % (head, value) for value in values.to_pylist()]
    if pa.types.is_fixed_size_binary(values.type):
        return [b"" if v is None else b'%b"%b",' % (head, v.hex().encode()) for v in values.to_pylist()]
    dumps = orjson.dumps
    return [b"" if value is None else head + dumps(value) + b"," for value in values.to_pylist()]


def _coded(name: str, values: pa.ChunkedArray) -> list[bytes]:
    """Fragments of a dictionary column: each distinct value is written once."""
    array = values.combine_chunks()
    chunk = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    head = b'"' + name.encode() + b'":'
    words = [b"" if w is None else head + orjson.dumps(w) + b"," for w in chunk.dictionary.to_pylist()]
    return _pick([*words, b""], chunk.indices.fill_null(len(words)).to_numpy().tolist())


def _pick(words: Sequence[bytes], indices: Sequence[int]) -> list[bytes]:
    return [words[index] for index in indices]
