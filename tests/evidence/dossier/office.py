"""An investigation with messages of a harbour, and named users of each role: what all tests of dossiers stand on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from staffed import AUTHORITY, USERS, Line, Staffed, draft, staff
from underseal.evidence.dossier import Card, OpeningDraft
from underseal.evidence.identity import Draft as Claim
from underseal.evidence.investigation import Dossiers, Investigation
from underseal.evidence.privilege import Named
from underseal.evidence.workspace import Workspace

OTHER_AUTHORITY: Final = "BR-2026/18"
PIER_AUTHORITY: Final = "BR-2026/19"
EXPIRED: Final = "BR-2020/1"

ANN, BEN, CAS = "@ann:quay", "@ben:quay", "@cas:quay"

LINES: Sequence[Line] = [
    ("$1", "2026-03-01T10:00:00Z", "!pier", ANN, BEN, "the box is MSKU 907032-3, tell the driver"),
    ("$2", "2026-03-01T10:01:00Z", "!pier", BEN, ANN, "call him on +32 (0)470 12 34 56"),
    ("$3", "2026-03-01T10:02:00Z", "!pier", ANN, BEN, "we break his legs on monday"),
    ("$4", "2026-03-01T10:03:00Z", "!pier", BEN, ANN, "not on the phone"),
    ("$5", "2026-03-02T10:00:00Z", "!shed", CAS, ANN, "MSKU9070323 stands at gate 9"),
    ("$6", "2026-03-02T10:01:00Z", "!shed", ANN, CAS, "who knows of it"),
    ("$7", "2026-03-02T10:02:00Z", "!shed", CAS, ANN, "the lawyer says nothing"),
]


@dataclass(frozen=True, kw_only=True)
class Office(Staffed):
    """The investigation, in the hands of whoever is asked for."""

    def dossiers(self, user: str = "ines", authority: str = AUTHORITY) -> Dossiers:
        return self.case(user, authority).dossiers

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


def make_office(folder: Path) -> Office:
    authorities = [
        draft(AUTHORITY),
        draft(OTHER_AUTHORITY),
        draft(PIER_AUTHORITY, rooms=["!pier"]),
        draft(EXPIRED, valid_to="2020-12-31"),
    ]
    made = Office(folder=folder, investigation=staff(folder / "workspace", authorities, USERS))
    made.take("BR-1", LINES[:4])
    made.take("BR-2", LINES[4:])
    return made


def open_office(workspace: Path) -> Office:
    return Office(folder=workspace.parent, investigation=Investigation(Workspace.open(workspace), user=""))
