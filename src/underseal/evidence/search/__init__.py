"""Search: one query language for the desk, the command line and the Python interface, with the authority inside the query."""

from underseal.evidence.search.complete import Completion, Values, complete
from underseal.evidence.search.cursor import Order
from underseal.evidence.search.engine import COLUMNS, Count, Page, count, search
from underseal.evidence.search.explain import explain
from underseal.evidence.search.facets import FACET_FIELDS, Facet, facets
from underseal.evidence.search.histogram import Bucket, Interval, histogram
from underseal.evidence.search.language import parse
from underseal.evidence.search.nodes import And, During, Everything, Is, Node, Not, Or, Words
from underseal.evidence.search.scatter import SegmentView, View

__all__ = [
    "COLUMNS",
    "FACET_FIELDS",
    "And",
    "Bucket",
    "Completion",
    "Count",
    "During",
    "Everything",
    "Facet",
    "Interval",
    "Is",
    "Node",
    "Not",
    "Or",
    "Order",
    "Page",
    "SegmentView",
    "Values",
    "View",
    "Words",
    "complete",
    "count",
    "explain",
    "facets",
    "histogram",
    "parse",
    "search",
]
