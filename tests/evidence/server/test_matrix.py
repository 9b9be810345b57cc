"""Every route of the description is refused to those who may not use it; a route that is added is in here by itself."""

from dataclasses import replace
from typing import NamedTuple

import pytest

from underseal.core.web.openapi import operations
from underseal.evidence.server.asking import AUTHORITY
from underseal.evidence.server.openapi import OPEN

from .conftest import NAMED
from .serving_room import Browser, Row, Served, acts, described


class Route(NamedTuple):
    """One operation of the API, with values for all that it requires."""

    method: str
    path: str
    query: str
    body: object
    evidence: bool

    def ask(self, browser: Browser) -> tuple[int, str]:
        """Return status and code of the answer."""
        url = f"{self.path}?{self.query}" if self.query else self.path
        response = browser.http.request(self.method, url, json=self.body, headers=browser._headers())
        return response.status_code, response.json()["error"]["code"] if response.is_error else ""


VALUES = {
    "account": "@k7q2mx:harbour.example",
    "attribution": "A1",
    "dossier": "0" * 16,
    "hour": "9",
    "item": "note:1",
    "kind": "task",
    "source": "exhibit",
    "value": "BR-9",
    "thing": "1",
    "package": "P1",
    "exhibit": "BKA-1",
    "person": "P1",
    "id": "!FsTh3eO2X7g8DDMYSP5jlc06pg5XDjjTEVCioRKGFL8",
    "name": "ines",
    "number": "1",
    "old": "1",
    "new": "1",
    "record": "0",
    "sha256": "0" * 64,
}

ATTRIBUTION = {
    "account": "@k7q2mx:harbour.example",
    "name": "Lotte",
    "start": "2026-06-01",
    "end": "unknown",
    "zone": "UTC",
    "grade": "weak",
    "supporting": [{"kind": "message", "record": 12}],
    "opposing": [],
}

WORDS = {"words": "a test"}
EXCLUSION = {"source": "exhibit", "value": "BR-9", "decision": "2026/K/12", "judge": "J. Maes", "why": "void"}

BODIES = {
    "NewDossier": {"title": "The box", "offence": "drugs", "district": "AN"},
    "CardChange": {"field": "title", "value": "The box", "version": 1},
    "NewMember": {"user": "ines"},
    "DossierReason": {"why": "a test"},
    "NewDossierItem": {"kind": "note", "text": "a test"},
    "ItemChange": {"why": "a test", "version": 1},
    "NewCoding": {"record": 0, "choice": "relevant"},
    "NewAlert": WORDS,
    "NewStep": {**WORDS, "step": "acknowledged", "version": 1},
    "NewEvent": {**WORDS, "kind": "event", "start": "2026-06-01"},
    "WorkRemoval": {"kind": "task", "why": "a test"},
    "NewIdentifier": {"kind": "phone", "value": "+32470123456"},
    "NewExclusion": EXCLUSION,
    "NewRedaction": {"record": 0, "field": "text", "why": "a test"},
    "NewHolding": {"record": 0, "why": "a test"},
    "NewPack": {"to": "Mr Vos"},
    "NewTransfer": {"district": "LG", "lead": "ivan", "basis": "art. 62ter", "why": "a test"},
    "Acceptance": {},
    "HandOverReason": {"why": "a test"},
    "NewConfirmation": WORDS,
    "NewConsent": {"exhibit": "BKA-1", "code": "H1", "by": "H. Sender", "reference": "letter 7"},
    "NewRecall": {"notice": "{}"},
    "NewAttribution": ATTRIBUTION,
    "NewMerge": {"kept": "P1", "absorbed": "P2", "why": "one fingerprint"},
    "NewParting": {"merge": "M1", "why": "a mistake"},
    "Withdrawal": {"why": "a mistake"},
    "NewPosition": {"number": 1},
    "NewPassword": {"password": "correct horse battery"},
    "OwnPassword": {"old": "wrong horse battery", "new": "correct horse battery"},
    "NewDeclaration": {"profession": "lawyer", "account": "@k7q2mx:harbour.example", "proof": "a card of the bar"},
    "Reason": {"why": "a test"},
    "NewDestruction": {"confirm": "destroy 1 record of decision 1"},
    "PrivilegeSubject": {"account": "@k7q2mx:harbour.example", "why": "a test"},
    "NewUser": {"name": "zoe", "role": "investigator", "password": "correct horse battery"},
}

QUERIES = {"/api/search/complete": "q=from:"}
"""What is evidence only when it is asked for so."""

NO_EVIDENCE = {
    "/api/audit", "/api/audit/export", "/api/audit/verify", "/api/conversations/{id}/position", "/api/logout",
    "/api/password",
    "/api/releases", "/api/releases/diff", "/api/releases/{number}", "/api/releases/{number}/verify", "/api/session",
    "/api/privilege/rules", "/api/privilege/rules/run", "/api/users", "/api/users/{name}/disable", "/api/users/{name}/enable", "/api/users/{name}/password",
}  # fmt: skip
"""Routes that show nothing of what a message says or who sent it. A new route is evidence unless it is added here."""


def routes() -> list[Route]:
    return [route(path, method, operation) for path, method, operation in operations(described()) if path not in OPEN]


def route(path: str, method: str, operation: Row) -> Route:
    required = [parameter for parameter in operation.get("parameters", []) if parameter["required"]]
    filled = path
    for parameter in required:
        filled = filled.replace(f"{{{parameter['name']}}}", VALUES[parameter["name"]])
    query = "&".join(f"{p['name']}={VALUES[p['name']]}" for p in required if p["in"] == "query")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Route(
        method=method,
        path=filled,
        query=QUERIES.get(path, query),
        body=BODIES[body.get("$ref", body.get("oneOf", [{}])[0].get("$ref")).rpartition("/")[2]] if body else None,
        evidence=path not in NO_EVIDENCE,
    )


ALL = routes()
EVIDENCE = [route for route in ALL if route.evidence]
IDS = [f"{route.method} {route.path}" for route in ALL]
EVIDENCE_IDS = [f"{route.method} {route.path}" for route in EVIDENCE]


def test_evidence_routes_ask_for_the_authority() -> None:
    assert len(ALL) >= 80
    for path, _, operation in operations(described()):
        asked = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert bool(asked & {AUTHORITY, "authority"}) == (path not in NO_EVIDENCE | OPEN), path


@pytest.mark.parametrize("route", ALL, ids=IDS)
def test_refused_without_login(office: Served, route: Route) -> None:
    with office.browser() as browser:
        assert route.ask(browser) == (401, "login")
        browser.http.cookies.set(f"underseal-{office.investigation.workspace.settings.id.hex[:12]}", "x" * 43)
        browser.csrf = "x" * 43
        assert route.ask(browser) == (401, "login")


def test_strangers_stand_in_the_audit_once_a_minute(office: Served) -> None:
    with office.browser() as browser:
        for route in ALL:
            route.ask(browser)
    notes = [act for act in acts(office.investigation, "refused") if act["reason"] == "login"]
    assert 1 <= len(notes) <= 5
    assert {(act["user"], act["address"]) for act in notes} == {("(nobody)", "127.0.0.1")}


@pytest.mark.parametrize("route", EVIDENCE, ids=EVIDENCE_IDS)
@pytest.mark.parametrize("authority", ["", "BR-0000/0", "🏠"])
def test_evidence_is_refused_without_authority(
    office: Served, inside: dict[str, Browser], route: Route, authority: str
) -> None:
    before = len(acts(office.investigation, "refused"))
    assert route.ask(replace(inside["ines"], authority=authority)) == (403, "refused")
    refusals = acts(office.investigation, "refused")
    assert (len(refusals), refusals[0]["user"]) == (before + 1, "ines")


MAY = {
    "evidence": {"ines", "fatma", "maud", "paul"},
    "audit": {"maud", "anna"},
    "users": {"anna"},
    "releases": set(NAMED),
    "session": set(NAMED),
    "logout": set(NAMED),
    "password": set(NAMED),
}
"""Who may enter what, said a second time."""


def part_of(route: Route) -> str:
    noun = route.path.split("/")[2]
    return noun if noun in MAY else "evidence"


@pytest.mark.parametrize(("name", "route"), [(n, r) for n in NAMED for r in ALL if n not in MAY[part_of(r)]])
def test_no_role_enters_the_parts_of_others(
    office: Served, inside: dict[str, Browser], route: Route, name: str
) -> None:
    before = len(acts(office.investigation, "refused"))
    assert route.ask(inside[name]) == (403, "refused")
    refusals = acts(office.investigation, "refused")
    assert (len(refusals), refusals[0]["user"]) == (before + 1, name)


@pytest.mark.parametrize("name", NAMED)
def test_each_role_is_let_into_its_own_parts(inside: dict[str, Browser], name: str) -> None:
    own = {"evidence": "/api/search", "audit": "/api/audit", "users": "/api/users", "releases": "/api/releases"}
    let_in = {part for part, path in own.items() if inside[name].get(path).status_code == 200}
    assert let_in == {part for part in own if name in MAY[part]}


def test_changes_are_refused_without_the_sessions_token(inside: dict[str, Browser]) -> None:
    changing = [route for route in ALL if route.method != "GET"]
    assert len(changing) >= 15
    assert {route.ask(replace(inside["anna"], csrf="x")) for route in changing} == {(403, "forged")}
