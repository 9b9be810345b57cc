"""Dossiers over HTTP: an office works on one, and whoever need not know of it cannot tell it from one that is not there."""

from typing import Any

import httpx

from entered import state_of

from .serving_room import Browser, Served

Inside = dict[str, Browser]


def opened(browser: Browser, **more: object) -> dict[str, Any]:
    answer = browser.post("/api/dossiers", {"title": "The box", "offence": "drugs", "district": "AN", **more})
    assert answer.status_code == 201, answer.text
    card: dict[str, Any] = answer.json()
    return card


def sent(browser: Browser, path: str, content: bytes, **params: str) -> httpx.Response:
    return browser.http.put(path, content=content, params=params, headers=browser._headers())


def test_an_office_works_on_a_dossier(inside: Inside) -> None:
    ines, paul = inside["ines"], inside["paul"]
    record = ines.get("/api/search", q="kind:text", limit=1).json()["hits"][0]["line"]["number"]
    card = opened(ines, record=record, before=1, after=1, members=["paul", "fatma"], contact="ines@police.example")
    at = f"/api/dossiers/{card['reference']}"
    assert paul.get(at).json() == card
    changed = ines.post(f"{at}/card", {"field": "title", "value": "The blue box", "version": card["versions"]["title"]})
    assert changed.json()["title"] == "The blue box"
    late = paul.post(f"{at}/card", {"field": "title", "value": "A red box", "version": card["versions"]["title"]})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    assert "changed by ines" in late.json()["error"]["message"]
    (item,) = ines.get(f"{at}/items").json()["items"]
    assert (item["id"], item["record"], item["excluded"]) == (f"message:{record}", record, [])
    (read,) = ines.get(f"{at}/lines", item=[item["id"], "message:4711"], around="true").json()
    assert item["time"]["utc"] in [line["time"]["utc"] for line in read["lines"] if line["number"] == record]
    sender = ines.get(f"/api/records/{record}").json()["sender"]["account"]
    added = ines.post(f"{at}/items", {"kind": "account", "account": sender})
    assert ines.get(f"{at}/items/{added.json()['id']}").json() == added.json()
    page = ines.get(f"{at}/items", limit=1).json()
    assert ines.get(f"{at}/items", limit=1, after=page["cursor"]).json()["items"] == [added.json()]
    assert paul.post(f"{at}/codings", {"record": record, "choice": "relevant"}).status_code == 201
    assert ines.post(f"{at}/codings", {"record": record, "choice": "not_relevant"}).status_code == 201
    (coded,) = ines.get(f"{at}/codings", disputed="true").json()["messages"]
    assert (coded["disputed"], len(ines.get(f"{at}/codings/{record}").json())) == (True, 2)
    raised = ines.post(f"{at}/threats", {"words": "he is in danger"}).json()
    step = {"step": "acknowledged", "words": "seen", "version": 1}
    assert len(paul.post(f"{at}/threats/{raised['id']}", step).json()["steps"]) == 2
    assert paul.get("/api/threats").json()["figures"]["acknowledged"] >= 1
    task = ines.post(f"{at}/work", {"kind": "task", "words": "ask the port", "assignee": "paul"}).json()
    done = {"kind": "task", "words": "ask the port", "state": "done", "version": task["version"]}
    assert paul.post(f"{at}/work/{task['id']}", done).json()["state"] == "done"
    met = {"kind": "event", "words": "they met", "start": "2026-06-01", "record": record}
    assert ines.post(f"{at}/work", met).status_code == 201
    assert [event["words"] for event in paul.get(f"{at}/work", kind="event").json()] == ["they met"]
    guess = {"kind": "hypothesis", "words": "it is his", "supporting": [record]}
    assert ines.post(f"{at}/work", guess).status_code == 201
    assert paul.get(f"{at}/work", kind="hypothesis").json()[0]["supporting"] == [record]
    wordless = ines.post(f"{at}/work", {**guess, "words": " "}).json()["error"]
    assert (wordless["field"], wordless["message"]) == ("words", "Nothing is said.")
    said = paul.get(f"{at}/history", kind="task", thing=task["id"]).json()["versions"]
    assert [(each["version"], each["user"], each["said"]["state"]) for each in said] == [
        (2, "paul", "done"),
        (1, "ines", "open"),
    ]
    first = ines.get(f"{at}/history", limit=2).json()
    assert len(first["versions"]) == 2
    assert ines.get(f"{at}/history", limit=2, after=first["cursor"]).json()["versions"][0] not in first["versions"]
    blocked = ines.post(f"{at}/close", {"why": "done"})
    assert (blocked.status_code, sender in blocked.json()["error"]["message"]) == (409, True)
    assert paul.get(f"{at}/obstacles").json()[0]["what"] == sender


def test_a_document_comes_and_goes_whole(inside: Inside) -> None:
    at = f"/api/dossiers/{opened(inside['ines'])['reference']}/documents"
    content = bytes(range(256)) * 1024  # more than any other request may have
    answer = sent(inside["ines"], at, content, name="report.pdf", why="from the port")
    assert answer.status_code == 201, answer.text
    read = inside["ines"].get(f"{at}/{answer.json()['id']}")
    assert read.content == content
    assert 'filename="report.pdf"' in read.headers["content-disposition"]
    assert sent(inside["paul"], at, b"x", name="x.pdf").status_code == 404
    refused = inside["ines"].http.post(f"{at[:-10]}/items", content=bytes(70_000), headers=inside["ines"]._headers())
    assert refused.status_code == 413


def test_of_two_who_write_at_once_the_later_one_is_told(inside: Inside, office: Served) -> None:
    ines, paul = inside["ines"], inside["paul"]
    at = f"/api/dossiers/{opened(ines, members=['paul'])['reference']}"
    for kind, change, body in (
        ("work", "", {"kind": "task", "words": "ask the port"}),
        ("work", "", {"kind": "hypothesis", "words": "it is his"}),
        ("work", "", {"kind": "event", "words": "they met", "start": "2026-06-01"}),
        ("items", "/change", {"kind": "note", "text": "he drives a van"}),
    ):
        thing = f"{at}/{kind}/{ines.post(f'{at}/{kind}', body).json()['id']}"
        said = {"why": "seen"} if change else body
        away = {"why": "beside the point"} if change else {"why": "beside the point", "kind": body["kind"]}
        assert paul.post(f"{thing}{change}", said | {"version": 1}).json()["version"] == 2
        before = state_of(office.investigation)
        for late in (
            ines.post(f"{thing}{change}", said | {"version": 1}),
            ines.post(f"{thing}/remove", away | {"version": 1}),
        ):
            assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict"), late.text
            assert "changed by paul" in late.json()["error"]["message"]
        for unseen in (ines.post(f"{thing}{change}", said), ines.post(f"{thing}/remove", away)):
            assert (unseen.status_code, unseen.json()["error"]["field"]) == (400, "version"), unseen.text
        assert state_of(office.investigation) == before
        assert ines.post(f"{thing}/remove", away | {"version": 2}).status_code == 204


def test_to_who_need_not_know_of_it_no_list_tells_of_it(inside: Inside) -> None:
    before = {path: inside["paul"].get(path).content for path in ("/api/dossiers", "/api/threats", "/api/notices")}
    card = opened(inside["ines"], title="A secret")
    hidden = f"/api/dossiers/{card['reference']}"
    inside["ines"].post(f"{hidden}/threats", {"words": "x"})
    for path, content in before.items():
        assert inside["paul"].get(path).content == content
    assert inside["maud"].get(hidden).json()["title"] == "A secret"
    assert inside["anna"].get(hidden).status_code == 403


def test_a_judges_decision_marks_and_keeps_back(inside: Inside, office: Served) -> None:
    record = inside["ines"].get("/api/search", q="kind:text", limit=1).json()["hits"][0]["line"]["number"]
    decision = {"value": str(record), "source": "record", "decision": "2026/K/12", "judge": "J. Maes", "why": "void"}
    before = inside["paul"].get("/api/exclusions/preview", source="record", value=record).json()
    assert (before["messages"], inside["paul"].get("/api/exclusions").json()) == (1, [])
    assert all(set(each) == {"reference", "number", "title", "items"} for each in before["dossiers"])
    assert inside["paul"].post("/api/exclusions", decision).status_code == 201
    assert inside["ines"].get(f"/api/records/{record}/proof").status_code == 403
    assert [each["decision"] for each in inside["maud"].get("/api/exclusions").json()] == ["2026/K/12"]
    assert inside["fatma"].post("/api/exclusions/readmit", decision).status_code == 403
    assert inside["paul"].post("/api/exclusions/readmit", decision).status_code == 201
    assert inside["ines"].get(f"/api/records/{record}/proof").status_code == 200
    assert office.investigation.casework.exclusions.all()[-1].excluded is False
