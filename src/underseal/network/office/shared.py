"""What all requests share: the network that is run, its licences, and how the office was started."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Request

from underseal.core.web.allowance import Allowance
from underseal.core.web.tokens import MINUTE
from underseal.network.licences import Licences
from underseal.network.office.books import Books
from underseal.network.reward import Reward
from underseal.network.setup import Network

EXPORT_WINDOW: Final = 15 * MINUTE
"""Milliseconds within which exports are counted."""

EXPORTS_PER_ADDRESS: Final = 20
"""Exports of the reward for one address within EXPORT_WINDOW: each reads the whole ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One per running office.

    Attributes:
        network: whose office it is. licences, books: of the network; stay the caller's to close.
        reward: the network's public reward.
        clock: tells the time.
        exports: of the reward's ledger, which anybody may take. notes: entries of the ledger that a stranger can cause.
    """

    network: Network
    licences: Licences
    books: Books
    reward: Reward
    clock: Callable[[], datetime]
    exports: Allowance = field(default_factory=lambda: Allowance(times=EXPORTS_PER_ADDRESS, per=EXPORT_WINDOW))
    notes: Allowance = field(default_factory=lambda: Allowance(times=1, per=MINUTE))

    @property
    def now(self) -> datetime:
        """The present time."""
        return self.clock()

    @property
    def millis(self) -> int:
        """The present time in ms since 1970."""
        return round(self.clock().timestamp() * 1000)

    @property
    def secure(self) -> bool:
        """Whether a TLS proxy stands in front, so that cookies may be sent over TLS only."""
        return bool(self.network.settings.office_url)

    @property
    def cookie(self) -> str:
        """Name of the session's cookie: browsers do not keep the ports of one machine apart, so it names the port."""
        name = f"underseal-office-{self.network.settings.office_port}"
        return f"__Host-{name}" if self.secure else name


def shared(request: Request) -> Shared:
    """Return what all requests share."""
    found: Shared = request.app.state.shared
    return found


SharedState = Annotated[Shared, Depends(shared)]
