"""Brings a database to the tables that this program knows."""

from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import Connection, column, inspect, select, table, text
from sqlalchemy.orm import Session

from underseal.errors import CallerError, ConflictError
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import Owner

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0005"
"""The newest step of `migrations`; a database that is there already is opened without Alembic, which takes long to load."""

VERSION_TABLE: Final = "underseal_version"
"""Name of our own, so that another program's Alembic in the same PostgreSQL database is not taken for ours."""

_LOCK: Final = 0x756E6465727365
"""Key of the PostgreSQL advisory lock under which one process at a time makes or claims the tables: "underse"."""


def migrate(database: Database) -> None:
    """Make or update the tables; does nothing, and takes no lock, where they are up to date.

    Raises:
        CallerError: the database was made by a newer program, or holds another program's tables under our names.
    """
    with database.read() as session:
        if _version(session.connection()) == HEAD:
            return
    with database.write() as session:
        connection = _alone(session)
        if (found := _version(connection)) != HEAD:  # another process may have been faster
            _upgrade(connection, found)


def claim(database: Database, workspace: UUID) -> None:
    """Bind a new database to its workspace, and refuse one that belongs to another.

    Raises:
        ConflictError: it belongs to another workspace.
    """
    with database.read() as session:
        owner = session.scalar(select(Owner.workspace))
    if owner is None:
        with database.write() as session:
            _alone(session)
            owner = session.scalar(select(Owner.workspace))
            if owner is None:
                owner = str(workspace)
                session.add(Owner(workspace=owner))
    if owner != str(workspace):
        raise ConflictError(
            f"The database {database.shown} belongs to another workspace ({owner}).",
            hint="Give each workspace a database of its own.",
        )


def _alone(session: Session) -> Connection:
    """Keep other processes out until the transaction ends; on SQLite its start has done so."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    return connection


def _version(connection: Connection) -> str | None:
    """Return the step that the tables are at; None where there are none of ours yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    return version


def _upgrade(connection: Connection, found: str | None) -> None:
    from alembic import command  # noqa: PLC0415  # see HEAD
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = _config()
    if found is not None and found not in {
        step.revision for step in ScriptDirectory.from_config(config).walk_revisions()
    }:
        raise CallerError(
            f"The case-work database was made by a newer version of Underseal (its step {found} is unknown here).",
            hint="Update Underseal.",
        )
    foreign = set(inspect(connection).get_table_names()) & set(Owner.metadata.tables)
    if found is None and foreign:
        raise CallerError(
            f"The database holds another program's tables ({', '.join(sorted(foreign))}).",
            hint="Give the workspace an empty database of its own.",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415  # see HEAD

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
