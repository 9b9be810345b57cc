"""An authority: the legal power to see some of the evidence for some time."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from underseal.errors import IntegrityError
from underseal.evidence.authority.scope import Scope
from underseal.evidence.casework import StoredAuthority

ALL: Final = "all"
"""How a person says, and the database keeps, that something is not limited; saying nothing never means it."""


class AuthorityState(StrEnum):
    """Whether an authority holds at a moment."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A legal power. All times in ms since 1970.

    Attributes:
        number: its number in the file of the court. magistrate: who granted it.
        legal_basis: article and law. type: what sort of order it is.
        scope: what it allows to be seen.
        valid_from: first moment at which it holds. valid_to: first at which it no longer does.
        note: what else a reader should know.
        added, added_by: when and by whom it was entered here.
        withdrawn, withdrawn_by, withdrawn_why: None until it is withdrawn.
    """

    number: str
    magistrate: str
    legal_basis: str
    type: str
    scope: Scope
    valid_from: int
    valid_to: int
    note: str
    added: int
    added_by: str
    withdrawn: int | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None

    def state(self, at: int) -> AuthorityState:
        """Say whether it holds at a moment (ms since 1970). What was withdrawn never holds again."""
        if self.withdrawn is not None:
            return AuthorityState.WITHDRAWN
        if at < self.valid_from:
            return AuthorityState.NOT_YET
        return AuthorityState.VALID if at < self.valid_to else AuthorityState.EXPIRED

    def stored(self) -> StoredAuthority:
        """Return the form in which it is kept."""
        return StoredAuthority(
            number=self.number,
            magistrate=self.magistrate,
            legal_basis=self.legal_basis,
            type=self.type,
            scope=scope_to_json(self.scope),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            note=self.note,
            added=self.added,
            added_by=self.added_by,
            withdrawn=self.withdrawn,
            withdrawn_by=self.withdrawn_by,
            withdrawn_why=self.withdrawn_why,
        )

    @classmethod
    def read(cls, stored: StoredAuthority) -> "Authority":
        """Read the form in which it is kept.

        Raises:
            IntegrityError: its scope is damaged; a damaged scope allows nothing.
        """
        return cls(
            number=stored.number,
            magistrate=stored.magistrate,
            legal_basis=stored.legal_basis,
            type=stored.type,
            scope=_scope_of(stored),
            valid_from=stored.valid_from,
            valid_to=stored.valid_to,
            note=stored.note,
            added=stored.added,
            added_by=stored.added_by,
            withdrawn=stored.withdrawn,
            withdrawn_by=stored.withdrawn_by,
            withdrawn_why=stored.withdrawn_why,
        )


def scope_to_json(scope: Scope) -> str:
    """Return a scope as JSON with sorted keys and lists and no white space: equal scopes give equal texts."""
    value = {
        "accounts": ALL if scope.accounts is None else sorted(scope.accounts),
        "rooms": ALL if scope.rooms is None else sorted(scope.rooms),
        "start": ALL if scope.start is None else scope.start,
        "end": ALL if scope.end is None else scope.end,
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def scope_from_json(text: str) -> Scope:
    """Read the form of `scope_to_json`.

    Raises:
        ValueError: it is something else, in whatever way: no part of a scope is ever filled in.
    """
    value = json.loads(text)
    if not isinstance(value, dict) or value.keys() != {"accounts", "rooms", "start", "end"}:
        raise ValueError("a scope has accounts, rooms, start and end")
    return Scope(
        accounts=_names(value["accounts"]),
        rooms=_names(value["rooms"]),
        start=_bound(value["start"]),
        end=_bound(value["end"]),
    )


def _scope_of(stored: StoredAuthority) -> Scope:
    try:
        return scope_from_json(stored.scope)
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"The scope of the authority {stored.number} is damaged in the database.") from error


def _names(value: object) -> frozenset[str] | None:
    if value == ALL:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(name, str) and name for name in value):
        raise ValueError("names are a list of texts")
    return frozenset(value)


def _bound(value: object) -> int | None:
    if value == ALL:
        return None
    if type(value) is not int:
        raise ValueError("a bound is a number")
    return value
