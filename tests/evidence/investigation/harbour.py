"""The main job on a harbour sample, for tests: a workspace with all of it taken in, and what is true of it."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from underseal.core.records import Secret
from underseal.errors import ConflictError
from underseal.evidence.authority import Draft
from underseal.evidence.investigation import (
    Arrival,
    Consultation,
    Investigation,
    create_investigation,
    open_investigation,
)

SAMPLE = Path(__file__).parents[3] / "samples" / "harbour"
AUTHORITY = "BR-2026/17"


@dataclass(frozen=True)
class Harbour:
    """A sample's folder and the investigation that took it in."""

    sample: Path
    investigation: Investigation

    @property
    def case(self) -> Consultation:
        return self.investigation.under(AUTHORITY, purpose="test")

    @cached_property
    def truth(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.sample / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


def draft(number: str = AUTHORITY, **changes: object) -> Draft:
    said: dict[str, Any] = {
        "number": number,
        "magistrate": "M. Claes",
        "legal_basis": "Article 90ter, Code of Criminal Procedure",
        "type": "interception",
        "accounts": "all",
        "rooms": "all",
        "period": "all",
        "valid_from": "2020-01-01",
        "valid_to": "2099-12-31",
        "zone": "UTC",
    }
    return Draft(**(said | changes))


def arrival(number: str, **changes: str) -> Arrival:
    said: dict[str, Any] = {
        "number": number,
        "title": number,
        "custodian": "harbour",
        "condition": "sealed",
        "received_from": "lab",
        "received_by": "desk",
    }
    return Arrival(**(said | changes))


def take_keys(investigation: Investigation, sample: Path, files: Iterable[str] | None = None) -> None:
    passphrases: dict[str, str] = json.loads((sample / "keys" / "passphrases.json").read_text(encoding="utf-8"))
    for file in sorted(passphrases) if files is None else files:
        investigation.take(
            sample / "keys" / file,
            arrival(f"KEY-{file}"),
            authority=AUTHORITY,
            passphrase=Secret(passphrases[file].encode()),
        )


def main_job(sample: Path, folder: Path) -> Harbour:
    investigation = create_investigation(folder, "Harbour")
    investigation.authorities.add(draft(), user=investigation.user)
    investigation.take(sample / "capture", arrival("CAPTURE"), authority=AUTHORITY)
    take_keys(investigation, sample)
    investigation.release()
    return Harbour(sample, investigation)


def take_in(telling: Connection, workspace: str) -> None:
    """Take the capture in and release it, as a process that is killed and started again."""
    with open_investigation(workspace) as investigation:
        telling.send("begin")
        with suppress(ConflictError):  # read to its end by the run before
            investigation.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY)
        investigation.release(workers=1)


def read_once(workspace: str, number: int) -> tuple[int, int]:
    """Search and read as one process of many, and say what release it saw and what it counted."""
    with open_investigation(workspace) as investigation:
        case = investigation.under(AUTHORITY)
        room = case.conversations()[number % 5].id
        assert case.read(room, limit=20).rows.num_rows
        return case.release.number, case.search("").total
