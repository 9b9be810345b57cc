"""An investigation with a lawyer in it, and one named user of each role."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from underseal.core.records import Secret
from underseal.evidence.audit import AuditEntry
from underseal.evidence.authority import Draft
from underseal.evidence.casework import Actor, Role
from underseal.evidence.investigation import Arrival, Consultation, Investigation, create_investigation
from underseal.evidence.privilege import Privilege
from underseal.evidence.store import Release
from underseal.evidence.workspace import Workspace

AUTHORITY = "BR-2026/17"
NARROW = "BR-2026/18"
"""An authority that reaches one conversation alone."""

PASSWORD = Secret(b"correct horse battery")
USERS = {
    "anna": Role.ADMINISTRATOR,
    "ines": Role.INVESTIGATOR,
    "fatma": Role.FILTER,
    "maud": Role.MAGISTRATE,
}

LAWYER, CLIENT, FRIEND = "@lawyer:quay", "@client:quay", "@friend:quay"

Line = tuple[str, str, str, str, str, str]
"""A message of a table: id, time, chat, sender, recipients, text. "" where the table tells none."""

LINES: Sequence[Line] = [
    ("$1", "2026-03-01T10:00:00Z", "!office", CLIENT, LAWYER, "what do I say about the parrot"),
    ("$2", "2026-03-01T10:01:00Z", "!office", LAWYER, CLIENT, "nothing at all about the parrot"),
    ("$3", "2026-03-02T10:00:00Z", "!group", FRIEND, f"{CLIENT};{LAWYER}", "the parrot flies at noon"),
    ("$4", "2026-03-02T10:05:00Z", "!group", CLIENT, FRIEND, "which parrot"),
    ("$5", "2026-03-03T09:00:00Z", "!pier", FRIEND, CLIENT, "the parrot is at the pier"),
]

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
class Chambers:
    """The investigation, in the hands of whoever is asked for."""

    folder: Path
    investigation: Investigation

    def of(self, user: str) -> Investigation:
        return self.investigation.acting_as(Actor(name=user, role=USERS[user]))

    def reopened(self) -> "Chambers":
        """Return the same, as another process finds it."""
        workspace = Workspace.open(self.investigation.workspace.root)
        return Chambers(folder=self.folder, investigation=Investigation(workspace, user=""))

    def case(self, user: str = "ines", release: int | None = None) -> Consultation:
        return self.of(user).under(AUTHORITY, purpose="a test", release=release)

    def privilege(self, user: str) -> Privilege:
        return self.of(user).privilege

    def found(self, query: str = "parrot", user: str = "ines") -> list[str]:
        """Return the identifiers of what a search finds."""
        rows = self.case(user).search(query, columns=["event", "text"]).rows
        return sorted(event or text for event, text in zip(*(c.to_pylist() for c in rows.columns), strict=True))

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

    def audit(self, act: str) -> Sequence[AuditEntry]:
        return self.investigation._audit.entries(limit=500, act=act)


def _draft(number: str, *, rooms: list[str] | None = None) -> Draft:
    return Draft(
        number=number,
        magistrate="M. Claes",
        legal_basis="art. 90ter",
        type="interception",
        accounts="all",
        rooms=rooms or "all",
        period="all",
        valid_from="2020-01-01",
        valid_to="2099-12-31",
        zone="UTC",
    )


def make_chambers(folder: Path) -> Chambers:
    investigation = create_investigation(folder / "workspace", "Quay")
    investigation.authorities.add(_draft(AUTHORITY), user=investigation.user)
    investigation.authorities.add(_draft(NARROW, rooms=["!group"]), user=investigation.user)
    for name, role in USERS.items():
        investigation.casework.users.add(name, role, PASSWORD, at=0)
    made = Chambers(folder=folder, investigation=investigation)
    made.take("BR-1", LINES)
    return made
