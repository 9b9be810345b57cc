"""DIR/office.db: the sessions in browsers, the one-time links, and the attempts to log in of late.

It holds what is forgotten again. Who may come in, who came and who was refused stands in the signed ledger of licences.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Self

from underseal.errors import InternalError
from underseal.network.office.attempts import Attempts
from underseal.network.office.sessions import Links, Sessions

WAIT_SECONDS: Final = 30
"""How long one waits for another process."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS session (
    token BLOB PRIMARY KEY, part TEXT NOT NULL, name TEXT NOT NULL, mark TEXT NOT NULL, csrf TEXT NOT NULL,
    created INTEGER NOT NULL, last_seen INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (token BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempt (kind TEXT NOT NULL, bucket BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS attempt_of ON attempt (kind, bucket, at);
CREATE INDEX IF NOT EXISTS attempt_by_time ON attempt (at);
"""


class Books:
    """The office's database, for many threads and processes.

    Args:
        file: of the database; made where there is none.

    Attributes:
        sessions: who is logged in. links: that log in once. names, addresses: attempts to log in.

    Raises:
        InternalError: it cannot be used.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        try:
            file.touch(mode=0o600)
        except OSError as error:
            raise InternalError(f"The office's database {file} cannot be made: {error.strerror}.") from error
        self._database = sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            with self._told():
                self._database.executescript(_SCHEMA)
        except BaseException:
            self._database.close()
            raise
        self.sessions = Sessions(self.turn)
        self.links = Links(self.turn)
        self.names = Attempts.at_names(self.turn)
        self.addresses = Attempts.from_addresses(self.turn)

    @contextmanager
    def turn(self) -> Iterator[sqlite3.Connection]:
        """Hold the database, all or nothing of what is done in the block.

        Raises:
            InternalError: it cannot be used.
        """
        with self._lock, self._told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection."""
        with self._lock, closing(self._database):
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise InternalError(f"The office's database {self._file} cannot be used: {error}.") from error
