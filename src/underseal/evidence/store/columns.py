"""How records lie on disk: the Parquet settings, and the order of the rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.records import RECORDS

ROW_GROUP = 2_048
"""Rows per row group: small, so that the text of fifty scattered hits costs milliseconds; see docs/benchmarks.md."""

ROW_BITS = 22
"""Bits into which the index and the references pack a row's offset."""

MAX_ROWS = 2_000_000
"""Rows of a segment at most, well below what ROW_BITS can tell apart."""

SEALED = pa.schema([pa.field("number", pa.int64(), nullable=False), pa.field("ciphertext", pa.binary())])
"""The columns of sealed.parquet: the ciphertexts of a segment, by record number."""

_DELTA = {"number": "DELTA_BINARY_PACKED", "time": "DELTA_BINARY_PACKED", "row": "DELTA_BINARY_PACKED"}
_STATISTICS = ["number", "conversation", "time", "event", "session"]
_CODED = [field.name for field in RECORDS if pa.types.is_dictionary(field.type)]


def in_order(rows: pa.Table) -> pa.Table:
    """Return the rows sorted by conversation (no conversation first), then time, then place: the order of a segment."""
    conversation = ranks(rows.column("conversation"))
    time = rows.column("time").to_numpy()
    order = pa.array(np.lexsort((np.arange(rows.num_rows), time, conversation)))
    schema, waiting = rows.schema, rows.columns[::-1]
    del rows  # each column goes when its successor is made, unless the caller holds on to it
    return pa.table([waiting.pop().take(order) for _ in schema], schema=schema)


def ranks(values: pa.ChunkedArray) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return for each value its rank in code point order; -1 for null."""
    coded = one_chunk(values if pa.types.is_dictionary(values.type) else values.dictionary_encode())
    order = pc.sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return np.asarray(rank[coded.indices.fill_null(len(order)).to_numpy()])


def one_chunk(values: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array with one dictionary."""
    combined = values.unify_dictionaries().combine_chunks()
    return combined.chunk(0) if isinstance(combined, pa.ChunkedArray) else combined


@contextmanager
def writing_records(rows: pa.Table, path: Path) -> Iterator[Callable[[pa.Table], None]]:
    """Give a function that writes one slice of `rows` after another as Parquet (zstd, small row groups).

    A column that is null in every row is left out: half of all columns are, in a table of plain messages, and each would
    cost its entry in every row group. `filled` puts them back.

    Args:
        rows: of the `RECORDS` schema, all that will be written. path: of the file.
    """
    kept = [field.name for field in RECORDS if rows.column(field.name).null_count < rows.num_rows or not field.nullable]
    plain = pa.schema([pa.field(n, pa.string()) if n in _CODED else RECORDS.field(n) for n in kept])
    options = {
        "compression": "zstd",
        "compression_level": 6,
        "use_dictionary": _among(_CODED, kept),
        "column_encoding": {name: encoding for name, encoding in _DELTA.items() if name in kept},
        "write_statistics": _among(_STATISTICS, kept),
        "store_schema": False,
    }
    with pq.ParquetWriter(path, plain, **options) as writer:
        # An Arrow dictionary would be written whole into every row group.
        yield lambda some: writer.write_table(some.select(kept).cast(plain), row_group_size=ROW_GROUP)


def filled(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return columns of `RECORDS` as they were before `writing_records`: those that are not in the file are null."""
    held = set(rows.column_names)
    columns = [rows.column(n) if n in held else pa.nulls(rows.num_rows, RECORDS.field(n).type) for n in names]
    return pa.table(columns, names=list(names))


def read_records(path: Path, names: Sequence[str]) -> pa.Table:
    """Read columns of `RECORDS` from a file of `writing_records`."""
    with pq.ParquetFile(path) as file:
        return filled(file.read(columns=_among(names, file.schema_arrow.names)), names)


def _among(names: Sequence[str], kept: Sequence[str]) -> list[str]:
    return [name for name in names if name in kept]


def write_sealed(numbers: pa.Array, ciphertext: pa.ChunkedArray, path: Path) -> None:
    """Write the ciphertexts of the rows that have one."""
    held = pc.is_valid(ciphertext)
    table = pa.table([pc.filter(numbers, held), pc.filter(ciphertext, held)], schema=SEALED)
    pq.write_table(
        table, path, row_group_size=ROW_GROUP, compression="none", use_dictionary=False, write_statistics=["number"],
        column_encoding={"number": "DELTA_BINARY_PACKED"},
    )  # fmt: skip
