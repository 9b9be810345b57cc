"""What the ledger tells for people, without digests and passwords: its entries, and the lines of an account."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Final

from underseal.core.ledger import Entry, LedgerReader
from underseal.network.licences.actors import NETWORK
from underseal.network.licences.acts import REPAIRED, Act, Issued, Paid, Voided, from_entry
from underseal.network.licences.model import Line, Told
from underseal.network.licences.money import Money
from underseal.network.licences.periods import to_text


def history(ledger: LedgerReader, numbers: Sequence[int]) -> list[Told]:
    """Return entries of the ledger.

    Args:
        ledger: of licences. numbers: of the entries.

    Raises:
        IntegrityError: an entry was changed.
    """
    return [_told(entry) for number in numbers for entry in ledger.read(after=number - 1, limit=1)]


def lines(ledger: LedgerReader, numbers: Sequence[int]) -> list[Line]:
    """Return the lines of an account.

    Args:
        ledger: of licences. numbers: of entries that change what is owed; others are left out.

    Raises:
        IntegrityError: an entry was changed.
    """
    found = []
    for number, act in _acts(ledger, numbers):
        match act:
            case Issued():
                owed, words = act.price * len(act.codes), f"{len(act.codes)} x {act.product}"
            case Voided():
                owed, words = -act.price, f"{act.batch}-{act.position}: {act.why}"
            case Paid():
                owed, words = -act.amount, act.note
            case _:
                continue
        amount = Money(owed, act.currency)
        found.append(Line(number=number, at=act.at, act=act.name, by=act.by, owed=amount, words=words))
    return found


def _acts(ledger: LedgerReader, numbers: Sequence[int]) -> Iterator[tuple[int, Act]]:
    for number in numbers:
        (entry,) = ledger.read(after=number - 1, limit=1)
        act = from_entry(entry.value(), number)
        if act is not None:
            yield number, act


def page(ledger: LedgerReader, *, before: int | None, limit: int) -> list[Told]:
    """Return a page of the ledger, the newest entry first.

    Args:
        ledger: of licences. before: number of the last entry of the page before. limit: how many at most.

    Raises:
        IntegrityError: an entry was changed.
    """
    return [_told(entry) for entry in islice(ledger.newest_first(before=before), limit)]


def _told(entry: Entry) -> Told:
    value = entry.value()
    act = from_entry(value, entry.number)
    if act is None:  # the ledger's own act
        return Told(number=entry.number, at=None, act=REPAIRED, by=NETWORK, details={"file": str(value["file"])})
    return Told(number=entry.number, at=act.at, act=act.name, by=act.by, details=_details(act))


def _details(act: Act) -> dict[str, str]:
    told: dict[str, str] = {}
    for field in fields(act):
        value = getattr(act, field.name)
        if field.name in ("price", "amount"):
            told[field.name] = str(Money(value, getattr(act, "currency", "")))
        elif field.name == "codes":
            told["codes"] = str(len(value))
        elif field.name not in _UNTOLD and isinstance(value, datetime | str | int):
            told[field.name] = to_text(value) if isinstance(value, datetime) else str(value)
    return told


_UNTOLD: Final = frozenset({"at", "by", "password", "currency"})
