"""Searching a view: pages of hits in order, with exact counts.

Every segment answers for itself with its best hits and its counts; the answers are merged. A hit is a row offset, which is
all that an index knows of a row; the rows themselves are fetched once for the page, and the marks are worked out on their
original text.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from math import log
from typing import NamedTuple

import pyarrow as pa
import tantivy

from underseal.core.records import RECORDS
from underseal.errors import CallerError
from underseal.evidence.search.cursor import Order, Place, read_cursor, write_cursor
from underseal.evidence.search.nodes import Everything, Node, Words, leaves, patterns
from underseal.evidence.search.plan import Plan, locked, within
from underseal.evidence.search.scatter import View, scatter
from underseal.evidence.store.columns import ROW_BITS
from underseal.evidence.store.folding import spans
from underseal.evidence.store.index import count_of, row_of

COLUMNS = tuple(name for name in RECORDS.names if name != "raw")
"""Columns of a hit unless the caller names others: all but the decrypted bytes."""

_MILLISECOND = 2**ROW_BITS
_START, _END = -(2**63), 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many records a query finds, exactly.

    Attributes:
        total: all of them. locked: those of them that a further key may open.
    """

    total: int
    locked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some hits of a result, in order.

    Attributes:
        rows: their records. highlights: for each row where the words of the query stand in its text (code points, end
            exclusive).
        total, locked: of the whole result.
        cursor: what to ask for the next page with; None after the last one.
    """

    rows: pa.Table
    highlights: tuple[tuple[tuple[int, int], ...], ...]
    total: int
    locked: int
    cursor: str | None


class _Hit(NamedTuple):
    """One hit. Hits sort as they are read."""

    key: tuple[float, int, int]
    position: int
    row: int
    value: int


class _Answer(NamedTuple):
    """What one segment has to say: counts of the whole result, and its first hits."""

    counted: Count
    hits: list[_Hit]


def search(
    view: View,
    query: Node,
    *,
    order: Order = Order.NEWEST,
    limit: int = 50,
    after: str | None = None,
    columns: Sequence[str] = COLUMNS,
) -> Page:
    """Return a page of what a query finds.

    Args:
        view: the release and the authority. query: see `language.parse`.
        order: without words to be relevant for, relevance is newest first.
        limit: hits of the page at most, at least 1. after: cursor of the page before; None for the first page.
        columns: of the rows.

    Raises:
        CallerError: limit below 1, or a cursor of another query. ConflictError: the cursor's segment is gone.
    """
    if limit < 1:
        raise CallerError("A page has at least one hit.")
    wanted = patterns(query)
    if order is Order.RELEVANCE and not wanted:
        order = Order.NEWEST
    plan = Plan(node=query, scope=view.access.scope)
    place = Place() if after is None else read_cursor(after, query, order)
    find = _by_relevance if order is Order.RELEVANCE else _by_time
    answers = find(view, plan, order, limit + 1, place)
    hits = list(islice(merge(*(answer.hits for answer in answers)), limit + 1))
    more, hits = len(hits) > limit, hits[:limit]
    rows = view.fetch([(hit.position, hit.row) for hit in hits], tuple(dict.fromkeys((*columns, "text"))))
    found = _sum(answer.counted for answer in answers)
    return Page(
        rows=rows.select(list(columns)),
        highlights=tuple(tuple(spans(text or "", wanted)) for text in rows.column("text").to_pylist()),
        total=found.total,
        locked=found.locked,
        cursor=write_cursor(_after(view, hits, order, place), query, order) if more else None,
    )


def count(view: View, query: Node) -> Count:
    """Return how many records a query finds."""
    plan = Plan(node=query, scope=view.access.scope)
    return _sum(scatter(view, lambda _position, searcher: _count(plan, searcher)))


def _by_time(view: View, plan: Plan, order: Order, limit: int, place: Place) -> list[_Answer]:
    """Ask each segment for its hits from a place on. In a millisecond, records stand in the order of their numbers."""
    direction = tantivy.Order.Desc if order is Order.NEWEST else tantivy.Order.Asc
    sign = -1 if order is Order.NEWEST else 1
    last = place.position(view) if place.segment else None

    def answer(position: int, searcher: tantivy.Searcher) -> _Answer:
        rest = () if last is None else (within(*_rest(order, place.value, position - last)),)
        size = min(limit, max(searcher.num_docs, 1))
        query = plan.query(searcher, *rest)
        found = searcher.search(query, limit=size, count=last is None, order_by_field="order", order=direction)
        hits = [
            _Hit((sign * (value >> ROW_BITS), sign * position, sign * row_of(value)), position, row_of(value), value)
            for value, _ in found.hits
        ]
        return _Answer(_count(plan, searcher, count_of(found) if last is None else None), hits)

    return scatter(view, answer)


def _rest(order: Order, value: int, segments_on: int) -> tuple[int, int]:
    """Return the range of `order` (end exclusive) that comes after a hit.

    Args:
        order: NEWEST or OLDEST. value: `order` of the hit.
        segments_on: how many segments after the hit's own, negative before it; 0 for its own.
    """
    this, following = value >> ROW_BITS << ROW_BITS, (value >> ROW_BITS) + 1 << ROW_BITS
    if order is Order.NEWEST:
        return _START, (value if segments_on == 0 else this if segments_on > 0 else following)
    return (value + 1 if segments_on == 0 else this if segments_on > 0 else following), _END


def _by_relevance(view: View, plan: Plan, _order: Order, limit: int, place: Place) -> list[_Answer]:
    """Ask each segment for its next hits by BM25 over that segment; what was read of each is in the place.

    BM25 counts words in all rows of an index. Where some of them are withheld it would tell how often these have a word, so
    words then count by how rare they are in what may be seen.
    """
    if view.access.quarantine:
        plan = replace(plan, weights=_weights(view, plan))

    def answer(position: int, searcher: tantivy.Searcher) -> _Answer:
        read = place.read.get(view.segments[position].id, 0)
        size = min(limit, max(searcher.num_docs, 1))
        found = searcher.search(plan.query(searcher), limit=size, offset=read, count=True)
        values = searcher.fast_field_values("order", [address for _, address in found.hits])
        hits = [
            _Hit((-score, position, rank), position, row_of(int(value or 0)), 0)
            for rank, ((score, _), value) in enumerate(zip(found.hits, values, strict=True))
        ]
        return _Answer(_count(plan, searcher, count_of(found)), hits)

    return scatter(view, answer)


def _weights(view: View, plan: Plan) -> dict[Words, float]:
    """Return for each word of a query how rare it is among the messages that may be seen (the IDF of BM25)."""
    everything = count(view, Everything()).total
    asked = [leaf for leaf in leaves(plan.node) if isinstance(leaf, Words)]
    found = {words: count(view, words).total for words in asked}
    return {words: log(1 + (everything - own + 0.5) / (own + 0.5)) for words, own in found.items()}


def _after(view: View, hits: Sequence[_Hit], order: Order, place: Place) -> Place:
    """Return the place behind the hits of a page."""
    if order is not Order.RELEVANCE:
        return Place(segment=view.segments[hits[-1].position].id, value=hits[-1].value)
    read = Counter(place.read)
    read.update(view.segments[hit.position].id for hit in hits)
    return Place(read=dict(read))


def _count(plan: Plan, searcher: tantivy.Searcher, total: int | None = None) -> Count:
    """Count the results in a segment; `total` is given where a search has counted them already."""
    if total is None:
        total = _total(searcher, plan.query(searcher))
    match plan.all_locked(searcher):
        case True:
            return Count(total=total, locked=total)
        case False:
            return Count(total=total, locked=0)
    return Count(total=total, locked=_total(searcher, plan.query(searcher, locked())))


def _total(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    # Sorting one hit by a number is the cheapest collector that counts: by default it would compute relevance.
    return count_of(searcher.search(query, limit=1, order_by_field="order"))


def _sum(counts: Iterable[Count]) -> Count:
    found = list(counts)
    return Count(total=sum(each.total for each in found), locked=sum(each.locked for each in found))
