"""The acts on a licence in words, out of the ledger."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from underseal.core.ledger import LedgerReader
from underseal.network.licences.acts import Act, from_entry
from underseal.network.licences.model import History
from underseal.network.licences.periods import to_text


def history(ledger: LedgerReader, numbers: Sequence[int]) -> list[History]:
    """Return the acts of entries.

    Args:
        ledger: of licences. numbers: of the entries.

    Raises:
        IntegrityError: an entry was changed.
    """
    found = []
    for number in numbers:
        (entry,) = ledger.read(after=number - 1, limit=1)
        act = from_entry(entry.value(), number)
        if act is not None:
            found.append(History(number=number, at=act.at, act=act.name, by=act.by, words=_words(act)))
    return found


def _words(act: Act) -> str:
    """Return what an act says beside who did it, when and to whom; digests are left out."""
    values = {field.name: getattr(act, field.name) for field in fields(act) if field.name not in ("at", "by", "pin")}
    told = {
        name: to_text(value) if isinstance(value, datetime) else str(value)
        for name, value in values.items()
        if isinstance(value, datetime | str | int)
    }
    return ", ".join(f"{name} {text}" for name, text in told.items())
