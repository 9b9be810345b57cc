"""What a licence costs its homeserver, which asks how it stands at every request of a phone."""

import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure
from underseal.core.crypto import SigningKey
from underseal.core.records import Secret
from underseal.network.licences import Licences, Money, Staff
from underseal.network.licences.book import DATABASE

LICENCES = 500
ROUNDS = 20_000
BARE = "bare is SQLite asked whether anybody wrote: the least there is while other processes may act at any time"
SYNCS = "two syncs of the disk, and a signature"
NOW = datetime(2026, 3, 9, tzinfo=UTC)
BY = Staff.command_line()


def run(folder: Path) -> list[Figure]:
    """Activate LICENCES licences, and ask how one stands."""
    with Licences.create(folder / "licences", SigningKey.generate()) as licences:
        licences.products.add("Six months", Money(120_000, "EUR"), at=NOW, by=BY)
        licences.resellers.add("north", Secret(secrets.token_hex(16).encode()), quota=0, at=NOW, by=BY)
        codes = licences.codes.issue("north", "Six months", LICENCES, at=NOW, by=BY).codes
        started = time.perf_counter()
        pins = [licences.activate(code.text, retry_key=secrets.token_bytes(32), at=NOW).pin for code in codes]
        activated = (time.perf_counter() - started) / LICENCES
        standing = _microseconds(lambda: licences.standing(pins[0], NOW))
        with closing(sqlite3.connect(folder / "licences" / DATABASE)) as bare:
            asked = _microseconds(lambda: bare.execute("PRAGMA data_version").fetchone())
    return [
        Figure(subject="licences", name="how a licence stands", ours=standing, unit="us", bare=asked, note=BARE),
        Figure(subject="licences", name="an activation", ours=1e3 * activated, unit="ms", note=SYNCS),
    ]


def _microseconds(ask: Callable[[], object]) -> float:
    """Return the mean of the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for _ in range(ROUNDS):
            ask()
        best = min(best, time.perf_counter() - started)
    return best / ROUNDS * 1e6
