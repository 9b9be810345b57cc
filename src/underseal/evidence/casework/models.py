"""The tables of the case work, as SQLAlchemy maps them. No object of these classes leaves the package.

Times are milliseconds since 1970-01-01T00:00:00Z. Digests and token hashes are 32 bytes of SHA-256. Paths are UTF-8
bytes in which a file name that is no UTF-8 keeps its odd bytes, so that no two paths fall together.
A change here needs a migration beside it; a test compares the two.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_COUNTED = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts rows up by itself only in a column that it calls INTEGER."""


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {int: BigInteger, str: Text, bytes: LargeBinary, bool: Boolean}  # noqa: RUF012  # read by SQLAlchemy


class Owner(Base):
    """The one workspace that the database belongs to."""

    __tablename__ = "owner"

    workspace: Mapped[str] = mapped_column(primary_key=True)


class UserRow(Base):
    """A named user."""

    __tablename__ = "users"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    disabled: Mapped[bool]
    created: Mapped[int]


class SessionRow(Base):
    """A web session. `user` is no foreign key: without named users it is the one person whose workspace it is."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(index=True)
    csrf: Mapped[str]
    created: Mapped[int]
    last_seen: Mapped[int]
    expires: Mapped[int]


class LinkRow(Base):
    """A link that logs in once."""

    __tablename__ = "one_time_links"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user: Mapped[str]
    created: Mapped[int]
    expires: Mapped[int]
    used: Mapped[int | None]


class AttemptRow(Base):
    """An attempt to log in. `name` is a bucket, see casework.attempts."""

    __tablename__ = "login_attempts"

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    name: Mapped[bytes] = mapped_column(index=True)
    at: Mapped[int]


class AuthorityRow(Base):
    """A legal power. What `scope` says is the business of evidence.authority."""

    __tablename__ = "authorities"

    number: Mapped[str] = mapped_column(primary_key=True)
    magistrate: Mapped[str]
    legal_basis: Mapped[str]
    type: Mapped[str]
    scope: Mapped[str]
    valid_from: Mapped[int]
    valid_to: Mapped[int]
    note: Mapped[str]
    added: Mapped[int]
    added_by: Mapped[str]
    withdrawn: Mapped[int | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_why: Mapped[str | None]


class ExhibitRow(Base):
    """An exhibit. `sha256` is null only inside the transaction that registers it."""

    __tablename__ = "exhibits"

    number: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    custodian: Mapped[str]
    condition: Mapped[str]
    received_from: Mapped[str]
    received_by: Mapped[str]
    received_at: Mapped[int]
    authority: Mapped[str] = mapped_column(ForeignKey("authorities.number"))
    increment_of: Mapped[str | None] = mapped_column(ForeignKey("exhibits.number"))
    reader: Mapped[str]
    path: Mapped[bytes]
    sha256: Mapped[bytes | None] = mapped_column(unique=True)
    files: Mapped[int]
    size: Mapped[int]
    state: Mapped[str]
    read: Mapped[int]
    failed: Mapped[int]
    total: Mapped[int | None]
    keys: Mapped[int]
    registered: Mapped[int]


class FileRow(Base):
    """A file of an exhibit, and its place in the order of their paths. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "exhibit_files"

    exhibit: Mapped[str] = mapped_column(ForeignKey("exhibits.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    path: Mapped[bytes]
    size: Mapped[int]
    sha256: Mapped[bytes]


class CustodyRow(Base):
    """One line of a chain of custody. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "custody"

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    exhibit: Mapped[str] = mapped_column(ForeignKey("exhibits.number"), index=True)
    at: Mapped[int]
    user: Mapped[str]
    act: Mapped[str]
    note: Mapped[str]


class IntakeRow(Base):
    """One attempt to read an exhibit; at most one runs at a time."""

    __tablename__ = "intakes"
    __table_args__ = (
        Index(
            "uq_intakes_running",
            "exhibit",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    exhibit: Mapped[str] = mapped_column(ForeignKey("exhibits.number"), index=True)
    user: Mapped[str]
    state: Mapped[str]
    cursor: Mapped[str]
    started: Mapped[int]
    updated: Mapped[int]
    ended: Mapped[int | None]
    read: Mapped[int]
    failed: Mapped[int]
    total: Mapped[int | None]
    bytes_read: Mapped[int]
    reason: Mapped[str]


class PositionRow(Base):
    """Where a user stopped reading a conversation."""

    __tablename__ = "reading_positions"

    user: Mapped[str] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[int]


class VisitRow(Base):
    """When a user was here, and what the latest release was then."""

    __tablename__ = "visits"

    user: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int]
    release: Mapped[int | None]
    before_at: Mapped[int | None]
    before_release: Mapped[int | None]


class SearchRow(Base):
    """A search that a user keeps."""

    __tablename__ = "saved_searches"

    user: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[str]
    saved: Mapped[int]


class DeclarationRow(Base):
    """What a lawful user declared. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "privilege_declarations"

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    profession: Mapped[str]
    account: Mapped[str]
    start: Mapped[int | None]
    end: Mapped[int | None]
    proof: Mapped[str]
    authority: Mapped[str]
    user: Mapped[str]
    at: Mapped[int]


class DecisionRow(Base):
    """What was decided of the privilege of something. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "privilege_decisions"

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    state: Mapped[str]
    subject: Mapped[str]
    account: Mapped[str]
    start: Mapped[int | None]
    end: Mapped[int | None]
    conversation: Mapped[str]
    event: Mapped[str]
    sender: Mapped[str]
    time: Mapped[int | None]
    record: Mapped[int | None]
    why: Mapped[str]
    rule: Mapped[str]
    declaration: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("privilege_declarations.id"))
    authority: Mapped[str]
    user: Mapped[str]
    at: Mapped[int]
    salt: Mapped[bytes]


class DossierRow(Base):
    """A dossier, with the number that it was opened under. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "dossiers"
    __table_args__ = (UniqueConstraint("series", "sequence"),)

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    series: Mapped[str]
    sequence: Mapped[int]
    district: Mapped[str]
    record: Mapped[int | None]
    authority: Mapped[str] = mapped_column(index=True)
    user: Mapped[str]
    at: Mapped[int]


class NumberRow(Base):
    """A number that a dossier got, the first too; the latest is in force. Rows are only ever added: the database sees to it."""

    __tablename__ = "dossier_numbers"
    __table_args__ = (UniqueConstraint("series", "sequence"),)

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    dossier: Mapped[int] = mapped_column(BigInteger, ForeignKey("dossiers.id"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    series: Mapped[str]
    sequence: Mapped[int]
    district: Mapped[str]


class EntryRow(Base):
    """A version of a thing in a dossier. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "dossier_entries"
    __table_args__ = (
        UniqueConstraint("dossier", "kind", "thing", "version"),
        Index("ix_dossier_entries_kind_thing", "kind", "thing"),
    )

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    dossier: Mapped[int] = mapped_column(BigInteger, ForeignKey("dossiers.id"))
    kind: Mapped[str]
    thing: Mapped[str]
    version: Mapped[int]
    stands: Mapped[bool]
    record: Mapped[int | None]
    body: Mapped[str]
    authority: Mapped[str]
    user: Mapped[str]
    at: Mapped[int]


class CodingRow(Base):
    """A reviewer's decision on a message. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "dossier_codings"
    __table_args__ = (Index("ix_dossier_codings_dossier_record_user", "dossier", "record", "user"),)

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    dossier: Mapped[int] = mapped_column(BigInteger, ForeignKey("dossiers.id"))
    record: Mapped[int]
    choice: Mapped[str]
    note: Mapped[str]
    authority: Mapped[str]
    user: Mapped[str]
    at: Mapped[int]


class IdentifierRow(Base):
    """By what a dossier may meet others. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "dossier_identifiers"
    __table_args__ = (
        UniqueConstraint("dossier", "kind", "value", "source"),
        Index("ix_dossier_identifiers_kind_value", "kind", "value"),
    )

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    dossier: Mapped[int] = mapped_column(BigInteger, ForeignKey("dossiers.id"))
    kind: Mapped[str]
    value: Mapped[str]
    source: Mapped[str]
    record: Mapped[int | None]
    user: Mapped[str]
    at: Mapped[int]


class NoticeRow(Base):
    """That a dossier was told of another one. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "dossier_notices"
    __table_args__ = (UniqueConstraint("dossier", "other", "kind", "value"),)

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    dossier: Mapped[int] = mapped_column(BigInteger, ForeignKey("dossiers.id"))
    other: Mapped[int] = mapped_column(BigInteger, ForeignKey("dossiers.id"))
    kind: Mapped[str]
    value: Mapped[str]
    at: Mapped[int]


class ExclusionRow(Base):
    """A judge's decision on a source. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "exclusions"

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    source: Mapped[str]
    value: Mapped[str]
    excluded: Mapped[bool]
    decision: Mapped[str]
    judge: Mapped[str]
    why: Mapped[str]
    authority: Mapped[str]
    user: Mapped[str]
    at: Mapped[int]


class TermRow(Base):
    """A term under which an exhibit is held. Rows are only ever added: the database refuses to change them."""

    __tablename__ = "exhibit_terms"
    __table_args__ = (UniqueConstraint("exhibit", "kind", "thing", "version"),)

    id: Mapped[int] = mapped_column(_COUNTED, primary_key=True)
    exhibit: Mapped[str] = mapped_column(ForeignKey("exhibits.number"))
    kind: Mapped[str]
    thing: Mapped[str]
    version: Mapped[int]
    body: Mapped[str]
    authority: Mapped[str]
    user: Mapped[str]
    at: Mapped[int]
