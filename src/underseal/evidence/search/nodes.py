"""What a query means: a tree of conditions on one record, and the text that stands for it.

Every node knows where it stands in the query it was read from (`start`, `end`, in characters); two nodes that mean the
same are equal wherever they stand.
"""

import re
from dataclasses import dataclass, field
from functools import singledispatch

from underseal.core.records import LOCKED, READABLE, Kind, Verdict
from underseal.evidence.store.folding import Pattern, pattern
from underseal.evidence.store.index import HAS

LISTED = ("from", "to", "in", "exhibit")
"""Fields whose values are the evidence's own: matched exactly as found, or by their beginning with a star."""

DATED = ("after", "before", "on")
"""Fields that take a date or a moment."""

VERDICT_GROUPS = {"locked": LOCKED, "readable": READABLE}
"""Values of `verdict:` that stand for several."""

CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(Kind),
    "verdict": (*Verdict, *VERDICT_GROUPS),
    "has": HAS,
    "copies": ("all",),
}
"""Fields that take one of a few words, and these words."""

FIELDS = (*LISTED, *DATED, *CHOICES)

OPERATORS = ("AND", "OR", "NOT")

QUOTES = '"“”„＂'
OPENING = "(（"
CLOSING = ")）"
COLONS = ":："
"""Signs of the language, with the forms that keyboards and word processors put in their place."""

_SAFE_WORD = re.compile(rf"(?!-)[^\s{QUOTES}{OPENING}{CLOSING}{COLONS}*~\\]+")
_SAFE_VALUE = re.compile(rf"[^\s{QUOTES}{OPENING}{CLOSING}*\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(_Placed):
    """No condition: the empty query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(_Placed):
    """The text holds these words one after another.

    Attributes:
        text: as typed, with at least one letter, digit or symbol.
        prefix: the last word may go on. distance: edits by which the only word may differ.
    """

    text: str
    prefix: bool = False
    distance: int = 0

    @property
    def pattern(self) -> Pattern:
        """The terms that the text is searched for."""
        found = pattern(self.text, prefix=self.prefix, distance=self.distance)
        if found is None:
            raise ValueError("there is nothing to search for in these words")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Is(_Placed):
    """A field has this value.

    Attributes:
        field: one of LISTED or CHOICES. value: as found in the evidence. prefix: the value only begins so.
    """

    field: str
    value: str
    prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class During(_Placed):
    """The time lies in a span.

    Attributes:
        field: one of DATED. text: the date as typed.
        first: first millisecond (UTC, since 1970) inside, None for no lower bound. until: first millisecond after it.
    """

    field: str
    text: str
    first: int | None
    until: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(_Placed):
    """The part does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class And(_Placed):
    """All parts hold; two at least."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or(_Placed):
    """One of the parts holds; two at least."""

    parts: tuple["Node", ...]


Node = Everything | Words | Is | During | Not | And | Or


@singledispatch
def format(node: Node) -> str:  # noqa: A001  # read as language.format
    """Return a query that means this tree: `parse(format(node)) == node`."""
    raise TypeError(f"{type(node).__name__} is not a node of a query")


@format.register
def _everything(_node: Everything) -> str:
    return ""


@format.register
def _words(node: Words) -> str:
    suffix = "*" if node.prefix else f"~{node.distance}" if node.distance else ""
    bare = _SAFE_WORD.fullmatch(node.text) and node.text not in OPERATORS
    return (node.text if bare else quoted(node.text)) + suffix


@format.register
def _is(node: Is) -> str:
    return f"{node.field}:{_value(node.value)}{'*' if node.prefix else ''}"


@format.register
def _during(node: During) -> str:
    return f"{node.field}:{_value(node.text)}"


@format.register
def _not(node: Not) -> str:
    return f"NOT {_grouped(node.part)}"


@format.register
def _and(node: And) -> str:
    return " ".join(map(_grouped, node.parts))


@format.register
def _or(node: Or) -> str:
    return " OR ".join(map(_grouped, node.parts))


def quoted(text: str) -> str:
    """Return text in quotes, so that the language takes it as it is."""
    return '"' + re.sub(rf"[\\{QUOTES}]", r"\\\g<0>", text) + '"'


def _value(text: str) -> str:
    return text if _SAFE_VALUE.fullmatch(text) else quoted(text)


def _grouped(node: Node) -> str:
    return f"({format(node)})" if isinstance(node, And | Or) else format(node)


def names(node: Node, field: str) -> bool:
    """Say whether a query has a condition on a field, wherever it stands."""
    return any(isinstance(leaf, Is) and leaf.field == field for leaf in leaves(node))


def leaves(node: Node) -> list["Everything | Words | Is | During"]:
    """Return the conditions of a query, in order."""
    if isinstance(node, Not):
        return leaves(node.part)
    if isinstance(node, And | Or):
        return [leaf for part in node.parts for leaf in leaves(part)]
    return [node]


def patterns(node: Node) -> list[Pattern]:
    """Return what the text of a result can hold because of the query: all words that are not excluded."""
    if isinstance(node, Words):
        return [node.pattern]
    if isinstance(node, And | Or):
        return [found for part in node.parts for found in patterns(part)]
    if isinstance(node, Not) and isinstance(node.part, Not):
        return patterns(node.part.part)
    return []
