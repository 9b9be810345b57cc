"""What a licence costs its homeserver: `python -m benchmarks.licences`, a table on standard output.

Bare is SQLite alone: "did anybody write?" of an open connection, which is the least that a standing can ask when other
processes may act at any time.
"""

import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from underseal.core.crypto import SigningKey
from underseal.core.records import Secret
from underseal.network.licences import Licences, Money, Staff
from underseal.network.licences.book import DATABASE

LICENCES = 500
ROUNDS = 20_000
NOW = datetime(2026, 3, 9, tzinfo=UTC)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        key = SigningKey.generate()
        with Licences.create(Path(folder) / "licences", key) as licences:
            licences.products.add("Six months", Money(120_000, "EUR"), at=NOW, by=Staff.command_line())
            licences.resellers.add(
                "north", Secret(secrets.token_hex(16).encode()), quota=0, at=NOW, by=Staff.command_line()
            )
            codes = licences.codes.issue("north", "Six months", LICENCES, at=NOW, by=Staff.command_line()).codes
            started = time.perf_counter()
            pins = [licences.activate(code.text, retry_key=secrets.token_bytes(32), at=NOW).pin for code in codes]
            print(f"activate        {(time.perf_counter() - started) / LICENCES * 1e3:8.1f} ms")
            print(f"standing        {_microseconds(lambda: licences.standing(pins[0], NOW)):8.1f} us")
            with closing(sqlite3.connect(Path(folder) / "licences" / DATABASE)) as bare:
                query = "PRAGMA data_version"
                print(f"bare SQLite     {_microseconds(lambda: bare.execute(query).fetchone()):8.1f} us")


def _microseconds(ask: Callable[[], object]) -> float:
    """Return the mean of the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for _ in range(ROUNDS):
            ask()
        best = min(best, time.perf_counter() - started)
    return best / ROUNDS * 1e6


if __name__ == "__main__":
    main()
