"""The events of a Synapse database in the order in which the server accepted them, also where the database is damaged."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Final, Self, TypeAlias

import orjson

from underseal.core.matrix import clean_identifier
from underseal.core.records import Failure, Place, Record
from underseal.evidence.intake.formats._events import Origin, Rooms, event_record
from underseal.evidence.intake.formats._sqlite import FIRST, Lost, Query, Row, Value, columns_of, count, scan
from underseal.evidence.intake.formats._synapse_position import Position
from underseal.evidence.intake.formats._unit import BadUnitError, failure, json_object

Unit: TypeAlias = Record | Failure

_JSON: Final = Query(
    table="event_json",
    columns="event_json.event_id, event_json.internal_metadata, event_json.json",
    source="event_json NOT INDEXED",
)
_ORPHANS: Final = Query(
    table=_JSON.table,
    columns=_JSON.columns,
    source=_JSON.source,
    # The condition in the middle keeps SQLite from trusting the index of `events`: it sorts the ids of the table itself.
    where="event_json.event_id NOT IN (SELECT event_id FROM events NOT INDEXED WHERE event_id IS NOT NULL)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What the tables say of one event, in the row of the table from which it is read; anything may be of any type."""

    table: str
    rowid: int
    event_id: str
    event_type: Value = None
    room: Value = None
    sender: Value = None
    outlier: Value = None
    rejection: Value = None
    metadata: Value = None
    data: Value = None

    @classmethod
    def of_events(cls, row: Row) -> Self:
        """Name the columns of `_events`."""
        rowid, event_id, *rest = row
        names = ("event_type", "room", "sender", "outlier", "rejection", "metadata", "data")
        return cls(
            table="events", rowid=_rowid(rowid), event_id=_identifier(event_id), **dict(zip(names, rest, strict=True))
        )

    @classmethod
    def of_json(cls, row: Row) -> Self:
        """Name the columns of `_JSON`."""
        rowid, event_id, metadata, data = row
        return cls(
            table="event_json", rowid=_rowid(rowid), event_id=_identifier(event_id), metadata=metadata, data=data
        )

    def server(self) -> Mapping[str, object]:
        """Return what the server noted for itself; nothing where that is damaged."""
        with suppress(orjson.JSONDecodeError):
            found = orjson.loads(self.metadata) if isinstance(self.metadata, bytes) else None
            if isinstance(found, dict):
                return found
        return {}

    def accepted(self, server: Mapping[str, object]) -> bool:
        """Say whether the server let the event have an effect."""
        return self.rejection is None and server.get("soft_failed") is not True

    def remarks(self, server: Mapping[str, object], event: Mapping[str, object]) -> tuple[str, ...]:
        """Return what the server thought of the event, and what is odd about its rows."""
        found = (
            (self.rejection is not None, f"rejected: {_identifier(self.rejection)}"),
            (server.get("soft_failed") is True, "soft-failed"),
            (bool(self.outlier), "outlier"),
            (self._differs(event), "the columns of the table differ from the event"),
            (self.table != "events", "no row in events"),
        )
        return tuple(remark for holds, remark in found if holds)

    def room_of(self, event: Mapping[str, object]) -> str:
        """Return the column's room for an event that names none, as the one that creates a room of version 12."""
        return "" if "room_id" in event else _identifier(self.room)

    def _differs(self, event: Mapping[str, object]) -> bool:
        """Say whether the columns contradict the event."""
        columns = (("type", self.event_type), ("room_id", self.room), ("sender", self.sender))
        return any(name in event and not _agrees(event[name], value) for name, value in columns)


class Timeline:
    """Reads `events` with `event_json`.

    While the database is sound, one statement joins the two tables by an index. At the first sign of damage they are read
    one by one without their indexes, and joined by an index that is made anew in a temporary file.

    Args:
        connection: the database.
        position: where to begin; moved along with every unit.
        file: path of the database inside the exhibit.
        captured: gives the path inside the exhibit of an attachment's bytes, "" where they were not captured.
    """

    def __init__(
        self, connection: sqlite3.Connection, position: Position, *, file: str, captured: Callable[[str], str]
    ) -> None:
        self._connection = connection
        self._position = position
        self._file = file
        self._captured = captured
        self._rooms = Rooms()

    def units(self) -> Iterator[Unit]:
        """Yield a record or a failure for every event; those that have no row in `events` come last."""
        events, orphans = self._position.spot("events"), self._position.spot("event_json")
        self._remember_members(events.row)
        for spot, sound in ((events, self._sound_events), (orphans, self._sound_orphans)):
            if not self._position.damaged:
                try:
                    for rowid, unit in sound(spot.row):
                        spot.row = rowid
                        yield unit
                except sqlite3.DatabaseError:
                    self._position.damaged = True
        if self._position.damaged:
            with closing(_NewIndex(self._connection)) as index:
                for spot, separate in ((events, self._separate_events), (orphans, self._separate_orphans)):
                    for rowid, unit in separate(spot.row, index):
                        spot.row = rowid
                        yield unit

    def _sound_events(self, after: int) -> Iterator[tuple[int, Unit]]:
        query = _events(self._connection, joined=True)
        for row in map(_Row.of_events, self._connection.execute(query.rows("> ?"), (after,))):
            if row.data is None:  # which no server writes: the index may be damaged without SQLite noticing
                raise sqlite3.DatabaseError("no event under that id")
            yield row.rowid, self._unit(row)

    def _sound_orphans(self, after: int) -> Iterator[tuple[int, Unit]]:
        for row in map(_Row.of_json, self._connection.execute(_ORPHANS.rows("> ?"), (after,))):
            yield row.rowid, self._unit(row)

    def _separate_events(self, after: int, index: "_NewIndex") -> Iterator[tuple[int, Unit]]:
        for row in scan(self._connection, _events(self._connection, joined=False), after):
            if isinstance(row, Lost):
                yield row.first if row.last is None else row.last, row.at(self._file)
            else:
                found = _Row.of_events((*row, *index.json_of(row[1])))
                yield found.rowid, self._unit(found)

    def _separate_orphans(self, after: int, index: "_NewIndex") -> Iterator[tuple[int, Unit]]:
        for row in scan(self._connection, _JSON, after):
            # A lost row of event_json has given a failure at its row of `events`, or lies in a gap that was told there.
            if not isinstance(row, Lost) and not index.has_event(row[1]):
                found = _Row.of_json(row)
                yield found.rowid, self._unit(found)

    def _unit(self, row: _Row) -> Unit:
        place = Place(file=self._file, unit=f"{row.table} rowid", row=row.rowid)
        server = row.server()
        try:
            event, digest = _parsed(row)
            origin = Origin(
                place=place,
                source_sha256=digest,
                event=row.event_id,
                room=row.room_of(event),
                recipients=self._recipients(row, server, event),
                device=clean_identifier(server.get("device_id")),
                remarks=row.remarks(server, event),
                captured=self._captured,
            )
            return event_record(event, origin)
        except BadUnitError as error:
            sample = row.data if isinstance(row.data, bytes) else b""
            return failure(place, error.failure, f"event {row.event_id}: {error.message}", sample)

    def _recipients(self, row: _Row, server: Mapping[str, object], event: Mapping[str, object]) -> tuple[str, ...]:
        """Return who was to receive an event; nobody knows where its place in the stream is lost."""
        if row.table != "events":
            return ()
        self._position.last_event, self._position.last_row = row.event_id, row.rowid
        recipients = self._rooms.recipients(event)
        if row.accepted(server):
            self._rooms.note(event)
        return recipients

    def _remember_members(self, until: int) -> None:
        """Work out who was in which room when reading goes on in the middle."""
        if until == FIRST:
            return
        members = _events(self._connection, joined=True, where="events.type = 'm.room.member' AND events.rowid <= ?")
        for row in scan(self._connection, replace(members, values=(until,))):
            if isinstance(row, Lost):
                continue
            found = _Row.of_events(row)
            if found.accepted(found.server()):
                with suppress(BadUnitError):
                    self._rooms.note(_parsed(found)[0])


def count_events(connection: sqlite3.Connection, position: Position) -> int:
    """Count what `Timeline` would read from a position on.

    Raises:
        sqlite3.DatabaseError: the database is damaged.
    """
    events = count(connection, _events(connection, joined=False), position.spot("events").row)
    return events + count(connection, _ORPHANS, position.spot("event_json").row)


def continues(connection: sqlite3.Connection, position: Position) -> bool:
    """Say whether a database can be a later state of the one that a position is of."""
    if not position.last_event:
        return True
    question = "SELECT event_id FROM events WHERE rowid = ?"
    with suppress(sqlite3.DatabaseError):
        found = connection.execute(question, (position.last_row,)).fetchone()
        return found is not None and _identifier(found[0]) == position.last_event
    return True  # damaged there: nothing speaks against it


class _NewIndex:
    """Which event lies in which row, worked out from the tables alone; kept in a temporary file, not in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept = sqlite3.connect("")
        for table in ("events", "event_json"):
            query = Query(table=table, columns=f"{table}.event_id", source=f"{table} NOT INDEXED")
            rows = (row for row in scan(connection, query) if not isinstance(row, Lost))
            self._kept.execute(f"CREATE TABLE {table} (place INTEGER, event BLOB PRIMARY KEY) WITHOUT ROWID")
            self._kept.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", rows)  # noqa: S608  # our own names

    def close(self) -> None:
        """Remove the temporary file."""
        self._kept.close()

    def has_event(self, event: Value) -> bool:
        """Say whether `events` has a readable row for an event."""
        return self._kept.execute("SELECT 1 FROM events WHERE event = ?", (event,)).fetchone() is not None

    def json_of(self, event: Value) -> tuple[Value, Value]:
        """Return the metadata and JSON of an event; nothing where they cannot be read."""
        place = self._kept.execute("SELECT place FROM event_json WHERE event = ?", (event,)).fetchone()
        question = "SELECT internal_metadata, json FROM event_json NOT INDEXED WHERE rowid = ?"
        try:
            metadata, data = (place and self._connection.execute(question, place).fetchone()) or (None, None)
        except sqlite3.DatabaseError:
            return None, None
        return metadata, data


def _events(connection: sqlite3.Connection, *, joined: bool, where: str = "") -> Query:
    rejection = "rejection_reason" if "rejection_reason" in columns_of(connection, "events") else "NULL"
    columns = f"event_id, events.type, events.room_id, events.sender, events.outlier, {rejection}"
    return Query(
        table="events",
        columns=f"events.{columns}" + (", event_json.internal_metadata, event_json.json" if joined else ""),
        source="events LEFT JOIN event_json ON event_json.event_id = events.event_id"
        if joined
        else "events NOT INDEXED",
        where=where,
    )


def _parsed(row: _Row) -> tuple[dict[str, object], bytes]:
    if row.data is None:
        raise BadUnitError("missing_row", "no readable row in event_json")
    if not isinstance(row.data, bytes):
        raise BadUnitError("wrong_type", "the JSON is no text")
    return json_object(row.data), hashlib.sha256(row.data).digest()


def _agrees(said: object, column: Value) -> bool:
    if isinstance(said, str) and isinstance(column, bytes) and said.isascii():
        return said.encode() == column
    return column is None or clean_identifier(said) == _identifier(column)


def _rowid(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _identifier(value: Value) -> str:
    if isinstance(value, bytes):
        return clean_identifier(value.decode("utf-8", "replace"))
    return "" if value is None else str(value)
