"""Counts of messages with the query that leads to them, which is what every statement about an account is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from underseal.evidence.search import And, Facet, Is, Node, Or, Order, count, facets, search
from underseal.evidence.search.nodes import format as query_text
from underseal.evidence.store import View

EVERY = 2**31
"""As many values of a facet as there are: they are accounts or conversations of one account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Messages, exactly counted.

    Attributes:
        query: finds them, in the query language. count: how many. locked: how many of them a further key may open.
        first, last: times of the first and the last one, ms since 1970; None where there is none.
    """

    query: str
    count: int
    locked: int
    first: int | None
    last: int | None


def sent(account: str) -> Node:
    """Return the query for what an account sent."""
    return Is(field="from", value=account)


def received(account: str) -> Node:
    """Return the query for what named an account as recipient."""
    return Is(field="to", value=account)


def inside(conversation: str) -> Node:
    """Return the query for what is in a conversation."""
    return Is(field="in", value=conversation)


def both(*parts: Node) -> Node:
    """Return the query for what meets all conditions."""
    return And(parts=parts)


def either(parts: Iterable[Node]) -> Node:
    """Return the query for what meets one of some conditions, at least one."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else Or(parts=found)


def counted(view: View, query: Node) -> Counted:
    """Count the messages that a query finds, with the times of the first and the last one."""
    ends = [search(view, query, order=order, limit=1, columns=["time"]) for order in (Order.OLDEST, Order.NEWEST)]
    first, last = (page.rows.column("time")[0].as_py() if page.total else None for page in ends)
    return Counted(query=query_text(query), count=ends[0].total, locked=ends[0].locked, first=first, last=last)


def values(view: View, query: Node, field: str) -> dict[str, int]:
    """Return all values of a column in a result with their counts, the most frequent first."""
    found: Sequence[Facet] = facets(view, query, field, limit=EVERY)
    return {facet.value: facet.count for facet in found}


__all__ = ["Counted", "both", "count", "counted", "either", "inside", "query_text", "received", "sent", "values"]
