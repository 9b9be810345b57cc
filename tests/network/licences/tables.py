"""What the tests compare: every row of the derived database, and what it would be if it were made anew."""

import sqlite3
from contextlib import closing
from pathlib import Path

from underseal.core.ledger import Signer
from underseal.network.licences import Licences, balances_of
from underseal.network.licences.fold import TABLES


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of the licences in a folder."""
    with closing(sqlite3.connect(folder / "licences.db")) as database:
        return {
            table: sorted(database.execute(f"SELECT * FROM {table}").fetchall(), key=repr)  # names of ours
            for table in (*TABLES, "applied")
        }


def throw_away(folder: Path) -> None:
    """Remove the derived database."""
    for file in folder.glob("licences.db*"):
        file.unlink()


def assert_true(folder: Path, key: Signer) -> None:
    """Check that a database and one that is made anew are one, and that the ledger alone gives the same balances."""
    with Licences(folder, key) as licences:
        licences.verify()
        balances, counted = licences.resellers.balances()
        entries = licences._book.ledger.read(limit=10**9)
        assert counted == len(entries)
        assert balances_of(entries) == balances
    before = rows_of(folder)
    throw_away(folder)
    with Licences(folder, key) as licences:
        licences.verify()
    assert rows_of(folder) == before
