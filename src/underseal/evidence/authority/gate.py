"""The gate: nobody reads or changes anything without passing it, and nobody passes it unrecorded."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from underseal.errors import IntegrityError, RefusedError, UndersealError
from underseal.evidence.audit import Act, Audit, Permit
from underseal.evidence.audit.permit import SEAL as PERMIT_SEAL
from underseal.evidence.authority.authority import Authority, AuthorityState
from underseal.evidence.authority.decisions import quarantine_of
from underseal.evidence.authority.quarantine import NOTHING, Quarantine
from underseal.evidence.authority.roles import FILTER_ALONE, WITHOUT_AUTHORITY, may
from underseal.evidence.authority.scope import SEAL, Access
from underseal.evidence.casework import Actor, CaseWork, Role, Standing, StoredAuthority

NOBODY = "(nobody)"
"""The name in the audit of a refused act that nobody's name came with."""


def milliseconds() -> int:
    """Return the present time in ms since 1970."""
    return time.time_ns() // 1_000_000


class Gate:
    """Admits acts by authority and role, and writes every answer to the audit before it gives it.

    Attributes:
        clock: tells the time, in ms since 1970.
    """

    def __init__(self, casework: CaseWork, audit: Audit, *, clock: Callable[[], int] = milliseconds) -> None:
        self.clock = clock
        self._casework = casework
        self._audit = audit
        self._quarantine = (0, 0), NOTHING

    def admit(
        self,
        authority: str | None,
        *,
        user: str,
        act: Act,
        purpose: str,
        details: Mapping[str, str | int] | None = None,
    ) -> Access:
        """Admit an act on evidence under an authority.

        Args:
            authority: its number; None or "" where none was named.
            user: who acts.
            act: what they are about to do.
            purpose: why, in their words.
            details: what exactly, as the catalogue of acts says; never message text.

        Returns:
            The pass that every read asks for. Its entry is in the audit.

        Raises:
            RefusedError: no authority or an unknown, withdrawn, expired or future one, or the user may not do this;
                that too is in the audit.
        """
        with self.acting(authority, user=user, act=act, purpose=purpose, details=details) as (access, _):
            return access

    @contextmanager
    def acting(
        self,
        authority: str | None,
        *,
        user: str,
        act: Act,
        purpose: str,
        details: Mapping[str, str | int] | None = None,
    ) -> Iterator[tuple[Access, dict[str, str | int]]]:
        """Admit an act of which some details are known only once it is done, such as the count of a search.

        Its one entry is written when the block is left, before anything of the act has been shown; a block that fails
        leaves an entry that says so. Arguments and errors are those of `admit`.

        Yields:
            The pass, and the details, to which the block adds.
        """
        access, known = self._issue(authority, user=user, act=act, purpose=purpose), dict(details or {})
        try:
            yield access, known
        except UndersealError as error:
            known["failed"] = error.code
            raise
        finally:
            self._audit.record(access.permit, known)

    @contextmanager
    def changing(
        self, authority: str | None, *, user: str, act: Act, purpose: str
    ) -> Iterator[tuple[Access, Callable[[Mapping[str, str | int]], None]]]:
        """Admit an act that looks into the evidence and then changes the case work.

        Arguments and errors are those of `admit`. A block that fails before it has changed anything leaves an entry
        that says so.

        Yields:
            The pass, and what writes the entry: to be called inside the transaction of the change, which is not made
            where the entry cannot be written.
        """
        access = self._issue(authority, user=user, act=act, purpose=purpose)
        told = False

        def announce(details: Mapping[str, str | int]) -> None:
            nonlocal told
            self._audit.record(access.permit, details)
            told = True

        try:
            yield access, announce
        except UndersealError as error:
            if not told:
                self._audit.record(access.permit, {"failed": error.code})
            raise

    def quarantine(self, user: str) -> Quarantine:
        """Return what is withheld from a user: nothing from the filter team, from all others whatever is in force.

        Raises:
            RefusedError: there are named users, and they are none of them.
        """
        return self._withheld_from(self._casework.standing(user))

    def permit(
        self, *, user: str, act: Act, purpose: str = "", details: Mapping[str, str | int] | None = None
    ) -> Actor:
        """Permit an act that needs no authority, only a role.

        Args:
            user: who acts.
            act: what they are about to do.
            purpose: why, in their words.
            details: what exactly, as the catalogue of acts says.

        Returns:
            As what they act. Its entry is in the audit.

        Raises:
            RefusedError: the user may not do this, or it is an act on evidence, which `admit` must judge; that too is
                in the audit.
        """
        actor, permit = self._by_role(user, act, purpose)
        self._audit.record(permit, details)
        return actor

    def grant(self, *, user: str, act: Act, purpose: str = "") -> Permit:
        """Permit an act that needs no authority and whose entry is written when it is known what came of it.

        Arguments and errors are those of `permit`.

        Returns:
            What `record` asks for.
        """
        return self._by_role(user, act, purpose)[1]

    def record(self, permit: Permit, details: Mapping[str, str | int], *, purpose: str = "") -> None:
        """Write down an act that was granted, or, with `Permit.outcome`, how one went.

        Args:
            permit: from `grant`, or of an Access. details: what came of it, as the catalogue of acts says.
            purpose: why, where that is known only now.
        """
        self._audit.record(replace(permit, purpose=purpose, seal=PERMIT_SEAL) if purpose else permit, details)

    def note(self, act: Act, *, user: str, details: Mapping[str, str | int]) -> None:
        """Write down what happened to somebody at a door: a refusal, a failed login.

        Raises:
            TypeError: it is an act that needs a permit.
        """
        self._audit.note(act, user=user or NOBODY, details=details)

    def _issue(self, authority: str | None, *, user: str, act: Act, purpose: str) -> Access:
        number = (authority or "").strip()
        with self._recording(user=user, act=act, authority=number, purpose=purpose):
            standing = self._standing(user, act, number)
            granted = self._granted(number, standing.authority)
        return Access(
            authority=number,
            user=user,
            purpose=purpose,
            scope=granted.scope,
            permit=Permit(act=act, user=user, authority=number, purpose=purpose, seal=PERMIT_SEAL),
            quarantine=self._withheld_from(standing),
            seal=SEAL,
        )

    def _withheld_from(self, standing: Standing) -> Quarantine:
        if standing.actor.role is Role.FILTER:
            return NOTHING
        known, found = self._quarantine
        if standing.decisions != known:
            found = quarantine_of(self._casework.privilege.decisions())
            self._quarantine = standing.decisions, found
        return found

    def _by_role(self, user: str, act: Act, purpose: str) -> tuple[Actor, Permit]:
        with self._recording(user=user, act=act, authority="", purpose=purpose):
            actor = self._standing(user, act).actor
            if act not in WITHOUT_AUTHORITY:
                raise _no_authority()
        return actor, Permit(act=act, user=user, purpose=purpose, seal=PERMIT_SEAL)

    @contextmanager
    def _recording(self, *, user: str, act: Act, authority: str, purpose: str) -> Iterator[None]:
        """Write a refusal inside the block to the audit before it goes on its way."""
        try:
            yield
        except RefusedError as error:
            details = {"act": act.value, "reason": error.message}
            self._audit.note(Act.REFUSED, user=user or NOBODY, authority=authority, purpose=purpose, details=details)
            raise

    def _standing(self, user: str, act: Act, authority: str = "") -> Standing:
        """Return what an act is judged by, once the role of who acts allows it."""
        if not user.isprintable() or not user:
            raise RefusedError("Nobody is named as the one who acts.")
        standing = self._casework.standing(user, authority if authority.isprintable() else "")
        actor = standing.actor
        if not may(actor.role, act):
            if actor.role is None and act in FILTER_ALONE:
                raise RefusedError(
                    f"Only the filter team may do this ({act.value}), and this workspace has no named users.",
                    hint="Add an administrator, then a filter officer: underseal user add NAME --role filter",
                )
            raise RefusedError(f"The role {actor.role} of {user} does not allow this ({act.value}).")
        return standing

    def _granted(self, number: str, stored: StoredAuthority | None) -> Authority:
        if not number:
            raise _no_authority()
        if stored is None:
            raise RefusedError(f"There is no authority {number!r}.", hint="See them all with: underseal authority list")
        try:
            authority = Authority.read(stored)
        except IntegrityError as error:
            raise RefusedError(error.message) from error
        _check_state(authority, self.clock())
        return authority


def _no_authority() -> RefusedError:
    return RefusedError("No authority is named.", hint="Add one with: underseal authority add ...")


def _check_state(authority: Authority, at: int) -> None:
    match authority.state(at):
        case AuthorityState.WITHDRAWN:
            raise RefusedError(f"The authority {authority.number} was withdrawn: {authority.withdrawn_why}.")
        case AuthorityState.NOT_YET:
            raise RefusedError(f"The authority {authority.number} does not hold before {_iso(authority.valid_from)}.")
        case AuthorityState.EXPIRED:
            raise RefusedError(f"The authority {authority.number} held until {_iso(authority.valid_to)}.")
        case AuthorityState.VALID:
            return


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="minutes")
