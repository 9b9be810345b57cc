"""The acts on a licence, and the lines of an account, out of the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime

from underseal.core.ledger import LedgerReader
from underseal.network.licences.acts import Act, Issued, Paid, Voided, from_entry
from underseal.network.licences.model import History, Line
from underseal.network.licences.money import Money
from underseal.network.licences.periods import to_text


def history(ledger: LedgerReader, numbers: Sequence[int]) -> list[History]:
    """Return the acts of entries.

    Args:
        ledger: of licences. numbers: of the entries.

    Raises:
        IntegrityError: an entry was changed.
    """
    return [
        History(number=number, at=act.at, act=act.name, by=act.by, words=_words(act))
        for number, act in _acts(ledger, numbers)
    ]


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


def _words(act: Act) -> str:
    """Return what an act says beside who did it, when and to whom; digests are left out."""
    values = {field.name: getattr(act, field.name) for field in fields(act) if field.name not in ("at", "by", "pin")}
    told = {
        name: to_text(value) if isinstance(value, datetime) else str(value)
        for name, value in values.items()
        if isinstance(value, datetime | str | int)
    }
    return ", ".join(f"{name} {text}" for name, text in told.items())
