"""CSV files as blocks of Arrow columns; see `_csv_rows` for the grammar and for what becomes of damaged rows."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import BinaryIO, Final, Literal, TypedDict

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from underseal.core.records import Failure
from underseal.errors import UnreadableError
from underseal.evidence.intake.formats._columns import Rows, place
from underseal.evidence.intake.formats._csv_rows import MAX_ROW_BYTES, PLACEHOLDER, Grammar, Sifter
from underseal.evidence.intake.formats._lines import Mark
from underseal.evidence.intake.formats._mapping import CsvRule, TableMapping
from underseal.evidence.intake.formats._unit import failure

BLOCK_BYTES: Final = 1 << 23
"""What is parsed at once, in bytes: 8 MiB, some 100,000 rows."""

_BREAKS: Final = repeat("\r\n")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What one parse gave.

    Attributes:
        rows: the sound rows, with the columns that the mapping wants.
        failures: one for every other row, in their order.
        mark: behind them; its offset counts bytes of the file in UTF-8.
    """

    rows: Rows
    failures: list[Failure]
    mark: Mark


class CsvTable:
    """An opened CSV file.

    Args:
        file: the file.
        mapping: how it is written, and which columns are wanted.

    Raises:
        UnreadableError: its first row cannot be read, or it has not the columns of the mapping.
    """

    def __init__(self, file: BinaryIO, mapping: TableMapping) -> None:
        self._stream = _Utf8(file, mapping.csv.encoding)
        self._rule = mapping.csv
        names, self._start = self._first_row()
        mapping.check_columns(names)
        self._width = len(names)
        self._indices = {column: str(names.index(column)) for column in mapping.wanted}

    @property
    def consumed(self) -> int:
        """Bytes of the file that were read so far."""
        return self._stream.consumed

    def blocks(self, after: Mark | None) -> Iterator[Block]:
        """Yield all rows, or those behind a mark."""
        mark = after or self._start
        sifter = Sifter(self._rule, self._width, skipping=bool(mark.told))
        self._stream.seek(mark.offset)
        waiting, final = b"", False
        while not final:
            fresh = self._stream.read(BLOCK_BYTES)
            final = not fresh
            waiting += fresh
            closing = b"\n" if final and waiting and not waiting.endswith(b"\n") else b""
            clean, used = sifter.sift(waiting + closing, final=final)
            used = min(used, len(waiting))
            waiting = waiting[used:]
            block = self._parse(clean, mark, used, sifter)
            mark = block.mark
            yield block

    def _first_row(self) -> tuple[list[str], Mark]:
        """Return the names of the columns, and where the data begins."""
        grammar, head, match, skipped = Grammar(self._rule), b"", None, 0
        self._stream.seek(0)
        while not match and len(head) < MAX_ROW_BYTES and (data := self._stream.read(BLOCK_BYTES)):
            head += data
            skipped = len(_BOM) if head.startswith(_BOM) else 0
            match = grammar.row.match(head, skipped)
        match = match or grammar.row.match(head + b"\n", skipped)
        try:
            (names,) = csv.reader([match[0].decode()] if match else [], **_dialect(self._rule))
        except (UnicodeDecodeError, ValueError, csv.Error):
            names = []
        if not names or not match:
            raise UnreadableError(
                "The first row of the table cannot be read.",
                hint="Check csv.delimiter, csv.quote and csv.encoding in the mapping.",
            )
        if self._rule.header:
            return names, Mark(offset=min(match.end(), len(head)), number=2)
        return [str(number + 1) for number in range(len(names))], Mark(offset=skipped, number=1)

    def _parse(self, clean: bytes, mark: Mark, used: int, sifter: Sifter) -> Block:
        odd: list[arrow_csv.InvalidRow] = []

        def note(row: arrow_csv.InvalidRow) -> str:
            odd.append(row)
            return "skip"

        table = self._arrow(clean, note)
        every = table.num_rows + len(odd)
        numbers = np.delete(np.arange(mark.number, mark.number + every), [row.number - 1 for row in odd])
        failures = [self._failure(row, mark.number, sifter) for row in odd]
        columns = {column: table.column(index).combine_chunks() for column, index in self._indices.items()}
        behind = Mark(offset=mark.offset + used, number=mark.number + every, told=int(sifter.skipping))
        return Block(rows=Rows(numbers=pa.array(numbers, pa.int64()), columns=columns), failures=failures, mark=behind)

    def _arrow(self, clean: bytes, note: object) -> pa.Table:
        wanted = list(dict.fromkeys(self._indices.values()))
        if not clean:
            return pa.table({name: pa.array([], pa.string()) for name in wanted})
        names = [str(index) for index in range(self._width)]
        return arrow_csv.read_csv(
            pa.BufferReader(clean),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(clean) + 1),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._rule.delimiter,
                quote_char=self._rule.quote or False,
                newlines_in_values=bool(self._rule.quote) and self._rule.quote.encode() in clean,
                invalid_row_handler=note,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=wanted,
                strings_can_be_null=False,
                check_utf8=False,  # done by the sifter, row by row
            ),
        )

    def _failure(self, row: arrow_csv.InvalidRow, first: int, sifter: Sifter) -> Failure:
        where = place(first + row.number - 1)
        text = row.text.encode()
        if text.startswith(PLACEHOLDER) and sifter.faults:
            fault = sifter.faults.popleft()
            return failure(where, fault.code, fault.reason, fault.sample)
        reason = f"the row has {row.actual_columns} fields, not {row.expected_columns}"
        return failure(where, "wrong_columns", reason, text)


@contextmanager
def open_csv(path: Path, mapping: TableMapping) -> Iterator[CsvTable]:
    """Open a CSV file for reading only; raises as `CsvTable`."""
    with path.open("rb") as file:
        yield CsvTable(file, mapping)


def count_rows(path: Path, rule: CsvRule) -> int | None:
    """Count the rows of data with the parser of Python's library, or by their line feeds where nothing is quoted.

    Returns:
        The number, or None where that parser takes offence at a row.
    """
    with path.open("rb") as file:
        stream = _Utf8(file, rule.encoding)
        lines = (line.decode("utf-8", "surrogateescape") for line in _lines(stream))
        rows: Iterable[object] = csv.reader(lines, **_dialect(rule)) if rule.quote else map(str.strip, lines, _BREAKS)
        try:
            found = sum(1 for row in rows if row)
        except csv.Error:
            return None
    return max(0, found - rule.header)


class _Dialect(TypedDict):
    delimiter: str
    quotechar: str | None
    quoting: Literal[0, 3]
    strict: bool


def _dialect(rule: CsvRule) -> _Dialect:
    return _Dialect(
        delimiter=rule.delimiter,
        quotechar=rule.quote or None,
        quoting=csv.QUOTE_MINIMAL if rule.quote else csv.QUOTE_NONE,
        strict=True,
    )


class _Utf8:
    """A file as UTF-8, whatever its encoding. Bytes that mean nothing there become bytes that are not UTF-8.

    Attributes:
        consumed: bytes of the file that were read so far.
    """

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._codec = codecs.lookup(encoding)
        self._plain = self._codec.name == "utf-8"
        self._decoder = self._codec.incrementaldecoder("surrogateescape")
        self._ahead = b""

    @property
    def consumed(self) -> int:
        return self._file.tell()

    def seek(self, offset: int) -> None:
        """Go to an offset of the file in UTF-8; in another encoding by decoding all that lies before it."""
        self._file.seek(offset if self._plain else 0)
        self._decoder.reset()
        self._ahead = b""
        while not self._plain and offset:
            offset -= len(self.read(min(offset, BLOCK_BYTES))) or offset

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end."""
        if self._plain:
            return self._file.read(size)
        while not self._ahead:
            data = self._file.read(BLOCK_BYTES)
            self._ahead = self._decoder.decode(data, final=not data).encode("utf-8", "surrogatepass")
            if not data:
                break
        result, self._ahead = self._ahead[:size], self._ahead[size:]
        return result


def _lines(stream: _Utf8) -> Iterator[bytes]:
    """Yield the lines of a stream, with their line feeds; only line feeds end a line.

    Raises:
        csv.Error: a line is too long to be counted, or holds a carriage return that parsers understand differently.
    """
    waiting = b""
    while data := stream.read(BLOCK_BYTES):
        *whole, waiting = (waiting + data).split(b"\n")
        if len(waiting) > MAX_ROW_BYTES:
            raise csv.Error("too long")
        for line in whole:
            yield _countable(line) + b"\n"
    if waiting:
        yield _countable(waiting)


def _countable(line: bytes) -> bytes:
    if b"\r" in line[:-1]:
        raise csv.Error("stray carriage return")
    return line
