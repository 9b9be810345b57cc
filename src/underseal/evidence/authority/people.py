"""The users of the house: added, kept out, let in again, given passwords, each only by whose role allows it."""

from underseal.core.records import Secret
from underseal.evidence.audit import Act
from underseal.evidence.authority.gate import Gate
from underseal.evidence.casework import CaseWork, Role, User


class People:
    """The named users of a workspace, in the hands of one of them.

    Every method but `list` raises RefusedError where the role of `user` does not allow it, and is in the audit before it
    is done.

    Args:
        casework: where they are kept. gate: judges and records. user: who acts.
    """

    def __init__(self, casework: CaseWork, gate: Gate, *, user: str) -> None:
        self._users = casework.users
        self._gate = gate
        self._user = user

    def list(self) -> tuple[User, ...]:
        """Return all named users, by name."""
        return self._users.list()

    def add(self, name: str, role: Role, password: Secret) -> User:
        """Add a user; raises as `Users.add`."""
        self._permit(Act.USER_ADDED, user=name, role=role.value)
        return self._users.add(name, role, password, at=self._gate.clock())

    def disable(self, name: str, *, why: str) -> User:
        """Keep a user out, and end their sessions; raises as `Users.set_disabled`."""
        self._users.get(name)  # before the audit says that somebody was changed whom nobody knows
        self._permit(Act.USER_DISABLED, user=name, reason=why)
        self._users.set_disabled(name, disabled=True)
        return self._users.get(name)

    def enable(self, name: str) -> User:
        """Let a user in again.

        Raises:
            NotFoundError: there is no such user.
        """
        self._users.get(name)
        self._permit(Act.USER_CHANGED, user=name, change="enabled")
        self._users.set_disabled(name, disabled=False)
        return self._users.get(name)

    def set_password(self, name: str, password: Secret) -> None:
        """Give a user another password, and end their sessions; raises as `Users.set_password`."""
        self._users.get(name)
        self._permit(Act.USER_CHANGED, user=name, change="password")
        self._users.set_password(name, password)

    def _permit(self, act: Act, **details: str | int) -> None:
        self._gate.permit(user=self._user, act=act, details=details)
