"""The ledger of licences and the database that is folded from it, which change together and one act at a time.

An act takes its turn among all processes: the database is locked (BEGIN IMMEDIATE), entries that a dead process signed
without folding them are folded, the act is decided on, signed into the ledger, folded from there, and the database
commits. Only the signed entry counts: a process that dies before it has done nothing, and what one that dies behind it
left undone is done by the next turn, or by whoever opens the book next.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Final

from underseal.core.ledger import Checkpoint, Ledger, Progress, Signer
from underseal.errors import MAKE_ROOM, IntegrityError, InternalError
from underseal.network.licences.acts import Act, from_entry, to_entry
from underseal.network.licences.fold import TABLES, VERSION, apply, make_tables
from underseal.network.licences.rows import Rows

NAME: Final = "licences"
"""What the ledger calls itself in its checkpoints."""

DATABASE: Final = "licences.db"
"""File of the derived database, beside the folder of the ledger."""

WAIT_SECONDS: Final = 60
"""How long an act waits for its turn: a thousand acts of other processes."""


class Turn(Rows):
    """An act's turn: what it reads stays true until it ends."""

    def __init__(self, database: sqlite3.Connection, ledger: Ledger) -> None:
        super().__init__(database)
        self._ledger = ledger

    def enter(self, *acts: Act) -> int:
        """Sign acts into the ledger, all or none, and fold them; return the number of the last entry.

        Raises:
            InternalError: the disk is full or refuses. IntegrityError: the ledger is damaged.
        """
        number = self._ledger.append_many([to_entry(act) for act in acts])
        fold(self.database, self._ledger)
        return number


class Book:
    """Ledger and database of a network's licences, for many threads and processes.

    Args:
        folder: of licences, made by `create`.
        key: signs the ledger.

    Raises:
        IntegrityError: there is no ledger, or the database speaks of another one.
    """

    def __init__(self, folder: Path, key: Signer) -> None:
        self.ledger = Ledger(folder / "ledger", key, name=NAME)
        self._file = folder / DATABASE
        self._writing, self._reading = threading.Lock(), threading.Lock()
        with ExitStack() as opened, _alone(folder), _told(self._file):
            self._writer = opened.enter_context(closing(_connect(self._file)))
            self._reader = opened.enter_context(closing(_connect(self._file)))
            if not is_folded(self._writer, self.ledger):
                with self.turn():
                    pass
            self._opened = opened.pop_all()

    @classmethod
    def create(cls, folder: Path, key: Signer) -> "Book":
        """Make an empty book in an empty or missing folder.

        Raises:
            ConflictError: something is there already.
        """
        Ledger.create(folder / "ledger", key, name=NAME)
        return cls(folder, key)

    def close(self) -> None:
        """Close the database's connections."""
        self._opened.close()

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Wait for the turn of an act; an error inside leaves the tables as they were.

        Raises:
            InternalError: other acts took longer than WAIT_SECONDS, or the disk refuses.
        """
        with self._writing, _told(self._file), transaction(self._writer, "IMMEDIATE"):
            fold(self._writer, self.ledger)
            yield Turn(self._writer, self.ledger)

    @contextmanager
    def look(self) -> Iterator[Rows]:
        """Read one state of the tables, which no act changes meanwhile. No lock is taken, but by threads of this object."""
        with self._reading, _told(self._file), transaction(self._reader, "DEFERRED"):
            yield Rows(self._reader)

    def changes(self) -> int:
        """Return a number that is another one after anybody's act (microseconds; no disk is read)."""
        with self._reading:
            number: int = self._reader.execute("PRAGMA data_version").fetchone()[0]
        return number

    def verify(self, progress: Progress | None = None) -> Checkpoint:
        """Check the ledger against its signed root, and the database against what the ledger says.

        Args:
            progress: called now and then with entries done and in all.

        Raises:
            IntegrityError: the ledger was changed, or the database differs; names the entry, or the table.
        """
        checkpoint = self.ledger.verify(progress)
        with closing(_connect(self._file)) as found, transaction(found, "DEFERRED"):
            size = Rows(found).applied()[0]
            with (
                closing(_connect("")) as made,
                transaction(made, "DEFERRED"),
            ):  # "": a file that is gone when it is closed
                make_tables(made)
                _fold_to(made, self.ledger, size)
                for table in TABLES:
                    _compare(table, found, made)
        return checkpoint


def is_folded(database: sqlite3.Connection, ledger: Ledger) -> bool:
    """Say whether the tables are of this version and tell of all entries.

    Raises:
        IntegrityError: they tell of more entries, or of others.
    """
    if database.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        return False
    size, root = Rows(database).applied()
    checkpoint = ledger.checkpoint()
    if size > checkpoint.size or (size == checkpoint.size and size and root != checkpoint.root):
        raise IntegrityError(
            f"The database of licences tells of {size} entries that are not those of its ledger, which has"
            f" {checkpoint.size}.",
            hint=f"If the ledger is the right one, remove {DATABASE} with its -wal and -shm: it is made anew.",
        )
    return size == checkpoint.size


def fold(database: sqlite3.Connection, ledger: Ledger) -> None:
    """Bring the tables up to the ledger's newest entry, inside the transaction that is open. Raises as `is_folded`."""
    if is_folded(database, ledger):
        return
    if database.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        make_tables(database)
    _fold_to(database, ledger, ledger.checkpoint().size)


def _fold_to(database: sqlite3.Connection, ledger: Ledger, size: int) -> None:
    checkpoint = ledger.checkpoint()
    for entry in ledger.oldest_first(after=Rows(database).applied()[0] - 1):
        if entry.number >= size:
            break
        act = from_entry(entry.value(), entry.number)
        if act is not None:
            apply(act, entry.number, database)
    root = checkpoint.root if checkpoint.size == size else b""
    database.execute("UPDATE applied SET size = ?, root = ?", (size, root))


def _compare(table: str, found: sqlite3.Connection, made: sqlite3.Connection) -> None:
    width = len(made.execute(f"SELECT * FROM {table} LIMIT 0").description)  # noqa: S608  # a name of ours
    order = ", ".join(str(column) for column in range(1, width + 1))
    query = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608  # as above
    for ours, theirs in zip_longest(made.execute(query), found.execute(query)):
        if ours != theirs:
            raise IntegrityError(
                f'The database of licences differs from its ledger in the table "{table}".',
                hint=f"The ledger counts: remove {DATABASE} with its -wal and -shm, and it is made anew.",
            )


def _connect(file: Path | str) -> sqlite3.Connection:
    """Open the database. A crash of the machine may cost its last commits, which the ledger gives back."""
    if file:
        Path(file).touch(mode=0o600)
    database = sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others from opening the book meanwhile: SQLite does not wait where the kind of its journal is set."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def transaction(database: sqlite3.Connection, kind: str) -> Iterator[None]:
    """Hold a transaction for the time of the block: "IMMEDIATE" to write, "DEFERRED" to read one state."""
    database.execute(f"BEGIN {kind}")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Turn what SQLite says into an error of ours."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(f"An entry of the ledger of licences contradicts an earlier one: {error}.") from error
    except sqlite3.Error as error:
        hint = MAKE_ROOM if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL else ""
        raise InternalError(f"The database {file} cannot be used: {error}.", hint=hint) from error
