"""The users of the house: added, kept out, let in again, given passwords, each only by whose role allows it."""

from collections.abc import Callable
from functools import partial

from underseal.core.records import Secret
from underseal.errors import RefusedError
from underseal.evidence.audit import Act
from underseal.evidence.authority.door import Door
from underseal.evidence.authority.gate import Gate
from underseal.evidence.casework import CaseWork, Role, User


class People:
    """The named users of a workspace, in the hands of one of them.

    Every method raises RefusedError where the role of `user` does not allow it. A change is in the audit before it is
    done, and only where nothing but the disk can prevent it any more.

    Args:
        casework: where they are kept. gate: judges and records. door: checks passwords. user: who acts.
    """

    def __init__(self, casework: CaseWork, gate: Gate, door: Door, *, user: str) -> None:
        self._users = casework.users
        self._gate = gate
        self._door = door
        self._user = user

    def list(self) -> tuple[User, ...]:
        """Return all named users, by name."""
        permit = self._gate.grant(user=self._user, act=Act.USERS_LISTED)
        found = self._users.list()
        self._gate.record(permit, {"count": len(found)})
        return found

    def add(self, name: str, role: Role, password: Secret) -> User:
        """Add a user; raises as `Users.add`."""
        announce = self._granted(Act.USER_ADDED, user=name, role=role.value)
        return self._users.add(name, role, password, at=self._gate.clock(), announce=announce)

    def disable(self, name: str, *, why: str) -> User:
        """Keep a user out, and end their sessions; raises as `Users.set_disabled`."""
        announce = self._granted(Act.USER_DISABLED, user=name, reason=why)
        self._users.set_disabled(name, disabled=True, announce=announce)
        return self._users.get(name)

    def enable(self, name: str) -> User:
        """Let a user in again.

        Raises:
            NotFoundError: there is no such user.
        """
        announce = self._granted(Act.USER_CHANGED, user=name, change="enabled")
        self._users.set_disabled(name, disabled=False, announce=announce)
        return self._users.get(name)

    def set_password(self, name: str, password: Secret) -> None:
        """Give another user another password, and end their sessions; raises as `Users.set_password`.

        Raises:
            RefusedError: it is the password of who acts: whoever finds a desk open shall not take the account over.
        """
        announce = self._granted(Act.USER_CHANGED, user=name, change="password")
        if name == self._user:
            self._gate.note(Act.REFUSED, user=self._user, details={"act": Act.USER_CHANGED, "reason": "own password"})
            raise RefusedError(
                "Your own password is changed with the present one.",
                hint="In the desk by the menu at the top right, at the command line by: underseal user password",
            )
        self._users.set_password(name, password, announce=announce)

    def change_password(self, old: Secret, new: Secret, *, address: str, keep: Secret | None = None) -> None:
        """Change the password of who acts, and end their sessions.

        Args:
            old: whoever finds a desk open does not know it. new: at least MIN_PASSWORD characters.
            address: where from, for the audit of a wrong one. keep: token of the session that goes on.

        Raises:
            NotFoundError: the workspace belongs to one person, who has no password.
            RefusedError, ThrottledError: the old one is wrong, or there were too many attempts.
            CallerError: the new one is too short or too long.
        """
        announce = self._granted(Act.PASSWORD_CHANGED)
        self._users.get(self._user)
        self._door.check(self._user, old, address=address)
        self._users.set_password(self._user, new, keep=keep, announce=announce)

    def _granted(self, act: Act, **details: str | int) -> Callable[[], None]:
        """Ask for an act, and return what enters it in the audit."""
        return partial(self._gate.record, self._gate.grant(user=self._user, act=act), details)
