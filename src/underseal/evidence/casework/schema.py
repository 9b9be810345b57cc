"""Brings a database to the tables that this program knows."""

from pathlib import Path
from typing import Final
from uuid import UUID

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.orm import Session

from underseal.errors import CallerError, ConflictError
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import Owner

VERSION_TABLE: Final = "underseal_version"
"""Name of our own, so that another program's Alembic in the same PostgreSQL database is not taken for ours."""

_LOCK: Final = 0x756E6465727365
"""Key of the PostgreSQL advisory lock under which one process at a time makes or claims the tables: "underse"."""


def migrate(database: Database) -> None:
    """Make or update the tables; does nothing, and takes no lock, where they are up to date.

    Raises:
        CallerError: the database was made by a newer program, or holds another program's tables under our names.
    """
    config = _config()
    steps = ScriptDirectory.from_config(config)
    with database.read() as session:
        if _is_current(session.connection(), steps):
            return
    with database.write() as session:
        connection = _alone(session)
        if not _is_current(connection, steps):  # another process may have been faster
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


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


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _is_current(connection: Connection, steps: ScriptDirectory) -> bool:
    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    known = {step.revision for step in steps.walk_revisions()}
    if newer := set(found) - known:
        raise CallerError(
            f"The case-work database was made by a newer version of Underseal (its step {max(newer)} is unknown here).",
            hint="Update Underseal.",
        )
    foreign = set(inspect(connection).get_table_names()) & set(Owner.metadata.tables)
    if not found and foreign:
        raise CallerError(
            f"The database holds another program's tables ({', '.join(sorted(foreign))}).",
            hint="Give the workspace an empty database of its own.",
        )
    return set(found) == set(steps.get_heads())
