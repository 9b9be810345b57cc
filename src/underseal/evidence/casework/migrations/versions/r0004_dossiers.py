"""Dossiers: what was entered in them, how messages were coded, by what they may meet, and what a judge excluded."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from underseal.evidence.casework.migrations.add_only import keep

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = (
    "dossiers",
    "dossier_entries",
    "dossier_codings",
    "dossier_identifiers",
    "dossier_notices",
    "exclusions",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "dossiers",
        _counted("id"),
        *_words("reference", "number", "series"),
        *_numbers("sequence"),
        *_words("district"),
        _perhaps("record"),
        *_words("authority", "user"),
        *_numbers("at"),
        PrimaryKeyConstraint("id", name="pk_dossiers"),
        _unique("dossiers", "reference"),
        _unique("dossiers", "number"),
        _unique("dossiers", "series", "sequence"),
    )
    op.create_index("ix_dossiers_authority", "dossiers", ["authority"])
    op.create_table(
        "dossier_entries",
        _counted("id"),
        *_numbers("dossier"),
        *_words("kind", "thing"),
        *_numbers("version"),
        Column("stands", Boolean(), nullable=False),
        _perhaps("record"),
        *_words("body", "authority", "user"),
        *_numbers("at"),
        PrimaryKeyConstraint("id", name="pk_dossier_entries"),
        _refers("dossier_entries", "dossier"),
        _unique("dossier_entries", "dossier", "kind", "thing", "version"),
    )
    op.create_index("ix_dossier_entries_kind_thing", "dossier_entries", ["kind", "thing"])
    op.create_table(
        "dossier_codings",
        _counted("id"),
        *_numbers("dossier", "record"),
        *_words("choice", "note", "authority", "user"),
        *_numbers("at"),
        PrimaryKeyConstraint("id", name="pk_dossier_codings"),
        _refers("dossier_codings", "dossier"),
    )
    op.create_index("ix_dossier_codings_dossier_record_user", "dossier_codings", ["dossier", "record", "user"])
    op.create_table(
        "dossier_identifiers",
        _counted("id"),
        *_numbers("dossier"),
        *_words("kind", "value", "source"),
        _perhaps("record"),
        *_words("user"),
        *_numbers("at"),
        PrimaryKeyConstraint("id", name="pk_dossier_identifiers"),
        _refers("dossier_identifiers", "dossier"),
        _unique("dossier_identifiers", "dossier", "kind", "value", "source"),
    )
    op.create_index("ix_dossier_identifiers_kind_value", "dossier_identifiers", ["kind", "value"])
    op.create_table(
        "dossier_notices",
        _counted("id"),
        *_numbers("dossier", "other"),
        *_words("kind", "value"),
        *_numbers("at"),
        PrimaryKeyConstraint("id", name="pk_dossier_notices"),
        _refers("dossier_notices", "dossier"),
        _refers("dossier_notices", "other"),
        _unique("dossier_notices", "dossier", "other", "kind", "value"),
    )
    op.create_table(
        "exclusions",
        _counted("id"),
        *_words("source", "value"),
        Column("excluded", Boolean(), nullable=False),
        *_words("decision", "judge", "why", "authority", "user"),
        *_numbers("at"),
        PrimaryKeyConstraint("id", name="pk_exclusions"),
    )
    for table in _TABLES:
        keep(table)


def _counted(name: str) -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer(), "sqlite"), nullable=False)


def _words(*names: str) -> list[Column[str]]:
    return [Column(name, Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[Column[int]]:
    return [Column(name, BigInteger(), nullable=False) for name in names]


def _perhaps(name: str) -> Column[int]:
    return Column(name, BigInteger(), nullable=True)


def _unique(table: str, *columns: str) -> UniqueConstraint:
    return UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _refers(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], ["dossiers.id"], name=f"fk_{table}_{column}")
