"""Tables of messages as CSV, Parquet or JSON lines, with a mapping file that says what the columns are.

This is how the spreadsheets of partner forces arrive. Source of the formats: RFC 4180 (CSV), Apache Parquet, JSON lines;
the mapping is described in docs/formats/message-table.md. A row is a unit. Its place is the number that a spreadsheet
shows for it: in a CSV file with a header the first row of data is row 2, elsewhere row 1; in JSON lines it is the line.
Not read: XLSX, several tables at once, and attachments.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from underseal.core.records import Failure, captured_batch
from underseal.errors import CallerError, UnreadableError
from underseal.evidence.intake.formats._columns import Rows, to_records
from underseal.evidence.intake.formats._csv import count_rows, open_csv
from underseal.evidence.intake.formats._json_rows import check_first_lines, json_blocks
from underseal.evidence.intake.formats._lines import Mark, count_lines
from underseal.evidence.intake.formats._mapping import TableMapping, read_mapping
from underseal.evidence.intake.formats._parquet import MAGIC, open_parquet
from underseal.evidence.intake.reader import Batch, Growth, Source

_SUFFIXES: Final = frozenset({".csv", ".tsv", ".jsonl", ".ndjson"})


class MessageTableReader:
    """Reads one table; the exhibit is one file, and `Source.mapping` says what it holds."""

    name = "message-table"
    title = "Table of messages (CSV, Parquet or JSON lines)"
    growth = Growth.NEVER
    locked = False

    def detect(self, path: Path) -> bool:
        """Say whether the file is Parquet, or bears the name of a table; CSV has no mark of its own."""
        try:
            with path.open("rb") as file:
                return file.read(len(MAGIC)) == MAGIC or path.suffix.lower() in _SUFFIXES
        except OSError:
            return False

    def check(self, source: Source, *, after: str = "") -> None:  # noqa: ARG002  # a table continues nothing
        """Read the mapping, and compare it with the columns of the table.

        Raises:
            CallerError: the mapping is missing or faulty.
            UnreadableError: it does not fit the table.
        """
        mapping = _mapping(source)
        if mapping.layout == "csv":
            with open_csv(source.path, mapping):
                pass
        elif mapping.layout == "jsonl":
            check_first_lines(source.path, mapping)
        else:
            with open_parquet(source.path, mapping):
                pass

    def size(self, source: Source) -> int:
        """Return the bytes of the file."""
        return source.path.stat().st_size

    def total(self, source: Source, *, after: str = "") -> int | None:
        """Count the rows by another parser, by the footer, or by line feeds; None where another parser gives up."""
        if after:
            return None
        mapping = _mapping(source)
        if mapping.layout == "csv":
            return count_rows(source.path, mapping.csv)
        if mapping.layout == "jsonl":
            return count_lines(source.path, Mark())
        with open_parquet(source.path, mapping) as table:
            return table.total

    def read(self, source: Source, *, after: str = "") -> Iterator[Batch]:
        """Stream the rows.

        Raises:
            CallerError, UnreadableError: as `check`.
        """
        mapping = _mapping(source)
        readers = {"csv": self._read_csv, "jsonl": self._read_json, "parquet": self._read_parquet}
        yield from readers[mapping.layout](source, mapping, after)

    def _read_csv(self, source: Source, mapping: TableMapping, after: str) -> Iterator[Batch]:
        with open_csv(source.path, mapping) as table:
            for block in table.blocks(Mark.parse(after) if after else None):
                yield _batch(
                    source, mapping, block.rows, block.failures, cursor=str(block.mark), bytes_read=table.consumed
                )

    def _read_json(self, source: Source, mapping: TableMapping, after: str) -> Iterator[Batch]:
        for block in json_blocks(source.path, mapping, Mark.parse(after)):
            yield _batch(source, mapping, block.rows, block.failures, cursor=str(block.mark), bytes_read=block.consumed)

    def _read_parquet(self, source: Source, mapping: TableMapping, after: str) -> Iterator[Batch]:
        if after and not after.isdecimal():
            raise CallerError("The cursor is not one of the reader of Parquet tables.")
        size = self.size(source)
        with open_parquet(source.path, mapping) as table:
            for block in table.blocks(int(after or "0")):
                read = size * block.done // max(1, table.total)
                yield _batch(source, mapping, block.rows, block.failures, cursor=str(block.done), bytes_read=read)


def _batch(
    source: Source, mapping: TableMapping, rows: Rows, failures: list[Failure], *, cursor: str, bytes_read: int
) -> Batch:
    if len(rows.numbers):
        records, more = to_records(rows, mapping, exhibit=source.exhibit)
        failures = sorted([*failures, *more], key=lambda failure: failure.place.row)
    else:
        records = captured_batch([], exhibit=source.exhibit)
    return Batch(records=records, failures=tuple(failures), cursor=cursor, bytes_read=bytes_read)


def _mapping(source: Source) -> TableMapping:
    if not source.path.is_file():
        raise UnreadableError(f"{source.path} is not a file.", hint="Take each table in as an exhibit of its own.")
    mapping = read_mapping(source.mapping)
    if mapping.time.format == "timestamp" and mapping.layout != "parquet":
        raise CallerError(f'{mapping.file}: time.format "timestamp" is for Parquet alone.')
    return mapping
