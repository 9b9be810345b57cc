"""Activation codes for headless phones: from a file, or issued at the network itself."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError
from underseal.network.licences import Licences, Money, Staff
from underseal.network.setup import Network

RESELLER: Final = "Headless phones"
PRODUCT: Final = "Headless phone, 6 months"
"""Under which names codes for headless phones stand in the licences; they cost nothing."""

_MONTHS_OF_A_YEAR = 12
_LEAP_MONTHS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a phone is enrolled with.

    Attributes:
        code: the activation code. retry_key: that it was activated with already; None where it was not.
    """

    code: str
    retry_key: Secret | None = None


def read_codes(file: Path) -> list[Ticket]:
    """Read activation codes, one a line.

    Raises:
        CallerError: the file cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise CallerError(f"{file} cannot be read.", hint="It holds one activation code a line.") from None
    return [Ticket(code=line.strip()) for line in lines if line.strip()]


class Issuer:
    """Issues codes at a network, in the name of its operator.

    Args:
        network: the opened folder.
    """

    def __init__(self, network: Network) -> None:
        self._network = network

    def lasting(self, count: int) -> list[Ticket]:
        """Issue codes of six months."""
        now = datetime.now(UTC)
        with Licences(self._network.licences, self._network.signing_key) as licences:
            _furnish(licences, PRODUCT, 6, now)
            batch = licences.codes.issue(RESELLER, PRODUCT, count, at=now, by=Staff.command_line())
        return [Ticket(code=code.text) for code in batch.codes]

    def ending(self, ends: datetime) -> Ticket:
        """Issue a code whose licence ends at a moment: it is entered as activated a year before.

        Args:
            ends: aware; taken to the second.
        """
        ends = ends.astimezone(UTC).replace(microsecond=0)
        months = _LEAP_MONTHS if (ends.month, ends.day) == (2, 29) else _MONTHS_OF_A_YEAR
        begins = ends.replace(year=ends.year - months // _MONTHS_OF_A_YEAR)
        key, product = Secret(secrets.token_bytes(32)), f"Headless phone, {months} months"
        with Licences(self._network.licences, self._network.signing_key) as licences:
            _furnish(licences, product, months, begins - timedelta(seconds=1))
            (code,) = licences.codes.issue(RESELLER, product, 1, at=begins, by=Staff.command_line()).codes
            licences.activate(code.text, retry_key=key.reveal(), at=begins)
        return Ticket(code=code.text, retry_key=key)


def _furnish(licences: Licences, product: str, months: int, at: datetime) -> None:
    """See that there is something to sell, and somebody to sell it; another process may do the same."""
    if RESELLER not in {reseller.name for reseller in licences.resellers.all()}:
        _once(
            lambda: licences.resellers.add(
                RESELLER, Secret(secrets.token_hex(16).encode()), quota=0, at=at, by=Staff.command_line()
            )
        )
    if product not in {found.name for found in licences.products.all()}:
        _once(
            lambda: licences.products.add(
                product, Money.parse("0.00 EUR"), months=months, at=at, by=Staff.command_line()
            )
        )


def _once(add: Callable[[], object]) -> None:
    with suppress(ConflictError):  # somebody else was quicker
        add()
