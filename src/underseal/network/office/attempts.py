"""Attempts to log in: one count for all processes of an office, which goes on where the office is started anew."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, TypeAlias

from underseal.core.web.attempts import bucket, wait_after
from underseal.core.web.tokens import MINUTE

LOGIN_WINDOW: Final = 15 * MINUTE
"""Milliseconds within which attempts to log in are counted."""

LOGINS_PER_NAME: Final = 10
"""Attempts at one name; far below the 100 of NIST SP 800-63B, 5.2.2."""

LOGINS_PER_ADDRESS: Final = 30
"""Attempts from one address: a shop behind one address mistypes more often than one person."""

Turns: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]
"""Gives the database, all or nothing of what is done with it."""


class Attempts:
    """Lets each key pass `times` times in any LOGIN_WINDOW.

    Args:
        turn: gives the database. kind: what is counted, a word. times: how often.
        bucket: under what a key is counted.
    """

    def __init__(self, turn: Turns, kind: str, times: int, bucket: Callable[[str], bytes]) -> None:
        self._turn = turn
        self._kind = kind
        self._times = times
        self._bucket = bucket

    @classmethod
    def at_names(cls, turn: Turns) -> "Attempts":
        """Return the attempts at names, whether or not somebody has them."""
        return cls(turn, "name", LOGINS_PER_NAME, lambda name: bucket(name.casefold()))

    @classmethod
    def from_addresses(cls, turn: Turns) -> "Attempts":
        """Return the attempts from addresses, which are kept apart by their whole SHA-256."""
        return cls(turn, "address", LOGINS_PER_ADDRESS, lambda address: hashlib.sha256(address.encode()).digest())

    def wait(self, key: str, *, at: int) -> int:
        """Let an attempt pass, which is counted, and return 0; else return the milliseconds until it may.

        Args:
            key: name as typed, or address. at: now, ms since 1970.
        """
        place = (self._kind, self._bucket(key))
        with self._turn() as database:
            database.execute("DELETE FROM attempt WHERE at <= ?", (at - LOGIN_WINDOW,))
            found = database.execute("SELECT at FROM attempt WHERE kind = ? AND bucket = ? ORDER BY at", place)
            wait = wait_after([row[0] for row in found], at=at, times=self._times, per=LOGIN_WINDOW)
            if wait == 0:
                database.execute("INSERT INTO attempt VALUES (?, ?, ?)", (*place, at))
        return wait

    def take_back(self, key: str) -> None:
        """Uncount the last attempt of a key."""
        last = "SELECT rowid FROM attempt WHERE kind = ? AND bucket = ? ORDER BY at DESC LIMIT 1"
        with self._turn() as database:
            database.execute(f"DELETE FROM attempt WHERE rowid = ({last})", (self._kind, self._bucket(key)))  # noqa: S608  # words of ours

    def forget(self, key: str) -> None:
        """Let a key begin anew."""
        with self._turn() as database:
            database.execute("DELETE FROM attempt WHERE kind = ? AND bucket = ?", (self._kind, self._bucket(key)))
