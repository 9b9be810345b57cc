"""The case work as it first was. What the columns mean is said in casework.models."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

from underseal.evidence.casework.migrations.add_only import keep

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ADD_ONLY = ("custody", "exhibit_files")
"""Tables whose rows the database itself keeps from being changed or removed."""


def upgrade() -> None:
    """Make all tables."""
    _people()
    _authorities()
    _exhibits()
    _intakes()
    _reading()
    for table in _ADD_ONLY:
        keep(table)


def _words(name: str, *, empty: bool = False) -> Column[str]:
    return Column(name, Text(), nullable=empty)


def _number(name: str, *, empty: bool = False) -> Column[int]:
    return Column(name, BigInteger(), nullable=empty)


def _bytes(name: str, *, empty: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(), nullable=empty)


def _counted(name: str) -> Column[int]:
    return Column(name, BigInteger().with_variant(Integer(), "sqlite"), nullable=False)


def _key(table: str, *columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _refers(table: str, column: str, to: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


def _people() -> None:
    op.create_table("owner", _words("workspace"), _key("owner", "workspace"))
    op.create_table(
        "users",
        _words("name"),
        _words("role"),
        _words("password_hash"),
        Column("disabled", Boolean(), nullable=False),
        _number("created"),
        _key("users", "name"),
    )
    op.create_table(
        "web_sessions",
        _bytes("token_hash"),
        _words("user"),
        _words("csrf"),
        _number("created"),
        _number("last_seen"),
        _number("expires"),
        _key("web_sessions", "token_hash"),
    )
    op.create_index("ix_web_sessions_user", "web_sessions", ["user"])
    op.create_table(
        "one_time_links",
        _bytes("token_hash"),
        _words("user"),
        _number("created"),
        _number("expires"),
        _number("used", empty=True),
        _key("one_time_links", "token_hash"),
    )


def _authorities() -> None:
    op.create_table(
        "authorities",
        _words("number"),
        _words("magistrate"),
        _words("legal_basis"),
        _words("type"),
        _words("scope"),
        _number("valid_from"),
        _number("valid_to"),
        _words("note"),
        _number("added"),
        _words("added_by"),
        _number("withdrawn", empty=True),
        _words("withdrawn_by", empty=True),
        _words("withdrawn_why", empty=True),
        _key("authorities", "number"),
    )


def _exhibits() -> None:
    op.create_table(
        "exhibits",
        _words("number"),
        _words("title"),
        _words("custodian"),
        _words("condition"),
        _words("received_from"),
        _words("received_by"),
        _number("received_at"),
        _words("authority"),
        _words("increment_of", empty=True),
        _words("reader"),
        _bytes("path"),
        _bytes("sha256", empty=True),
        _number("files"),
        _number("size"),
        _words("state"),
        _number("read"),
        _number("failed"),
        _number("total", empty=True),
        _number("keys"),
        _number("registered"),
        _refers("exhibits", "authority", "authorities.number"),
        _refers("exhibits", "increment_of", "exhibits.number"),
        _key("exhibits", "number"),
        UniqueConstraint("sha256", name="uq_exhibits_sha256"),
    )
    op.create_table(
        "exhibit_files",
        _words("exhibit"),
        _number("position"),
        _bytes("path"),
        _number("size"),
        _bytes("sha256"),
        _refers("exhibit_files", "exhibit", "exhibits.number"),
        _key("exhibit_files", "exhibit", "position"),
    )
    op.create_table(
        "custody",
        _counted("id"),
        _words("exhibit"),
        _number("at"),
        _words("user"),
        _words("act"),
        _words("note"),
        _refers("custody", "exhibit", "exhibits.number"),
        _key("custody", "id"),
    )
    op.create_index("ix_custody_exhibit", "custody", ["exhibit"])


def _intakes() -> None:
    op.create_table(
        "intakes",
        _counted("id"),
        _words("exhibit"),
        _words("user"),
        _words("state"),
        _words("cursor"),
        _number("started"),
        _number("updated"),
        _number("ended", empty=True),
        _number("read"),
        _number("failed"),
        _number("total", empty=True),
        _number("bytes_read"),
        _words("reason"),
        _refers("intakes", "exhibit", "exhibits.number"),
        _key("intakes", "id"),
    )
    op.create_index("ix_intakes_exhibit", "intakes", ["exhibit"])
    running = text("state = 'running'")
    op.create_index(
        "uq_intakes_running", "intakes", ["exhibit"], unique=True, sqlite_where=running, postgresql_where=running
    )


def _reading() -> None:
    op.create_table(
        "reading_positions",
        _words("user"),
        _words("conversation"),
        _number("number"),
        _number("at"),
        _key("reading_positions", "user", "conversation"),
    )
    op.create_table(
        "visits",
        _words("user"),
        _number("at"),
        _number("release", empty=True),
        _number("before_at", empty=True),
        _number("before_release", empty=True),
        _key("visits", "user"),
    )
    op.create_table(
        "saved_searches",
        _words("user"),
        _words("name"),
        _words("query"),
        _number("saved"),
        _key("saved_searches", "user", "name"),
    )
