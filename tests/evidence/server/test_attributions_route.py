"""Accounts, persons and attributions over HTTP: what Python says, and who may say it."""

import json
from collections.abc import Iterator

import pytest

from underseal.core.verify import verify
from underseal.evidence.investigation import Investigation
from underseal.evidence.server.routes.accounts import MAX_LIST

from .conftest import grant
from .serving_room import NUMBER, Browser, Row, Served

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

LOTTE = str(ATTRIBUTION["account"])


@pytest.fixture(scope="module")
def lotte(room: Served) -> Iterator[Row]:
    """A claim, made once over HTTP."""
    with room.reader() as browser:
        answer = browser.post("/api/attributions", ATTRIBUTION)
        assert answer.status_code == 200, answer.text
        yield answer.json()


def test_an_account_is_described_as_python_does(reader: Browser, own_harbour: Investigation, lotte: Row) -> None:
    page = reader.get(f"/api/accounts/{LOTTE}", limit=3).json()
    found = own_harbour.under(NUMBER, purpose="a test").account(LOTTE, limit=3)
    profile = page["profile"]
    assert profile["sent"]["count"] == found.sent.count > 0
    assert [day["count"] for day in profile["days"]] == [day.count for day in found.days]
    assert [contact["account"] for contact in profile["contacts"]] == [c.account for c in found.company.contacts]
    assert len(profile["contacts"]) == 3 < profile["contact_count"]
    assert {claim["id"] for claim in page["attributions"]} >= {lotte["id"]}
    for statement in (profile["sent"], *profile["days"], *(place["counted"] for place in profile["conversations"])):
        assert reader.get("/api/search", q=statement["query"]).json()["total"] == statement["count"]
    hour = max(profile["hours"], key=lambda hour: hour["count"])
    queries = reader.get(f"/api/accounts/{LOTTE}/hours/{hour['hour']}").json()["queries"]
    assert sum(reader.get("/api/search", q=query).json()["total"] for query in queries) == hour["count"]


def test_accounts_are_listed_with_whom_claims_name(reader: Browser, lotte: Row) -> None:
    listed = reader.get("/api/accounts", limit=500).json()
    sent = [line["sent"] for line in listed["accounts"]]
    assert sent == sorted(sent, reverse=True)
    (own,) = [line for line in listed["accounts"] if line["account"] == LOTTE]
    assert lotte["person"]["id"] in {person["id"] for person in own["persons"]}
    assert own["sent"] == reader.get(f"/api/accounts/{LOTTE}").json()["profile"]["sent"]["count"]
    unclaimed = reader.get("/api/accounts", limit=500, unclaimed="true").json()
    assert listed["unclaimed"] == unclaimed["total"] == listed["total"] - 1
    assert LOTTE not in {line["account"] for line in unclaimed["accounts"]}
    for words in ("k7q2 lotte", lotte["person"]["id"]):
        assert [line["account"] for line in reader.get("/api/accounts", find=words).json()["accounts"]] == [LOTTE]
    assert reader.get("/api/persons", find="k7q2 lotte").json()["total"] >= 1
    assert reader.get("/api/persons", find="nobody of that name").json()["total"] == 0


def test_an_unknown_account_is_not_found_with_the_nearest(reader: Browser) -> None:
    answer = reader.get("/api/accounts/@k7q2mz:harbour.example")
    assert answer.status_code == 404
    assert LOTTE in answer.json()["error"]["hint"]
    assert reader.get(f"/api/accounts/{LOTTE}", limit=MAX_LIST + 1).status_code == 400
    assert reader.get(f"/api/accounts/{LOTTE}/hours/24").status_code == 400


def test_a_claim_is_listed_read_and_taken_out(reader: Browser, own_harbour: Investigation, lotte: Row) -> None:
    listed = reader.get("/api/attributions", account=LOTTE).json()
    assert lotte in listed["attributions"]
    assert listed["scale"][0]["grade"] == "inconclusive"
    assert lotte["meaning"] == next(grade["meaning"] for grade in listed["scale"] if grade["grade"] == "weak")
    assert reader.get(f"/api/attributions/{lotte['id']}").json()["history"] == [lotte]
    assert lotte["supporting"][0]["record"] == 12
    proof = reader.get(f"/api/attributions/{lotte['id']}/proof", messages="true")
    report = verify(proof.content, trusted=own_harbour.workspace.public_key.hex)
    assert report.ok, report
    assert "1 of its messages" in report.summary


def test_a_claim_is_superseded_and_withdrawn(reader: Browser) -> None:
    first = reader.post("/api/attributions", ATTRIBUTION).json()
    place = {
        "kind": "location",
        "start": "2026-06-01T10:00",
        "end": "2026-06-01T11:00",
        "area": {"type": "Polygon", "coordinates": [[[4.4, 51.2], [4.5, 51.2], [4.4, 51.3], [4.4, 51.2]]]},
        "source": "cell 12",
    }
    changed = ATTRIBUTION | {"person": first["person"]["id"], "grade": "strong", "opposing": [place]}
    second = reader.post(f"/api/attributions/{first['id']}/supersede", changed).json()
    assert (second["supersedes"], second["person"], second["grade"]) == (first["id"], first["person"], "strong")
    assert second["opposing"][0]["area"] == place["area"]
    assert second["opposing"][0]["start"]["iso"] == "2026-06-01T10:00:00.000+00:00"
    gone = reader.post(f"/api/attributions/{second['id']}/withdraw", {"why": "a mistake"}).json()
    assert [(claim["in_force"], claim["superseded_by"]) for claim in gone["history"]] == [
        (False, second["id"]),
        (False, None),
    ]
    assert gone["history"][1]["withdrawn_why"] == "a mistake"
    assert reader.post(f"/api/attributions/{second['id']}/withdraw", {"why": "again"}).status_code == 409


def test_persons_are_merged_and_parted(reader: Browser) -> None:
    ids = [reader.post("/api/attributions", ATTRIBUTION).json()["person"]["id"] for _ in range(2)]
    merge = reader.post("/api/persons/merge", {"kept": ids[0], "absorbed": ids[1], "why": "one"}).json()
    page = reader.get(f"/api/persons/{ids[1]}").json()
    assert (page["person"]["id"], page["person"]["parts"]) == (ids[0], [ids[1]])
    assert page["merges"] == [merge]
    assert len(page["attributions"]) == 2
    parted = reader.post("/api/persons/part", {"merge": merge["id"], "why": "two"}).json()
    assert (parted["parted_by"], parted["parted_why"]) == (page["merges"][0]["author"], "two")
    assert {person["id"] for person in reader.get("/api/persons").json()["persons"]} >= set(ids)


def test_pages_are_the_whole_list(reader: Browser) -> None:
    for _ in range(3):
        reader.post("/api/attributions", ATTRIBUTION)
    for path, name in (
        ("/api/attributions", "attributions"),
        ("/api/persons", "persons"),
        ("/api/accounts", "accounts"),
    ):
        whole = reader.get(path, limit=500).json()
        found: list[Row] = []
        cursor: str | None = ""
        while cursor is not None:
            page = reader.get(path, limit=2, after=cursor).json()
            found += page[name]
            cursor = page["cursor"]
            assert page["total"] == whole["total"]
        assert found == whole[name]
        assert len(found) == whole["total"] >= 3
        assert reader.get(path, after="x").status_code in (400, 404)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"start": "2026-06-02", "end": "2026-06-01"}, 400, "end"),
        ({"account": "@nobody:harbour.example"}, 404, "account"),
        ({"supporting": [{"kind": "message", "record": 10**9}]}, 404, "supporting.0"),
        ({"person": "P999"}, 404, "person"),
        ({"zone": "Mars/Olympus"}, 400, "zone"),
        ({"born": "yesterday"}, 400, "born"),
        ({"name": " "}, 400, "name"),
        ({"grade": "certain"}, 400, "grade"),
        ({"supporting": []}, 400, ""),
        ({"supporting": [{"kind": "statement", "words": "\u0000"}]}, 400, "supporting.0"),
        ({"supporting": [{"kind": "statement", "words": "x", "more": 1}]}, 400, "supporting.0.more"),
        (
            {
                "supporting": [
                    {
                        "kind": "location",
                        "start": "2026-06-01",
                        "end": "2026-06-01",
                        "source": "x",
                        "area": {"type": "Point", "coordinates": [4, 51]},
                    }
                ]
            },
            400,
            "supporting.0",
        ),
    ],
)
def test_a_wrong_claim_stores_nothing(
    reader: Browser, own_harbour: Investigation, changes: dict[str, object], status: int, field: str
) -> None:
    before = own_harbour.book.state().size
    answer = reader.post("/api/attributions", ATTRIBUTION | changes)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]
    assert answer.json()["error"]["field"] == field
    assert own_harbour.book.state().size == before


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\u0000"', "[[]]", "1e400", "{}", "null", '"' + "x" * 9999 + '"'])
def test_odd_values_in_a_claim(reader: Browser, text: str) -> None:
    headers = reader._headers() | {"Content-Type": "application/json"}
    for name in ("account", "name", "born", "start", "zone", "grade", "supporting", "person"):
        whole = json.dumps(ATTRIBUTION | {name: "@"}).replace('"@"', text)
        answer = reader.http.post("/api/attributions", content=whole, headers=headers)
        assert answer.status_code in (200, 400, 404), answer.text
        item = json.dumps(ATTRIBUTION | {"supporting": [{"kind": "location", "area": {"type": "@"}, "words": "@"}]})
        answer = reader.http.post("/api/attributions", content=item.replace('"@"', text), headers=headers)
        assert answer.status_code == 400, answer.text


def test_a_message_outside_is_outside_over_http(reader: Browser, own_harbour: Investigation, lotte: Row) -> None:
    whole = own_harbour.under(NUMBER, purpose="a test")
    rooms = {place.conversation for place in whole.account(LOTTE).company.places}
    grant(own_harbour, "NARROW", rooms=sorted(rooms - {str(whole.record(12)["conversation"])})[:1])
    reader.authority = "NARROW"
    shown = next(c for c in reader.get("/api/attributions").json()["attributions"] if c["id"] == lotte["id"])
    (item,) = shown["supporting"]
    assert {name: value for name, value in item.items() if value is not None} == {"kind": "outside"}
    assert shown["outside"] == 1
    assert reader.get(f"/api/attributions/{lotte['id']}/proof").status_code == 403


def test_only_an_investigator_claims(inside: dict[str, Browser]) -> None:
    for name, statuses in {"ines": {200}, "fatma": {403}, "maud": {403}}.items():
        assert {inside[name].post("/api/attributions", ATTRIBUTION).status_code} == statuses
        assert inside[name].get("/api/attributions").status_code == 200
        assert inside[name].get("/api/persons").status_code == 200
    claim = inside["ines"].get("/api/attributions").json()["attributions"][-1]["id"]
    allowed = {
        name: inside[name].get(f"/api/attributions/{claim}/proof").status_code for name in ("ines", "fatma", "maud")
    }
    assert allowed == {"ines": 200, "fatma": 403, "maud": 200}
