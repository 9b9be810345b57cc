"""Times on the desk: one form, in the workspace's time zone, with the offset; what was recorded or signed keeps its own."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from underseal.evidence.investigation import Investigation, open_investigation

from .conftest import grant
from .serving_room import Browser, Served, served

FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d")
ELSEWHERE = "Asia/Kolkata"


@pytest.fixture(scope="module")
def far_harbour(harbour: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Investigation]:
    """The sample in a workspace whose clocks are five and a half hours ahead of UTC, all year."""
    folder = tmp_path_factory.mktemp("far") / "workspace"
    shutil.copytree(harbour, folder)
    settings = folder / "underseal.toml"
    settings.write_text(settings.read_text().replace('timezone = "UTC"', f'timezone = "{ELSEWHERE}"'))
    with open_investigation(folder, user="boss") as investigation:
        yield investigation


@pytest.fixture(scope="module")
def far(far_harbour: Investigation) -> Iterator[Browser]:
    with served(far_harbour) as running, running.reader() as browser:
        yield browser


def times(answer: object, *names: str) -> list[str]:
    """All values of fields, however deep they lie."""
    if isinstance(answer, list):
        return [time for item in answer for time in times(item, *names)]
    if not isinstance(answer, dict):
        return []
    own = [value for name, value in answer.items() if name in names and isinstance(value, str)]
    return own + [time for value in answer.values() for time in times(value, *names)]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/api/audit", ("time",)),
        ("/api/releases", ("created",)),
        ("/api/releases/1", ("created",)),
        ("/api/overview", ("released", "taken")),
        ("/api/conversations", ("iso",)),
        ("/api/search", ("iso",)),
        ("/api/session", ("valid_from", "valid_to")),
    ],
)
def test_every_time_has_the_form_and_the_offset_of_the_workspace(
    far: Browser, path: str, names: tuple[str, ...]
) -> None:
    found = times(far.get(path).json(), *names)
    assert found
    assert [time for time in found if not FORM.fullmatch(time) or not time.endswith("+05:30")] == []


def test_the_exported_audit_keeps_its_times_as_they_were_written(far: Browser) -> None:
    shown = {entry["number"]: entry["time"] for entry in far.get("/api/audit").json()["entries"]}
    lines = map(json.loads, far.get("/api/audit/export").text.splitlines())
    written = {line["number"]: line["time"] for line in lines if "act" in line}
    assert all(time.endswith("Z") for time in written.values())
    assert {number: datetime.fromisoformat(time) for number, time in shown.items()} == {
        number: datetime.fromisoformat(written[number]) for number in shown
    }


def test_a_conversation_ends_with_its_last_message_whoever_joined_after_it(reader: Browser) -> None:
    for conversation in reader.get("/api/conversations").json()["conversations"]:
        address = f"/api/conversations/{conversation['id']}"
        days = reader.get(f"{address}/density").json()["days"]
        last = reader.get(f"{address}/messages", limit=1).json()["lines"][0]
        assert last["kind"] == "membership"
        assert last["time"]["utc"] > conversation["last"]["utc"]
        assert days[0]["day"] == conversation["first"]["iso"][:10]
        assert days[-1]["day"] == conversation["last"]["iso"][:10]


def test_conversations_without_a_message_come_last_and_have_no_span(
    reader: Browser, own_harbour: Investigation, room: Served
) -> None:
    assert room.investigation is own_harbour
    everything = reader.get("/api/conversations").json()["conversations"]
    grant(own_harbour, "BR-2026/30", period=(everything[2]["last"]["iso"], None))
    reader.authority = "BR-2026/30"
    listed = reader.get("/api/conversations").json()["conversations"]
    assert [c["id"] for c in listed[:3]] == [c["id"] for c in everything[:3]]
    assert {c["id"] for c in listed[3:]} == {c["id"] for c in everything[3:]}
    assert all(c["messages"] and c["first"] and c["last"] for c in listed[:3])
    assert {(c["messages"], c["first"], c["last"]) for c in listed[3:]} == {(0, None, None)}
    paged: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = reader.get("/api/conversations", limit=2, **cursor).json()
        paged += [c["id"] for c in page["conversations"]]
        if page["cursor"] is None:
            break
        cursor = {"after": page["cursor"]}
    assert paged == [c["id"] for c in listed]
