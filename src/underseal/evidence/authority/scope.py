"""What an authority allows to be seen, and the pass that every read carries."""

from dataclasses import InitVar, dataclass, field
from typing import Final, TypeAlias

from underseal.evidence.audit import Permit
from underseal.evidence.authority.quarantine import NOTHING, Quarantine

SEAL: Final = object()
"""What makes an `Access`. It is the gate's: nothing else has a reason to touch it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A conjunction of three explicit choices. None means "all", and was said so by a person.

    A record is in scope when its time lies in the period, its conversation is among the rooms, and its sender or one
    of its recipients is among the accounts.

    Attributes:
        accounts: account identifiers, or None for all.
        rooms: conversation identifiers, or None for all.
        start: first millisecond (UTC, since 1970) in scope, or None for no lower bound.
        end: first millisecond no longer in scope, or None for no upper bound.
    """

    accounts: frozenset[str] | None
    rooms: frozenset[str] | None
    start: int | None
    end: int | None


EVERYTHING: Final = Scope(accounts=None, rooms=None, start=None, end=None)
"""The scope of an authority that names all accounts, all rooms and the whole period."""


Sight: TypeAlias = tuple[Scope, Quarantine]
"""What may be seen, and what of it is withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Proof that an act was allowed: issued by the gate only, after its entry in the audit, and asked for by every read.

    Attributes:
        authority: number of the authority. user: who acts. purpose: why, in the person's words.
        scope: what may be seen. permit: of the act; two passes are alike whatever is done with them.
        quarantine: what of it is withheld from this user.
    """

    authority: str
    user: str
    purpose: str
    scope: Scope
    permit: Permit = field(compare=False)
    quarantine: Quarantine = NOTHING
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError("an Access is issued by Gate.admit, and by nothing else")

    @property
    def sight(self) -> Sight:
        """What it lets be seen: two passes of the same sight show the same, whoever acts and why."""
        return self.scope, self.quarantine
