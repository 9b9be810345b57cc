"""Privileged material: what lawful users declared, and what was decided of accounts, conversations and messages."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, LargeBinary, PrimaryKeyConstraint, Text

from underseal.evidence.casework.migrations.add_only import keep

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COUNTED = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "privilege_declarations",
        Column("id", _COUNTED, nullable=False),
        *(Column(name, Text(), nullable=False) for name in ("profession", "account", "proof", "authority", "user")),
        Column("start", BigInteger(), nullable=True),
        Column("end", BigInteger(), nullable=True),
        Column("at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_privilege_declarations"),
    )
    op.create_table(
        "privilege_decisions",
        Column("id", _COUNTED, nullable=False),
        *(
            Column(name, Text(), nullable=False)
            for name in (
                "state", "subject", "account", "conversation", "event", "sender", "why", "rule", "authority", "user",
            )
        ),
        Column("start", BigInteger(), nullable=True),
        Column("end", BigInteger(), nullable=True),
        Column("time", BigInteger(), nullable=True),
        Column("record", BigInteger(), nullable=True),
        Column("declaration", BigInteger(), nullable=True),
        Column("at", BigInteger(), nullable=False),
        Column("salt", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_privilege_decisions"),
        ForeignKeyConstraint(
            ["declaration"], ["privilege_declarations.id"], name="fk_privilege_decisions_declaration"
        ),
    )  # fmt: skip
    for table in ("privilege_declarations", "privilege_decisions"):
        keep(table)
