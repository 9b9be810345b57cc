"""Proposals for the query line while somebody types: fields, and the values that they can take."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from underseal.evidence.search.nodes import CHOICES, CLOSING, COLONS, FIELDS, LISTED, OPENING, QUOTES, Is
from underseal.evidence.search.nodes import format as query_text

MAX_COMPLETIONS = 20

Values = Callable[[str, str], Iterable[tuple[str, str]]]
"""`values(field, typed)` gives values of one of the fields from, to, in, exhibit that fit what was typed, best first, each
with what a person calls it ("" where that is nothing else)."""

_TYPED = re.compile(
    rf"(?:^|(?<=[\s{OPENING}{CLOSING}-]))(?:(?P<field>[A-Za-z]+)[{COLONS}])?"
    rf"(?P<typed>[{QUOTES}][^{QUOTES}]*|[^\s{OPENING}{CLOSING}{QUOTES}{COLONS}-][^\s{OPENING}{CLOSING}{QUOTES}]*|)$"
)
_REST = re.compile(rf"[^\s{OPENING}{CLOSING}{QUOTES}]*[{QUOTES}]?")

_LABELS = {
    "from": "sender",
    "to": "recipient",
    "in": "conversation",
    "after": "since a date, as 2021-03-09",
    "before": "before a date",
    "on": "a year, month, day or minute",
    "kind": "text, voice, picture, ...",
    "verdict": "opened, locked, ...",
    "exhibit": "number of the exhibit",
    "has": "picture, link, reply, ...",
    "copies": "count every copy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A proposal: replace the characters `start` to `end` of the query by `text`.

    Attributes:
        label: what a person calls it.
    """

    start: int
    end: int
    text: str
    label: str


def complete(query: str, position: int, values: Values) -> list[Completion]:
    """Return proposals for what stands before a position of a query, MAX_COMPLETIONS at most.

    Args:
        query: as typed so far; it need not be complete. position: of the cursor, in characters.
        values: where the values of the evidence come from.
    """
    found = _TYPED.search(query[:position])
    if found is None:
        return []
    rest = _REST.match(query, position)
    end = rest.end() if rest else position
    proposals = _proposals(found["field"], found["typed"].lstrip(QUOTES), values)
    start = found.start()
    return [
        Completion(start=start, end=end, text=text, label=label)
        for (text, label), _ in zip(proposals, range(MAX_COMPLETIONS), strict=False)
    ]


def _proposals(field: str | None, typed: str, values: Values) -> Iterator[tuple[str, str]]:
    if field is None:
        yield from ((f"{name}:", _LABELS[name]) for name in FIELDS if name.startswith(typed.lower()))
        return
    name = field.lower()
    if name in CHOICES:
        fitting = [value for value in CHOICES[name] if value.startswith(typed.lower())]
        yield from ((f"{name}:{value} ", value.replace("_", " ")) for value in fitting)
    elif name in LISTED:
        yield from (
            (f"{query_text(Is(field=name, value=value))} ", label or value) for value, label in values(name, typed)
        )
