"""The named operators of a network. Without any, whoever starts the office is its one operator, as the one-time link says."""

import hashlib
import re
from datetime import datetime
from typing import Final

from underseal.core.crypto import hash_new_password, is_password
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError
from underseal.network.licences import acts, rules
from underseal.network.licences.actors import Staff
from underseal.network.licences.book import Book
from underseal.network.licences.model import Operator
from underseal.network.licences.periods import moment

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Operators:
    """The named operators.

    Args:
        book: of the licences.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def add(self, name: str, password: Secret, *, at: datetime, by: Staff) -> Operator:
        """Add an operator.

        Args:
            name: lowercase letters, digits and . _ @ -, at most 64.
            password: UTF-8, at least MIN_PASSWORD characters (core.crypto). at: now. by: who adds them.

        Raises:
            CallerError: name or password cannot be used. ConflictError: the name is taken.
        """
        if not _NAME.fullmatch(name):
            raise CallerError(
                f"The name {name!r} cannot be used.", hint="Use lowercase letters, digits and . _ @ - (at most 64)."
            )
        hashed, at = hash_new_password(password), moment(at)
        with self._book.turn() as turn:
            if turn.operator(name):
                raise ConflictError(f"There is an operator {name} already.")
            turn.enter(acts.OperatorAdded(at=at, by=by, operator=name, password=hashed))
        return Operator(name=name, disabled=False, since=at)

    def all(self) -> list[Operator]:
        """Return all operators by name."""
        with self._book.look() as rows:
            return rows.operators()

    def mark(self, name: str) -> str | None:
        """Return a word that is another one after each change of somebody's password.

        Args:
            name: of an operator, "" for the one of a network without named ones.

        Returns:
            None for whoever may not come in.
        """
        with self._book.look() as rows:
            if not name:
                return None if rows.operators() else ""
            found, kept = rows.operator(name), rows.operator_password(name)
        return None if found is None or kept is None or found.disabled else hashlib.sha256(kept.encode()).hexdigest()

    def check(self, name: str, password: Secret) -> None:
        """Return where an operator of that name may come in with that password (some 50 ms, whoever it is).

        Raises:
            RefusedError: no such operator, another password, or disabled; it does not say which.
        """
        with self._book.look() as rows:
            found, kept = rows.operator(name), rows.operator_password(name)
        if not is_password(kept, password) or found is None or found.disabled:
            raise RefusedError("The name or the password is wrong.")

    def set_password(self, name: str, password: Secret, *, at: datetime, by: Staff) -> None:
        """Give an operator another password, which ends their sessions.

        Raises:
            NotFoundError: there is none of that name. CallerError: the password cannot be used.
        """
        hashed = hash_new_password(password)
        with self._book.turn() as turn:
            _found(turn.operator(name), name)
            turn.enter(acts.OperatorPasswordSet(at=moment(at), by=by, operator=name, password=hashed))

    def disable(self, name: str, *, at: datetime, by: Staff) -> None:
        """Keep an operator out, and end their sessions; the last one may be kept out too: the machine's owner adds others.

        Raises:
            NotFoundError: there is none of that name. ConflictError: they are out already.
        """
        with self._book.turn() as turn:
            found = _found(turn.operator(name), name)
            rules.changed(is_so=found.disabled, words=f"The operator {name} is disabled already.")
            turn.enter(acts.OperatorDisabled(at=moment(at), by=by, operator=name))

    def enable(self, name: str, *, at: datetime, by: Staff) -> None:
        """Let an operator in again.

        Raises:
            NotFoundError: there is none of that name. ConflictError: they are not kept out.
        """
        with self._book.turn() as turn:
            found = _found(turn.operator(name), name)
            rules.changed(is_so=not found.disabled, words=f"The operator {name} is not disabled.")
            turn.enter(acts.OperatorEnabled(at=moment(at), by=by, operator=name))


def _found(operator: Operator | None, name: str) -> Operator:
    if operator is None:
        raise NotFoundError(f"There is no operator {name}.", hint="underseal network operator list")
    return operator
