"""Releases on the desk."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from underseal.core.records import Secret
from underseal.evidence.investigation import Investigation, create_investigation, open_investigation

from .conftest import HARBOUR, grant, take
from .serving_room import NUMBER, Browser, Row, Served, acts, served

PASSPHRASES = json.loads((HARBOUR / "keys" / "passphrases.json").read_text())


@pytest.fixture(scope="module")
def own_harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Investigation]:
    """Two releases: the second one opens with keys that came later."""
    with create_investigation(tmp_path_factory.mktemp("two") / "workspace", "Harbour") as investigation:
        grant(investigation, NUMBER)
        take(investigation, HARBOUR / "capture", "BR-1")
        assert investigation.release(workers=2)
        file, passphrase = next(iter(PASSPHRASES.items()))
        take(investigation, HARBOUR / "keys" / file, "BR-2", Secret(passphrase.encode()))
        assert investigation.release(workers=2)
        yield investigation


def lines_of(reader: Browser, number: int) -> list[Row]:
    response = reader.post(f"/api/releases/{number}/verify")
    assert response.status_code == 200
    return [json.loads(line) for line in response.text.splitlines()]


def test_releases_are_listed_and_described(reader: Browser, own_harbour: Investigation) -> None:
    releases = reader.get("/api/releases").json()
    assert [release["number"] for release in releases] == own_harbour.releases.numbers()
    first, *_, last = releases
    assert (first["parent"], first["added"]) == (None, first["records"])
    assert last["records"] == first["records"] + sum(release["added"] for release in releases[1:])
    detail = reader.get(f"/api/releases/{last['number']}").json()
    assert {key: detail[key] for key in last} == last
    assert sum(segment["rows"] for segment in detail["segments"]) == last["records"]
    assert all(segment["bytes"] > 0 for segment in detail["segments"])
    assert detail["tools"]
    assert reader.get("/api/releases/99").status_code == 404


def test_two_releases_are_compared_and_proved(reader: Browser, room: Served) -> None:
    last = room.investigation.releases.numbers()[-1]
    diff = reader.get("/api/releases/diff", old=1, new=last).json()
    assert diff["added"] == sum(line["count"] for line in diff["lines"]) > 100
    assert {line["reason"] for line in diff["lines"]} >= {"new key"}
    assert diff["consistent"]["ok"] is True
    assert acts(room.investigation, "releases_compared")[0] == {"user": room.investigation.user, "old": 1, "new": last}
    assert reader.get("/api/releases/diff", old=last, new=1).status_code == 400
    assert reader.get("/api/releases/diff", old=1, new=99).status_code == 404


def test_a_verification_says_how_far_it_is(reader: Browser, room: Served) -> None:
    *progress, last = lines_of(reader, 1)
    assert last["check"]["ok"] is True
    total = room.investigation.releases.get(1).size
    assert progress[-1] == {"done": total, "total": total}
    counts = [line["done"] for line in progress]
    assert counts == sorted(counts)
    assert acts(room.investigation, "verified")[0]["result"] == "sound"
    assert reader.post("/api/releases/99/verify").status_code == 404


def test_a_flipped_bit_is_found_and_named(own_harbour: Investigation, tmp_path: Path) -> None:
    shutil.copytree(own_harbour.workspace.root, tmp_path / "workspace")
    with open_investigation(tmp_path / "workspace", user="boss") as damaged:
        file = min(damaged.workspace.segments.glob("*/records.parquet"))
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        with served(damaged) as room, room.reader() as reader:
            check = lines_of(reader, 1)[-1]["check"]
    assert check["ok"] is False
    assert any(f"{file.parent.name}/records.parquet" in step["detail"] for step in check["steps"] if not step["ok"])


def test_an_older_release_can_still_be_read(reader: Browser) -> None:
    old = reader.get("/api/search", q="verdict:opened", release=1).json()["total"]
    new = reader.get("/api/search", q="verdict:opened").json()["total"]
    assert old == 0 < new
