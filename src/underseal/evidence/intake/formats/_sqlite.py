"""Reading a captured SQLite database: nothing is written to it, and damage costs only the rows that it hit.

A database is opened with `mode=ro&immutable=1`, so that SQLite creates no file beside it and takes no lock. Such an opening
ignores the write-ahead log or rollback journal of a server that was cut off; where one lies there, database and
log are copied aside and SQLite recovers the copy, as the server would have done at its next start.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from underseal.core.records import Failure, Place
from underseal.errors import UnreadableError
from underseal.evidence.intake.formats._unit import failure

MAGIC = b"SQLite format 3\0"
"""First 16 bytes of every SQLite 3 database (SQLite file format, section 1.3)."""

FIRST = -(2**63)
"""Below every rowid."""

MAX_VALUE_BYTES = 1 << 26
"""Longest row that is read, in bytes: 64 MiB, a thousand times the largest Matrix event."""

_LAST = 2**63 - 1
_STEPS = 1 << 16
"""Rowids behind a damaged one that are tried one by one; beyond them the steps double."""

_LOGS = ("-wal", "-journal")

Value: TypeAlias = bytes | int | float | None
Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Some columns of the rows of a table, in the order of the rowid, which is the first column.

    Attributes:
        table: name of the table, whose rowid drives the reading; other tables may be joined in `source`.
        columns: further columns, as SQL.
        source: what stands after FROM.
        where: condition, as SQL; "" for all rows. values: values for its question marks.
    """

    table: str
    columns: str
    source: str
    where: str = ""
    values: tuple[Value, ...] = ()

    def rows(self, compare: str) -> str:
        """Return the statement for the rows whose rowid compares so ("> ?") with a value."""
        also = f" AND {self.where}" if self.where else ""
        # Everything here is a constant of a reader; values go in by question marks.
        return (
            f"SELECT {self.table}.rowid, {self.columns} FROM {self.source} "  # noqa: S608
            f"WHERE {self.table}.rowid {compare}{also} ORDER BY {self.table}.rowid"
        )

    def count(self) -> str:
        """Return the statement that counts the rows after a rowid by walking the table itself, not an index."""
        also = f" AND {self.where}" if self.where else ""
        return (
            f"SELECT count(*) FROM {self.table} NOT INDEXED "  # noqa: S608  # a constant of a reader
            f"WHERE {self.table}.rowid > ?{also}"
        )

    def next_rowid(self) -> str:
        """Return the statement for the first rowid from a value on, which touches no other column."""
        return f"SELECT rowid FROM {self.table} NOT INDEXED WHERE rowid >= ? ORDER BY rowid LIMIT 1"  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Rows that cannot be read.

    Attributes:
        table: of which table.
        first, last: rowids, both included; `last` is None for "to the end". Not every number in between need have been a row.
    """

    table: str
    first: int
    last: int | None

    def at(self, file: str) -> Failure:
        """Return the failure row for them."""
        start = "the start" if self.first == FIRST + 1 else f"row {self.first}"
        end = "the end" if self.last is None else f"row {self.last}"
        where = start if self.first == self.last else f"{start} to {end}"
        row = 1 if self.first == FIRST + 1 else self.first
        return failure(
            Place(file=file, unit=f"{self.table} rowid", row=row),
            "damaged_database",
            f"table {self.table} cannot be read at {where}: the database is damaged or cut short there",
        )


def is_database(file: Path) -> bool:
    """Say whether a file starts as an SQLite database does."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def logs_of(file: Path) -> list[Path]:
    """Return the logs beside a database that hold something."""
    beside = [file.with_name(file.name + suffix) for suffix in _LOGS]
    return [log for log in beside if log.is_file() and not log.is_symlink() and log.stat().st_size]


@contextmanager
def open_unlogged(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a captured database as it is without the log beside it, for reading only. Text comes as bytes.

    Raises:
        UnreadableError: it is no database, or its first page is damaged.
    """
    with closing(_connect(file, "mode=ro&immutable=1")) as connection:
        yield connection


@contextmanager
def open_database(file: Path, *, scratch: Path | None) -> Iterator[sqlite3.Connection]:
    """Open a captured database, together with the log beside it, for reading only. Text comes as bytes.

    Args:
        file: the database.
        scratch: folder for the private copy that a log makes necessary; None for the system's temporary folder.

    Raises:
        UnreadableError: it is no database, or its first page is damaged.
        OSError: there is no room for the copy.
    """
    if not logs_of(file):
        with open_unlogged(file) as connection:
            yield connection
    elif scratch is not None:
        with closing(_connect(_recovered(file, scratch), "mode=rw")) as connection:
            yield connection
    else:
        with (
            tempfile.TemporaryDirectory(prefix="underseal-") as folder,
            closing(_connect(_recovered(file, Path(folder)), "mode=rw")) as connection,
        ):
            yield connection


def columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of a table's columns; none for a table that is not there."""
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return {name.decode("utf-8", "replace") for (name,) in rows}


def is_table(connection: sqlite3.Connection, table: str) -> bool:
    """Say whether there is a table (no view) of that name."""
    # Not from sqlite_master: a page of that may be lost, and the tables that SQLite learnt before still be there.
    question = "SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name = ?"
    return connection.execute(question, (table,)).fetchone() is not None


def count(connection: sqlite3.Connection, query: Query, after: int) -> int:
    """Count the rows after a rowid.

    Raises:
        sqlite3.DatabaseError: the table is damaged.
    """
    (rows,) = connection.execute(query.count(), (after, *query.values)).fetchone()
    return int(rows)


def scan(connection: sqlite3.Connection, query: Query, after: int = FIRST) -> Iterator[Row | Lost]:
    """Yield the rows of a query after a rowid. Where a row cannot be read, say so and go on behind the damage."""
    last = after
    while True:
        try:
            for row in connection.execute(query.rows("> ?"), (last, *query.values)):
                rowid = row[0]
                if not isinstance(rowid, int) or rowid <= last:
                    break  # a page that points back: damage that SQLite does not notice, and would walk for ever
                last = rowid
                yield row
            else:
                return
        except sqlite3.DatabaseError:
            pass
        start, rowid = _behind(connection, query, last + 1)
        if start is None or start > last + 1:
            yield Lost(table=query.table, first=last + 1, last=None if start is None else start - 1)
        if start is None or rowid is None:
            return
        yield from _one(connection, query, rowid)
        last = rowid


def _one(connection: sqlite3.Connection, query: Query, rowid: int) -> Iterator[Row | Lost]:
    try:
        rows = connection.execute(query.rows("= ?"), (rowid, *query.values)).fetchall()
    except sqlite3.DatabaseError:
        yield Lost(table=query.table, first=rowid, last=rowid)
    else:
        yield from rows[:1]


def _behind(connection: sqlite3.Connection, query: Query, first: int) -> tuple[int | None, int | None]:
    """Find the lowest number from `first` on at which the table can be read again.

    Returns:
        That number, or None if there is none; and the first rowid from it on, or None at the end of the table.
    """

    def readable(number: int) -> tuple[bool, int | None]:
        try:
            found = connection.execute(query.next_rowid(), (number,)).fetchone()
        except sqlite3.DatabaseError:
            return False, None
        return (True, None) if found is None else (found[0] >= number, found[0])

    number, step = first, 1
    while number <= _LAST:
        good, rowid = readable(number)
        if good:
            return _lowest(readable, number - step + 1, number, rowid) if step > 1 else (number, rowid)
        if number - first >= _STEPS:
            step *= 2
        number += step
    return None, None


def _lowest(
    readable: Callable[[int], tuple[bool, int | None]], low: int, high: int, rowid: int | None
) -> tuple[int, int | None]:
    """Bisect between a step that failed and one that did not."""
    while low < high:
        middle = (low + high) // 2
        good, found = readable(middle)
        if good:
            high, rowid = middle, found
        else:
            low = middle + 1
    return high, rowid


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(os.fsencode(file.absolute()))}?{mode}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        connection.text_factory = bytes
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        connection.execute("PRAGMA trusted_schema = OFF")  # the schema is evidence, not code of ours
        # Lets SQLite open a file that is shorter than its header says, and skip a damaged entry of the schema.
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("SELECT 1 FROM pragma_table_list").fetchone()
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise UnreadableError(f"{file.name} cannot be opened as an SQLite database: {error}") from error
    return connection


def _recovered(file: Path, scratch: Path) -> Path:
    """Return a private copy of a database and its logs, made by this run or by an earlier one that was killed."""
    folder = scratch / "recovered"
    if not folder.exists():
        part = scratch / "recovered.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        for original in (file, *logs_of(file)):
            shutil.copyfile(original, part / original.name)
        part.rename(folder)
    return folder / file.name
