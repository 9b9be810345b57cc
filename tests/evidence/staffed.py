"""An investigation with named users, into which tables of messages are taken: what tests of privilege and of dossiers stand on."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from underseal.core.records import Secret
from underseal.evidence.audit import AuditEntry
from underseal.evidence.authority import Draft
from underseal.evidence.casework import Actor, Role
from underseal.evidence.investigation import Arrival, Consultation, Investigation, create_investigation
from underseal.evidence.store import Release

AUTHORITY: Final = "BR-2026/17"
"""The authority under which everything was taken in."""

PASSWORD: Final = Secret(b"correct horse battery")
USERS: Final[Mapping[str, Role]] = {
    "anna": Role.ADMINISTRATOR,
    "ines": Role.INVESTIGATOR,
    "ivan": Role.INVESTIGATOR,
    "iris": Role.INVESTIGATOR,
    "fatma": Role.FILTER,
    "maud": Role.MAGISTRATE,
    "paul": Role.PROSECUTOR,
}

Line = tuple[str, str, str, str, str, str]
"""A message of a table: id, time, chat, sender, recipients, text. "" where the table tells none."""

_MAPPING = """\
layout = "csv"

[columns]
event = "id"
time = "sent"
conversation = "chat"
sender = "from"
recipients = "to"
text = "text"

[time]
format = "iso"
clock = "server"

[recipients]
separator = ";"
"""


@dataclass(frozen=True, kw_only=True)
class Staffed:
    """The investigation, in the hands of whoever is asked for."""

    folder: Path
    investigation: Investigation

    def of(self, user: str) -> Investigation:
        return self.investigation.acting_as(Actor(name=user, role=USERS[user]))

    def case(self, user: str = "ines", authority: str = AUTHORITY, release: int | None = None) -> Consultation:
        return self.of(user).under(authority, purpose="a test", release=release)

    def number(self, event: str) -> int:
        return self.case("fatma").find(event)

    def take(self, exhibit: str, lines: Sequence[Line]) -> Release:
        """Take in a table and release it."""
        self.stage(exhibit, lines)
        release = self.of("ines").release(workers=1)
        assert release is not None
        return release

    def stage(self, exhibit: str, lines: Sequence[Line]) -> None:
        """Take in a table."""
        file, mapping = self.folder / f"{exhibit}.csv", self.folder / "mapping.toml"
        with file.open("w", encoding="utf-8", newline="") as table:
            csv.writer(table).writerows([("id", "sent", "chat", "from", "to", "text"), *lines])
        mapping.write_text(_MAPPING, encoding="utf-8")
        arrival = Arrival(
            number=exhibit, title=exhibit, custodian="quay", condition="whole", received_from="lab", received_by="desk"
        )
        self.of("ines").take(file, arrival, authority=AUTHORITY, mapping=mapping)

    def audit(self, act: str = "") -> Sequence[AuditEntry]:
        return self.investigation._audit.entries(limit=500, act=act)


def draft(number: str, **changes: object) -> Draft:
    """An authority that reaches everything, but for what is said."""
    said: dict[str, Any] = {
        "number": number,
        "magistrate": "M. Claes",
        "legal_basis": "art. 90ter",
        "type": "interception",
        "accounts": "all",
        "rooms": "all",
        "period": "all",
        "valid_from": "2020-01-01",
        "valid_to": "2099-12-31",
        "zone": "UTC",
    }
    return Draft(**(said | changes))


def staff(workspace: Path, authorities: Iterable[Draft], users: Iterable[str]) -> Investigation:
    """Make a workspace with authorities and with users, the administrator first."""
    investigation = create_investigation(workspace, "Quay")
    for authority in authorities:
        investigation.authorities.add(authority, user=investigation.user)
    for name in users:
        investigation.casework.users.add(name, USERS[name], PASSWORD, at=0)
    return investigation
