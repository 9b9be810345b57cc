"""The leaf data of records: the bytes that the Merkle tree of a release is made over.

A leaf is the canonical JSON (RFC 8785) of a row of the `RECORDS` columns: keys sorted, no white space, UTF-8, nulls left
out, digests as lowercase hex. The record's number is its position in the tree and so not in the leaf; the decrypted
bytes and the ciphertext are in it by their SHA-256. Anyone can recompute it with a JSON library and SHA-256.
"""

import hashlib
import sys
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import RECORDS
from underseal.evidence.store.columns import one_chunk

LEAF_FIELDS = tuple(sorted(set(RECORDS.names) - {"number", "raw"}))
"""Columns that go into a leaf, in the order of their canonical form."""

ROWS_AT_ONCE = 65_536
"""Rows whose leaf data is held in memory together: some 30 MB."""

_TEXT: Final = pa.large_string()
_ESCAPED: Final = np.array([code < 0x20 or code in b'"\\' for code in range(256)])  # noqa: PLR2004  # RFC 8785, 3.2.2.2


def leaf_texts(rows: pa.Table) -> Iterator[bytes]:
    """Yield the leaf data of each row, in the order of the rows.

    Args:
        rows: a table with at least the columns `LEAF_FIELDS`; further columns do not matter.
    """
    for written, bounds in _written(rows, "{", at_once=ROWS_AT_ONCE):
        for first, last in pairwise(bounds):
            yield written[first:last]


def leaf_hashes(rows: pa.Table) -> list[bytes]:
    """Return the leaf hash (32 bytes) of each row: SHA-256(0x00 || leaf data), RFC 9162 section 2.1.1."""
    return [*chain.from_iterable(hash_batches(rows, at_once=ROWS_AT_ONCE))]


def hash_batches(rows: pa.Table, *, at_once: int) -> Iterator[list[bytes]]:
    """Yield the leaf hashes of the rows, of `at_once` rows each time."""
    sha256 = hashlib.sha256
    for written, bounds in _written(rows, "\0{", at_once=at_once):
        yield [sha256(written[first:last]).digest() for first, last in pairwise(bounds)]


def _written(rows: pa.Table, start: str, *, at_once: int) -> Iterator[tuple[bytes, list[int]]]:
    """Yield batch by batch the objects of all rows, each behind `start`, and where each begins and the last one ends."""
    filled = [name for name in LEAF_FIELDS if rows.column(name).null_count < rows.num_rows]
    columns = {name: _with_fragments(name, rows.column(name)) for name in filled}
    for at in range(0, rows.num_rows, at_once):
        fragments = [_column(name, values.slice(at, at_once)).fill_null("") for name, values in columns.items()]
        members = pc.binary_join_element_wise(*fragments, pa.scalar("", _TEXT)).cast(pa.large_binary())
        closed = pc.binary_replace_slice(members, -1, sys.maxsize, b"}")  # the comma behind the last member goes
        whole = _between(start, closed.cast(_TEXT), "")
        _, offsets, data = whole.buffers()
        yield data.to_pybytes(), np.frombuffer(offsets, np.int64)[: len(whole) + 1].tolist()


def _with_fragments(name: str, values: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array; in a dictionary each distinct value is already the fragment that it becomes."""
    if not pa.types.is_dictionary(values.type):
        return values.chunk(0) if values.num_chunks == 1 else pa.concat_arrays(values.chunks)  # which copies
    coded = one_chunk(values)
    return pa.DictionaryArray.from_arrays(coded.indices, _column(name, coded.dictionary))


def _column(name: str, values: pa.Array) -> pa.Array:
    """Return the `"name":value,` fragments of a column; a null stays one."""
    if pa.types.is_dictionary(values.type):
        return values.dictionary_decode()
    before, after = f'"{name}":', ","
    if pa.types.is_integer(values.type):
        return _between(before, values.cast(_TEXT), after)
    if pa.types.is_fixed_size_binary(values.type):
        return _between(before + '"', _hexadecimal(values), '"' + after)
    if pa.types.is_list(values.type):
        return _between(before + "[", _listed(values), "]" + after)
    return _between(before + '"', _escaped(values), '"' + after)


def _between(before: str, values: pa.Array, after: str) -> pa.Array:
    ends = (pa.scalar(end, _TEXT) for end in (before, after))
    return pc.binary_join_element_wise(next(ends), values, next(ends), pa.scalar("", _TEXT))


def _escaped(values: pa.Array) -> pa.Array:
    """Return strings as they stand between the quotation marks of JSON; most are as they were."""
    texts = values.cast(_TEXT)
    _, offsets, data = texts.buffers()
    if data is None:
        return texts
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    places = np.flatnonzero(_ESCAPED[np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]]) + bounds[0]
    if not len(places):
        return texts
    rows = np.unique(np.searchsorted(bounds, places, side="right") - 1)
    mask = np.zeros(len(texts), dtype=bool)
    mask[rows] = True
    written = [orjson.dumps(text)[1:-1].decode() for text in texts.take(pa.array(rows)).to_pylist()]
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(written, _TEXT))


def _listed(values: pa.Array) -> pa.Array:
    """Return lists of strings as they stand between the brackets of JSON."""
    flat = values.flatten()
    quoted = _between('"', _escaped(flat), '"').fill_null("null")
    lengths = values.value_lengths()
    ends = np.concatenate(([0], np.cumsum(lengths.fill_null(0).to_numpy())))
    lists = pa.LargeListArray.from_arrays(pa.array(ends), quoted)
    return pc.if_else(lengths.is_valid(), pc.binary_join(lists, pa.scalar(",", _TEXT)), pa.scalar(None, _TEXT))


def _hexadecimal(values: pa.Array) -> pa.Array:
    width = values.type.byte_width
    data = values.buffers()[1].slice(values.offset * width, len(values) * width)
    digits = pa.py_buffer(data.to_pybytes().hex().encode())
    ends = pa.py_buffer(np.arange(len(values) + 1, dtype=np.int64) * 2 * width)
    return pc.if_else(
        values.is_valid(), pa.LargeStringArray.from_buffers(len(values), ends, digits), pa.scalar(None, _TEXT)
    )
