"""The CSV and the XLSX run nothing, turn nothing into a number or a date, and cut nothing off."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from disclosed_messages import HEAD, HUGE, disclosed
from disclosure.forms import reading
from underseal.evidence.disclosure import Disclosed
from underseal.evidence.disclosure.forms import xlsx

NUMBERS = {"line", "record", "time", "uncertainty", "attached_size"}


@pytest.fixture(scope="module")
def book(written: Path) -> Any:
    return openpyxl.load_workbook(written / "messages.xlsx")


def test_the_csv_has_no_cell_that_a_spreadsheet_would_run(written: Path) -> None:
    with (written / "messages.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    guarded = 0
    for row in rows:
        for name, cell in row.items():
            if name not in NUMBERS:
                assert cell.lstrip()[:1] not in tuple("=+-@|%＝"), name
                guarded += cell.startswith("'")
    assert guarded > 10


def test_the_csv_is_as_the_rfc_says_with_a_mark_for_spreadsheets(written: Path) -> None:
    content = (written / "messages.csv").read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"line","iso","sender"')
    assert content.endswith(b"\r\n")


def test_every_cell_of_the_workbook_is_text_or_a_whole_number(book: Any) -> None:
    for sheet in book:
        titles = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            for title, cell in zip(titles, row, strict=True):
                assert cell.data_type in {"s", "inlineStr", "n"}
                assert cell.hyperlink is None
                assert cell.value is None or cell.data_type != "n" or isinstance(cell.value, int), title


def test_no_column_is_clipped(book: Any) -> None:
    sheet = book["messages"]
    for cell in sheet[1]:
        assert sheet.column_dimensions[cell.column_letter].width >= 7
    assert sheet.freeze_panes == "C2"
    for cell in sheet[2]:
        assert cell.alignment.wrap_text or isinstance(cell.value, int)


def test_a_long_text_goes_on_in_the_next_row_and_says_so(book: Any) -> None:
    rows = [row for row in book["messages"].iter_rows(values_only=True) if row[-1] in {"1/2", "2/2"}]
    assert [row[-1] for row in rows] == ["1/2", "2/2"]
    assert rows[0][0] == rows[1][0]
    assert "".join(str(row[4]) for row in rows) == HUGE
    assert all(len(str(row[4]).encode("utf-16-le")) // 2 <= xlsx.CELL for row in rows)


def test_a_full_sheet_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS", 4)
    xlsx.write(HEAD, lambda: iter([disclosed(line) for line in range(1, 8)]), tmp_path)
    book = openpyxl.load_workbook(tmp_path / "messages.xlsx")
    assert book.sheetnames == ["about", "messages", "messages 2", "messages 3", "conversations"]
    lines = [row[0] for name in book.sheetnames[1:4] for row in list(book[name].values)[1:]]
    assert lines == list(range(1, 8))


def test_the_conversations_add_up(book: Any, messages: Sequence[Disclosed]) -> None:
    rows = list(book["conversations"].values)[1:]
    assert sum(row[1] for row in rows) == len(messages)
    assert rows[-1][2:] == (messages[-8].iso, messages[-1].iso, messages[-8].line, messages[-1].line)


def test_times_are_text_with_their_offset(book: Any, messages: Sequence[Disclosed]) -> None:
    shown = {row[0]: row[1] for row in list(book["messages"].values)[1:] if row[-1][:2] == "1/"}
    assert shown == {message.line: message.iso for message in messages}
    assert reading.expected(messages[0]).iso.endswith("+02:00")
