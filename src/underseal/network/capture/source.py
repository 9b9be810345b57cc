"""Synapse's database as a capture reads it: in one transaction, while Synapse goes on writing.

SQLite in WAL mode and PostgreSQL at REPEATABLE READ both show a reader the state of one moment, however long it reads. Nothing is
changed but by `log_to_device` and `end_log`, which make and drop a table of our own and its trigger.

Source: https://sqlite.org/isolation.html; PostgreSQL 15, "Transaction Isolation".
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Final, Protocol

import psycopg2

from underseal.errors import InternalError, NotFoundError
from underseal.network.homeserver.configuration import postgresql_arguments
from underseal.network.setup import OWN_DATABASE, Network

LOG_TABLE: Final = "underseal_to_device_log"
"""Where the trigger keeps each message to a device: Synapse deletes it once it is delivered."""

_BUSY_SECONDS: Final = 30
_ROWS_AT_ONCE: Final = 2000

_SQLITE_LOG: Final = """
CREATE TABLE IF NOT EXISTS underseal_to_device_log (
    number INTEGER PRIMARY KEY AUTOINCREMENT, stream_id BIGINT NOT NULL, user_id TEXT NOT NULL, device_id TEXT NOT NULL,
    message_json TEXT NOT NULL, logged_ts BIGINT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS underseal_to_device_copy AFTER INSERT ON device_inbox
WHEN CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) BETWEEN %(begins)d AND %(ends)d BEGIN
    INSERT INTO underseal_to_device_log (stream_id, user_id, device_id, message_json, logged_ts) VALUES (
        NEW.stream_id, NEW.user_id, NEW.device_id, NEW.message_json,
        CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
    );
END;
"""
_POSTGRESQL_LOG: Final = """
CREATE TABLE IF NOT EXISTS underseal_to_device_log (
    number BIGSERIAL PRIMARY KEY, stream_id BIGINT NOT NULL, user_id TEXT NOT NULL, device_id TEXT NOT NULL,
    message_json TEXT NOT NULL, logged_ts BIGINT NOT NULL
);
CREATE OR REPLACE FUNCTION underseal_to_device_copy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_ms BIGINT := (extract(epoch FROM clock_timestamp()) * 1000)::BIGINT;
BEGIN
    IF now_ms BETWEEN %(begins)d AND %(ends)d THEN
        INSERT INTO underseal_to_device_log (stream_id, user_id, device_id, message_json, logged_ts)
        VALUES (NEW.stream_id, NEW.user_id, NEW.device_id, NEW.message_json, now_ms);
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER underseal_to_device_copy AFTER INSERT ON device_inbox
FOR EACH ROW EXECUTE FUNCTION underseal_to_device_copy();
"""
_SQLITE_END: Final = f"DROP TRIGGER IF EXISTS underseal_to_device_copy; DROP TABLE IF EXISTS {LOG_TABLE};"
_POSTGRESQL_END: Final = (
    "DROP TRIGGER IF EXISTS underseal_to_device_copy ON device_inbox;"
    f" DROP FUNCTION IF EXISTS underseal_to_device_copy; DROP TABLE IF EXISTS {LOG_TABLE};"
)


class Snapshot(Protocol):
    """The database at one moment."""

    def columns(self, table: str) -> list[str]:
        """Return the names of a table's columns in their order; empty where there is no such table."""

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Stream the rows of a query without parameters."""


@contextmanager
def snapshot(network: Network) -> Iterator[Snapshot]:
    """Look at the database as it is now.

    Raises:
        NotFoundError: the network never ran.
        InternalError: the database cannot be reached.
    """
    if network.settings.database == OWN_DATABASE:
        with closing(_sqlite(network)) as database:
            database.execute("BEGIN")
            yield _SqliteSnapshot(database)
        return
    with closing(_postgresql()) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        yield _PostgresqlSnapshot(connection)


def log_to_device(network: Network, begins: int, ends: int) -> None:
    """Have each message to a device copied, between two times in milliseconds. Raises as `snapshot`."""
    span = {"begins": begins, "ends": ends}
    _run(network, _SQLITE_END_TRIGGER + _SQLITE_LOG % span, _POSTGRESQL_LOG % span)


def end_log(network: Network) -> None:
    """Drop the copies and what made them. Raises as `snapshot`."""
    _run(network, _SQLITE_END, _POSTGRESQL_END)


_SQLITE_END_TRIGGER: Final = "DROP TRIGGER IF EXISTS underseal_to_device_copy;"


def _run(network: Network, sqlite_script: str, postgresql_script: str) -> None:
    if network.settings.database == OWN_DATABASE:
        with closing(_sqlite(network)) as database:
            database.executescript(f"BEGIN IMMEDIATE; {sqlite_script} COMMIT;")
        return
    with closing(_postgresql()) as connection, connection, connection.cursor() as cursor:
        cursor.execute(postgresql_script)


def _sqlite(network: Network) -> sqlite3.Connection:
    file = network.homeserver / "homeserver.db"
    if not file.is_file():
        raise NotFoundError(
            "This network has never run: it has no database.", hint="Start it with underseal network serve."
        )
    return sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)


def _postgresql() -> Any:
    try:
        return psycopg2.connect(**postgresql_arguments())
    except psycopg2.OperationalError as error:
        raise InternalError(f"The network's database cannot be reached: {str(error).splitlines()[0]}") from error


class _SqliteSnapshot:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def columns(self, table: str) -> list[str]:
        return [name for (name,) in self._database.execute("SELECT name FROM pragma_table_info(?)", (table,))]

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        yield from self._database.execute(query)


class _PostgresqlSnapshot:
    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._cursors = 0

    def columns(self, table: str) -> list[str]:
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position"
        with self._connection.cursor() as cursor:
            cursor.execute(query, (table,))
            return [name for (name,) in cursor]

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        self._cursors += 1
        with self._connection.cursor(name=f"capture_{self._cursors}") as cursor:  # a named cursor stays on the server
            cursor.itersize = _ROWS_AT_ONCE
            cursor.execute(query)
            for row in cursor:
                yield tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
