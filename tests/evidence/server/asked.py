"""Every operation of the description as a request that can be made: templates, into which the names of things are put."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias
from urllib.parse import urlencode

import httpx

from underseal.core.crypto import SigningKey
from underseal.core.ledger import sign_document
from underseal.core.verify.recall import Recall
from underseal.core.web.openapi import operations
from underseal.evidence.server.asking import AUTHORITY
from underseal.evidence.server.openapi import OPEN, describe

from .serving_room import Browser, Row

Things: TypeAlias = Mapping[str, str]
"""Names of things by what they are: the segment of an address behind which they stand, such as "records" or "dossiers"."""

_NAMED: Final = re.compile(r"\{(\w+)\}")
_IN_PATH: Final = re.compile(r"([\w-]+)/\{\w+\}")

NOTHING: Final[Things] = {
    "account": "@none00:harbour.example",
    "accounts": "@none00:harbour.example",
    "absorbed": "P999",
    "attributions": "A999",
    "codings": "999999",
    "conversations": "!none",
    "declarations": "999",
    "decisions": "999",
    "destructions": "999",
    "documents": "document:" + "0" * 64,
    "dossiers": "0" * 16,
    "hours": "9",
    "items": "message:999999",
    "lead": "nobody",
    "media": "0" * 64,
    "merges": "M999",
    "offers": "0" * 16,
    "packages": "P999",
    "persons": "P999",
    "records": "999999",
    "releases": "1",
    "suspects": "999999",
    "threats": "alert:999",
    "users": "nobody",
    "words": "destroy 1 record of decision 999",
    "work": "999",
}
"""Names under which there is nothing."""

_CLAIM: Final = (
    '{"account": "{accounts}", "name": "Lotte", "start": "2026-06-01", "end": "unknown", "zone": "UTC", "grade": "weak",'
    ' "supporting": [{"kind": "message", "record": {records}}], "opposing": []}'
)
_EXCLUSION: Final = '{"source": "exhibit", "value": "BR-9", "decision": "2026/K/12", "judge": "J. Maes", "why": "void"}'
_WORDS: Final = '{"words": "a test"}'
_WHY: Final = '{"why": "a test"}'
_REMOVAL: Final = '{"why": "a test", "version": 2}'

_RECALL: Final = Recall(
    package="BE.1-P1", contents="0" * 64, sender="", receiver="", why="", user="", at="2026-06-01T00:00:00+00:00"
)
_NOTICE: Final = sign_document(_RECALL.to_payload(), SigningKey.generate()).to_bytes().decode()

BODIES: Final = {
    "Acceptance": '{"contact": "+32 4"}',
    "CardChange": '{"field": "title", "value": "The box", "version": 1}',
    "DossierReason": _WHY,
    "EventChange": '{"kind": "event", "words": "another", "start": "2026-06-01", "version": 1}',
    "HandOverReason": _WHY,
    "HypothesisChange": '{"kind": "hypothesis", "words": "another", "version": 1}',
    "ItemChange": '{"why": "a test", "version": 1}',
    "NewAlert": _WORDS,
    "NewAttribution": _CLAIM,
    "NewCoding": '{"record": {records}, "choice": "relevant"}',
    "NewConfirmation": _WORDS,
    "NewConsent": '{"exhibit": "BR-1", "code": "H1", "by": "H. Sender", "reference": "letter 7"}',
    "NewDeclaration": '{"profession": "lawyer", "account": "{account}", "proof": "a card of the bar", "unseen": true}',
    "NewDestruction": '{"confirm": "{words}"}',
    "NewDossier": '{"title": "The box", "offence": "drugs", "district": "AN", "record": {records}}',
    "NewDossierItem": '{"kind": "media", "record": {records}}',
    "NewEvent": '{"kind": "event", "words": "a test", "start": "2026-06-01", "record": {records}}',
    "NewExclusion": _EXCLUSION,
    "NewHolding": '{"record": {records}, "why": "a test"}',
    "NewHypothesis": '{"kind": "hypothesis", "words": "a test", "supporting": [{records}]}',
    "NewIdentifier": '{"kind": "phone", "value": "+32470123456", "why": "a test"}',
    "NewMember": '{"user": "pim"}',
    "NewMerge": '{"kept": "{persons}", "absorbed": "{absorbed}", "why": "one fingerprint"}',
    "NewPack": '{"to": "Mr Vos", "reader": false}',
    "NewParting": '{"merge": "{merges}", "why": "a mistake"}',
    "NewPassword": '{"password": "correct horse battery"}',
    "NewPosition": '{"number": 1}',
    "NewRecall": json.dumps({"notice": _NOTICE}),
    "NewRedaction": '{"record": {records}, "field": "text", "why": "a test"}',
    "NewStep": '{"words": "a test", "step": "acknowledged", "version": 1}',
    "NewTask": '{"kind": "task", "words": "a test"}',
    "NewTransfer": '{"district": "AN", "lead": "{lead}", "basis": "art. 62ter", "why": "a test"}',
    "NewUser": '{"name": "zoe", "role": "investigator", "password": "correct horse battery"}',
    "OwnPassword": '{"old": "correct horse battery", "new": "wrong horse battery"}',
    "PrivilegeSubject": '{"record": {suspects}, "why": "a test"}',
    "Reason": _WHY,
    "Removal": _REMOVAL,
    "TaskChange": '{"kind": "task", "words": "another", "version": 1}',
    "Withdrawal": '{"why": "a mistake"}',
    "WorkRemoval": '{"kind": "task", "why": "a test", "version": 2}',
}
"""A body of each shape that a request may have, as JSON."""

QUERIES: Final = {
    "/api/media/{sha256}": "record={records}",
    "/api/releases/diff": "old=1&new=2",
    "/api/dossiers/{dossier}/documents": "name=report.txt",
    "/api/dossiers/{dossier}/lines": "item={items}",
    "/api/dossiers/{dossier}/work": "kind=hypothesis",
    "/api/exclusions/preview": "source=record&value={records}",
    "/api/held-packages/confirmation": "exhibit=BR-1",
    "/api/search/complete": "q=from:",
}
"""What an address requires beside its path, and what makes evidence of what is none without it."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One operation of the API, with one of the shapes that its body may have.

    Attributes:
        method, path: as the description has them. query, body: templates. success: the status of the answer that is hoped for.
        evidence: whether it asks for an authority. linked: whether it takes that in its address, as elements of pages do.
    """

    method: str
    path: str
    query: str
    body: str
    success: int
    evidence: bool
    linked: bool

    @property
    def label(self) -> str:
        """Its name in the tests."""
        return f"{self.method} {self.path}"

    @cached_property
    def things(self) -> frozenset[str]:
        """What kinds of things a request names."""
        return frozenset(_NAMED.findall(f"{self._address} {self.body}"))

    @property
    def _address(self) -> str:
        return _IN_PATH.sub(r"\1/{\1}", self.path) + f"?{self.query}"

    def ask(self, browser: Browser, things: Things) -> httpx.Response:
        """Make the request.

        Args:
            browser: whose. things: what it is about.
        """
        content = filled(self.body, things)
        address = filled(self._address, things)
        if self.linked:
            address += "&" + urlencode({"authority": browser.authority, "purpose": browser.purpose})
        kind = {"Content-Type": "application/json"} if content.startswith("{") else {}
        return browser.http.request(self.method, address, content=content, headers=browser._headers() | kind)


def filled(template: str, things: Things) -> str:
    """Return a template with the names of things in it."""
    return _NAMED.sub(lambda found: things[found[1]], template)


def _routes(path: str, method: str, operation: Row) -> Iterator[Route]:
    """Yield an operation with each shape that its body may have."""
    success = min(int(status) for status in operation["responses"] if status.startswith(("2", "3")))
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    shapes = [each["$ref"].rpartition("/")[2] for each in schema.get("oneOf", [schema] if schema else [])]
    asked = {parameter["name"] for parameter in operation.get("parameters", [])}
    for body in [BODIES[shape] for shape in shapes] or ["some bytes" if content else ""]:
        yield Route(
            method=method,
            path=path,
            query=QUERIES.get(path, ""),
            body=body,
            success=success,
            evidence=bool(asked & {AUTHORITY, "authority"}),
            linked="authority" in asked,
        )


ROUTES: Final = [
    route
    for path, method, operation in operations(describe())
    if path not in OPEN
    for route in _routes(path, method, operation)
]
"""All operations that need a session."""


def detail(response: httpx.Response) -> str:
    """Return what an answer says, for a failed test."""
    error = json.loads(response.content).get("error", {}) if response.is_error and response.content else {}
    return f"{response.status_code} {error.get('code', '')} {error.get('message', '')}".strip()
