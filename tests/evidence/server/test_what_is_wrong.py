"""What is wrong in a request is said in a sentence that names the field, and nothing of it is stored."""

from typing import Any, TypeAlias

import pytest

from entered import state_of

from .conftest import grant
from .serving_room import Browser, Served

LOTTE = "@k7q2mx:harbour.example"
DOSSIER: dict[str, Any] = {"title": "t", "offence": "o", "district": "AN"}
CLAIM: dict[str, Any] = {
    "account": LOTTE,
    "name": "Lotte",
    "start": "2026-06-01",
    "end": "2026-06-30",
    "zone": "UTC",
    "grade": "weak",
    "supporting": [{"kind": "statement", "words": "she says so"}],
    "opposing": [],
}
DECLARATION: dict[str, Any] = {"profession": "lawyer", "account": LOTTE, "proof": "a card of the bar"}
EXCLUSION: dict[str, Any] = {"source": "record", "value": "1", "decision": "1", "judge": "J", "why": "w"}
AT = "/api/dossiers/{dossier}"

Wrong: TypeAlias = tuple[str, dict[str, Any], int, str, str]
"""Address and body of a request, and status, field and words of the error."""

WRONG: list[Wrong] = [
    ("/api/attributions", CLAIM | {"end": "2026-05-01"}, 400, "end", "ends before it starts"),
    ("/api/attributions", CLAIM | {"start": "soon"}, 400, "start", "'soon' is not a date"),
    ("/api/attributions", CLAIM | {"account": "@nobody"}, 404, "account", "names the account '@nobody'"),
    ("/api/attributions", CLAIM | {"name": ""}, 400, "name", "is empty"),
    ("/api/privilege/declarations", DECLARATION | {"account": "@nobody"}, 404, "account", "names the account @nobody"),
    ("/api/privilege/declarations", DECLARATION | {"account": " "}, 400, "account", "The account is empty"),
    ("/api/privilege/declarations", DECLARATION | {"proof": " "}, 400, "proof", "The proof is empty"),
    (
        "/api/privilege/declarations",
        DECLARATION | {"start": "2026-06-02", "end": "2026-06-01"},
        400,
        "end",
        "The period is reversed",
    ),
    ("/api/privilege/suspect", {"account": LOTTE, "why": " "}, 400, "why", "The reason is empty"),
    ("/api/privilege/suspect", {"record": 2**40, "why": "x"}, 404, "record", "no record"),
    ("/api/dossiers", DOSSIER | {"title": " "}, 400, "title", "The title of the dossier is empty"),
    ("/api/dossiers", DOSSIER | {"district": "Gent"}, 400, "district", "no district 'Gent'"),
    ("/api/dossiers", DOSSIER | {"lead": "zoe"}, 404, "lead", "no user 'zoe'"),
    ("/api/dossiers", DOSSIER | {"members": ["paul", "zoe"]}, 404, "members.1", "no user 'zoe'"),
    ("/api/dossiers", DOSSIER | {"record": 10**9}, 404, "record", "no record"),
    (f"{AT}/members", {"user": "zoe"}, 404, "user", "no user 'zoe'"),
    (f"{AT}/members", {"user": "anna"}, 400, "user", "the role administrator does not allow it"),
    (f"{AT}/members/remove", {"user": "zoe"}, 400, "user", "no member"),
    (f"{AT}/card", {"field": "title", "value": "", "version": 1}, 400, "value", "is empty"),
    (f"{AT}/card", {"field": "lead", "value": "zoe", "version": 1}, 404, "value", "no user 'zoe'"),
    (f"{AT}/items", {"kind": "note", "text": " "}, 400, "text", "The note is empty"),
    (f"{AT}/items", {"kind": "message", "record": 10**9}, 404, "record", "no record"),
    (f"{AT}/items", {"kind": "account", "account": "@nobody"}, 404, "account", "names the account"),
    (f"{AT}/items", {"kind": "person", "person": "P99"}, 404, "person", "no person"),
    (
        f"{AT}/work",
        {"kind": "event", "words": "x", "start": "2026-03-02", "end": "2026-03-01"},
        400,
        "end",
        "The interval is reversed",
    ),
    (f"{AT}/work", {"kind": "task", "words": "x", "assignee": "zoe"}, 400, "assignee", "no member"),
    (f"{AT}/work", {"kind": "task", "words": "x", "due": "soon"}, 400, "due", "'soon' is not a date"),
    (f"{AT}/work", {"kind": "task", "words": " "}, 400, "words", "Nothing is said"),
    (f"{AT}/codings", {"record": 10**9, "choice": "relevant"}, 404, "record", "no record"),
    ("/api/exclusions", EXCLUSION | {"value": "x"}, 400, "value", "no number"),
    ("/api/exclusions", EXCLUSION | {"judge": ""}, 400, "judge", "The judge is empty"),
]


@pytest.fixture(scope="module")
def dossier(inside: dict[str, Browser]) -> str:
    """Reference of a dossier."""
    reference: str = inside["ines"].post("/api/dossiers", DOSSIER).json()["reference"]
    return reference


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_and_nothing_is_stored(
    office: Served, inside: dict[str, Browser], dossier: str, wrong: Wrong
) -> None:
    path, body, status, field, words = wrong
    before = state_of(office.investigation)
    answer = inside["ines"].post(path.replace("{dossier}", dossier), body)
    error = answer.json()["error"]
    assert (answer.status_code, error["field"], words in error["message"]) == (status, field, True), answer.text
    assert state_of(office.investigation) == before


@pytest.mark.parametrize("name", ["../report.pdf", "/etc/passwd", "C:\\report.pdf", ".report", "report.", "a\nb", " "])
def test_a_document_that_is_named_like_a_path_is_not_taken(
    office: Served, inside: dict[str, Browser], dossier: str, name: str
) -> None:
    before, files = state_of(office.investigation), kept(office)
    browser = inside["ines"]
    answer = browser.http.put(
        f"/api/dossiers/{dossier}/documents", params={"name": name}, content=b"x", headers=browser._headers()
    )
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "name"), answer.text
    assert (state_of(office.investigation), kept(office)) == (before, files)


def test_under_an_authority_that_has_ended_nothing_is_stored(office: Served, inside: dict[str, Browser]) -> None:
    ines = office.investigation.casework.users.actor("ines")
    grant(office.investigation.acting_as(ines), "BR-2020/1", valid_to="2020-12-31")
    before = state_of(office.investigation)
    inside["ines"].authority = "BR-2020/1"
    try:
        for path, body in (
            ("/api/dossiers", DOSSIER),
            ("/api/attributions", CLAIM),
            ("/api/privilege/declarations", DECLARATION),
        ):
            error = inside["ines"].post(path, body).json()["error"]
            assert (error["code"], "BR-2020/1" in error["message"], "2020" in error["message"]) == (
                "refused",
                True,
                True,
            ), error
    finally:
        inside["ines"].authority = "BR-2026/17"
    assert state_of(office.investigation) == before


def kept(office: Served) -> set[str]:
    """Return all files of the workspace but the audit's, which tells of what was refused."""
    root = office.investigation.workspace.root
    return {str(file) for file in root.rglob("*") if file.is_file() and "audit" not in str(file)}
