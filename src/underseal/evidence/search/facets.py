"""Counting a result by who, where and what."""

from collections import Counter
from dataclasses import dataclass

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
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [Facet(value=value_of(term), count=count) for term, count in ranked]
