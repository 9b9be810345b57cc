"""The permit: what the gate gives to somebody who may do an act, and without which the audit records none."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import Final

from underseal.evidence.audit.acts import Act

SEAL: Final = object()
"""What makes a `Permit`. It is the gate's: nothing else has a reason to touch it."""

OF_THE_SYSTEM: Final = frozenset({Act.REFUSED, Act.LOGIN_FAILED, Act.LEDGER_REPAIRED})
"""What is noted without a permit, and never asked for."""

_OF_AN_INTAKE: Final = frozenset({Act.INTAKE_FINISHED, Act.INTAKE_STOPPED})
OUTCOMES: Final[Mapping[Act, frozenset[Act]]] = {
    Act.EXHIBIT_TAKEN: _OF_AN_INTAKE,
    Act.INTAKE_RESUMED: _OF_AN_INTAKE,
    Act.RELEASED: frozenset({Act.DECRYPTED, Act.RELEASE_ABANDONED, Act.PRIVILEGE_SUSPECTED, Act.PRIVILEGE_RULES_RUN}),
    Act.PRIVILEGE_RULES_RUN: frozenset({Act.PRIVILEGE_SUSPECTED}),
    Act.CODED: frozenset({Act.PRIVILEGE_SUSPECTED, Act.THREAT_ENTERED}),
    Act.DOSSIER_OPENED: frozenset({Act.DOSSIERS_MET}),
    Act.DOSSIER_CHANGED: frozenset({Act.DOSSIERS_MET}),
}
"""What else may be recorded of an act that was permitted: how it went, whatever the user may do by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Proof that an act was allowed to somebody: issued by the gate only.

    Attributes:
        act: what may be done. user: by whom. authority: its number, "" for acts that need none.
        purpose: why, in the person's words.
    """

    act: Act
    user: str
    authority: str = ""
    purpose: str = ""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL or self.act in OF_THE_SYSTEM:
            raise TypeError("a Permit is issued by the gate, and by nothing else")

    def outcome(self, act: Act) -> "Permit":
        """Return the permit to record how the act went.

        Raises:
            TypeError: that is no outcome of this act.
        """
        if act not in OUTCOMES.get(self.act, ()):
            raise TypeError(f"{act} is no outcome of {self.act}")
        return Permit(act=act, user=self.user, authority=self.authority, purpose=self.purpose, seal=SEAL)
