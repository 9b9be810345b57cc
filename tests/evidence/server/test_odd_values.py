"""Whatever stands in an address or a body: an answer of the one shape, never a mistake of ours."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

import pytest

from underseal.core.records import Kind
from underseal.core.web.openapi import operations
from underseal.evidence.server.openapi import OPEN

from .serving_room import Browser, Row, described

VALUES = {
    "account": "@k7q2mx:harbour.example",
    "attribution": "A1",
    "dossier": "0" * 16,
    "hour": "9",
    "id": "!FsTh3eO2X7g8DDMYSP5jlc06pg5XDjjTEVCioRKGFL8",
    "item": "note:1",
    "new": "1",
    "number": "1",
    "old": "1",
    "person": "P1",
    "kind": "task",
    "source": "exhibit",
    "value": "BR-9",
    "thing": "1",
    "package": "P1",
    "exhibit": "BKA-1",
    "record": "0",
    "sha256": "0" * 64,
}
"""Values for what an address requires beside the odd one."""

QUERIES = {"/api/search/complete": "q=from:"}
"""What is evidence only when it is asked for so."""

ODD = (
    "", " ", "\x00", "a\x00b", "\n", "-1", "0", "1.5", "1e9", "nan", "9" * 19, "9" * 400, "true", "null", "[]", "../..", "%ff",
    '"', "'", "\\", "\u202e", "\ufffd", "\U0001f4a5", "e\u0301" * 300, "x" * 5000, "WzEsMl0", "WzkyMjMzNzIwMzY4NTQ3NzU4MDcsOTIyM10",
)  # fmt: skip
"""Texts that are seldom thought of; the last two are cursors."""


class Slot(NamedTuple):
    """A parameter of a route that only reads, and the address around it."""

    path: str
    query: str
    name: str
    inside: bool

    def address(self, value: str) -> str:
        """Return the address with a value in the slot."""
        text = quote(value, safe="")
        if self.inside:
            return f"{self.path.replace(f'{{{self.name}}}', text)}?{self.query}"
        return f"{self.path}?{self.query}&{self.name}={text}"


def slots() -> Iterator[Slot]:
    for path, method, operation in operations(described()):
        named = [p for p in operation.get("parameters", []) if p["in"] in ("path", "query")]
        for parameter in named if method == "GET" and path not in OPEN else ():
            yield slot(path, named, parameter)


def slot(path: str, named: list[Row], wanted: Row) -> Slot:
    others = [parameter for parameter in named if parameter["required"] and parameter is not wanted]
    filled = path
    for parameter in others:
        filled = filled.replace(f"{{{parameter['name']}}}", VALUES[parameter["name"]])
    query = "&".join(f"{p['name']}={VALUES[p['name']]}" for p in others if p["in"] == "query")
    return Slot(
        path=filled, query=query or QUERIES.get(path, ""), name=wanted["name"], inside=f"{{{wanted['name']}}}" in path
    )


@pytest.mark.parametrize("slot", list(slots()), ids=lambda slot: f"{slot.path} {slot.name}")
def test_odd_values_in_an_address(reader: Browser, slot: Slot) -> None:
    for value in ODD:
        response = reader.http.get(slot.address(value), headers=reader._headers())
        assert response.status_code < 500, (value, response.text)
        if response.is_error and slot.path.startswith("/api/media") is False:
            assert response.json()["error"]["message"], value


@pytest.mark.parametrize("value", [text for text in ODD if text.isprintable()])
@pytest.mark.parametrize("header", ["Underseal-Authority", "Underseal-Purpose", "Range", "Cookie", "X-CSRF-Token"])
def test_odd_values_in_a_header(reader: Browser, header: str, value: str) -> None:
    for method, path in (("GET", "/api/search"), ("POST", "/api/audit/verify")):
        response = reader.http.request(method, path, headers=[(header.encode(), quote(value).encode())])
        assert response.status_code < 500, response.text


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\u0000"', '"' + "x" * 64 + '"', "[[]]", "1e400", "{}"])
def test_odd_values_in_a_body(reader: Browser, text: str) -> None:
    for body in (f'{{"name":{text},"password":"correct horse"}}', f'{{"name":"x","password":{text}}}', text):
        response = reader.http.post("/api/login", content=body, headers={"Content-Type": "application/json"})
        assert response.status_code in (400, 401), response.text
        position = reader.http.put(
            "/api/conversations/x/position",
            content=f'{{"number":{text}}}',
            headers=reader._headers() | {"Content-Type": "application/json"},
        )
        assert position.status_code == 400


@pytest.mark.parametrize("kind", Kind)
def test_records_of_every_kind_are_shown(reader: Browser, kind: Kind) -> None:
    page = reader.get("/api/search", q=f"kind:{kind}", limit=500)
    assert page.status_code == 200, page.text
    assert reader.get("/api/search/facets", q=f"kind:{kind}").status_code == 200
    assert reader.get("/api/search/histogram", q=f"kind:{kind}").status_code == 200
    for hit in page.json()["hits"][:2]:
        number = hit["line"]["number"]
        assert reader.get(f"/api/records/{number}").status_code == 200
        assert reader.get(f"/api/records/{number}/provenance").status_code == 200
        assert reader.post(f"/api/records/{number}/prove").json()["ok"] is True
