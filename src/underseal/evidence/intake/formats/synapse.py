"""The database of a Synapse homeserver on SQLite, with the media store beside it.

Source of the format: Synapse's own schema (synapse/storage/schema, version 72 and its deltas); tried with Synapse 1.163
and with a database made from schema 72 alone. Tables that are read, and where the bytes lie:

    events, event_json        every event of every room, in the order in which the server accepted them
    devices                   when and from where each device was last seen
    e2e_device_keys_json      the identity keys of each device
    device_inbox              messages to devices that were not yet fetched
    underseal_to_device_log   messages to devices as a capture logged them, where there is such a table
    media_store/              attachments: local_content/ab/cd/rest, remote_content/server/ab/cd/rest

Not read: servers on PostgreSQL, devices of other servers (device_lists_remote_cache), receipts, presence, accounts.

Every row of these tables is a unit: a record or a failure. Where the database is damaged, the tables are read without their
indexes, and an event whose row in `events` is lost is still read from `event_json`.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from underseal.core.matrix import clean_text
from underseal.errors import UnreadableError
from underseal.evidence.intake.formats._batches import Batches
from underseal.evidence.intake.formats._sqlite import (
    columns_of,
    is_database,
    is_table,
    logs_of,
    open_database,
    open_unlogged,
)
from underseal.evidence.intake.formats._synapse_media import SynapseMedia
from underseal.evidence.intake.formats._synapse_position import Position
from underseal.evidence.intake.formats._synapse_sides import SIDES, Side
from underseal.evidence.intake.formats._synapse_timeline import Timeline, continues, count_events
from underseal.evidence.intake.formats._unit import shown_path
from underseal.evidence.intake.reader import Batch, Growth, Source

_SUFFIXES = (".db", ".sqlite", ".sqlite3")
_USUAL_NAME = "homeserver.db"


class SynapseReader:
    """Reads a Synapse database; the exhibit is the database file, or the folder that holds it and its media store."""

    name = "synapse"
    title = "Synapse homeserver (SQLite database and media store)"
    growth = Growth.COUNTED
    locked = False

    def detect(self, path: Path) -> bool:
        """Say whether the file, or one file of the folder, is a database with Synapse's tables."""
        return bool(_databases(path))

    def check(self, source: Source, *, after: str = "") -> None:
        """Find the one database of the exhibit.

        Raises:
            UnreadableError: there is none, or more than one, or it is not a later state of the one that `after` is of.
        """
        position = Position.parse(after)
        with open_database(_database(source.path), scratch=source.scratch) as connection:
            if not continues(connection, position):
                raise UnreadableError(
                    "The database is not a later state of the one that it is to continue: the last event differs.",
                    hint="Take it in as an exhibit that stands for itself.",
                )

    def size(self, source: Source) -> int:
        """Return the bytes of the database and of the logs beside it."""
        database = _database(source.path)
        return sum(file.stat().st_size for file in (database, *logs_of(database)))

    def total(self, source: Source, *, after: str = "") -> int | None:
        """Count the rows of the tables themselves; None where damage stops the count."""
        position = Position.parse(after)
        with open_database(_database(source.path), scratch=source.scratch) as connection:
            try:
                devices = sum(side.count(connection, position) for side in _sides(connection))
                return count_events(connection, position) + devices
            except sqlite3.DatabaseError:
                return None

    def read(self, source: Source, *, after: str = "") -> Iterator[Batch]:
        """Stream all tables, the events first."""
        database, position = _database(source.path), Position.parse(after)
        file = "" if source.path.is_file() else shown_path(database.relative_to(source.path))
        with open_database(database, scratch=source.scratch) as connection:
            media = SynapseMedia(source.path, lambda: database)
            events = Timeline(connection, position, file=file, captured=media.captured)
            progress = _Progress(self.size(source), connection, position)
            batches = Batches(
                source.exhibit, cursor=position.__str__, bytes_read=progress.bytes_read, damaged=position.is_damaged
            )
            batches.notes = [*_notes(source.path, database), *_misfits(connection)]
            for unit in events.units():
                progress.units += 1
                yield from batches.add(unit)
            for side in _sides(connection):
                for unit in side.units(connection, position, file=file):
                    progress.units += 1
                    yield from batches.add(unit)
            progress.finished = True
            yield batches.rest()

    def locate(self, source: Source, address: str) -> Path | None:
        """Return the file of an attachment in the media store, or None when it was not captured."""
        found = SynapseMedia(source.path, lambda: _database(source.path)).captured(address)
        return source.path / found if found else None


class _Progress:
    """Turns units into bytes: rows are spread evenly over a database, as far as a progress bar needs to know."""

    def __init__(self, size: int, connection: sqlite3.Connection, position: Position) -> None:
        tables = ["events", *(side.table for side in _sides(connection))]
        self._size = size
        self._expected = max(1, sum(_last_row(connection, table) for table in tables))
        self.units = sum(max(0, position.spot(table).row) for table in tables)
        self.finished = False

    def bytes_read(self) -> int:
        return self._size if self.finished else min(self._size, self._size * self.units // self._expected)


def _last_row(connection: sqlite3.Connection, table: str) -> int:
    try:
        last = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]  # noqa: S608  # a name of ours
    except sqlite3.DatabaseError:
        return 0
    return max(0, last) if isinstance(last, int) else 0


def _sides(connection: sqlite3.Connection) -> list[Side]:
    return [side for side in SIDES if side.fits(columns_of(connection, side.table))]


def _misfits(connection: sqlite3.Connection) -> list[str]:
    unknown = [side.table for side in SIDES if is_table(connection, side.table) and side not in _sides(connection)]
    return [f"Table {table} has other columns than this reader knows, and was not read." for table in unknown]


def _databases(path: Path) -> list[Path]:
    """Return the Synapse databases of an exhibit: the file itself, or those that lie in the folder."""
    if path.is_file():
        return [path] if _is_synapse(path) else []
    try:
        files = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES)
    except OSError:
        return []
    return [file for file in files if file.is_file() and not file.is_symlink() and _is_synapse(file)]


def _is_synapse(file: Path) -> bool:
    if not is_database(file):
        return False
    try:
        with open_unlogged(file) as connection:
            known = is_table(connection, "events") and is_table(connection, "event_json")
    except (UnreadableError, sqlite3.DatabaseError):
        return False
    # A young database may have its tables only in its log, which detection does not unfold.
    return known or (file.name == _USUAL_NAME and bool(logs_of(file)))


def _database(path: Path) -> Path:
    databases = _databases(path)
    if not databases:
        raise UnreadableError(
            f"{path} holds no Synapse database that can be opened.",
            hint="If its first pages are damaged, recover it into a copy, and take that in as an exhibit of its own.",
        )
    if len(databases) > 1:
        names = ", ".join(file.name for file in databases)
        raise UnreadableError(
            f"{path} holds {len(databases)} Synapse databases ({names}).", hint="Take each in as an exhibit of its own."
        )
    return databases[0]


def _notes(root: Path, database: Path) -> list[str]:
    """Say what a reader of the summary should know of the files themselves."""
    logs = logs_of(database)
    notes = [
        f"{log.name} holds changes that the server had not written to {database.name} yet: "
        "SQLite applied them to a private copy, which was read instead."
        for log in logs
    ]
    if root.is_dir():
        known = {database, *logs}
        others = sorted(file.name for file in root.iterdir() if file.is_file() and file not in known)
        if others:
            notes.append(clean_text(f"Hashed, but not read: {', '.join(others)}."))
    return notes
