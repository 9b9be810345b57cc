"""Counting a result by who, where and what."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import nlargest, nsmallest

import tantivy

from underseal.errors import CallerError
from underseal.evidence.search.nodes import Node
from underseal.evidence.search.plan import Plan
from underseal.evidence.search.scatter import View, scatter
from underseal.evidence.store.index import fact, value_of

FACET_FIELDS = {
    "sender": "from",
    "recipients": "to",
    "conversation": "in",
    "kind": "kind",
    "verdict": "verdict",
    "exhibit": "exhibit",
    "has": "has",
}
"""Columns that a result can be counted by, and the fields of the query language that they answer to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A value, and how many records of a result have it."""

    value: str
    count: int


def facets(view: View, query: Node, field: str, *, limit: int = 20) -> list[Facet]:
    """Return the values of a column in a result, most frequent first, each with its exact count.

    Args:
        view: the release and the authority. query: see `language.parse`.
        field: one of FACET_FIELDS. limit: values at most.

    Raises:
        CallerError: there is no such field.
    """
    if field not in FACET_FIELDS:
        raise CallerError(f"There is nothing to count by {field}.", hint=f"Fields are {', '.join(FACET_FIELDS)}.")
    plan = Plan(node=query, scope=view.access.scope)
    begins = fact(FACET_FIELDS[field], "")

    def answer(_position: int, searcher: tantivy.Searcher) -> list[tuple[str, int]]:
        return searcher.terms_with_prefix("facts", begins, plan.query(searcher))

    counts: Counter[str] = Counter()
    for found in scatter(view, answer):
        counts.update(dict(found))
    return [Facet(value=value_of(term), count=count) for count, term in _most_frequent(counts, limit)]


def _most_frequent(counts: Mapping[str, int], limit: int) -> list[tuple[int, str]]:
    """Return the largest counts with their terms, those alike in the order of the terms.

    A common word has tens of thousands of senders: those that are too rare go before anything is put in order.
    """
    least = min(nlargest(limit, counts.values()), default=0)
    kept = nsmallest(limit, ((-count, term) for term, count in counts.items() if count >= least))
    return [(-count, term) for count, term in kept]
