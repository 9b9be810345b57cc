"""Which rows of Synapse's database are handed over: the tables that are evidence, within the order, since the last handover.

Nothing that opens an account leaves the house: no access token, no secret of the server. The copy is an SQLite database with the
tables and columns as Synapse names them, whatever Synapse itself runs on.

An increment holds what is new, and again every state event of its rooms: who had joined when a message was sent follows from them,
and whoever reads it links the second copies to the first.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from underseal.network.capture.order import Order, Position
from underseal.network.capture.source import LOG_TABLE, Snapshot
from underseal.network.pins import user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a copy holds.

    Attributes:
        events: highest stream ordering of the snapshot. to_device: highest number of the log.
        rows: rows copied, by table.
        media: ids of the files that belong to it.
    """

    events: int
    to_device: int
    rows: dict[str, int]
    media: tuple[str, ...]


def copy_database(found: Snapshot, target: Path, order: Order, since: Position, server_name: str) -> Taken:
    """Copy what the order covers into a new SQLite database.

    Args:
        found: the homeserver's database at one moment. target: the file to make.
        order: its accounts limit rooms, devices and files. since: where the last handover ended.
        server_name: right half of the user ids.

    Raises:
        OSError, sqlite3.Error: the disk refuses.
    """
    scope = _Scope(found, order, server_name)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")  # a copy that breaks off is thrown away
        copy.execute("BEGIN")
        rows = {table: _copy_table(found, copy, table, where) for table, where in _tables(scope, since).items()}
        copy.execute("CREATE UNIQUE INDEX IF NOT EXISTS event_json_event_id ON event_json (event_id)")
        copy.execute("COMMIT")
        media = [name for (name,) in copy.execute("SELECT media_id FROM local_media_repository ORDER BY media_id")]
    return Taken(
        events=_highest(found, "events", "stream_ordering"),
        to_device=_highest(found, LOG_TABLE, "number"),
        rows=rows,
        media=tuple(media),
    )


class _Scope:
    """The order's accounts as clauses. The values come from PINs, and from the database itself; each is quoted."""

    def __init__(self, found: Snapshot, order: Order, server_name: str) -> None:
        self.accounts = _listed(user_id(pin, server_name) for pin in order.accounts)
        self.limited = bool(order.accounts)
        rooms = f"SELECT room_id FROM room_memberships WHERE user_id IN ({self.accounts})"  # noqa: S608  # quoted above
        self.rooms = f"room_id IN ({rooms})" if self.limited else "TRUE"
        others = f"SELECT user_id FROM room_memberships WHERE {self.rooms}"  # noqa: S608  # as above
        self.people = f"({others} UNION SELECT name FROM users WHERE name IN ({self.accounts}))"  # noqa: S608  # as above
        self.has_log = bool(found.columns(LOG_TABLE))

    def people_in(self, column: str) -> str:
        return f"{column} IN {self.people}" if self.limited else "TRUE"

    def accounts_in(self, column: str) -> str:
        return f"{column} IN ({self.accounts})" if self.limited else "TRUE"


def _tables(scope: _Scope, since: Position) -> dict[str, str]:
    """Return the tables that are handed over, each with the clause of the rows."""
    fresh = f"(stream_ordering > {since.events} OR state_key IS NOT NULL) AND {scope.rooms}"
    of_fresh = f"event_id IN (SELECT event_id FROM events WHERE {fresh})"  # noqa: S608  # numbers and quoted ids
    tables = {
        "events": fresh,
        "event_json": of_fresh,
        "redactions": of_fresh,
        "room_memberships": scope.rooms,
        "rooms": scope.rooms,
        "receipts_linearized": scope.rooms,
        "users": scope.people_in("name"),
        "devices": scope.people_in("user_id"),
        "e2e_device_keys_json": scope.people_in("user_id"),
        "account_data": scope.accounts_in("user_id"),
        "local_media_repository": scope.people_in("user_id"),
        # A message to a device is encrypted for it alone: those of the accounts themselves.
        "device_inbox": scope.accounts_in("user_id"),
    }
    if scope.has_log:
        tables[LOG_TABLE] = f"number > {since.to_device} AND {scope.accounts_in('user_id')}"
    return tables


_LEFT_OUT: Final = frozenset({"password_hash"})
"""Columns that are secrets."""


def _copy_table(found: Snapshot, copy: sqlite3.Connection, table: str, where: str) -> int:
    columns = [column for column in found.columns(table) if column not in _LEFT_OUT]
    keyed = {"events": "stream_ordering", LOG_TABLE: "number"}.get(table)
    declared = ", ".join(f"{column} INTEGER PRIMARY KEY" if column == keyed else column for column in columns)
    copy.execute(f"CREATE TABLE {table} ({declared})")
    names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
    order = f" ORDER BY {keyed}" if keyed else ""
    fill = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608  # names of tables and columns
    rows = 0
    for row in found.rows(f"SELECT {names} FROM {table} WHERE {where}{order}"):  # noqa: S608  # as above
        copy.execute(fill, row)
        rows += 1
    return rows


def _highest(found: Snapshot, table: str, column: str) -> int:
    if not found.columns(table):
        return 0
    ((highest,),) = found.rows(f"SELECT max({column}) FROM {table}")  # noqa: S608  # names of ours
    return int(highest or 0)


def _listed(values: Iterable[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values) or "NULL"
