"""An investigation with messages of a harbour, and named users of each role: what all tests of dossiers stand on."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from underseal.core.records import Secret
from underseal.evidence.audit import AuditEntry
from underseal.evidence.authority import Draft
from underseal.evidence.casework import Actor, Role
from underseal.evidence.dossier import Card, OpeningDraft
from underseal.evidence.identity import Draft as Claim
from underseal.evidence.investigation import Arrival, Consultation, Dossiers, Investigation, create_investigation
from underseal.evidence.privilege import Named
from underseal.evidence.workspace import Workspace

AUTHORITY: Final = "BR-2026/17"
OTHER_AUTHORITY: Final = "BR-2026/18"
PIER_AUTHORITY: Final = "BR-2026/19"
EXPIRED: Final = "BR-2020/1"
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

ANN, BEN, CAS = "@ann:quay", "@ben:quay", "@cas:quay"

Line = tuple[str, str, str, str, str, str]
"""A message of a table: id, time, chat, sender, recipients, text."""

LINES: Sequence[Line] = [
    ("$1", "2026-03-01T10:00:00Z", "!pier", ANN, BEN, "the box is MSKU 907032-3, tell the driver"),
    ("$2", "2026-03-01T10:01:00Z", "!pier", BEN, ANN, "call him on +32 (0)470 12 34 56"),
    ("$3", "2026-03-01T10:02:00Z", "!pier", ANN, BEN, "we break his legs on monday"),
    ("$4", "2026-03-01T10:03:00Z", "!pier", BEN, ANN, "not on the phone"),
    ("$5", "2026-03-02T10:00:00Z", "!shed", CAS, ANN, "MSKU9070323 stands at gate 9"),
    ("$6", "2026-03-02T10:01:00Z", "!shed", ANN, CAS, "who knows of it"),
    ("$7", "2026-03-02T10:02:00Z", "!shed", CAS, ANN, "the lawyer says nothing"),
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
class Office:
    """The investigation, in the hands of whoever is asked for."""

    folder: Path
    investigation: Investigation

    def of(self, user: str) -> Investigation:
        return self.investigation.acting_as(Actor(name=user, role=USERS[user]))

    def case(self, user: str = "ines", authority: str = AUTHORITY) -> Consultation:
        return self.of(user).under(authority, purpose="a test")

    def dossiers(self, user: str = "ines", authority: str = AUTHORITY) -> Dossiers:
        return self.case(user, authority).dossiers

    def number(self, event: str) -> int:
        return self.case("fatma").find(event)

    def opened(self, title: str = "The box", *, user: str = "ines", record: str | None = None, **more: object) -> Card:
        """Open a dossier."""
        number = None if record is None else self.number(record)
        draft = OpeningDraft(title=title, offence="drugs", district="AN", record=number, **more)  # type: ignore[arg-type]
        return self.dossiers(user).open(draft)

    def claim(self, account: str, record: str, *, user: str = "ines", name: str = "Ann Smet", person: str = "") -> str:
        """Claim that somebody used an account; return the id of the claim."""
        evidence = [{"kind": "message", "record": self.number(record)}]
        draft = Claim(
            account=account,
            person=person,
            name="" if person else name,
            start="2026-01-01",
            end="unknown",
            zone="UTC",
            grade="strong",
            supporting=evidence,
        )
        return self.case(user).attributions.claim(draft).standing.claim.id

    def suspect(self, event: str) -> None:
        """Withhold a message."""
        self.of("fatma").privilege.suspect(Named(record=self.number(event)), why="a test", authority=AUTHORITY)

    def take(self, exhibit: str, lines: Sequence[Line]) -> None:
        """Take in a table and release it."""
        file, mapping = self.folder / f"{exhibit}.csv", self.folder / "mapping.toml"
        with file.open("w", encoding="utf-8", newline="") as table:
            csv.writer(table).writerows([("id", "sent", "chat", "from", "to", "text"), *lines])
        mapping.write_text(_MAPPING, encoding="utf-8")
        arrival = Arrival(
            number=exhibit, title=exhibit, custodian="quay", condition="whole", received_from="lab", received_by="desk"
        )
        house = self.of("ines")
        house.take(file, arrival, authority=AUTHORITY, mapping=mapping)
        assert house.release(workers=1) is not None

    def audit(self, act: str = "") -> Sequence[AuditEntry]:
        return self.investigation._audit.entries(limit=500, act=act)


def make_office(folder: Path) -> Office:
    investigation = create_investigation(folder / "workspace", "Quay")
    for number, rooms, valid_to in (
        (AUTHORITY, "all", "2099-12-31"),
        (OTHER_AUTHORITY, "all", "2099-12-31"),
        (PIER_AUTHORITY, ["!pier"], "2099-12-31"),
        (EXPIRED, "all", "2020-12-31"),
    ):
        draft = Draft(
            number=number,
            magistrate="M. Claes",
            legal_basis="art. 90ter",
            type="interception",
            accounts="all",
            rooms=rooms,
            period="all",
            valid_from="2020-01-01",
            valid_to=valid_to,
            zone="UTC",
        )
        investigation.authorities.add(draft, user=investigation.user)
    for name, role in USERS.items():
        investigation.casework.users.add(name, role, PASSWORD, at=0)
    made = Office(folder=folder, investigation=investigation)
    made.take("BR-1", LINES[:4])
    made.take("BR-2", LINES[4:])
    return made


def open_office(workspace: Path) -> Office:
    return Office(folder=workspace.parent, investigation=Investigation(Workspace.open(workspace), user=""))
