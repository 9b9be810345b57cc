"""Where a page of a result ended, as text that the caller hands back and need not understand."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from enum import StrEnum

import orjson

from underseal.errors import CallerError, ConflictError
from underseal.evidence.search.nodes import Node
from underseal.evidence.search.nodes import format as query_text
from underseal.evidence.search.scatter import View


class Order(StrEnum):
    """The order of a result."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place between two hits.

    Attributes:
        read: for relevance: hits already read of each segment, by its id.
        segment, value: for the orders of time: segment of the last hit, and its `order` there.
    """

    read: dict[str, int] = field(default_factory=dict)
    segment: str = ""
    value: int = 0

    def position(self, view: View) -> int:
        """Return the position of the last hit's segment.

        Raises:
            ConflictError: the view has no such segment any more; going on would skip or repeat hits.
        """
        for position, segment in enumerate(view.segments):
            if segment.id == self.segment:
                return position
        raise ConflictError("The result has changed since this page was read.", hint="Search again from the beginning.")


def write_cursor(place: Place, node: Node, order: Order) -> str:
    """Return the text of a place in the result of a query."""
    return urlsafe_b64encode(orjson.dumps([_digest(node, order), place.segment, place.value, place.read])).decode()


def read_cursor(text: str, node: Node, order: Order) -> Place:
    """Return the place that `write_cursor` wrote for the same query and order.

    Raises:
        CallerError: the text is damaged, or belongs to another query.
    """
    try:
        match orjson.loads(urlsafe_b64decode(text)):
            case [str(digest), str(segment), int(value), dict(read)] if digest == _digest(node, order):
                return Place(segment=segment, value=value, read={str(key): int(count) for key, count in read.items()})
    except ValueError:
        pass
    raise CallerError("This cursor does not belong to this query.", hint="Search again from the beginning.")


def _digest(node: Node, order: Order) -> str:
    return hashlib.sha256(f"{order}\n{query_text(node)}".encode()).hexdigest()[:16]
