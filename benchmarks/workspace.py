"""The system under test, as the benchmarks call it: through its Python interface only."""

import os
from collections.abc import Sequence
from pathlib import Path

import underseal
from underseal.core.records import Secret
from underseal.evidence.authority import Draft
from underseal.evidence.investigation import Arrival, Consultation, Investigation, create_investigation

AUTHORITY = "BENCH/1"
"""Number of the authority that everything is done under; it allows everything."""

PURPOSE = "benchmark"


def make_workspace(folder: Path, *, database: str | None = None) -> None:
    """Make an empty workspace with one authority; its case work is in a file, or in the database of that address."""
    with create_investigation(folder, "Benchmark", database=database) as investigation:
        draft = Draft(
            number=AUTHORITY,
            magistrate="J. Bench",
            legal_basis="none: the material is invented",
            type="benchmark",
            accounts="all",
            rooms="all",
            period="all",
            valid_from="2000-01-01",
            valid_to="2999-12-31",
            zone="UTC",
        )
        investigation.authorities.add(draft, user=investigation.user)


def open_workspace(folder: Path) -> Investigation:
    """Open a workspace of `make_workspace`."""
    return underseal.open(folder)


def consult(investigation: Investigation) -> Consultation:
    """Read the latest release under the authority."""
    return investigation.under(AUTHORITY, purpose=PURPOSE)


def take_in(
    investigation: Investigation,
    path: Path,
    *,
    exhibit: str,
    mapping: Path | None = None,
    passphrase: str | None = None,
) -> None:
    """Hash, register, read and stage an exhibit."""
    arrival = Arrival(
        number=exhibit,
        custodian="nobody",
        condition="invented",
        received_from="the generator",
        received_by="the benchmark",
    )
    secret = None if passphrase is None else Secret(passphrase.encode())
    investigation.take(path, arrival, authority=AUTHORITY, purpose=PURPOSE, mapping=mapping, passphrase=secret)


def disk_bytes(folder: Path) -> int:
    """Return the bytes that everything under a folder takes on disk, in whole blocks."""
    return sum(os.lstat(path).st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def by_folder(folder: Path) -> Sequence[tuple[str, int]]:
    """Return each entry of a folder with the bytes that it takes on disk, the largest first."""
    sizes = [
        (entry.name, disk_bytes(entry) if entry.is_dir() else os.lstat(entry).st_blocks * 512)
        for entry in folder.iterdir()
    ]
    return sorted(sizes, key=lambda pair: -pair[1])
