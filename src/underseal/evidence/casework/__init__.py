"""Case work: the people, their logins, the authorities, the exhibits and what has become of them.

Kept in a database, SQLite or PostgreSQL. The evidence itself lies elsewhere, in releases.
"""

from underseal.evidence.casework.arrival import Arrival
from underseal.evidence.casework.authorities import StoredAuthority
from underseal.evidence.casework.casework import CaseWork, Standing
from underseal.evidence.casework.custody import CustodyEntry
from underseal.evidence.casework.dossier_marks import StoredCoding, StoredIdentifier, StoredNotice
from underseal.evidence.casework.dossiers import (
    Author,
    Entry,
    Knowing,
    Latest,
    NewDossier,
    NewEntry,
    NewNumber,
    StoredDossier,
    Writing,
)
from underseal.evidence.casework.exclusions import StoredExclusion
from underseal.evidence.casework.exhibits import Exhibit, ExhibitFile, ExhibitState, FileListDigest, NewExhibit
from underseal.evidence.casework.intakes import Intake, IntakeState, Progress
from underseal.evidence.casework.logins import WebSession
from underseal.evidence.casework.privilege import (
    Decision,
    Declaration,
    PrivilegeState,
    Profession,
    Subject,
    SubjectKind,
)
from underseal.evidence.casework.reading import SavedSearch, Visit
from underseal.evidence.casework.terms import StoredTerm
from underseal.evidence.casework.users import Actor, Role, User

__all__ = [
    "Actor",
    "Arrival",
    "Author",
    "CaseWork",
    "CustodyEntry",
    "Decision",
    "Declaration",
    "Entry",
    "Exhibit",
    "ExhibitFile",
    "ExhibitState",
    "FileListDigest",
    "Intake",
    "IntakeState",
    "Knowing",
    "Latest",
    "NewDossier",
    "NewEntry",
    "NewExhibit",
    "NewNumber",
    "PrivilegeState",
    "Profession",
    "Progress",
    "Role",
    "SavedSearch",
    "Standing",
    "StoredAuthority",
    "StoredCoding",
    "StoredDossier",
    "StoredExclusion",
    "StoredIdentifier",
    "StoredNotice",
    "StoredTerm",
    "Subject",
    "SubjectKind",
    "User",
    "Visit",
    "WebSession",
    "Writing",
]
