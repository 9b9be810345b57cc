"""The material of a disclosure as a view shows it: which records, in which order, and which sessions open them.

What the view does not show is not there: in no schedule and in no count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.crypto import content_path
from underseal.core.records import READABLE, Media
from underseal.evidence.decrypt import KEYS_BETWEEN
from underseal.evidence.disclosure.disclosed import PLACEHOLDER, Redaction
from underseal.evidence.disclosure.selection import Selection
from underseal.evidence.store import View

_LIGHT: Final = [
    "number", "event", "conversation", "sender", "recipients", "time", "kind", "verdict", "exhibit", "key_exhibit",
    "session", "index", "key", "ciphertext_sha256", "raw_sha256", "media", "target",
]  # fmt: skip
_WHOLE: Final = frozenset({"conversation", "message"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is disclosed of a selection.

    Attributes:
        view: under which it is read. selection: of which it is the visible part.
        used: columns `_LIGHT` of the used records, in the order of the schedule. unused: likewise.
        sensitive: the reasons of the sensitive schedule by the numbers of their records, in the order of these.
        newer: for each selected record that others supersede the number of the one that stands for it.
        redactions: of used records, by their number. items: which of them the dossier stands on.
        held_back: numbers of redacted and of sensitive records, of the earlier ones of the same bytes too.
    """

    view: View
    selection: Selection
    used: pa.Table
    unused: pa.Table
    sensitive: Mapping[int, str]
    newer: Mapping[int, int]
    redactions: Mapping[int, Sequence[Redaction]]
    items: frozenset[int]
    held_back: frozenset[int]

    @classmethod
    def of(cls, view: View, selection: Selection) -> "Material":
        """Look up a selection. A record that a later key opened stands for the locked one that was selected."""
        newer = _newer(view, selection.used | selection.unused | selection.sensitive.keys())

        def moved(numbers: Iterable[int]) -> frozenset[int]:
            return frozenset(newer.get(number, number) for number in numbers)

        held_back = {newer.get(number, number): reason for number, reason in selection.sensitive.items()}
        redactions = {newer.get(number, number): found for number, found in selection.redactions.items() if found}
        items = moved(selection.items) - held_back.keys()
        used = _rows(view, items | moved(selection.context) - held_back.keys(), selection)
        numbers = set(used.column("number").to_pylist())
        unused = _rows(view, moved(selection.unused) - numbers - held_back.keys(), selection)
        shown = _rows(view, frozenset(held_back), selection).column("number").to_pylist()
        return cls(
            view=view,
            selection=selection,
            used=_ordered(used, {n for n, found in redactions.items() if _WHOLE & {each.field for each in found}}),
            unused=_ordered(unused, set()),
            sensitive={number: held_back[number] for number in sorted(shown)},
            newer=newer,
            redactions={number: tuple(redactions[number]) for number in sorted(numbers & redactions.keys())},
            items=items & numbers,
            held_back=frozenset({*selection.sensitive, *held_back, *selection.redactions, *redactions}),
        )

    @property
    def numbers(self) -> list[int]:
        """Numbers of the used records, in the order of the schedule."""
        found: list[int] = self.used.column("number").to_pylist()
        return found

    @property
    def locked(self) -> int:
        """How many used records nobody can read."""
        return sum(verdict not in READABLE for verdict in self.used.column("verdict").to_pylist())

    @property
    def decrypted(self) -> pa.Table:
        """The used records that were decrypted and of which nothing is redacted."""
        shown = [number not in self.redactions for number in self.numbers]
        return self.used.filter(pc.and_(pa.array(shown, pa.bool_()), self.used.column("raw_sha256").is_valid()))

    def attachments(self, folder: Path) -> dict[str, Path]:
        """Return the attachments to enclose, by the hex SHA-256 of their bytes, in the order of that.

        Args:
            folder: of the attachments of the workspace.
        """
        found: dict[str, Path] = {}
        for number, held in zip(self.numbers, self.used.column("media").to_pylist(), strict=True):
            hidden = {redaction.field for redaction in self.redactions.get(number, ())}
            if held and not hidden & {"media", "message"} and (sha256 := Media.from_json(held).sha256):
                found[sha256] = content_path(folder, bytes.fromhex(sha256))
        return {sha256: found[sha256] for sha256 in sorted(found) if found[sha256].is_file()}

    @property
    def exhibits(self) -> frozenset[str]:
        """The exhibits that used records and the keys of readable ones came from."""
        found: set[str] = set()
        for exhibit, keys in zip(*(self.used.column(n).to_pylist() for n in ("exhibit", "key_exhibit")), strict=True):
            found |= {exhibit, *(keys or "").split(KEYS_BETWEEN)}
        return frozenset(found - {"", None})

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that the schedule of used material names: senders and recipients that are not redacted."""
        found: set[str] = set()
        columns = (self.used.column(name).to_pylist() for name in ("number", "sender", "recipients"))
        for number, sender, recipients in zip(*columns, strict=True):
            hidden = {redaction.field for redaction in self.redactions.get(number, ())}
            if not hidden & {"sender", "message"} and sender:
                found.add(sender)
            if not hidden & {"recipients", "message"}:
                found |= set(recipients or ())
        return frozenset(found)

    def beside_redacted(self) -> list[int]:
        """Return used records that refer to a redacted one and are not redacted: a reply may quote it, an edit repeat it."""
        columns = [self.used.column(name).to_pylist() for name in ("number", "event", "target")]
        hidden = {event for number, event, _ in zip(*columns, strict=True) if event and number in self.redactions}
        return [
            number
            for number, _, target in zip(*columns, strict=True)
            if target in hidden and number not in self.redactions
        ]


def _rows(view: View, numbers: frozenset[int], selection: Selection) -> pa.Table:
    """Return the shown ones of some records that no excluded source gave, or opened."""
    rows = view.records(sorted(numbers - selection.excluded), _LIGHT)
    exhibits = {excluded.exhibit for excluded in selection.exclusions} - {""}
    if not exhibits:
        return rows
    columns = (rows.column(name).to_pylist() for name in ("exhibit", "key_exhibit"))
    kept = [not {exhibit, *(keys or "").split(KEYS_BETWEEN)} & exhibits for exhibit, keys in zip(*columns, strict=True)]
    return rows.filter(pa.array(kept, pa.bool_()))


def _ordered(rows: pa.Table, hidden: set[int]) -> pa.Table:
    """Sort by conversation, time and number; what hides its conversation comes last, so that its place does not tell it."""
    numbers, conversations = rows.column("number").to_pylist(), rows.column("conversation").to_pylist()
    shown = [PLACEHOLDER if n in hidden else c or "" for n, c in zip(numbers, conversations, strict=True)]
    table = pa.table({"at": shown, "time": rows.column("time"), "number": numbers})
    order = pc.sort_indices(table, [("at", "ascending"), ("time", "ascending"), ("number", "ascending")])
    return rows.take(order)


def _newer(view: View, numbers: frozenset[int]) -> dict[int, int]:
    """Return for each record that others supersede the one of the same bytes that is shown."""
    locked = view.records(sorted(numbers), _SAME)
    locked = locked.filter(pc.invert(pc.is_in(locked.column("verdict").cast(pa.string()), _READABLE)))
    rows = view.of_events({event for event in locked.column("event").to_pylist() if event}, _SAME)
    shown = {_place(row): int(row["number"]) for row in rows.to_pylist() if row["supersedes"] is not None}
    return {
        int(row["number"]): newest
        for row in locked.to_pylist()
        if (newest := shown.get(_place(row), -1)) > int(row["number"])
    }


def _place(row: Mapping[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("event", "exhibit", "file", "unit", "row"))


_SAME: Final = ["number", "event", "exhibit", "file", "unit", "row", "verdict", "supersedes"]
_READABLE: Final = pa.array(sorted(READABLE), pa.string())
