"""The slow way to search: one row after the other, in the words of the documentation. And a view to search the fast way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path

import pyarrow as pa
import tantivy

from passing import pass_to
from underseal.core.records import LOCKED, MESSAGE_KINDS, READABLE, RECORDS, Media
from underseal.evidence.authority import Scope, in_scope
from underseal.evidence.search import And, During, Everything, Is, Node, Not, Or, Words
from underseal.evidence.store.folding import Pattern, terms
from underseal.evidence.store.index import EARLIEST, LATEST, build_index, open_index

Row = Mapping[str, object]


def table(rows: Sequence[Row], *, first: int = 0) -> pa.Table:
    """Return rows as a segment holds them."""
    numbered = [{"time": 0, **row, "number": first + offset} for offset, row in enumerate(rows)]
    return pa.table(
        [pa.array([row.get(field.name) for row in numbered], type=field.type) for field in RECORDS], schema=RECORDS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment of the view."""

    id: str
    index: tantivy.Index
    rows: int


class Shelf:
    """A view over rows in memory, with real indexes in a folder."""

    def __init__(self, folder: Path, segments: Sequence[Sequence[Row]], scope: Scope) -> None:
        self.access = pass_to(scope)
        self.segments: list[Segment] = []
        self.tables: list[pa.Table] = []
        self._folder = folder
        for rows in segments:
            self.add(rows)

    def add(self, rows: Sequence[Row]) -> None:
        """Add a segment, as a later release does."""
        added = table(rows, first=sum(each.num_rows for each in self.tables))
        folder = self._folder / f"s{len(self.segments)}"
        build_index(folder, added)
        self.segments.append(Segment(id=folder.name, index=open_index(folder), rows=len(rows)))
        self.tables.append(added)

    def under(self, scope: Scope) -> "Shelf":
        """Return the same rows as another authority may see them."""
        other = Shelf(self._folder, [], scope)
        other.segments, other.tables = self.segments, self.tables
        return other

    def fetch(self, hits: Sequence[tuple[int, int]], columns: Sequence[str]) -> pa.Table:
        """Return rows in the order given."""
        picked = [self.tables[position].slice(row, 1) for position, row in hits]
        return (pa.concat_tables(picked) if picked else RECORDS.empty_table()).select(list(columns))


def found(rows: Sequence[Row], node: Node, scope: Scope) -> list[int]:
    """Return the numbers of the rows that a query finds, in order."""
    return [
        number
        for number, row in enumerate(rows)
        if _in_scope(row, scope)
        and (row["kind"] in MESSAGE_KINDS or _names(node, "kind"))
        and (row.get("copy_of") is None or _names(node, "copies"))
        and holds(row, node)
    ]


def holds(row: Row, node: Node) -> bool:
    """Say whether a row meets the conditions of a query."""
    match node:
        case Everything() | Is(field="copies"):
            return True
        case And(parts=parts):
            return all(holds(row, part) for part in parts)
        case Or(parts=parts):
            return any(holds(row, part) for part in parts)
        case Not(part=part):
            return not holds(row, part)
    return _meets(row, node)


def _meets(row: Row, leaf: Words | Is | During) -> bool:
    if isinstance(leaf, During):
        return (leaf.first is None or _time(row) >= leaf.first) and (leaf.until is None or _time(row) < leaf.until)
    if isinstance(leaf, Words):
        return _has_words(row, leaf.pattern)
    wanted = {"locked": LOCKED, "readable": READABLE}.get(leaf.value, {leaf.value})
    values = _values(row, leaf.field)
    return any(value.startswith(leaf.value) if leaf.prefix else value in wanted for value in values)


@cache
def distance(one: str, other: str) -> int:
    """Return the optimal string alignment distance, by its definition."""

    @cache
    def prefix(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        steps = [prefix(i - 1, j) + 1, prefix(i, j - 1) + 1, prefix(i - 1, j - 1) + (one[i - 1] != other[j - 1])]
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            steps.append(prefix(i - 2, j - 2) + 1)
        return min(steps)

    return prefix(len(one), len(other))


def order_key(row: Row) -> int:
    """Return the time that a row is sorted by."""
    return min(max(_time(row), EARLIEST), LATEST)


def day(row: Row, zone: tzinfo) -> str:
    """Return the local date of a row."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=_time(row))
    return moment.astimezone(zone).date().isoformat()


def hour(row: Row, zone: tzinfo) -> str:
    """Return the local hour of a row."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=_time(row))
    return moment.astimezone(zone).replace(minute=0, second=0, microsecond=0).isoformat(timespec="minutes")[:22]


def is_locked(row: Row) -> bool:
    """Say whether a further key may open a row."""
    return row["verdict"] in LOCKED


def _names(node: Node, field: str) -> bool:
    match node:
        case Is():
            return node.field == field
        case And(parts=parts) | Or(parts=parts):
            return any(_names(part, field) for part in parts)
        case Not(part=part):
            return _names(part, field)
    return False


def _in_scope(row: Row, scope: Scope) -> bool:
    return in_scope(
        scope,
        sender=_text(row, "sender"),
        recipients=_values(row, "to"),
        conversation=_text(row, "conversation"),
        time=_time(row),
    )


def _time(row: Row) -> int:
    time = row["time"]
    assert isinstance(time, int)
    return time


def _text(row: Row, column: str) -> str | None:
    value = row.get(column)
    return None if value is None else str(value)


def _values(row: Row, field: str) -> list[str]:
    if field == "to":
        recipients = row.get("recipients")
        return [str(name) for name in recipients] if isinstance(recipients, Sequence) else []
    if field == "has":
        return list(_has(row))
    column = {"from": "sender", "in": "conversation"}.get(field, field)
    return [str(row[column])] if row.get(column) is not None else []


def _has(row: Row) -> Iterator[str]:
    if row.get("media") is not None:
        yield "media"
    if row["kind"] in {"picture", "voice", "video", "file", "location", "sticker", "edit"}:
        yield str(row["kind"])
    if row.get("relation") in {"reply", "edit", "thread"}:
        yield str(row["relation"])
    if "https://" in str(row.get("text")):
        yield "link"


def _has_words(row: Row, wanted: Pattern) -> bool:
    name = Media.from_json(str(row["media"])).name if row.get("media") else ""
    return any(_holds_pattern(terms(text), wanted) for text in (_text(row, "text") or "", name))


def _holds_pattern(have: list[str], wanted: Pattern) -> bool:
    *head, last = wanted.terms
    for at in range(len(have) - len(head)):
        term = have[at + len(head)]
        alike = term.startswith(last) if wanted.prefix else term == last
        if have[at : at + len(head)] == head and (alike or distance(term, last) <= wanted.distance):
            return True
    return False
