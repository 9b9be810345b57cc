"""Who can be in the office."""

from dataclasses import dataclass
from enum import StrEnum

from underseal.network.licences import Seller, Staff


class Part(StrEnum):
    """As what somebody is in the office."""

    OPERATOR = "operator"
    RESELLER = "reseller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has come in.

    Attributes:
        part: as what. name: login name; "" for whoever runs a network that has no named operators.
    """

    part: Part
    name: str

    @property
    def actor(self) -> Staff | Seller:
        """As whom the ledger names them."""
        if self.part is Part.RESELLER:
            return Seller.reseller(self.name)
        return Staff.operator(self.name) if self.name else Staff.link()
