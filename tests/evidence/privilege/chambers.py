"""An investigation with a lawyer in it, and one named user of each role."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from staffed import AUTHORITY, Line, Staffed, draft, staff
from underseal.evidence.investigation import Investigation
from underseal.evidence.privilege import Privilege
from underseal.evidence.workspace import Workspace

NARROW: Final = "BR-2026/18"
"""An authority that reaches one conversation alone."""

USERS: Final = ("anna", "ines", "fatma", "maud")

LAWYER, CLIENT, FRIEND = "@lawyer:quay", "@client:quay", "@friend:quay"

LINES: Sequence[Line] = [
    ("$1", "2026-03-01T10:00:00Z", "!office", CLIENT, LAWYER, "what do I say about the parrot"),
    ("$2", "2026-03-01T10:01:00Z", "!office", LAWYER, CLIENT, "nothing at all about the parrot"),
    ("$3", "2026-03-02T10:00:00Z", "!group", FRIEND, f"{CLIENT};{LAWYER}", "the parrot flies at noon"),
    ("$4", "2026-03-02T10:05:00Z", "!group", CLIENT, FRIEND, "which parrot"),
    ("$5", "2026-03-03T09:00:00Z", "!pier", FRIEND, CLIENT, "the parrot is at the pier"),
]


@dataclass(frozen=True, kw_only=True)
class Chambers(Staffed):
    """The investigation, in the hands of whoever is asked for."""

    def reopened(self) -> "Chambers":
        """Return the same, as another process finds it."""
        workspace = Workspace.open(self.investigation.workspace.root)
        return Chambers(folder=self.folder, investigation=Investigation(workspace, user=""))

    def privilege(self, user: str) -> Privilege:
        return self.of(user).privilege

    def found(self, query: str = "parrot", user: str = "ines") -> list[str]:
        """Return the identifiers of what a search finds."""
        rows = self.case(user).search(query, columns=["event", "text"]).rows
        return sorted(event or text for event, text in zip(*(c.to_pylist() for c in rows.columns), strict=True))


def make_chambers(folder: Path) -> Chambers:
    authorities = [draft(AUTHORITY), draft(NARROW, rooms=["!group"])]
    made = Chambers(folder=folder, investigation=staff(folder / "workspace", authorities, USERS))
    made.take("BR-1", LINES)
    return made
