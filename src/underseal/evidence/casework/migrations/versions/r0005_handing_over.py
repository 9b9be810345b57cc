"""Handing over: the numbers of dossiers that were transferred, and the terms under which a partner's exhibits are held."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from underseal.evidence.casework.migrations.add_only import keep

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and enter the numbers that dossiers have."""
    op.create_table(
        "dossier_numbers",
        _counted("id"),
        Column("dossier", BigInteger(), nullable=False),
        *_words("number", "series"),
        Column("sequence", BigInteger(), nullable=False),
        *_words("district"),
        PrimaryKeyConstraint("id", name="pk_dossier_numbers"),
        ForeignKeyConstraint(["dossier"], ["dossiers.id"], name="fk_dossier_numbers_dossier"),
        UniqueConstraint("number", name="uq_dossier_numbers_number"),
        UniqueConstraint("series", "sequence", name="uq_dossier_numbers_series_sequence"),
    )
    op.create_index("ix_dossier_numbers_dossier", "dossier_numbers", ["dossier"])
    op.execute(
        "INSERT INTO dossier_numbers (dossier, number, series, sequence, district) "
        "SELECT id, number, series, sequence, district FROM dossiers ORDER BY id"
    )
    op.create_table(
        "exhibit_terms",
        _counted("id"),
        *_words("exhibit", "kind", "thing"),
        Column("version", BigInteger(), nullable=False),
        *_words("body", "authority", "user"),
        Column("at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_exhibit_terms"),
        ForeignKeyConstraint(["exhibit"], ["exhibits.number"], name="fk_exhibit_terms_exhibit"),
        UniqueConstraint("exhibit", "kind", "thing", "version", name="uq_exhibit_terms_exhibit_kind_thing_version"),
    )
    keep("dossier_numbers")
    keep("exhibit_terms")


def _counted(name: str) -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer(), "sqlite"), nullable=False)


def _words(*names: str) -> list[Column[str]]:
    return [Column(name, Text(), nullable=False) for name in names]
