"""What resellers owe, out of the ledger alone: the count that the database must come to as well."""

from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter

from underseal.core.ledger import Entry
from underseal.network.licences.acts import Issued, Paid, Voided, from_entry
from underseal.network.licences.model import Balance
from underseal.network.licences.money import Money


def balances_of(entries: Iterable[Entry]) -> list[Balance]:
    """Return what each reseller owes in each currency: prices of codes issued, less those made void, less payments.

    Args:
        entries: of the ledger of licences, from its first one on; the balances are as of the last one given.

    Raises:
        IntegrityError: an entry is none of the catalogue.
    """
    found: dict[tuple[str, str], Balance] = {}
    for entry in entries:
        act = from_entry(entry.value(), entry.number)
        if not isinstance(act, Issued | Voided | Paid):
            continue
        nothing = Money(0, act.currency)
        old = found.get((act.reseller, act.currency)) or Balance(
            reseller=act.reseller, issued=nothing, voided=nothing, paid=nothing
        )
        match act:
            case Issued():
                new = replace(old, issued=old.issued + Money(act.price, act.currency) * len(act.codes))
            case Voided():
                new = replace(old, voided=old.voided + Money(act.price, act.currency))
            case Paid():
                new = replace(old, paid=old.paid + Money(act.amount, act.currency))
        found[act.reseller, act.currency] = new
    return [balance for _, balance in sorted(found.items(), key=itemgetter(0))]
