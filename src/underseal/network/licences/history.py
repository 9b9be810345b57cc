"""What the ledger tells, entry by entry, for people: without digests and passwords."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from typing import Final

from underseal.core.ledger import Entry, LedgerReader
from underseal.network.licences.acts import REPAIRED, Act, from_entry
from underseal.network.licences.model import OPERATOR, Line
from underseal.network.licences.money import Money
from underseal.network.licences.periods import to_text


def history(ledger: LedgerReader, numbers: Sequence[int]) -> list[Line]:
    """Return entries of the ledger.

    Args:
        ledger: of licences. numbers: of the entries.

    Raises:
        IntegrityError: an entry was changed.
    """
    return [_line(entry) for number in numbers for entry in ledger.read(after=number - 1, limit=1)]


def lines(ledger: LedgerReader, *, before: int | None, limit: int) -> list[Line]:
    """Return a page of the ledger, the newest entry first.

    Args:
        ledger: of licences. before: number of the last entry of the page before. limit: how many at most.

    Raises:
        IntegrityError: an entry was changed.
    """
    return [_line(entry) for entry in islice(ledger.newest_first(before=before), limit)]


def _line(entry: Entry) -> Line:
    value = entry.value()
    act = from_entry(value, entry.number)
    if act is None:  # the ledger's own act
        return Line(number=entry.number, at=None, act=REPAIRED, by=OPERATOR, details={"file": str(value["file"])})
    return Line(number=entry.number, at=act.at, act=act.name, by=act.by, details=_details(act))


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
