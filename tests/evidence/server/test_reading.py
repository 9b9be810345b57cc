"""Search, conversations, records and attachments, as the desk asks for them."""

import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from underseal.core.verify import verify
from underseal.evidence.investigation import Investigation

from .conftest import HARBOUR, grant
from .serving_room import NUMBER, Browser, Row, Served, acts

TRUTH = [json.loads(line) for line in (HARBOUR / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
ROOMS = {event["room"]: event["room_id"] for event in TRUTH}
PAST = {"replayed", "malformed", "bad_signature", "bad_mac", "no_key", "key_too_late"}


def pages(browser: Browser, query: str, **params: str | int) -> list[Row]:
    """All hits of a query."""
    hits: list[Row] = []
    after: dict[str, str] = {}
    while True:
        page = browser.get("/api/search", q=query, **params, **after).json()
        hits += page["hits"]
        if page["cursor"] is None:
            assert len(hits) == page["total"]
            return hits
        after = {"after": page["cursor"]}


@pytest.mark.parametrize("order", ["newest", "oldest", "relevance"])
def test_a_result_is_paged_to_its_end(reader: Browser, order: str) -> None:
    found = [hit["line"]["number"] for hit in pages(reader, "the", order=order, limit=20)]
    assert len(found) == len(set(found)) > 20


def test_a_page_says_what_it_counts(reader: Browser, room: Served) -> None:
    page = reader.get("/api/search", q="verdict:locked").json()
    assert page["total"] == page["locked"] > 800
    assert page["release"] == 1
    assert page["query"] == "verdict:locked"
    assert page["explained"]
    assert len(page["hits"]) == 60
    assert acts(room.investigation, "searched")[0]["count"] == page["total"]


def test_a_hit_is_marked_where_its_words_stand(reader: Browser) -> None:
    for hit in pages(reader, "haven", limit=500):
        text = hit["line"]["text"]
        assert hit["highlights"]
        assert {text[start:end].lower() for start, end in hit["highlights"]} == {"haven"}
        assert hit["title"]


def test_a_query_that_cannot_be_understood_says_where(reader: Browser) -> None:
    for path in ("/api/search", "/api/search/histogram", "/api/search/facets"):
        response = reader.get(path, q='boat "unclosed')
        error = response.json()["error"]
        assert (response.status_code, error["code"]) == (400, "query")
        assert error["position"] >= 5
        assert error["length"] >= 1


def test_days_and_facets_sum_up_to_the_result(reader: Browser) -> None:
    total = reader.get("/api/search", q="kind:text").json()["total"]
    assert sum(day["count"] for day in reader.get("/api/search/histogram", q="kind:text").json()["days"]) == total
    facets = reader.get("/api/search/facets", q="kind:text").json()
    assert facets.keys() == {"sender", "conversation", "kind", "verdict", "exhibit"}
    assert sum(value["count"] for value in facets["sender"]) == total
    assert {value["label"] for value in facets["sender"]} >= {"Lotte", "Bram", "ياسمين"}
    assert all(value["label"] != value["value"] for value in facets["conversation"])


def test_the_query_line_is_helped(reader: Browser) -> None:
    fields = reader.get("/api/search/complete", q="fr").json()
    assert fields["completions"][0] | {"label": ""} == {"start": 0, "end": 2, "text": "from:", "label": ""}
    senders = reader.get("/api/search/complete", q="boat from:lot", position=13).json()
    assert [(c["text"].strip(), c["label"]) for c in senders["completions"]] == [
        ("from:@k7q2mx:harbour.example", "Lotte")
    ]
    exhibits = reader.get("/api/search/complete", q="exhibit:").json()
    assert {c["text"].strip() for c in exhibits["completions"]} == {f"exhibit:BR-{n}" for n in range(1, 7)}
    fault = reader.get("/api/search/complete", q="boat (").json()
    assert fault["fault"]["code"] == "query"
    assert fault["fault"]["position"] is not None


def test_conversations_are_listed_and_found(reader: Browser) -> None:
    everything = reader.get("/api/conversations").json()
    ids = [conversation["id"] for conversation in everything["conversations"]]
    assert set(ids) == set(ROOMS.values())
    times = [conversation["last"]["utc"] for conversation in everything["conversations"]]
    assert times == sorted(times, reverse=True)
    assert reader.get("/api/conversations", find="LOTTE bram").json()["total"] >= 1
    assert reader.get("/api/conversations", find="nobody at all").json() == {
        "conversations": [],
        "total": 0,
        "cursor": None,
    }
    paged: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = reader.get("/api/conversations", limit=3, **cursor).json()
        paged += [conversation["id"] for conversation in page["conversations"]]
        if page["cursor"] is None:
            break
        cursor = {"after": page["cursor"]}
    assert paged == ids


def test_a_conversation_is_described(reader: Browser) -> None:
    summary = reader.get(f"/api/conversations/{ROOMS['lotte-bram']}").json()
    assert summary["direct"] is True
    assert {party["name"] for party in summary["members"]} == {"Lotte", "Bram"}
    assert reader.get("/api/conversations/!nowhere").status_code == 404


def test_a_conversation_is_read_in_both_directions(reader: Browser) -> None:
    base = f"/api/conversations/{ROOMS['estrella']}/messages"
    backwards = walk(reader, base, "before", {})
    oldest = backwards[0]
    forwards = walk(reader, base, "after", {"around": oldest["number"]})
    assert [line["number"] for line in forwards] == [line["number"] for line in backwards]
    assert [line["time"]["utc"] for line in backwards] == sorted(line["time"]["utc"] for line in backwards)
    locked = [line for line in backwards if line["verdict"] in PAST]
    assert len(locked) > 50
    assert all(line["text"] is None and line["sender"]["name"] for line in locked)


def walk(reader: Browser, base: str, direction: str, first: dict[str, int]) -> list[Row]:
    lines: list[Row] = []
    place: dict[str, Any] = dict(first)
    while True:
        page: Row = reader.get(base, limit=40, **place).json()
        lines = page["lines"] + lines if direction == "before" else lines + page["lines"]
        if page[direction] is None:
            return lines
        place = {direction: page[direction]}


def test_a_place_can_be_named_by_record_and_by_time(reader: Browser) -> None:
    base = f"/api/conversations/{ROOMS['everyone']}/messages"
    (hit, *_) = pages(reader, f'in:"{ROOMS["everyone"]}" haven', limit=500)
    line = hit["line"]
    for place in ({"around": line["number"]}, {"at": line["time"]["utc"]}):
        numbers = [found["number"] for found in reader.get(base, limit=10, **place).json()["lines"]]
        assert line["number"] in numbers[2:8]
    assert reader.get(base, around=10**6).status_code == 404
    assert reader.get(base, around=1, at=1).status_code == 400
    assert reader.get(base, before="nowhere").status_code == 400
    assert reader.get(base, limit=501).status_code == 400


def test_only_some_participants_and_kinds(reader: Browser) -> None:
    base = f"/api/conversations/{ROOMS['everyone']}/messages"
    lines = reader.get(base, participant=["@k7q2mx:harbour.example"], kind=["text"], limit=500).json()["lines"]
    assert {(line["sender"]["name"], line["kind"]) for line in lines} == {("Lotte", "text")}


def test_density_counts_a_conversation(reader: Browser) -> None:
    base = f"/api/conversations/{ROOMS['kitchen']}"
    days = reader.get(f"{base}/density").json()["days"]
    assert sum(day["count"] for day in days) == reader.get(base).json()["messages"]
    assert sum(day["locked"] for day in days) > 0


def test_a_conversation_that_was_captured_whole_has_no_gaps(reader: Browser) -> None:
    for room in ROOMS.values():
        assert reader.get(f"/api/conversations/{room}/density").json()["gaps"] == []


def test_where_one_stopped_is_remembered(reader: Browser) -> None:
    path = f"/api/conversations/{ROOMS['everyone']}/position"
    assert reader.get(path).json() == {"number": None}
    assert reader.put(path, {"number": 12}).json() == {"number": 12}
    assert reader.get(path).json() == {"number": 12}
    assert reader.put(path, {"number": -1}).status_code == 400


def test_what_one_began_to_read_is_listed_the_latest_first_and_within_scope(
    reader: Browser, own_harbour: Investigation
) -> None:
    grant(own_harbour, "BR-2026/21", rooms=[ROOMS["lotte-bram"]])
    assert ROOMS["kitchen"] not in {mark["conversation"]["id"] for mark in reader.get("/api/reading").json()}
    for room, number in (("rota", 12), ("lotte-bram", 3), ("kitchen", 7)):
        reader.put(f"/api/conversations/{ROOMS[room]}/position", {"number": number})
    marks = reader.get("/api/reading").json()
    read = {ROOMS["rota"]: 12, ROOMS["lotte-bram"]: 3, ROOMS["kitchen"]: 7}
    listed = {mark["conversation"]["id"]: mark["number"] for mark in marks}
    assert listed | read == listed
    assert [mark["stopped"] for mark in marks] == sorted((mark["stopped"] for mark in marks), reverse=True)
    assert len(reader.get("/api/reading", limit=2).json()) == 2
    reader.authority = "BR-2026/21"
    assert [mark["conversation"]["id"] for mark in reader.get("/api/reading").json()] == [ROOMS["lotte-bram"]]


def test_replies_edits_reactions_and_redactions_stand_on_their_line(reader: Browser) -> None:
    lines = [
        line for room in ROOMS.values() for line in walk(reader, f"/api/conversations/{room}/messages", "before", {})
    ]
    assert sum(line["reply"] is not None for line in lines) > 400
    assert any(line["reply"] and line["reply"]["text"] for line in lines)
    assert sum(len(line["edits"]) for line in lines) >= 1
    assert sum(len(line["reactions"]) for line in lines) > 10
    assert any(line["redaction"] for line in lines)


def test_a_record_is_read_proved_and_followed(reader: Browser, room: Served) -> None:
    number = pages(reader, "haven verdict:opened", limit=500)[0]["line"]["number"]
    line = reader.get(f"/api/records/{number}").json()
    assert (line["number"], line["verdict"]) == (number, "opened")
    steps = reader.get(f"/api/records/{number}/provenance").json()["steps"]
    assert len(steps) == 7
    check = reader.post(f"/api/records/{number}/prove").json()
    assert check["ok"] is True
    proof = reader.get(f"/api/records/{number}/proof")
    assert proof.headers["content-disposition"] == f'attachment; filename="proof-1-{number}.json"'
    assert verify(proof.content, trusted=room.investigation.workspace.public_key.hex).ok
    assert acts(room.investigation, "proof_made")[0]["record"] == number
    for path in ("", "/provenance", "/proof"):
        assert reader.get(f"/api/records/999999{path}").status_code == 404


def media_lines(reader: Browser, query: str) -> list[Row]:
    return [hit["line"] for hit in pages(reader, query, limit=500)]


def test_a_voice_message_is_played_in_ranges(reader: Browser, room: Served) -> None:
    line = next(line for line in media_lines(reader, "kind:voice") if line["media"] and line["media"]["url"])
    media = line["media"]
    assert media["waveform"]
    whole = linked(reader, media["url"])
    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/ogg"
    assert whole.headers["content-disposition"].startswith("inline")
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["accept-ranges"] == "bytes"
    part = reader.http.get(f"{media['url']}&authority={NUMBER}", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    assert (
        reader.http.get(f"{media['url']}&authority={NUMBER}", headers={"Range": "bytes=99999999-"}).status_code == 416
    )
    assert acts(room.investigation, "media_read")[0]["record"] == line["number"]


def linked(reader: Browser, url: str, authority: str = NUMBER) -> httpx.Response:
    """Fetch as an element of a page does: without headers."""
    return reader.http.get(f"{url}&authority={authority}")


def test_pictures_are_shown_and_the_rest_is_saved(reader: Browser) -> None:
    line = next(line for line in media_lines(reader, "kind:picture") if line["media"] and line["media"]["url"])
    response = linked(reader, line["media"]["url"])
    assert response.headers["content-type"].startswith("image/")
    assert response.headers["cache-control"] == "private, no-store"
    name = response.headers["content-disposition"].partition("filename")[2]
    assert line["media"]["name"] in unquote(name)


def test_attachments_are_in_scope_by_their_record_only(reader: Browser) -> None:
    one, other = [line for line in media_lines(reader, "has:media") if line["media"]["url"]][:2]
    url = one["media"]["url"]
    assert linked(reader, url).status_code == 200
    assert linked(reader, url, authority="").status_code == 403
    assert linked(reader, url.replace(f"record={one['number']}", f"record={other['number']}")).status_code == 404
    assert linked(reader, url.replace(f"record={one['number']}", "record=0")).status_code == 404
    assert linked(reader, "/api/media/xyz?record=0").status_code == 400


def test_the_overview_sums_up(reader: Browser) -> None:
    overview = reader.get("/api/overview").json()
    assert overview["release"] == 1
    assert overview["conversations"] == len(ROOMS)
    assert {c["verdict"]: c["count"] for c in overview["coverage"]}["opened"] > 900
    assert sum(day["count"] for day in overview["activity"]) == overview["messages"]
    assert [exhibit["number"] for exhibit in overview["exhibits"]] == [f"BR-{n}" for n in range(1, 7)]
    assert all(exhibit["read"] + exhibit["failed"] == exhibit["total"] for exhibit in overview["exhibits"])
    assert all(reason["words"] for reason in overview["unreadable"])
    assert overview["last_visit"] is None


def test_a_narrow_authority_shows_less(reader: Browser, own_harbour: Investigation) -> None:
    grant(own_harbour, "BR-2026/18", rooms=[ROOMS["lotte-bram"]])
    everything = reader.get("/api/search").json()["total"]
    reader.authority = "BR-2026/18"
    assert [c["id"] for c in reader.get("/api/conversations").json()["conversations"]] == [ROOMS["lotte-bram"]]
    assert 0 < reader.get("/api/search").json()["total"] < everything
    assert reader.get(f"/api/conversations/{ROOMS['rota']}").status_code == 404
    assert reader.get(f"/api/conversations/{ROOMS['rota']}/messages").status_code == 404
    assert reader.get(f"/api/conversations/{ROOMS['rota']}/density").json()["days"] == []


def test_a_withdrawn_authority_shows_nothing_at_once(reader: Browser, own_harbour: Investigation) -> None:
    grant(own_harbour, "BR-2026/19")
    reader.authority = "BR-2026/19"
    assert reader.get("/api/search").status_code == 200
    own_harbour.authorities.withdraw("BR-2026/19", why="a test", user="boss")
    response = reader.get("/api/search")
    assert (response.status_code, response.json()["error"]["code"]) == (403, "refused")
    states = {a["number"]: a["state"] for a in reader.get("/api/session").json()["authorities"]}
    assert states["BR-2026/19"] == "withdrawn"


def test_a_release_that_is_not_there(reader: Browser) -> None:
    assert reader.get("/api/search", release=1).status_code == 200
    assert reader.get("/api/search", release=2).status_code == 404
    assert reader.get("/api/search", release=0).status_code == 400


def test_headers_must_be_percent_encoded(reader: Browser) -> None:
    reader.headers["Underseal-Purpose"] = "%ff"
    assert reader.get("/api/search").status_code == 400


def test_a_long_query_fits_into_an_address(reader: Browser) -> None:
    for text in ("水" * 4000, "pilot " * 660):
        assert reader.get("/api/search", q=text).status_code == 200
    assert reader.get("/api/search", q="x" * 4001).status_code == 400
