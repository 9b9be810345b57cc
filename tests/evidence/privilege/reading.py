"""Everything that can be read of a view, in a form in which two views can be held against each other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, is_dataclass
from functools import partial
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from underseal.core.records import Kind
from underseal.errors import NotFoundError
from underseal.evidence.investigation.lines import Lines
from underseal.evidence.search import Interval, Order, count, facets, histogram, parse, search
from underseal.evidence.search.facets import FACET_FIELDS
from underseal.evidence.store import Conversation, Directory, Filter, Page, View

ZONE = ZoneInfo("Europe/Brussels")

_KINDS = " OR ".join(f"kind:{kind}" for kind in Kind)
QUERIES = [
    "", "boat", "harbour", "boat OR harbour old", '"old boat"', "bo*", '"old b"*', "baot~1", "-boat", "from:@a", "to:@b", "in:!x",
    "kind:membership", "kind:reaction", "copies:all", f"copies:all ({_KINDS})", "verdict:locked", "verdict:clear", "has:reply",
    "has:media", "NOT (from:@a OR in:!y)", "after:1970-01-02",
]  # fmt: skip
ROOMS = ["!x", "!y", "!z", "!none"]
EVENTS = ["$a", "$b", "$c", "$d", "$none"]

_LIMIT = 3
_NUMBERS = {"number", "copy_of", "supersedes"}


def read_everything(view: View, *, orders: tuple[Order, ...] = tuple(Order)) -> dict[str, Any]:
    """Return what each way of reading gives, each record by the row of its exhibit instead of by its number."""
    places = _places(view)
    directory = Directory(view)
    return {
        "searches": {(q, o): list(_pages(view, q, o, places)) for q, o in product(QUERIES, orders)},
        "counts": {query: count(view, parse(query)) for query in QUERIES},
        "days": {
            (query, interval): histogram(view, parse(query), interval=interval, zone=ZONE)
            for query, interval in product(QUERIES[:8], Interval)
        },
        "facets": {
            (query, field): facets(view, parse(query), field, limit=99)
            for query, field in product(["", "boat", "copies:all"], FACET_FIELDS)
        },
        "conversations": list(directory.conversations.values()),
        "one by one": [Directory(view).find(room) for room in ROOMS],
        "names": {
            member: directory.name(member) for each in directory.conversations.values() for member in each.members
        },
        "conversation": {room: _read(Conversation(view, room), places) for room in ROOMS},
        "gaps": {room: _named(list(directory.gaps(room)), places) for room in ROOMS},
        "events": [
            sorted(places[number] for number in look(EVENTS, ["number"]).column("number").to_pylist())
            for look in (view.of_events, view.copies_of, view.referring)
        ],
        "records": _records(view, places),
        "lines": _lines(view, directory, places),
    }


def _places(view: View) -> dict[int, int]:
    found: dict[int, int] = {}
    for each in view.segments:
        rows = each.segment.read_all(["number", "row"])
        found.update(zip(*(column.to_pylist() for column in rows.columns), strict=True))
    return found


def _pages(view: View, query: str, order: Order, places: Mapping[int, int]) -> Iterator[object]:
    cursor = None
    while True:
        page = search(view, parse(query), order=order, limit=_LIMIT, after=cursor, columns=["number"])
        yield (
            [places[number] for number in page.rows.column("number").to_pylist()],
            page.highlights,
            page.total,
            page.locked,
        )
        cursor = page.cursor
        if cursor is None:
            return


def _read(conversation: Conversation, places: Mapping[int, int]) -> object:
    found: list[object] = []
    for only in (Filter(), Filter(participants=frozenset({"@a"})), Filter(kinds=frozenset({"membership", "text"}))):
        try:
            forward = list(_walk(partial(conversation.forward, limit=_LIMIT, only=only), "after"))
            backward = list(_walk(partial(conversation.backward, limit=_LIMIT, only=only), "before"))
        except NotFoundError as error:
            found.append(error.message)
            continue
        found.append([[places[number] for number in page] for page in (*forward, *backward)])
    return found


def _walk(read: Callable[[Any], Page], way: str) -> Iterator[list[int]]:
    key = None
    while True:
        page = read(key)
        yield page.rows.column("number").to_pylist()
        key = getattr(page, way)
        if key is None:
            return


def _records(view: View, places: Mapping[int, int]) -> object:
    rows = view.records(range(view.release.size)).to_pylist()
    return sorted((_named(row, places) for row in rows), key=lambda row: row["number"])


def _lines(view: View, directory: Directory, places: Mapping[int, int]) -> object:
    rows = view.records(range(view.release.size)).sort_by("row")
    return [_named(line, places) for line in Lines(view, directory, ZONE).of(rows)]


def _named(value: Any, places: Mapping[int, int]) -> Any:
    """Return a value in which records are called by their places."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {
            name: places[each] if name in _NUMBERS and isinstance(each, int) else _named(each, places)
            for name, each in value.items()
        }
    if hasattr(value, "_fields"):  # a key of a conversation: time and number
        return value.time, places[value.number]
    if isinstance(value, list | tuple):
        return [_named(each, places) for each in value]
    return value
