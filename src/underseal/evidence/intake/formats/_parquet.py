"""Parquet files as blocks of Arrow columns. Where a row group is damaged, each of its unread rows is a failure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.records import Failure
from underseal.errors import UnreadableError
from underseal.evidence.intake.formats._columns import Rows, fit_strings, not_utf8, place
from underseal.evidence.intake.formats._mapping import TableMapping
from underseal.evidence.intake.formats._unit import failure

MAGIC: Final = b"PAR1"
"""First and last four bytes of a Parquet file."""

BLOCK_ROWS: Final = 1 << 16
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What one read gave: sound rows, a failure for every other row, and how many rows of the file lie behind."""

    rows: Rows
    failures: list[Failure]
    done: int


class ParquetTable:
    """An opened Parquet file.

    Args:
        file: what Arrow makes of it.
        mapping: which columns are wanted.

    Raises:
        UnreadableError: it has not the columns of the mapping, or a column is neither text, number nor time.
    """

    def __init__(self, file: pq.ParquetFile, mapping: TableMapping) -> None:
        self._file = file
        self._mapping = mapping
        schema = file.schema_arrow
        mapping.check_columns(schema.names)
        for name, column in mapping.columns.items():
            self._check_type(name, column, schema.field(column).type)

    @property
    def total(self) -> int:
        """Rows in all, as the footer counts them."""
        return int(self._file.metadata.num_rows)

    def blocks(self, done: int) -> Iterator[Block]:
        """Yield the rows behind the first `done`."""
        start = 0
        for group in range(self._file.num_row_groups):
            end = start + int(self._file.metadata.row_group(group).num_rows)
            if end > done:
                yield from self._group(group, start, end, max(start, done))
            start = end

    def _group(self, group: int, start: int, end: int, done: int) -> Iterator[Block]:
        position = start
        try:
            for batch in self._file.iter_batches(BLOCK_ROWS, row_groups=[group], columns=list(self._mapping.wanted)):
                behind = position + batch.num_rows
                if behind > done:
                    new = batch.slice(max(0, done - position))
                    yield self._block(new, behind)
                    done = behind
                position = behind
        except (OSError, pa.ArrowException):
            yield from _lost(done, end)

    def _block(self, batch: pa.RecordBatch, behind: int) -> Block:
        first = behind - batch.num_rows + 1
        columns: dict[str, pa.Array] = {}
        bad: set[int] = set()
        for column in self._mapping.wanted:
            found = batch.column(column)
            if pa.types.is_timestamp(found.type) or pa.types.is_list(found.type) or pa.types.is_large_list(found.type):
                columns[column] = found
            else:
                columns[column], odd = fit_strings(found)
                bad.update(odd)
        rows = Rows(numbers=pa.array(range(first, behind + 1), pa.int64()), columns=columns)
        failures = [not_utf8(first + index) for index in sorted(bad)]
        return Block(rows=_without(rows, bad), failures=failures, done=behind)

    def _check_type(self, name: str, column: str, found: pa.DataType) -> None:
        found = found.value_type if pa.types.is_dictionary(found) else found
        if name == "time" and pa.types.is_timestamp(found):
            if self._mapping.time.format != "timestamp":
                raise UnreadableError(
                    f"Column {column!r} holds timestamps.", hint='Say time.format = "timestamp" in the mapping.'
                )
            if found.tz is None and not self._mapping.time.zone:
                raise UnreadableError(
                    f"The timestamps of column {column!r} say no zone.", hint="Say time.zone in the mapping."
                )
            return
        if name == "time" and self._mapping.time.format == "timestamp":
            raise UnreadableError(f"Column {column!r} holds {found}, no timestamps.", hint="Correct time.format.")
        if name == "recipients" and (pa.types.is_list(found) or pa.types.is_large_list(found)):
            found = found.value_type
        if pa.types.is_nested(found) or pa.types.is_timestamp(found):
            raise UnreadableError(f"Column {column!r} holds {found}, which cannot be read as {name}.")


@contextmanager
def open_parquet(path: Path, mapping: TableMapping) -> Iterator[ParquetTable]:
    """Open a Parquet file for reading only.

    Raises:
        UnreadableError: its footer is damaged or missing, and all that `ParquetTable` raises.
    """
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise UnreadableError(
            f"{path.name} cannot be opened as Parquet: its end is damaged or missing.",
            hint="A Parquet file that was cut short has lost the list of what it holds; ask for another copy.",
        ) from error
    with file:
        yield ParquetTable(file, mapping)


def _lost(done: int, end: int) -> Iterator[Block]:
    """Yield a failure for each row of a row group from row `done` on."""
    nothing = Rows(numbers=pa.array([], pa.int64()), columns={})
    for first in range(done, end, BLOCK_ROWS):
        last = min(first + BLOCK_ROWS, end)
        reason = "the row group of this row is damaged"
        failures = [failure(place(number + 1), "damaged_row_group", reason) for number in range(first, last)]
        yield Block(rows=nothing, failures=failures, done=last)


def _without(rows: Rows, bad: set[int]) -> Rows:
    if not bad:
        return rows
    good = pa.array([index not in bad for index in range(len(rows.numbers))])
    return Rows(
        numbers=pc.filter(rows.numbers, good),
        columns={column: pc.filter(values, good) for column, values in rows.columns.items()},
    )
