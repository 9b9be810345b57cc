"""GraphML (http://graphml.graphdrawing.org/specification.html): who wrote to whom, how often, from when until when.

A node is an account, an edge all messages from one to another; `sent` of all nodes is the number of messages. A message to several accounts
is in the edge to each of them. Where the recipients are not known the edge leads to the conversation, which is then a node, too. What
is held back is one node. `persons` of an account are those whom the attributions that the pack encloses name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

from underseal.evidence.disclosure.disclosed import PLACEHOLDER, Disclosed, Head
from underseal.evidence.disclosure.form import Messages
from underseal.evidence.disclosure.forms._about import about
from underseal.evidence.disclosure.forms._attributed import Attributed, attributed
from underseal.evidence.disclosure.forms._signs import printable

_FILE: Final = "accounts.graphml"
_KEYS: Final = (
    ("graph", "messages", "long"),
    ("node", "label", "string"),
    ("node", "kind", "string"),
    ("node", "names", "string"),
    ("node", "persons", "string"),
    ("node", "sent", "long"),
    ("node", "received", "long"),
    ("edge", "messages", "long"),
    ("edge", "first", "string"),
    ("edge", "last", "string"),
    ("edge", "records", "string"),
)

_Node: TypeAlias = tuple[str, str]
"""Kind and name: "account", "conversation", "held back" or "not known"."""


@dataclass(slots=True)
class _Edge:
    """The messages from one to another.

    Attributes:
        first, last: moments of the first and the last, and how these are written. records: their numbers.
    """

    first: tuple[int, str]
    last: tuple[int, str]
    records: list[int] = field(default_factory=list)


class _Graph:
    """Who wrote to whom."""

    def __init__(self) -> None:
        self.messages = 0
        self.nodes: dict[_Node, dict[str, None]] = {}
        self.sent: Counter[_Node] = Counter()
        self.received: Counter[_Node] = Counter()
        self.edges: dict[tuple[_Node, _Node], _Edge] = {}

    def add(self, message: Disclosed) -> None:
        """Count a message."""
        self.messages += 1
        sender = _account(message.sender)
        self.sent[sender] += 1
        names = self.nodes.setdefault(sender, {})
        if message.name:
            names[message.name] = None
        moment = (message.time, message.iso)
        for target in dict.fromkeys(_targets(message)):
            self.nodes.setdefault(target, {})
            self.received[target] += 1
            edge = self.edges.setdefault((sender, target), _Edge(moment, moment))
            edge.first, edge.last = min(edge.first, moment), max(edge.last, moment)
            edge.records.append(message.record)


def write(head: Head, messages: Messages, folder: Path) -> Sequence[str]:
    """Write accounts.graphml. A `Form`."""
    graph = _Graph()
    for message in messages():
        graph.add(message)
    with (folder / _FILE).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in _lines(head, graph, _persons(attributed(folder.parent))))
    return (_FILE,)


def _persons(claims: Sequence[Attributed]) -> dict[_Node, list[str]]:
    """Return for each account who is claimed to have used it, a line for each claim."""
    found: dict[_Node, list[str]] = {}
    for one in claims:
        words = f"{one.claim.person.name} ({one.heading})"
        found.setdefault(_account(one.claim.account), []).append(words)
    return found


def _lines(head: Head, graph: _Graph, persons: Mapping[_Node, Sequence[str]]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for domain, name, kind in (*_KEYS, *(("graph", name, "string") for name, _ in about(head))):
        yield f'<key id="{_key(domain, name)}" for="{domain}" attr.name="{name}" attr.type="{kind}"/>'
    yield '<graph id="accounts" edgedefault="directed">'
    yield from _data("graph", {"messages": graph.messages, **dict(about(head))})
    ids = {node: f"n{number}" for number, node in enumerate(graph.nodes)}
    for node, names in graph.nodes.items():
        kind, label = node
        counts = {"sent": graph.sent[node], "received": graph.received[node]}
        called = {"names": "\n".join(names), "persons": "\n".join(persons.get(node, ()))}
        yield f'<node id="{ids[node]}">'
        yield from _data("node", {"label": label, "kind": kind, **called, **counts})
        yield "</node>"
    for number, ((source, target), edge) in enumerate(graph.edges.items()):
        yield f'<edge id="e{number}" source="{ids[source]}" target="{ids[target]}">'
        records = " ".join(map(str, edge.records))
        yield from _data(
            "edge", {"messages": len(edge.records), "first": edge.first[1], "last": edge.last[1], "records": records}
        )
        yield "</edge>"
    yield "</graph>"
    yield "</graphml>"


def _data(domain: str, values: Mapping[str, str | int]) -> Iterator[str]:
    return (
        f'<data key="{_key(domain, name)}">{escape(printable(str(value)))}</data>' for name, value in values.items()
    )


def _key(domain: str, name: str) -> str:
    return f"{domain}.{name}".replace(" ", "_")


def _targets(message: Disclosed) -> Iterable[_Node]:
    if message.recipients:
        return map(_account, message.recipients)
    return (("conversation", message.conversation),) if message.conversation else (("not known", ""),)


def _account(name: str) -> _Node:
    if name == PLACEHOLDER:
        return "held back", name
    return ("account", name) if name else ("not known", "")
