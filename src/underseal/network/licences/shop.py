"""What a reseller who has logged in can do and see: their own, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from underseal.core.records import Secret
from underseal.network.licences import rules
from underseal.network.licences.actors import Seller
from underseal.network.licences.codes import Code
from underseal.network.licences.licences import Licences
from underseal.network.licences.model import (
    Balance,
    Batch,
    CodeState,
    Licence,
    Line,
    Month,
    Product,
    Reseller,
    Sale,
    Wanted,
)


class Shop:
    """A reseller's side of the licences. It has no method that takes the name of a reseller.

    Args:
        licences: of the network.
        name: of a reseller whom a door has let in, see `Shop.enter`.
    """

    def __init__(self, licences: Licences, name: str) -> None:
        self._licences = licences
        self.name = name
        self._by = Seller.reseller(name)

    @classmethod
    def enter(cls, licences: Licences, name: str, password: Secret) -> "Shop":
        """Log in.

        Raises:
            RefusedError: no such reseller, another password, or disabled; it does not say which.
        """
        return cls(licences, licences.resellers.check_password(name, password).name)

    def reseller(self) -> Reseller:
        """Return what is known of the reseller.

        Raises:
            RefusedError: they were disabled meanwhile; so do all methods.
        """
        return rules.enabled(self._licences.resellers.get(self.name), self.name)

    def issue(self, product: str, count: int, *, at: datetime) -> Batch:
        """Issue codes within the quota; see `Codes.issue`."""
        return self._licences.codes.issue(self.name, product, count, at=at, by=self._by)

    def void(self, serial: str, *, why: str, at: datetime) -> list[Sale]:
        """Make unused codes of theirs void; see `Codes.void`."""
        return self._licences.codes.void(serial, why=why, at=at, by=self._by)

    def transfer(self, pin: str, *, at: datetime) -> Code:
        """Issue a transfer code for a licence that they sold; see `Licences.transfer`."""
        return self._licences.transfer(pin, at=at, by=self._by)

    def sales(
        self, *, product: str | None = None, state: CodeState | None = None, before: str | None = None, limit: int = 100
    ) -> list[Sale]:
        """Return a page of their codes; see `Codes.sales`."""
        self.reseller()
        return self._licences.codes.sales(reseller=self.name, product=product, state=state, before=before, limit=limit)

    def counts(self) -> dict[CodeState, int]:
        """Count their codes by what became of them."""
        self.reseller()
        return self._licences.codes.counts(self.name)

    def ending(
        self, since: datetime, until: datetime, *, after: Licence | None = None, limit: int = 100
    ) -> list[Licence]:
        """Return a page of licences that they sold by their end; see `Licences.ending`."""
        self.reseller()
        return self._licences.ending(since, until, reseller=self.name, after=after, limit=limit)

    def search(
        self,
        wanted: Wanted,
        *,
        at: datetime,
        latest_first: bool = False,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[Licence]:
        """Return a page of licences that they sold, whatever reseller is wanted; see `Licences.search`."""
        self.reseller()
        return self._licences.search(
            replace(wanted, reseller=self.name), at=at, latest_first=latest_first, after=after, limit=limit
        )

    def count(self, wanted: Wanted, at: datetime) -> int:
        """Count the licences that `search` finds."""
        self.reseller()
        return self._licences.count(replace(wanted, reseller=self.name), at)

    def months(self) -> list[Month]:
        """Return what they sold by month; see `Codes.months`."""
        self.reseller()
        return self._licences.codes.months(self.name)

    def issued(self, number: int, codes: Sequence[str]) -> Batch:
        """Return a batch of theirs again for its sheet; see `Codes.issued`."""
        self.reseller()
        return self._licences.codes.issued(number, codes, by=self._by)

    def products(self) -> list[Product]:
        """Return what they may sell."""
        self.reseller()
        return self._licences.products.all()

    def balances(self) -> tuple[list[Balance], int]:
        """Return what they owe; see `Resellers.balances`."""
        self.reseller()
        return self._licences.resellers.balances(self.name)

    def statement(self, *, before: int | None = None, limit: int = 100) -> list[Line]:
        """Return a page of their account; see `Resellers.statement`."""
        self.reseller()
        return self._licences.resellers.statement(self.name, before=before, limit=limit)
