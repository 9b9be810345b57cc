"""What resellers owe, out of the ledger alone: the count that the database must come to as well."""

from collections.abc import Iterable
from typing import Final

from underseal.core.ledger import Entry
from underseal.network.licences.acts import Act, Issued, Paid, Voided, from_entry
from underseal.network.licences.model import Balance
from underseal.network.licences.money import Money

_ISSUED: Final = 0
_VOIDED: Final = 1
_PAID: Final = 2


def balances_of(entries: Iterable[Entry]) -> list[Balance]:
    """Return what each reseller owes in each currency: prices of codes issued, less those made void, less payments.

    Args:
        entries: of the ledger of licences, from its first one on; the balances are as of the last one given.

    Raises:
        IntegrityError: an entry is none of the catalogue.
    """
    sums: dict[tuple[str, str], list[int]] = {}
    for entry in entries:
        act = from_entry(entry.value(), entry.number)
        place, minor = _counted(act)
        if isinstance(act, Issued | Voided | Paid):
            sums.setdefault((act.reseller, act.currency), [0, 0, 0])[place] += minor
    return [
        Balance(
            reseller=reseller,
            issued=Money(minors[_ISSUED], currency),
            voided=Money(minors[_VOIDED], currency),
            paid=Money(minors[_PAID], currency),
        )
        for (reseller, currency), minors in sorted(sums.items())
    ]


def _counted(act: Act | None) -> tuple[int, int]:
    """Return which of the three sums an act adds to, and how much in minor units."""
    match act:
        case Issued():
            return _ISSUED, act.price * len(act.codes)
        case Voided():
            return _VOIDED, act.price
        case Paid():
            return _PAID, act.amount
        case _:
            return _PAID, 0
