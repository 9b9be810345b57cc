"""The register of authorities: entered from the court's paper, withdrawn, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from underseal.errors import CallerError
from underseal.evidence.audit import Act
from underseal.evidence.authority.authority import ALL, Authority, scope_to_json
from underseal.evidence.authority.gate import Gate
from underseal.evidence.authority.moments import moment, zone_of
from underseal.evidence.authority.scope import Scope
from underseal.evidence.casework import CaseWork, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An authority as a person types it from the paper. No part of the scope has a default: each is a choice.

    Attributes:
        number: its number in the file of the court. magistrate: who granted it.
        legal_basis: article and law. type: what sort of order it is.
        accounts: "all", or account identifiers. rooms: "all", or conversation identifiers.
        period: "all", or start and end, of which one may be None for no bound on that side.
        valid_from, valid_to: when it holds. An end that is a date includes that whole day.
        zone: IANA name of the time zone in which dates and times without an offset are meant.
        note: what else a reader should know.
    """

    number: str
    magistrate: str
    legal_basis: str
    type: str
    accounts: Literal["all"] | Sequence[str]
    rooms: Literal["all"] | Sequence[str]
    period: Literal["all"] | tuple[str | None, str | None]
    valid_from: str
    valid_to: str
    zone: str
    note: str = ""


class Register:
    """The authorities of a workspace. Every method is an act: it raises RefusedError where the role does not allow it."""

    def __init__(self, casework: CaseWork, gate: Gate) -> None:
        self._authorities = casework.authorities
        self._gate = gate

    def add(self, draft: Draft, *, user: str, purpose: str = "") -> Authority:
        """Enter an authority.

        Raises:
            CallerError: a field is empty or wrong, a list is empty, a period is reversed, the zone is unknown.
            ConflictError: there is one of that number.
        """
        authority = read_draft(draft, user=user, at=self._gate.clock())
        permit = self._gate.grant(user=user, act=Act.AUTHORITY_ADDED, purpose=purpose)
        details: dict[str, str | int] = {
            "number": authority.number,
            "magistrate": authority.magistrate,
            "basis": authority.legal_basis,
            "scope": scope_to_json(authority.scope),
        }
        self._authorities.add(authority.stored(), announce=partial(self._gate.record, permit, details))
        return authority

    def list(self, *, user: str) -> tuple[Authority, ...]:
        """Return all authorities, in the order in which they begin.

        Raises:
            IntegrityError: a scope is damaged in the database.
        """
        permit = self._gate.grant(user=user, act=Act.AUTHORITIES_LISTED)
        found = self._all()
        self._gate.record(permit, {"count": len(found)})
        return found

    def offer(self, *, user: str) -> tuple[Authority, ...]:
        """Return what `list` does, for somebody to choose from on every page: it is part of their login, and not entered."""
        self._gate.grant(user=user, act=Act.AUTHORITIES_LISTED)
        return self._all()

    def _all(self) -> tuple[Authority, ...]:
        return tuple(Authority.read(stored) for stored in self._authorities.list())

    def withdraw(self, number: str, *, why: str, user: str, purpose: str = "") -> Authority:
        """Withdraw an authority, at once and for good.

        Raises:
            NotFoundError: there is none of that number.
            CallerError: no reason is given.
            ConflictError: it is withdrawn already.
        """
        why = words.line(why, "reason for the withdrawal")
        number = number.strip()
        permit = self._gate.grant(user=user, act=Act.AUTHORITY_WITHDRAWN, purpose=purpose)
        announce = partial(self._gate.record, permit, {"number": number, "reason": why})
        at = self._gate.clock()
        return Authority.read(self._authorities.withdraw(number, by=user, why=why, at=at, announce=announce))


def read_draft(draft: Draft, *, user: str, at: int) -> Authority:
    """Check what a person typed.

    Args:
        draft: as typed.
        user: who enters it.
        at: now, ms since 1970.

    Raises:
        CallerError: a field is empty or wrong, a list is empty, a period is reversed, the zone is unknown.
    """
    zone = zone_of(draft.zone)
    start, end = (None, None) if draft.period == ALL else _bounds(draft.period)
    scope = Scope(
        accounts=_names(draft.accounts, "accounts"),
        rooms=_names(draft.rooms, "rooms"),
        start=None if start is None else moment(start, zone),
        end=None if end is None else moment(end, zone, end=True),
    )
    valid_from, valid_to = moment(draft.valid_from, zone), moment(draft.valid_to, zone, end=True)
    if scope.start is not None and scope.end is not None and scope.start >= scope.end:
        raise CallerError(f"The period is reversed or empty: it starts at {start} and ends at {end}.")
    if valid_from >= valid_to:
        raise CallerError(f"The validity is reversed or empty: from {draft.valid_from} to {draft.valid_to}.")
    return Authority(
        number=words.line(draft.number, "number of the authority"),
        magistrate=words.line(draft.magistrate, "magistrate"),
        legal_basis=words.line(draft.legal_basis, "legal basis"),
        type=words.line(draft.type, "type of the authority"),
        scope=scope,
        valid_from=valid_from,
        valid_to=valid_to,
        note=words.note(draft.note, "note"),
        added=at,
        added_by=user,
    )


def _bounds(period: object) -> tuple[str | None, str | None]:
    match period:
        case (str() | None as start, str() | None as end) if start is not None or end is not None:
            return start, end
        case _:
            raise CallerError(
                'The period is neither "all" nor a start and an end.', hint='Say "all" if it has no limit.'
            )


def _names(names: object, what: str) -> frozenset[str] | None:
    if names == ALL:
        return None
    if not isinstance(names, Sequence) or isinstance(names, str) or not names:
        raise CallerError(f'The {what} are neither "all" nor a list of some.', hint=f'Say "all" for all {what}.')
    return frozenset(words.line(name, f"one of the {what}") for name in names)
