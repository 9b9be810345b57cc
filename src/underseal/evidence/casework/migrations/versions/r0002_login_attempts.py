"""Attempts to log in are counted in the database, so that the desk and the command line count together."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, PrimaryKeyConstraint

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "login_attempts",
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), nullable=False),
        Column("name", LargeBinary(), nullable=False),
        Column("at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("id", name="pk_login_attempts"),
    )
    op.create_index("ix_login_attempts_name", "login_attempts", ["name"])
