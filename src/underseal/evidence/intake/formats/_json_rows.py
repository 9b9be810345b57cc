"""Tables in JSON lines as blocks of Arrow columns: one object a line, and its members are the columns.

A column may be a path into nested objects, with a dot between the names: "sender.id".
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from underseal.core.matrix import clean_text
from underseal.core.records import Failure
from underseal.errors import UnreadableError
from underseal.evidence.intake.formats._columns import Rows, place
from underseal.evidence.intake.formats._lines import MAX_LINE_BYTES, Broken, Line, Mark, first_lines, open_lines
from underseal.evidence.intake.formats._mapping import TableMapping
from underseal.evidence.intake.formats._unit import BadUnitError, failure, json_object

BLOCK_ROWS: Final = 1 << 15
"""Rows that are turned into columns at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows, a failure for every other line, the mark behind them, and the bytes of the file that were consumed."""

    rows: Rows
    failures: list[Failure]
    mark: Mark
    consumed: int


def json_blocks(path: Path, mapping: TableMapping, mark: Mark) -> Iterator[Block]:
    """Yield the lines of a file from a mark on."""
    with open_lines(path, mark) as lines:
        waiting = _Waiting(mapping)
        for line in lines:
            waiting.add(line)
            if waiting.full:
                yield waiting.block(lines.mark, lines.consumed)
                waiting = _Waiting(mapping)
        yield waiting.block(lines.mark, lines.consumed)


def check_first_lines(path: Path, mapping: TableMapping) -> None:
    """Make sure that a file can be the table that the mapping is for.

    Raises:
        UnreadableError: none of its first lines is an object with the column of the time.
    """
    time = mapping.columns["time"]
    for line in first_lines(path):
        with suppress(BadUnitError):
            if _member(json_object(line), time) is not None:
                return
    raise UnreadableError(
        f"None of the first lines of {path.name} is a JSON object with a member {time!r}.",
        hint=f"Check layout and columns.time in {mapping.file}.",
    )


class _Waiting:
    """Rows that wait to be turned into columns."""

    def __init__(self, mapping: TableMapping) -> None:
        self._wanted = mapping.wanted
        self._lists = mapping.columns.get("recipients")
        self._numbers: list[int] = []
        self._values: dict[str, list[object]] = {column: [] for column in mapping.wanted}
        self._failures: list[Failure] = []

    @property
    def full(self) -> bool:
        return len(self._numbers) + len(self._failures) >= BLOCK_ROWS

    def add(self, line: Line | Broken) -> None:
        where = place(line.number)
        if isinstance(line, Broken):
            self._failures.append(failure(where, "truncated", "the compressed file breaks off here", line.data))
        elif line.too_long:
            reason = f"the line is longer than {MAX_LINE_BYTES >> 20} MiB"
            self._failures.append(failure(where, "too_long", reason, line.data))
        else:
            try:
                self._add_row(line)
            except BadUnitError as error:
                self._failures.append(error.at(where, line.data))

    def block(self, mark: Mark, consumed: int) -> Block:
        columns = {column: self._array(column, values) for column, values in self._values.items()}
        rows = Rows(numbers=pa.array(self._numbers, pa.int64()), columns=columns)
        return Block(rows=rows, failures=self._failures, mark=mark, consumed=consumed)

    def _add_row(self, line: Line) -> None:
        row = json_object(line.data)
        values = [_value(column, _member(row, column), lists=column == self._lists) for column in self._wanted]
        for column, value in zip(self._wanted, values, strict=True):
            self._values[column].append(value)
        self._numbers.append(line.number)

    def _array(self, column: str, values: list[object]) -> pa.Array:
        if column == self._lists and any(isinstance(value, list) for value in values):
            lists = [value if isinstance(value, list) or value is None else [value] for value in values]
            return pa.array(lists, pa.list_(pa.string()))
        return pa.array(values, pa.string())


def _member(row: Mapping[str, object], column: str) -> object:
    if column in row:
        return row[column]
    value: object = row
    for name in column.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _value(column: str, value: object, *, lists: bool) -> object:
    """Return a member as text, or as a list of texts; raises BadUnitError for an object and the like."""
    if value is None or isinstance(value, str):
        return None if value is None else clean_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if lists and isinstance(value, list) and all(isinstance(name, str) for name in value):
        return [clean_text(name) for name in value]
    raise BadUnitError("wrong_type", f"the member {column!r} is no text and no number")
