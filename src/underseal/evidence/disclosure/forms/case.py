"""CASE/UCO: JSON-LD after the ontologies of the Cyber-investigation Analysis Standard Expression, CASE 1.5 (https://caseontology.org).

A message is an `observable:Message`, an account an `observable:UserAccount`, a conversation an `observable:MessageThread`, an
attachment an `observable:File`; a `core:Bundle` is the disclosure. An attribution that the pack encloses is a `core:Relationship` from an
`identity:Person` to the account, for the interval of the claim. What the ontology has no property for is a facet of our own, `underseal:
DisclosedMessageFacet`, whose properties are the fields of the pack. Node identifiers are UUIDs that follow from the root of the release, the
same in every disclosure of it. The file is one graph, with a node on each line.
"""

import uuid
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from underseal.evidence.authority.moments import iso
from underseal.evidence.disclosure.disclosed import Attached, Disclosed, Head
from underseal.evidence.disclosure.form import Messages
from underseal.evidence.disclosure.forms._about import about_lines
from underseal.evidence.disclosure.forms._attributed import Attributed, attributed
from underseal.evidence.disclosure.forms._columns import COLUMNS

_FILE: Final = "messages.case.jsonld"
_UCO: Final = "https://ontology.unifiedcyberontology.org/"
_CONTEXT: Final = {
    "core": f"{_UCO}uco/core/",
    "identity": f"{_UCO}uco/identity/",
    "observable": f"{_UCO}uco/observable/",
    "types": f"{_UCO}uco/types/",
    "co": f"{_UCO}co/",
    "underseal": "urn:underseal:disclosure:",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_SPACE: Final = uuid.UUID("5f0c2b7e-6d0c-5c3e-9a56-0d4b8f1f7a10")
"""Name space of our UUIDs (RFC 9562, section 5.5)."""

_Node: TypeAlias = dict[str, object]


def write(head: Head, messages: Messages, folder: Path) -> Sequence[str]:
    """Write messages.case.jsonld. A `Form`."""
    with (folder / _FILE).open("wb") as file:
        file.write(b'{"@context":' + orjson.dumps(_CONTEXT) + b',"@graph":[\n')
        for number, node in enumerate(_Graph(head).of(messages(), attributed(folder.parent))):
            file.write(b",\n" * (number > 0) + orjson.dumps(node))
        file.write(b"\n]}\n")
    return (_FILE,)


class _Graph:
    """Makes the nodes of a disclosure, each once."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._known: set[tuple[str, str]] = set()

    def of(self, messages: Iterator[Disclosed], claims: Sequence[Attributed]) -> Iterator[_Node]:
        """Yield all nodes."""
        threads = []
        for name, conversation in groupby(messages, key=lambda message: message.conversation):
            held, people = [], dict[str, None]()
            for message in conversation:
                yield from self._accounts(message)
                yield from self._message(message)
                held.append(self._ref("message", str(message.record)))
                people |= dict.fromkeys(account for account in (message.sender, *message.recipients) if account)
            thread = ("thread", name, str(message.line))
            threads.append(self._ref(*thread))
            yield from self._thread(thread, name, held, list(people))
        for claim in claims:
            yield from self._attribution(claim)
        yield {
            **self._ref("disclosure"),
            "@type": "core:Bundle",
            "core:name": f"Disclosure of dossier {self._head.dossier}",
            "core:description": list(about_lines(self._head)),
            **({"core:object": threads} if threads else {}),
        }

    def _accounts(self, message: Disclosed) -> Iterator[_Node]:
        for account in (message.sender, *message.recipients):
            yield from self._account(account)

    def _account(self, account: str) -> Iterator[_Node]:
        if account and self._first("account", account):
            facet = {
                **self._ref("account facet", account),
                "@type": "observable:AccountFacet",
                "observable:accountIdentifier": account,
            }
            yield {**self._ref("account", account), "@type": "observable:UserAccount", "core:hasFacet": facet}

    def _attribution(self, attributed: Attributed) -> Iterator[_Node]:
        claim, interval = attributed.claim, attributed.claim.interval
        yield from self._account(claim.account)
        person = claim.person
        if self._first("person", person.id):
            yield {**self._ref("person", person.id), "@type": "identity:Person", "core:name": person.name}
        yield {
            **self._ref("attribution", claim.id),
            "@type": "core:Relationship",
            "core:name": attributed.heading,
            "core:description": attributed.words(self._head.zone),
            "core:source": self._ref("person", person.id),
            "core:target": self._ref("account", claim.account),
            "core:kindOfRelationship": "Used",
            "core:isDirectional": True,
            **{
                name: {"@type": "xsd:dateTime", "@value": iso(time, ZoneInfo(self._head.zone))}
                for name, time in (("core:startTime", interval.start), ("core:endTime", interval.end))
                if time is not None
            },
            "underseal:claim": claim.id,
            "underseal:grade": claim.grade.value,
            "underseal:state": attributed.state,
            "underseal:proof": attributed.file,
        }

    def _message(self, message: Disclosed) -> Iterator[_Node]:
        number = str(message.record)
        sent: _Node = {
            **self._ref("message facet", number),
            "@type": "observable:MessageFacet",
            "observable:sentTime": {"@type": "xsd:dateTime", "@value": message.iso},
            "observable:messageType": message.kind,
        }
        if message.text is not None:
            sent["observable:messageText"] = message.text
        if message.event:
            sent["observable:messageID"] = message.event
        if message.conversation:
            sent["observable:sessionID"] = message.conversation
        if message.sender:
            sent["observable:from"] = self._ref("account", message.sender)
        if any(message.recipients):
            sent["observable:to"] = [self._ref("account", account) for account in message.recipients if account]
        ours = {
            **self._ref("disclosed facet", number),
            "@type": ["underseal:DisclosedMessageFacet", "core:Facet"],
            **{
                f"underseal:{column.name}": value
                for column in COLUMNS
                if (value := column.value(message)) not in ("", None)
            },
        }
        yield {**self._ref("message", number), "@type": "observable:Message", "core:hasFacet": [sent, ours]}
        if message.attached is not None:
            yield from self._attachment(number, message.attached)

    def _attachment(self, number: str, attached: Attached) -> Iterator[_Node]:
        name: _Node = {
            **self._ref("file facet", number),
            "@type": "observable:FileFacet",
            "observable:fileName": attached.name,
        }
        content: _Node = {**self._ref("content facet", number), "@type": "observable:ContentDataFacet"}
        if attached.file:
            name["observable:filePath"] = attached.file
        if attached.mime:
            content["observable:mimeType"] = attached.mime
        if attached.size is not None:
            content["observable:sizeInBytes"] = attached.size
        if attached.sha256:
            content["observable:hash"] = {
                **self._ref("hash", number),
                "@type": "types:Hash",
                "types:hashMethod": "SHA256",
                "types:hashValue": {"@type": "xsd:hexBinary", "@value": attached.sha256},
            }
        yield {**self._ref("file", number), "@type": "observable:File", "core:hasFacet": [name, content]}
        yield {
            **self._ref("attached to", number),
            "@type": "observable:ObservableRelationship",
            "core:source": self._ref("file", number),
            "core:target": self._ref("message", number),
            "core:kindOfRelationship": "Attached_To",
            "core:isDirectional": True,
        }

    def _thread(self, thread: tuple[str, ...], name: str, messages: list[_Node], people: list[str]) -> Iterator[_Node]:
        facet = {
            **self._ref("facet of", *thread),
            "@type": "observable:MessageThreadFacet",
            "observable:participant": [self._ref("account", account) for account in people],
            "observable:messageThread": {
                **self._ref("items of", *thread),
                "@type": "types:Thread",
                "co:element": messages,
                "co:size": {"@type": "xsd:nonNegativeInteger", "@value": str(len(messages))},
            },
        }
        yield {
            **self._ref(*thread),
            "@type": "observable:MessageThread",
            "core:name": name or "Without a conversation",
            "core:hasFacet": facet,
        }

    def _first(self, kind: str, name: str) -> bool:
        """Say whether it is the first time."""
        known = (kind, name) in self._known
        self._known.add((kind, name))
        return not known

    def _ref(self, *words: str) -> _Node:
        return {"@id": uuid.uuid5(_SPACE, "\0".join((self._head.root, *words))).urn}
