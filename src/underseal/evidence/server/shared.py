"""What all requests share: the investigation that is served, and how the server was started."""

from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Request

from underseal.core.web.allowance import Allowance
from underseal.core.web.tokens import MINUTE
from underseal.evidence.audit import Act
from underseal.evidence.authority.door import LOGIN_WINDOW
from underseal.evidence.investigation import Investigation
from underseal.evidence.server.packs import Packs

LOGINS_PER_ADDRESS: Final = 30
"""Attempts from one address within LOGIN_WINDOW: an office behind one address mistypes more often than one person."""

_UNKNOWN_ADDRESS: Final = "(unknown)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One per running server.

    Attributes:
        investigation: what is served.
        secure: whether a TLS proxy stands in front, so that cookies may be sent over TLS only.
        packs: that are made for the defence. addresses: attempts to log in.
        notes: entries in the audit that a stranger can cause.
    """

    investigation: Investigation
    secure: bool
    packs: Packs
    addresses: Allowance = field(default_factory=lambda: Allowance(times=LOGINS_PER_ADDRESS, per=LOGIN_WINDOW))
    notes: Allowance = field(default_factory=lambda: Allowance(times=1, per=MINUTE))

    def now(self) -> int:
        """Return the present time in ms since 1970, by the gate's clock."""
        return self.investigation.gate.clock()

    @property
    def cookie(self) -> str:
        """Name of the session's cookie: browsers do not keep the ports of one machine apart, so it names the workspace."""
        name = f"underseal-{self.investigation.workspace.settings.id.hex[:12]}"
        return f"__Host-{name}" if self.secure else name

    def note(self, act: Act, reason: str, *, what: str, user: str, address: str) -> None:
        """Write to the audit what was refused at the door, once a minute and address: nobody shall fill the disk by asking.

        Args:
            act: REFUSED. reason: a word. what: which part of the desk. user: who, as far as is known.
            address: of the browser.
        """
        if self.notes.wait(f"{act} {reason} {user} {address}", at=self.now()) == 0:
            details: dict[str, str | int] = {"act": what, "reason": reason, "address": address}
            self.investigation.gate.note(act, user=user, details=details)


def shared(request: Request) -> Shared:
    """Return what all requests share."""
    found: Shared = request.app.state.shared
    return found


def address_of(request: Request) -> str:
    """Return the address of the browser, as the nearest trusted hop says."""
    return request.client.host if request.client else _UNKNOWN_ADDRESS


SharedState = Annotated[Shared, Depends(shared)]
