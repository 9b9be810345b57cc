"""XLSX (ISO/IEC 29500): a workbook to read, sort and filter, in which nothing is run, turned into a number or cut off.

Every text is written as text and every time as ISO 8601 with its offset: a spreadsheet's own dates know no offset. What is longer than a
cell may be goes on in further rows of the same line, which say so in `part`. Rows go to the disk as they come.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from underseal.core.records import READABLE
from underseal.errors import InternalError
from underseal.evidence.disclosure.disclosed import Disclosed, Head
from underseal.evidence.disclosure.form import Messages
from underseal.evidence.disclosure.forms._about import about
from underseal.evidence.disclosure.forms._columns import COLUMNS, Value
from underseal.evidence.disclosure.forms._signs import printable

CELL: Final = 32_767
"""UTF-16 units that a cell holds (Excel specifications and limits)."""

ROWS: Final = 1_048_576
"""Rows that a sheet holds (same source)."""

_HALF, _SECOND = 0xFC, 0xDC
"""How the second unit of a pair is told (UTF-16): by the high bits of its high byte."""

_FILE: Final = "messages.xlsx"
_NOTES: Final = (
    (
        "Each row is a message; its number in the schedule is in “line”. A text that is longer than a cell may be goes on in the "
        "next row, which has the same line and says in “part” which part of how many it is."
    ),
    "Grey: something is held back, see “redactions”. Hatched: not opened, see “verdict” and “reason”.",
    "Control characters stand as Office Open XML writes them, _x0007_, and Excel shows them as nothing.",
)


def write(head: Head, messages: Messages, folder: Path) -> Sequence[str]:
    """Write messages.xlsx with the sheets about, messages and conversations. A `Form`."""
    with xlsxwriter.Workbook(
        folder / _FILE, {"constant_memory": True, "strings_to_urls": False, "in_memory": False}
    ) as book:
        book.set_properties(
            {
                "title": printable(f"Disclosure of dossier {head.dossier}"),
                "author": printable(head.by),
                "created": datetime.fromisoformat(head.at).astimezone(UTC),
            }
        )
        styles = _Styles(book)
        _about(book.add_worksheet("about"), head, styles)
        _Table(book, styles).write(messages())
        _conversations(book.add_worksheet("conversations"), messages(), styles)
    return (_FILE,)


class _Styles:
    """How cells look."""

    def __init__(self, book: Workbook) -> None:
        base = {"valign": "top", "text_wrap": True, "num_format": "@"}
        self.title: Format = book.add_format(base | {"bold": True, "bottom": 1, "bg_color": "#E7EBF0"})
        self.text: Format = book.add_format(base)
        self.number: Format = book.add_format({"valign": "top", "num_format": "0"})
        self.held: Format = book.add_format(base | {"bg_color": "#C9CED6"})
        self.locked: Format = book.add_format(base | {"pattern": 14, "fg_color": "#9AA3AE", "bg_color": "#FFFFFF"})

    def of(self, message: Disclosed) -> Format:
        """Return how the text of a message looks."""
        if message.verdict not in READABLE:
            return self.locked
        return self.held if message.redactions else self.text

    def put(self, sheet: Worksheet, place: tuple[int, int], value: Value, look: Format | None = None) -> None:
        """Write a cell: text as text, a number as a number.

        Raises:
            InternalError: it would have been left out.
        """
        if value is None:
            refused = sheet.write_blank(*place, None, look or self.text)
        elif isinstance(value, int):
            refused = sheet.write_number(*place, value, self.number)
        else:
            refused = sheet.write_string(*place, value, look or self.text)
        if refused:
            raise InternalError(
                f"A cell of {_FILE} cannot be written: row {place[0] + 1}, column {place[1] + 1}.",
                hint="The other forms say the same.",
            )


class _Table:
    """The sheets of the messages, a further one where one is full."""

    def __init__(self, book: Workbook, styles: _Styles) -> None:
        self._book = book
        self._styles = styles
        self._names = [*(column.name for column in COLUMNS), "part"]
        self._widths = [*(column.width for column in COLUMNS), 7]
        self._sheets = 0
        self._sheet = self._begin()

    def write(self, messages: Iterator[Disclosed]) -> None:
        """Write all messages."""
        for message in messages:
            parts = [_parts(column.value(message)) for column in COLUMNS]
            count = max(len(cells) for cells in parts)
            if self._row + count > ROWS:
                self._end()
                self._sheet = self._begin()
            for number in range(count):
                cells = [cells[number] if number < len(cells) else "" for cells in parts]
                self._part(message, [*cells, f"{number + 1}/{count}"])
        self._end()

    def _begin(self) -> Worksheet:
        self._sheets += 1
        sheet = self._book.add_worksheet("messages" if self._sheets == 1 else f"messages {self._sheets}")
        _titles(sheet, list(zip(self._names, self._widths, strict=True)), self._styles)
        sheet.freeze_panes(1, 2)
        self._row = 1
        return sheet

    def _end(self) -> None:
        self._sheet.autofilter(0, 0, self._row - 1, len(self._names) - 1)

    def _part(self, message: Disclosed, cells: Sequence[Value]) -> None:
        """Write a row; each says of which line it is."""
        own = {"line": message.line}
        looks = {"text": self._styles.of(message)}
        for place, (name, value) in enumerate(zip(self._names, cells, strict=True)):
            self._styles.put(self._sheet, (self._row, place), own.get(name, value), looks.get(name))
        self._row += 1


def _about(sheet: Worksheet, head: Head, styles: _Styles) -> None:
    _titles(sheet, [("name", 26), ("value", 80)], styles)
    for row, (name, value) in enumerate([*about(head), *(("Note", note) for note in _NOTES)], 1):
        styles.put(sheet, (row, 0), name)
        styles.put(sheet, (row, 1), value)


def _conversations(sheet: Worksheet, messages: Iterator[Disclosed], styles: _Styles) -> None:
    _titles(
        sheet,
        [("conversation", 60), ("messages", 11), ("first", 30), ("last", 30), ("first_line", 11), ("last_line", 11)],
        styles,
    )
    for row, (name, group) in enumerate(groupby(messages, key=lambda message: message.conversation), 1):
        first = last = next(group)
        count = 1
        for last in group:  # noqa: B007  # the last one is wanted
            count += 1
        for place, value in enumerate((name, count, first.iso, last.iso, first.line, last.line)):
            styles.put(sheet, (row, place), value)


def _titles(sheet: Worksheet, columns: Sequence[tuple[str, int]], styles: _Styles) -> None:
    for place, (name, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, styles.title)


def _parts(value: Value) -> list[Value]:
    """Split what is longer than a cell may be."""
    if not isinstance(value, str) or len(value) * 2 <= CELL:
        return [value]
    units = value.encode("utf-16-le")
    parts, start = [], 0
    while start < len(units):
        end = min(start + CELL * 2, len(units))
        if end < len(units) and units[end + 1] & _HALF == _SECOND:
            end -= 2  # the second half of a pair
        parts.append(units[start:end].decode("utf-16-le"))
        start = end
    return [*parts]
