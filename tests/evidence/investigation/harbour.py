"""The main job on a harbour sample, for tests: a workspace with all of it taken in, and what is true of it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from underseal.core.records import Secret
from underseal.evidence.authority import Draft
from underseal.evidence.investigation import Arrival, Consultation, Investigation, create_investigation

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
