"""Named users, their roles and passwords.

A workspace without named users belongs to one person, who may do everything in it; the first named user ends that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from underseal.core.crypto import hash_new_password, is_password
from underseal.core.records import Secret
from underseal.core.web.tokens import hashed
from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError
from underseal.evidence.casework.database import Database, taken
from underseal.evidence.casework.models import SessionRow, UserRow

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Role(StrEnum):
    """What a named user is in the investigation; what each may do is said in evidence.authority."""

    INVESTIGATOR = "investigator"
    FILTER = "filter"
    MAGISTRATE = "magistrate"
    PROSECUTOR = "prosecutor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A named user.

    Attributes:
        name: login name. role: what they are. disabled: whether they are kept out.
        created: ms since 1970.
    """

    name: str
    role: Role
    disabled: bool
    created: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who may act now.

    Attributes:
        name: login name, or the account name of the one person whose workspace it is.
        role: None for that one person.
    """

    name: str
    role: Role | None


class Users:
    """The named users of a workspace.

    What is changed is announced inside its transaction, when nothing but the disk can prevent it any more; where the
    announcement fails, nothing is changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, name: str, role: Role, password: Secret, *, at: int, announce: Callable[[], None] = lambda: None
    ) -> User:
        """Add a user. The first one must be an administrator, or nobody could add the second.

        Args:
            name: lowercase letters, digits and . _ @ -, at most 64.
            role: what they are.
            password: UTF-8, at least MIN_PASSWORD characters (core.crypto).
            at: now, ms since 1970.
            announce: called before it is done.

        Raises:
            CallerError: name or password cannot be used, or the first user is no administrator.
            ConflictError: the name is taken.
        """
        if not _NAME.fullmatch(name):
            raise CallerError(
                f"The user name {name!r} cannot be used.",
                hint="Use lowercase letters, digits and . _ @ - (at most 64).",
            )
        row = UserRow(name=name, role=role.value, password_hash=hash_new_password(password), disabled=False, created=at)
        with self._database.write() as session:
            if role is not Role.ADMINISTRATOR and not _administrators(session):
                raise CallerError(
                    "The first named user must be an administrator.", hint="Add an administrator, then this user."
                )
            session.add(row)
            with taken(f"There is a user {name} already."):
                session.flush()
            announce()
            return _user(row)

    def get(self, name: str) -> User:
        """Return a user.

        Raises:
            NotFoundError: there is none of that name.
        """
        with self._database.read() as session:
            return _user(_row(session, name))

    def list(self) -> tuple[User, ...]:
        """Return all users by name."""
        with self._database.read() as session:
            return tuple(_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.name)))

    def named(self) -> bool:
        """Say whether there are named users; else the workspace belongs to one person."""
        with self._database.read() as session:
            return _has_users(session)

    def actor(self, name: str) -> Actor:
        """Say as what somebody acts.

        Raises:
            RefusedError: the workspace has named users and this is none, or a disabled one.
        """
        with self._database.read() as session:
            return actor(session, name)

    def login(self, name: str, password: Secret) -> User:
        """Check a password. It takes the same time whether or not there is such a user.

        Raises:
            RefusedError: name and password do not go together, or the user is disabled; it does not say which.
        """
        with self._database.read() as session:
            row = session.get(UserRow, name) if _NAME.fullmatch(name) else None
            stored = row.password_hash if row else None
            user = _user(row) if row and not row.disabled else None
        if not is_password(stored, password) or user is None:
            raise RefusedError("The name or the password is wrong.")
        return user

    def set_password(
        self, name: str, password: Secret, *, keep: Secret | None = None, announce: Callable[[], None] = lambda: None
    ) -> None:
        """Replace a password and end the user's web sessions; `announce` is called before it is done.

        Args:
            name: whose. password: UTF-8, at least MIN_PASSWORD characters (core.crypto).
            keep: token of a session that goes on. announce: called before it is done.

        Raises:
            NotFoundError: there is no such user. CallerError: the password is too short or too long.
        """
        password_hash = hash_new_password(password)
        with self._database.write() as session:
            _row(session, name).password_hash = password_hash
            _end_sessions(session, name, keep=keep)
            announce()

    def set_role(self, name: str, role: Role) -> None:
        """Change what a user is.

        Raises:
            NotFoundError: there is no such user. ConflictError: it is the last administrator.
        """
        with self._database.write() as session:
            _administrators(session)
            _row(session, name).role = role.value
            _keep_an_administrator(session)

    def set_disabled(self, name: str, *, disabled: bool, announce: Callable[[], None] = lambda: None) -> None:
        """Keep a user out and end their web sessions, or let them in again; `announce` is called before it is done.

        Raises:
            NotFoundError: there is no such user. ConflictError: it is the last administrator.
        """
        with self._database.write() as session:
            _administrators(session)
            _row(session, name).disabled = disabled
            _keep_an_administrator(session)
            if disabled:
                _end_sessions(session, name)
            announce()


def actor(session: Session, name: str) -> Actor:
    """Say as what somebody acts, inside a transaction; see `Users.actor`.

    Raises:
        RefusedError: the workspace has named users and this is none, or a disabled one.
    """
    row = session.get(UserRow, name)
    if row is None and not _has_users(session):
        return Actor(name=name, role=None)
    if row is None or row.disabled:
        raise RefusedError(
            f"{name} is not a user of this workspace." if row is None else f"The user {name} is disabled.",
            hint="An administrator can change that.",
        )
    return Actor(name=name, role=Role(row.role))


def _has_users(session: Session) -> bool:
    return session.scalar(select(UserRow.name).limit(1)) is not None


def _user(row: UserRow) -> User:
    return User(name=row.name, role=Role(row.role), disabled=row.disabled, created=row.created)


def _row(session: Session, name: str) -> UserRow:
    row = session.get(UserRow, name)
    if row is None:
        raise NotFoundError(f"There is no user {name}.")
    return row


def _administrators(session: Session) -> int:
    """Count the enabled administrators, and keep others from changing them until the transaction ends.

    Asked before a change as well as after it: two administrators who disable each other then take turns.
    """
    condition = (UserRow.role == Role.ADMINISTRATOR.value, UserRow.disabled.is_(False))
    return len(session.scalars(select(UserRow.name).where(*condition).order_by(UserRow.name).with_for_update()).all())


def _keep_an_administrator(session: Session) -> None:
    session.flush()
    if not _administrators(session):
        raise ConflictError("The workspace would have no administrator left.", hint="Make somebody else one first.")


def _end_sessions(session: Session, name: str, *, keep: Secret | None = None) -> None:
    kept = hashed(keep) if keep else b""
    session.execute(delete(SessionRow).where(SessionRow.user == name, SessionRow.token_hash != kept))
