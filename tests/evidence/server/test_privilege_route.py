"""What is withheld is in no answer of any route, but to the filter team; and who may say so over HTTP."""

from collections.abc import Iterator

import pytest

from underseal.core.verify import verify

from .serving_room import Browser, Served, acts

LOTTE = "@k7q2mx:harbour.example"
"""An account of the sample that takes part in many conversations."""

ASKED = [
    "/api/overview", "/api/conversations", "/api/conversations?limit=500", "/api/search", "/api/search?limit=500&order=oldest",
    f"/api/search?q=from:{LOTTE}", f"/api/search?q=to:{LOTTE}&order=relevance", "/api/search?q=kind:membership&limit=500",
    "/api/search?q=parrot&order=relevance", "/api/search/facets", "/api/search/facets?q=kind:membership",
    "/api/search/complete?q=from:", "/api/search/complete?q=from:k7q", "/api/search/complete?q=in:Lotte", "/api/search/histogram",
    "/api/reading",
]  # fmt: skip


@pytest.fixture(scope="module")
def before(inside: dict[str, Browser]) -> dict[str, str]:
    """What an investigator is answered as long as nothing is withheld."""
    return {path: inside["ines"].get(path).text for path in ASKED}


@pytest.fixture
def suspected(before: dict[str, str], inside: dict[str, Browser]) -> Iterator[None]:
    """The account is suspected by an investigator, and given back in the end."""
    assert sum(LOTTE in text for text in before.values()) > 7
    answer = inside["ines"].post("/api/privilege/suspect", {"account": LOTTE, "why": "speaks as counsel"})
    assert (answer.status_code, answer.json().keys()) == (201, {"number"})
    yield
    given = inside["fatma"].post("/api/privilege/release", {"account": LOTTE, "why": "does not"})
    assert given.status_code == 201, given.text


@pytest.mark.usefixtures("suspected")
def test_no_answer_has_it_but_those_to_the_filter_team(inside: dict[str, Browser], before: dict[str, str]) -> None:
    for user in ("ines", "maud"):
        for path in ASKED:
            answer = inside[user].get(path)
            assert answer.status_code == 200, path
            assert LOTTE not in answer.text, path
            assert "Lotte" not in answer.text.replace("in:Lotte", ""), path
    for path in ASKED:
        assert (LOTTE in inside["fatma"].get(path).text) == (LOTTE in before[path]), path


@pytest.mark.usefixtures("suspected")
def test_a_question_that_would_hit_it_is_answered_in_the_same_shape(inside: dict[str, Browser]) -> None:
    hit, miss = (
        inside["ines"].get("/api/search", q=f"from:{who}").json() for who in (LOTTE, "@nobody:harbour.example")
    )
    assert (hit.keys(), hit["total"], hit["hits"], hit["cursor"]) == (miss.keys(), 0, [], None)
    record = inside["fatma"].get("/api/search", q=f"from:{LOTTE}", limit=1).json()["hits"][0]["line"]
    for path in ("", "/provenance", "/proof"):
        withheld, unknown = (inside["ines"].get(f"/api/records/{n}{path}") for n in (record["number"], 2**40))
        assert (withheld.status_code, withheld.json()["error"]["code"]) == (404, "not_found")
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")
    there, nowhere = (inside["ines"].get(f"/api/conversations/{room}") for room in (record["conversation"], "!none"))
    assert nowhere.status_code == 404
    assert there.status_code == 404 or LOTTE not in there.text


def test_given_back_it_is_as_it_was(inside: dict[str, Browser], before: dict[str, str]) -> None:
    for path in ASKED:
        if (
            "overview" not in path and "api/search?" not in path and path != "/api/search"
        ):  # these tell the time that it took
            assert inside["ines"].get(path).text == before[path], path


def test_a_declaration_is_entered_verified_and_listed(office: Served, inside: dict[str, Browser]) -> None:
    new = {
        "profession": "lawyer",
        "account": LOTTE,
        "start": "2026-06-01",
        "end": "2026-06-30",
        "proof": "card of the bar",
    }
    entered = inside["ines"].post("/api/privilege/declarations", new)
    assert (entered.status_code, entered.json()["state"]) == (201, "received")
    number = entered.json()["number"]
    assert entered.json()["start"].startswith("2026-06-01T00:00:00")
    for verb, user, state in (("verify", "fatma", "verified"), ("reject", "fatma", "rejected")):
        assert inside["ines"].post(f"/api/privilege/declarations/{number}/{verb}", {"why": "x"}).status_code == 403
        answer = inside[user].post(f"/api/privilege/declarations/{number}/{verb}", {"why": "checked"})
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    listed = inside["maud"].get("/api/privilege").json()
    assert (listed["declarations"][-1]["number"], listed["accounts"], listed["filter_officer"]) == (number, 0, True)
    told = inside["fatma"].get("/api/privilege/decisions", history="true").json()
    assert [each["state"] for each in told if each["declaration"] == number] == ["suspected", "confirmed", "rejected"]
    assert told[-1]["sha256"] == acts(office.investigation, "privilege_rejected")[0]["sha256"]


def test_what_is_wrong_is_refused_with_words(inside: dict[str, Browser]) -> None:
    for body, code in (
        ({"account": "@k7q2mx:harbour", "why": "x"}, "not_found"),
        ({"account": LOTTE, "start": "2026-07-01", "end": "2026-06-01", "why": "x"}, "request"),
        ({"record": 2**40, "why": "x"}, "not_found"),
        ({"why": "x"}, "request"),
        ({"account": LOTTE, "conversation": "!x", "why": "x"}, "request"),
        ({"account": LOTTE, "why": "\0"}, "request"),
        ({"account": LOTTE, "why": " "}, "request"),
    ):
        answer = inside["ines"].post("/api/privilege/suspect", body)
        assert answer.json()["error"]["code"] == code, answer.text
        assert answer.is_client_error
    assert inside["fatma"].get("/api/privilege").json()["accounts"] == 0


def test_a_destruction_is_shown_first_and_what_is_not_confirmed_is_refused(inside: dict[str, Browser]) -> None:
    filtering = inside["fatma"]
    assert filtering.get("/api/privilege/decisions/99999/destruction").status_code == 404
    suspected = inside["ines"].post("/api/privilege/suspect", {"account": LOTTE, "why": "speaks as counsel"}).json()
    path = f"/api/privilege/decisions/{suspected['number']}/destruction"
    refused = filtering.get(path)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    (decided,) = filtering.post("/api/privilege/confirm", {"account": LOTTE, "why": "is counsel"}).json()
    path = f"/api/privilege/decisions/{decided['number']}/destruction"
    shown = filtering.get(path).json()
    assert (shown["decision"], shown["exhibits"][0]) == (decided["number"], "BR-1")
    assert shown["words"] == f"destroy {shown['records']} records of decision {decided['number']}"
    for user in ("ines", "maud"):
        assert inside[user].get(path).status_code == 403
        assert inside[user].post(path, {"confirm": shown["words"]}).status_code == 403
    assert filtering.post(path, {"confirm": "yes"}).status_code == 409
    assert filtering.get("/api/privilege/destructions").json() == []
    assert filtering.get("/api/privilege/destructions/1/receipt").status_code == 404
    assert filtering.post("/api/privilege/release", {"account": LOTTE, "why": "is not"}).status_code == 201


def test_rules_are_listed_and_run(inside: dict[str, Browser]) -> None:
    assert {rule["profession"] for rule in inside["ines"].get("/api/privilege/rules").json()} >= {"lawyer", "doctor"}
    assert inside["ines"].post("/api/privilege/rules/run").json() == {"rules": 3, "suspicions": 0, "known": 0}
    assert inside["maud"].post("/api/privilege/rules/run").status_code == 403


def test_what_is_confirmed_is_destroyed_and_its_receipt_can_be_checked(
    office: Served, inside: dict[str, Browser]
) -> None:
    filtering = inside["fatma"]
    number = (
        inside["ines"].get("/api/search", q=f"from:{LOTTE} verdict:opened", limit=1).json()["hits"][0]["line"]["number"]
    )
    (decided,) = filtering.post("/api/privilege/confirm", {"record": number, "why": "is counsel"}).json()
    path = f"/api/privilege/decisions/{decided['number']}/destruction"
    words = filtering.get(path).json()["words"]
    done = filtering.post(path, {"confirm": words})
    assert (done.status_code, done.json()["number"], done.json()["decision"]) == (201, 1, decided["number"])
    assert filtering.get("/api/privilege/destructions").json() == [done.json()]
    receipt = filtering.get("/api/privilege/destructions/1/receipt")
    assert receipt.headers["content-disposition"] == 'attachment; filename="destruction-1.json"'
    assert verify(receipt.content, trusted=office.investigation.workspace.public_key.hex).ok
    for user in ("ines", "fatma", "maud"):
        assert inside[user].get(f"/api/records/{number}").status_code == 404
    told = filtering.get("/api/privilege/decisions").json()
    assert [each["number"] for each in told if each["destroyed"]] == [decided["number"]]
    assert inside["ines"].get("/api/privilege/destructions").status_code == 403
    assert acts(office.investigation, "erased")[0]["destruction"] == 1
