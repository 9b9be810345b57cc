"""The connection to the case work's database: SQLite or PostgreSQL, one transaction per act.

On SQLite a transaction says at its start whether it writes: `BEGIN IMMEDIATE` waits for its turn, whereas a reader
that becomes a writer in the middle would fail at once. On PostgreSQL races are settled by the tables' constraints.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from underseal.errors import MAKE_ROOM, CallerError, ConflictError, InternalError

BUSY_SECONDS: Final = 30
"""How long a writer waits for another to finish: far above any transaction of ours, far below a person's patience."""

CONNECTIONS: Final = 20
"""Connections to PostgreSQL that a process keeps: to open one costs the database a process, and a request several milliseconds."""

MOST_CONNECTIONS: Final = 80
"""Connections that a process has at most: each of the server's 40 threads (AnyIO's default) may need two at once."""

_WRITES: Final = "underseal_writes"

_DISK_FULL: Final = "53100"
"""What PostgreSQL says of a full disk (its appendix A)."""


class Database:
    """An engine and the two kinds of transaction on it.

    Attributes:
        shown: the address without its password, fit for messages.
    """

    def __init__(self, url: str) -> None:
        """Prepare the connection; a missing SQLite file is created, empty and readable by its owner only.

        Args:
            url: "sqlite:////FILE" or "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE", percent-encoded.

        Raises:
            CallerError: the address cannot be understood.
            InternalError: the SQLite file cannot be created.
        """
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise CallerError("The database address cannot be understood.") from error
        self.shown = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise CallerError(f"The database {self.shown} is neither SQLite nor PostgreSQL.")
        self._engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
        self._writing = self._engine.execution_options(**{_WRITES: True})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that sees one state of the database and changes nothing.

        Raises:
            CallerError: a value cannot be stored in any database (NUL, half a surrogate pair, more than 64 bits).
            InternalError: the database does not answer.
        """
        with self._translated(), Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that is committed at the end of the block, or rolled back by an exception.

        Raises:
            CallerError: a value cannot be stored in any database (NUL, half a surrogate pair, more than 64 bits).
            InternalError: the database does not answer, is full, or stays locked for BUSY_SECONDS.
        """
        with self._translated(), Session(self._writing) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def scrub(self) -> None:
        """Leave nothing in the file of what is no longer in the tables: no free page, no log. PostgreSQL does that in its time.

        Raises:
            InternalError: the database does not answer, is full, or stays locked for BUSY_SECONDS.
        """
        if self._engine.dialect.name != "sqlite":
            return
        with self._scrubbing(), closing(self._engine.raw_connection()) as connection:
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):  # neither may stand in a transaction
                connection.cursor().execute(statement)

    @contextmanager
    def _scrubbing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            hint = MAKE_ROOM if _is_full(error) else ""
            raise InternalError(f"The database {self.shown} failed: {error}.", hint=hint) from error

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DataError, UnicodeEncodeError, OverflowError) as error:
            raise CallerError("A value holds characters, or is a number, that cannot be stored.") from error
        except DBAPIError as error:
            # The driver's words alone: the statement and its values are none of the reader's business.
            hint = MAKE_ROOM if _is_full(error.orig) else ""
            raise InternalError(f"The database {self.shown} failed: {str(error.orig).strip()}.", hint=hint) from error


def _is_full(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return getattr(error, "sqlstate", None) == _DISK_FULL


@contextmanager
def taken(message: str, *, hint: str = "") -> Iterator[None]:
    """Turn a clash with a row that exists, at a flush inside the block, into an error for people.

    Raises:
        ConflictError: with `message`.
    """
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(message, hint=hint) from error


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise CallerError("The case work needs a database file: sqlite:////FILE.")
    file = Path(url.database)
    if not file.exists():
        try:
            _create_sqlite(file)
        except (OSError, sqlite3.Error) as error:
            raise InternalError(f"The database {file} cannot be created: {error}.") from error
    engine = create_engine(
        url.set(drivername="sqlite"), hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "uri": False}
    )
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _create_sqlite(file: Path) -> None:
    """Create an empty database in write-ahead mode and link it into place: many processes may try at once.

    The mode is set here and not by every connection, because SQLite does not wait its turn for changing it.
    """
    aside = file.with_name(f".{file.name}.{uuid4().hex}")
    os.close(os.open(aside, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        connection = sqlite3.connect(aside)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
        file.hardlink_to(aside)
    except FileExistsError:
        return  # another process was faster
    finally:
        aside.unlink()


def _on_sqlite_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would begin transactions of its own
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")


def _on_sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL) -> Engine:
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=CONNECTIONS,
            max_overflow=MOST_CONNECTIONS - CONNECTIONS,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise CallerError(
            "The case work is on PostgreSQL, and its driver is not installed.",
            hint='Install it with: pip install "underseal[postgresql]"',
        ) from error
