"""The door for people with a name and a password: each attempt counted, each outcome in the audit.

The desk, the command line and Python come in through it, and one count of attempts holds for all of them.
"""

import threading
from typing import Final

from underseal.core.records import Secret
from underseal.core.web.allowance import Allowance
from underseal.core.web.tokens import MINUTE
from underseal.errors import NotFoundError, RefusedError, ThrottledError
from underseal.evidence.audit import Act
from underseal.evidence.authority.gate import NOBODY, Gate
from underseal.evidence.casework import Actor, CaseWork

LOGINS_PER_NAME: Final = 10
"""Attempts at one name within LOGIN_WINDOW; far below the 100 of NIST SP 800-63B, 5.2.2."""

LOGIN_WINDOW: Final = 15 * MINUTE

HASHED_AT_ONCE: Final = 2
"""Passwords that a process checks at the same time: each takes 64 MiB (core.crypto.passwords)."""

_hashing = threading.BoundedSemaphore(HASHED_AT_ONCE)


class Door:
    """The door of a workspace.

    Args:
        casework: of the workspace. gate: writes down who comes in, and tells the time.
    """

    def __init__(self, casework: CaseWork, gate: Gate) -> None:
        self._casework = casework
        self._gate = gate
        self._notes = Allowance(times=1, per=MINUTE)

    def enter(self, name: str, password: Secret, *, door: str, address: str) -> Actor:
        """Let a named user in; raises as `check`.

        Args:
            name, password: as typed. door: which way they come, a word for the audit. address: where from.
        """
        name = name.strip().lower()
        self.check(name, password, address=address)
        return self.welcome(name, door=door)

    def check(self, name: str, password: Secret, *, address: str) -> None:
        """Check a password.

        Args:
            name, password: as typed. address: where from.

        Raises:
            ThrottledError: too many attempts at this name. RefusedError: it is the wrong password, there is no such
                user, or they are disabled: it does not say which. Either is in the audit.
        """
        if wait := self._casework.attempts.wait(name, at=self._gate.clock(), times=LOGINS_PER_NAME, per=LOGIN_WINDOW):
            self.throttled(name, address=address)
            raise ThrottledError("There were too many attempts to log in.", wait=-(-wait // 1000))
        try:
            with _hashing:
                self._casework.users.login(name, password)
        except RefusedError:
            self.failed("wrong password", user=self._known(name), address=address)
            raise
        self._casework.attempts.forget(name)

    def welcome(self, user: str, *, door: str) -> Actor:
        """Write down that somebody has come in, who has been checked.

        Raises:
            RefusedError: there is no such user, or they are disabled.
        """
        role = self._casework.users.actor(user).role
        details: dict[str, str | int] = {"role": role.value if role else "all", "door": door}
        return self._gate.permit(user=user, act=Act.LOGIN, details=details)

    def failed(self, reason: str, *, user: str, address: str) -> None:
        """Write down that somebody was not let in."""
        self._gate.note(Act.LOGIN_FAILED, user=user, details={"reason": reason, "address": address})

    def throttled(self, name: str, *, address: str) -> None:
        """Write down, once a minute, that somebody was not heard: nobody shall fill the disk by asking.

        Args:
            name: as typed, "" where none was. address: where from.
        """
        user = self._known(name)
        if self._notes.wait(f"{user} {address}", at=self._gate.clock()) == 0:
            self.failed("throttled", user=user, address=address)

    def _known(self, name: str) -> str:
        """Return a name that may be written down for ever: people type passwords into the wrong field."""
        try:
            return self._casework.users.get(name).name
        except NotFoundError:
            return NOBODY
