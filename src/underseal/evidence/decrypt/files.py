"""Parquet files of this stage: counting without reading, reading piece by piece, writing whole or not at all."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from underseal.core.records import CAPTURED

BATCH_ROWS = 65_536
"""Rows of a part that are read at once: some 50 MB."""


def count_filled(part: Path, column: str, *, groups: Sequence[int] | None = None) -> int:
    """Return how many rows have a value in a column, by the footer of the file where it says so.

    Args:
        part: the file. column: its name. groups: of which row groups; None for all.
    """
    with pq.ParquetFile(part) as file:
        groups = range(file.metadata.num_row_groups) if groups is None else groups
        counts = [_filled(file.metadata.row_group(group), column) for group in groups]
        if None not in counts:
            return sum(filter(None, counts))
        values = file.read_row_groups(list(groups), columns=[column], use_threads=False).column(0)
        return len(values) - int(values.null_count)


def read_batches(
    part: Path, columns: Sequence[str] | None = None, *, groups: Sequence[int] | None = None
) -> Iterator[pa.Table]:
    """Yield rows of a captured part, at most BATCH_ROWS at once, with the types of CAPTURED; at least one table.

    Args:
        part: the file.
        columns: which columns; None for all, further ones than those of CAPTURED as they are.
        groups: which row groups; None for all.
    """
    coded = [field.name for field in CAPTURED if pa.types.is_dictionary(field.type)]
    with pq.ParquetFile(part, memory_map=True, read_dictionary=coded) as file:
        names = list(columns) if columns else file.schema_arrow.names
        wanted = list(range(file.metadata.num_row_groups) if groups is None else groups)
        if not sum(file.metadata.row_group(group).num_rows for group in wanted):
            yield _typed(file.schema_arrow.empty_table().select(names))
        for batch in file.iter_batches(BATCH_ROWS, row_groups=wanted, columns=names, use_threads=False):
            yield _typed(pa.Table.from_batches([batch]))


@contextmanager
def write_whole(target: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    """Give a function that writes rows to a file of mode 0600, which gets its name when it is whole.

    What a crash leaves starts with ".".
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
            options = {"compression": "lz4", "use_dictionary": coded, "write_statistics": False}  # nobody asks for them
            with pq.ParquetWriter(file, schema, **options) as writer:
                yield writer.write_table
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _typed(rows: pa.Table) -> pa.Table:
    for place, name in enumerate(rows.schema.names):
        if name in CAPTURED.names and rows.schema.field(name).type != CAPTURED.field(name).type:
            rows = rows.set_column(place, CAPTURED.field(name), rows.column(name).cast(CAPTURED.field(name).type))
    return rows


def _filled(group: pq.RowGroupMetaData, column: str) -> int | None:
    for number in range(group.num_columns):
        chunk = group.column(number)
        if chunk.path_in_schema == column:
            known = chunk.is_stats_set and chunk.statistics.has_null_count
            return int(group.num_rows - chunk.statistics.null_count) if known else None
    return 0
