"""A network with something to sell, and the moments and names that the tests of licences share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from underseal.core.records import Secret
from underseal.network.licences import Kind, Licences, Money, Staff
from underseal.network.setup import Network, NetworkSettings

NOW = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
HALF_YEAR = datetime(2026, 9, 9, 4, 0, tzinfo=UTC)
PRODUCT, RENEWAL = "Six months", "One month"
NORTH, SOUTH = "north", "south"
OFFICE = Staff.operator("anna")
PASSWORD = Secret(b"correct horse battery")
RETRY, OTHER_RETRY = b"r" * 32, b"o" * 32
SETTINGS = NetworkSettings(server_name="phone.example.org")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The licences of a network, and the network."""

    network: Network
    licences: Licences

    def code(self, product: str = PRODUCT, reseller: str = NORTH) -> str:
        """Issue one code."""
        return self.licences.codes.issue(reseller, product, 1, at=NOW, by=OFFICE).codes[0].text

    def phone(self, at: datetime = NOW) -> str:
        """Activate a new licence and return its PIN."""
        return self.licences.activate(self.code(), retry_key=RETRY, at=at).pin

    def reopened(self) -> Licences:
        """Open the licences once more; to be closed by who asks."""
        return Licences(self.network.licences, self.network.signing_key)


def make_network(folder: Path) -> Network:
    """Make a network with empty licences."""
    return Network.init(folder, SETTINGS, lambda made: Licences.create(made.licences, made.signing_key).close())


def furnish(licences: Licences) -> None:
    """Put two products and two resellers in."""
    licences.products.add(PRODUCT, Money.parse("1200.00 EUR"), at=NOW, by=OFFICE)
    licences.products.add(RENEWAL, Money.parse("150.00 EUR"), at=NOW, by=OFFICE, kind=Kind.SUBSCRIPTION, months=1)
    for name in (NORTH, SOUTH):
        licences.resellers.add(name, PASSWORD, quota=10, at=NOW, by=OFFICE)
