"""Licences: products, resellers, codes, and the subscriptions that the codes become.

The signed ledger is the only truth; the database beside it is folded from it and can be thrown away.

    licences = Licences(network.licences, network.signing_key)
    anna = Staff.operator("anna")
    licences.products.add("Six months", Money.parse("1200.00 EUR"), at=now, by=anna)
    licences.resellers.add("north", password, quota=50, at=now, by=anna)
    batch = licences.codes.issue("north", "Six months", 10, at=now, by=anna)
    licences.activate(batch.codes[0].text, retry_key=secrets.token_bytes(32), at=now)

Who may ask is left to the doors: the operator's command line, the office, the homeserver.
"""

from underseal.errors import CodeSpentError, CodeUnknownError
from underseal.network.licences.accounts import balances_of
from underseal.network.licences.actors import NETWORK, STRANGER, Actor, Role, Seller, Staff, Subscriber
from underseal.network.licences.codes import Code
from underseal.network.licences.licences import Licences
from underseal.network.licences.model import (
    Activation,
    Balance,
    Batch,
    CodeState,
    Kind,
    Licence,
    Line,
    Month,
    Notice,
    Operator,
    Product,
    Reseller,
    Sale,
    Standing,
    State,
    Told,
    Wanted,
)
from underseal.network.licences.money import Money
from underseal.network.licences.periods import due_notice
from underseal.network.licences.shop import Shop

__all__ = [
    "NETWORK",
    "STRANGER",
    "Activation",
    "Actor",
    "Balance",
    "Batch",
    "Code",
    "CodeSpentError",
    "CodeState",
    "CodeUnknownError",
    "Kind",
    "Licence",
    "Licences",
    "Line",
    "Money",
    "Month",
    "Notice",
    "Operator",
    "Product",
    "Reseller",
    "Role",
    "Sale",
    "Seller",
    "Shop",
    "Staff",
    "Standing",
    "State",
    "Subscriber",
    "Told",
    "Wanted",
    "balances_of",
    "due_notice",
]
