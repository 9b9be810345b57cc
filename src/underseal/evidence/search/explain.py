"""Saying in plain words what a query asks for, so that nobody reads a result for something that it is not."""

from functools import singledispatch

from underseal.evidence.search.nodes import And, During, Everything, Is, Node, Not, Or, Words, names

_VERDICTS = {
    "opened": "that were opened with a key",
    "clear": "that were never encrypted",
    "no_key": "that are locked for want of a key",
    "key_too_late": "that are locked because the key begins later",
    "bad_mac": "that the key does not fit",
    "bad_signature": "with an invalid signature",
    "replayed": "that repeat a captured one",
    "malformed": "that are damaged",
    "locked": "that are locked and may open with a further key",
    "readable": "that can be read",
}
_HAS = {
    "media": "with an attachment",
    "picture": "with a picture",
    "voice": "with a voice message",
    "video": "with a video",
    "file": "with a file",
    "location": "with a location",
    "sticker": "with a sticker",
    "link": "with a link",
    "reply": "that answer another",
    "edit": "that change another",
    "thread": "in a thread",
}
_IS = {"from": "from", "to": "to", "in": "in", "exhibit": "out of exhibit"}
_DURING = {"after": "since the beginning of", "before": "before", "on": "during"}


def explain(node: Node) -> str:
    """Return one sentence about a query."""
    subject = "Records" if names(node, "kind") else "Messages"
    copies = ", each copy counted" if names(node, "copies") else ""
    if isinstance(node, Everything) or (isinstance(node, Is) and node.field == "copies"):
        return f"All {subject.lower()}{copies}."
    return f"{subject} {_clause(node)}{copies}."


@singledispatch
def _clause(node: Node) -> str:
    raise TypeError(f"{type(node).__name__} is not a node of a query")


@_clause.register
def _everything(_node: Everything) -> str:
    return "of any kind"


@_clause.register
def _words(node: Words) -> str:
    if node.distance:
        letters = "1 letter" if node.distance == 1 else f"{node.distance} letters"
        return f"with “{node.text}” or a word that differs from it by {letters} at most"
    if node.prefix:
        return f"with words that begin with “{node.text}”"
    return f"with “{node.text}”"


@_clause.register
def _is(node: Is) -> str:
    if node.field == "kind":
        return f"of kind {node.value.replace('_', ' ')}"
    if node.field == "verdict":
        return _VERDICTS[node.value]
    if node.field == "has":
        return _HAS[node.value]
    return f"{_IS[node.field]} {node.value}{'…' if node.prefix else ''}"


@_clause.register
def _during(node: During) -> str:
    return f"{_DURING[node.field]} {node.text}"


@_clause.register
def _not(node: Not) -> str:
    return f"not {_inner(node.part)}"


@_clause.register
def _and(node: And) -> str:
    parts = [part for part in node.parts if not (isinstance(part, Is) and part.field == "copies")]
    return " and ".join(map(_inner, parts)) if len(parts) > 1 else "".join(map(_clause, parts)) or "of any kind"


@_clause.register
def _or(node: Or) -> str:
    return " or ".join(map(_inner, node.parts))


def _inner(node: Node) -> str:
    return f"({_clause(node)})" if isinstance(node, And | Or) else _clause(node)
