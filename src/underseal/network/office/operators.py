"""The named operators of a network. Without any, whoever starts the office is its one operator, as the one-time link says."""

import hashlib
import re
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from typing import Final, TypeAlias

from underseal.core.crypto import hash_password, verify_password
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError
from underseal.network.office.people import Operator

Turns: TypeAlias = Callable[[], AbstractContextManager[sqlite3.Connection]]
"""Gives the database, all or nothing of what is done with it."""

MIN_PASSWORD: Final = 12
"""Shortest password in characters: length is what counts (NIST SP 800-63B, 5.1.1)."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Operators:
    """The named operators.

    Args:
        turn: gives the database.
    """

    def __init__(self, turn: Turns) -> None:
        self._turn = turn

    def add(self, name: str, password: Secret, *, at: int) -> Operator:
        """Add an operator.

        Args:
            name: lowercase letters, digits and . _ @ -, at most 64. password: UTF-8, at least MIN_PASSWORD characters.
            at: now, ms since 1970.

        Raises:
            CallerError: name or password cannot be used. ConflictError: the name is taken.
        """
        if not _NAME.fullmatch(name):
            raise CallerError(
                f"The name {name!r} cannot be used.", hint="Use lowercase letters, digits and . _ @ - (at most 64)."
            )
        hashed = _hash(password)
        with self._turn() as database:
            if _row(database, name):
                raise ConflictError(f"There is an operator {name} already.")
            database.execute("INSERT INTO operator VALUES (?, ?, 0, ?)", (name, hashed, at))
        return Operator(name=name, disabled=False, created=at)

    def all(self) -> list[Operator]:
        """Return all operators by name."""
        with self._turn() as database:
            rows = database.execute("SELECT name, disabled, created FROM operator ORDER BY name").fetchall()
        return [Operator(name=name, disabled=bool(disabled), created=created) for name, disabled, created in rows]

    def mark(self, name: str) -> str | None:
        """Return a word that is another one after each change of somebody's password.

        Args:
            name: of an operator, "" for the one of a network without named ones.

        Returns:
            None for whoever may not come in.
        """
        with self._turn() as database:
            if not name:
                is_named = database.execute("SELECT 1 FROM operator LIMIT 1").fetchone()
                return None if is_named else ""
            row = _row(database, name)
        return None if row is None or row[1] else hashlib.sha256(row[0].encode()).hexdigest()

    def check(self, name: str, password: Secret) -> None:
        """Return where an operator of that name may come in with that password (some 50 ms, whoever it is).

        Raises:
            RefusedError: no such operator, another password, or disabled; it does not say which.
        """
        with self._turn() as database:
            row = _row(database, name)
        is_right = verify_password(row[0] if row else _nobodys(), password)
        if row is None or not is_right or row[1]:
            raise RefusedError("The name or the password is wrong.")

    def set_password(self, name: str, password: Secret) -> None:
        """Give an operator another password, which ends their sessions.

        Raises:
            NotFoundError: there is none of that name. CallerError: the password cannot be used.
        """
        hashed = _hash(password)
        self._change(name, "UPDATE operator SET password = ? WHERE name = ?", (hashed, name))

    def disable(self, name: str) -> None:
        """Keep an operator out, and end their sessions; the last one may be kept out too: the machine's owner adds others.

        Raises:
            NotFoundError: there is none of that name.
        """
        self._change(name, "UPDATE operator SET disabled = 1 WHERE name = ?", (name,))

    def enable(self, name: str) -> None:
        """Let an operator in again.

        Raises:
            NotFoundError: there is none of that name.
        """
        self._change(name, "UPDATE operator SET disabled = 0 WHERE name = ?", (name,))

    def _change(self, name: str, statement: str, values: tuple[str, ...]) -> None:
        with self._turn() as database:
            if not database.execute(statement, values).rowcount:
                raise NotFoundError(f"There is no operator {name}.", hint="underseal network operator list")


def _row(database: sqlite3.Connection, name: str) -> tuple[str, int] | None:
    found: tuple[str, int] | None = database.execute(
        "SELECT password, disabled FROM operator WHERE name = ?", (name,)
    ).fetchone()
    return found


def _hash(password: Secret) -> str:
    if len(password.reveal().decode(errors="replace")) < MIN_PASSWORD:
        raise CallerError(f"A password has at least {MIN_PASSWORD} characters.", hint="Four or five words will do.")
    return hash_password(password)


@cache
def _nobodys() -> str:
    """Return the hash that an unknown name is checked against, so that it takes as long as a known one."""
    return hash_password(Secret(secrets.token_bytes(MIN_PASSWORD)))
