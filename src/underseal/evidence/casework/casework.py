"""One way into the case work: open the database, and hand out its registers."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from underseal.evidence.casework.attempts import Attempts
from underseal.evidence.casework.authorities import Authorities, StoredAuthority, find_authority
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.dossiers import Dossiers
from underseal.evidence.casework.exclusions import Exclusions
from underseal.evidence.casework.exhibits import Exhibits
from underseal.evidence.casework.intakes import Intakes
from underseal.evidence.casework.logins import Links, WebSessions
from underseal.evidence.casework.privilege import Privileges, decisions_version
from underseal.evidence.casework.reading import Reading
from underseal.evidence.casework.schema import claim, migrate
from underseal.evidence.casework.terms import Terms
from underseal.evidence.casework.users import Actor, Users, actor
from underseal.evidence.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an act is judged by.

    Attributes:
        actor: as what somebody acts. authority: that of the number that was named, None where there is none.
        decisions: version of the decisions on privilege, as of `Privileges.version`.
    """

    actor: Actor
    authority: StoredAuthority | None
    decisions: tuple[int, int]


class CaseWork:
    """The case work of a workspace. Usable from many threads; each act is a transaction of its own.

    Attributes:
        users, sessions, links, attempts: who may come in.
        authorities, exhibits, intakes: what was granted, taken in and read. terms: under which exhibits are held.
        privilege: what was declared and decided of privileged material.
        dossiers, exclusions: what was entered in dossiers, and which sources a judge excluded.
        reading: positions, visits and saved searches.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.users = Users(database)
        self.sessions = WebSessions(database)
        self.links = Links(database)
        self.attempts = Attempts(database)
        self.authorities = Authorities(database)
        self.exhibits = Exhibits(database)
        self.intakes = Intakes(database)
        self.terms = Terms(database)
        self.privilege = Privileges(database)
        self.dossiers = Dossiers(database)
        self.exclusions = Exclusions(database)
        self.reading = Reading(database)

    @classmethod
    def open(cls, url: str, *, workspace: UUID | None = None) -> Self:
        """Connect, and make or update the tables where that is due.

        Args:
            url: "sqlite:////FILE" or "postgresql+psycopg://USER:PASSWORD@HOST/DATABASE", percent-encoded.
            workspace: id of the workspace that the database must belong to; a new one is bound to it.

        Raises:
            CallerError: the address cannot be used, or the database was made by a newer program.
            ConflictError: the database belongs to another workspace.
            InternalError: it does not answer.
        """
        database = Database(url)
        try:
            migrate(database)
            if workspace is not None:
                claim(database, workspace)
        except BaseException:
            database.close()
            raise
        return cls(database)

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """Open the case work of a workspace; raises what `open` raises."""
        return cls.open(workspace.database.reveal().decode(), workspace=workspace.settings.id)

    def standing(self, user: str, authority: str = "") -> Standing:
        """Return what an act is judged by, in one transaction: each act asks for all of it.

        Args:
            user: who acts. authority: number of the one that they name, "" for none.

        Raises:
            RefusedError: the workspace has named users and this is none, or a disabled one.
        """
        with self._database.read() as session:
            return Standing(
                actor=actor(session, user),
                authority=find_authority(session, authority) if authority else None,
                decisions=decisions_version(session),
            )

    def scrub(self) -> None:
        """Leave nothing in the database's file of what is no longer in its tables; see `Database.scrub`."""
        self._database.scrub()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
