"""The checks of an exported audit, streaming: as lines, or as a table for spreadsheets."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from underseal.core.ledger import (
    CHECKPOINT_FORMAT,
    MAX_ENTRY_BYTES,
    Fields,
    Frontier,
    JsonValue,
    SignedDocument,
    canonical,
    leaf_hash,
    parse_strict,
)
from underseal.core.verify.proofs import check_signed
from underseal.core.verify.report import FORM, Course, Opening
from underseal.errors import CallerError, IntegrityError, UnreadableError

EXPORT_FORMAT = "underseal/audit-export/1"
TABLE_FORMAT = "underseal/audit-table/1"

COLUMNS = ("number", "time", "user", "authority", "act", "group", "purpose", "details", "entry")
"""Columns of the table: the fields of an entry, and the entry itself as the ledger has it."""

_ENTRIES = "The entries are those that were signed"
_COMPANION = ".checkpoint.json"
_AT_ONCE = 4096
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cells(entry: bytes) -> tuple[str, ...]:
    """Return the row of an entry.

    A text that a spreadsheet would take for a formula gets an apostrophe before it; the column "entry" has it as it is.

    Raises:
        UnreadableError: the entry is not one of an audit.
    """
    fields = Fields(parse_strict(entry, what="An entry"), "An entry", required=COLUMNS[:-1])
    texts = [fields.text(name) for name in COLUMNS[1:-2]]
    shown = ["'" + text if text.startswith(_FORMULA) else text for text in texts]
    try:
        details = canonical(fields.value("details")).decode()
    except CallerError as error:
        raise UnreadableError(error.message) from error
    return (str(fields.integer("number")), *shown, details, entry.decode())


def companion_of(table: Path) -> Path:
    """Return the file beside a table that holds its signed checkpoint."""
    return table.with_name(table.name + _COMPANION)


def check_export(course: Course, value: JsonValue, opening: Opening, *, start: int) -> None:
    """Check an export as lines.

    Args:
        course: where the steps go.
        value: the first line.
        opening: opens the file.
        start: bytes of the first line; the entries follow, one per line.
    """
    with course.step(FORM) as say:
        head = Fields(value, "The first line", required=("format", "checkpoint"))
        document = SignedDocument.from_json(head.value("checkpoint"), what="The checkpoint")
        say("An export of an audit, one entry per line.")
    check_entries(course, document, lambda: entry_lines(opening, start))


def check_table(course: Course, value: JsonValue, path: Path | None) -> None:
    """Check a table by its companion.

    Args:
        course: where the steps go.
        value: the companion.
        path: of the companion; the table lies beside it. None when it is in memory.
    """
    with course.step(FORM) as say:
        head = Fields(value, "The file", required=("format", "table", "checkpoint"))
        document = SignedDocument.from_json(head.value("checkpoint"), what="The checkpoint")
        name = head.text("table")
        if path is None:
            raise UnreadableError("A table is verified from its files, since it lies beside this one.")
        if not name or path.name != name + _COMPANION:
            raise UnreadableError("The file does not bear the name of its table.")
        say(f"The checkpoint of the table {name!a} beside it.")
    check_entries(course, document, lambda: _table(path.with_name(name)))


def check_entries(course: Course, document: SignedDocument, entries: Callable[[], Iterator[bytes]]) -> Fields:
    """Check that the entries of an export are those that were signed; return the verified checkpoint.

    Args:
        course: where the steps go.
        document: the checkpoint, unverified.
        entries: yields the entries of the export, without their newlines.
    """
    checkpoint = check_signed(course, document, "checkpoint")
    with course.step(_ENTRIES) as say:
        if checkpoint.text("format") != CHECKPOINT_FORMAT:
            raise IntegrityError("The signed document is not the checkpoint of a ledger.")
        size, root = checkpoint.integer("size"), checkpoint.hexadecimal("root")
        frontier = _tree(entries(), size)
        if frontier.size != size:
            raise IntegrityError(f"There are {frontier.size} entries; {size} were signed.")
        if frontier.root() != root:
            raise IntegrityError(f"The entries have the root {frontier.root().hex()}; {root.hex()} was signed.")
        ledger = ascii(checkpoint.text("ledger"))
        say(f"All {size} entries have the signed root {root.hex()}.")
    course.claims.append(f"All {size} entries of the ledger {ledger} are as they were signed, none is missing.")
    return checkpoint


def _tree(entries: Iterator[bytes], size: int) -> Frontier:
    """Grow the tree of the entries; one that does not bear its own number is named at once."""
    frontier = Frontier()
    leaves: list[bytes] = []
    for number, entry in enumerate(entries):
        if number >= size:
            raise IntegrityError(f"There are more entries than the {size} that were signed.")
        if b'"number":%d,' % number not in entry and b'"number":%d}' % number not in entry:
            raise IntegrityError(f"Entry {number} does not bear its number: an entry was added, removed or moved.")
        leaves.append(leaf_hash(entry))
        if len(leaves) == _AT_ONCE:
            frontier.extend(leaves)
            leaves.clear()
    frontier.extend(leaves)
    return frontier


def entry_lines(opening: Opening, start: int) -> Iterator[bytes]:
    """Yield the entries that stand behind the first line of an export.

    Args:
        opening: opens the file. start: bytes of its first line.

    Raises:
        IntegrityError: a line is cut off, or longer than an entry can be.
    """
    with opening() as file:
        file.seek(start)
        number = 0
        while line := file.readline(MAX_ENTRY_BYTES):
            if not line.endswith(b"\n"):
                raise IntegrityError(f"Entry {number} is cut off, or longer than an entry can be.")
            yield line[:-1]
            number += 1


def _table(path: Path) -> Iterator[bytes]:
    csv.field_size_limit(MAX_ENTRY_BYTES)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            if tuple(next(rows, ())) != COLUMNS:
                raise IntegrityError(f"The columns of the table are not {', '.join(COLUMNS)}.")
            for number, row in enumerate(rows):
                yield _entry_of(row, number)
    except UnicodeDecodeError as error:
        raise IntegrityError("The table is not UTF-8 text.") from error
    except csv.Error as error:
        raise IntegrityError(f"The table is not CSV: {error}.") from error


def _entry_of(row: list[str], number: int) -> bytes:
    entry = row[-1].encode() if row else b""
    if tuple(row) != cells(entry):
        raise IntegrityError(f"Row {number} of the table does not say what its entry says.")
    return entry
