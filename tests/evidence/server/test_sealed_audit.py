"""A sealed audit on the desk: shown to a server that holds its key, counted and verified by any other."""

from pathlib import Path

import pytest

from underseal.core.crypto import LetterboxKey
from underseal.core.verify import verify
from underseal.evidence.investigation import open_investigation
from underseal.evidence.investigation.opening import create_investigation

from .serving_room import served

KEY = LetterboxKey.generate()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sealed") / "workspace"
    create_investigation(made, "Defence", audit_for=KEY.letterbox).close()
    return made


def test_a_server_without_the_key_shows_how_many_there_are_and_for_whom_they_are_sealed(folder: Path) -> None:
    with open_investigation(folder) as investigation, served(investigation) as room, room.reader() as reader:
        page = reader.get("/api/audit", user="nobody", act="searched").json()
        total = investigation._audit.size
        assert page == {"entries": [], "total": total, "cursor": None, "sealed_for": KEY.letterbox.hex}
        assert reader.post("/api/audit/verify").json()["ok"] is True
        export = reader.get("/api/audit/export").content
        assert verify(export, trusted=investigation.workspace.public_key.hex).ok
        assert b"audit_exported" not in export


def test_a_server_with_the_key_shows_the_acts(folder: Path) -> None:
    with open_investigation(folder, audit_key=KEY) as held, served(held) as room, room.reader() as reader:
        page = reader.get("/api/audit", limit=500).json()
    assert page["sealed_for"] == ""
    assert [entry["number"] for entry in page["entries"]] == list(range(page["total"]))[::-1]
    assert {"workspace_created", "login", "audit_read"} <= {entry["act"] for entry in page["entries"]}
