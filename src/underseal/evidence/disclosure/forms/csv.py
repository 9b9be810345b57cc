"""CSV (RFC 4180): a row for each message, exact to the character, in a file that a spreadsheet opens without running anything.

UTF-8 with a byte order mark, since Excel takes a file without one for Windows-1252. Every text is quoted, lines end with CR LF. A text
that a spreadsheet might take for a formula gets one apostrophe before it, and so does a text that begins with an apostrophe: who
takes one leading apostrophe off each text has it exactly. Numbers (line, record, time, uncertainty, attached_size) have none.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from underseal.evidence.disclosure.disclosed import Head
from underseal.evidence.disclosure.form import Messages
from underseal.evidence.disclosure.forms._about import about
from underseal.evidence.disclosure.forms._columns import COLUMNS, Value

GUARD: Final = "'"

_RISKY: Final = frozenset("=+-@|%\t\r\n＝＋－＠" + GUARD)
"""What a spreadsheet may take for the beginning of a formula or a command (OWASP, "CSV Injection"), and our own sign."""

_MESSAGES, _ABOUT = "messages.csv", "about.csv"


def write(head: Head, messages: Messages, folder: Path) -> Sequence[str]:
    """Write messages.csv, and about.csv with what every form says at its head. A `Form`."""
    with (folder / _MESSAGES).open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        rows.writerow([column.name for column in COLUMNS])
        rows.writerows([_cell(column.value(message)) for column in COLUMNS] for message in messages())
    with (folder / _ABOUT).open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(["name", "value"])
        rows.writerows((name, _cell(value)) for name, value in about(head))
    return (_MESSAGES, _ABOUT)


def _cell(value: Value) -> Value:
    """Return a value as it stands in the file."""
    if isinstance(value, str) and (value[:1] in _RISKY or value.lstrip()[:1] in _RISKY):
        return GUARD + value
    return value
