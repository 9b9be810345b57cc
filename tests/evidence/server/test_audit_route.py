"""The audit on the desk."""

import json
from pathlib import Path

import pytest

from underseal.core.verify import verify

from .serving_room import Browser, Served


def test_acts_are_paged_latest_first(room: Served, reader: Browser) -> None:
    for query in ("one", "two", "three"):
        reader.get("/api/search", q=query)
    first = reader.get("/api/audit", limit=2, act="searched").json()
    second = reader.get("/api/audit", limit=2, act="searched", before=first["cursor"]).json()
    assert [entry["details"]["query"] for entry in first["entries"]] == ["three", "two"]
    assert second["entries"][0]["details"]["query"] == "one"
    entry = first["entries"][0]
    assert (entry["user"], entry["authority"], entry["group"]) == ("boss", "BR-2026/17", "consultation")
    assert entry["purpose"] == "a test"
    assert first["total"] == room.investigation._audit.count(act="searched")


def test_the_last_page_has_no_cursor(reader: Browser) -> None:
    total = reader.get("/api/audit", limit=1, act="workspace_created").json()
    assert (len(total["entries"]), total["cursor"]) == (1, None)
    numbers: list[int] = []
    cursor: dict[str, int] = {}
    while True:
        page = reader.get("/api/audit", limit=50, user="boss", **cursor).json()
        numbers += [entry["number"] for entry in page["entries"]]
        if page["cursor"] is None:
            break
        cursor = {"before": page["cursor"]}
    assert numbers == sorted(set(numbers), reverse=True)


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 501}, {"before": -1}, {"before": 2**64}, {"before": "x"}])
def test_pages_that_cannot_be_are_refused(reader: Browser, params: dict[str, int | str]) -> None:
    assert reader.get("/api/audit", **params).status_code == 400


def test_reading_the_audit_is_an_act(reader: Browser) -> None:
    assert reader.get("/api/audit").json()["entries"][0]["act"] == "audit_read"


def test_the_audit_is_verified(reader: Browser) -> None:
    check = reader.post("/api/audit/verify").json()
    assert check["ok"] is True
    assert all(step["ok"] for step in check["steps"])
    verified = reader.get("/api/audit", act="verified", limit=1).json()["entries"][0]
    assert verified["details"] == {"what": "audit", "result": "sound"}


def test_the_export_can_be_checked_by_anyone(room: Served, reader: Browser, tmp_path: Path) -> None:
    response = reader.get("/api/audit/export")
    assert response.headers["content-disposition"] == 'attachment; filename="audit.jsonl"'
    assert int(response.headers["content-length"]) == len(response.content)
    report = verify(response.content, trusted=room.investigation.workspace.public_key.hex)
    assert report.ok, report.summary
    last = json.loads(response.content.splitlines()[-1])
    assert last["act"] == "audit_exported"
    assert not list(tmp_path.iterdir())
