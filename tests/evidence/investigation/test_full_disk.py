"""A disk that fills up at any stage leaves the last release whole, says so in words, and is no harm once there is room."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from underseal.errors import MAKE_ROOM
from underseal.evidence.investigation import create_investigation

from .harbour import AUTHORITY, SAMPLE, arrival, draft, take_keys

LIMIT_SECONDS = 300

MOMENTS = [
    ("Reading", 1, 0),
    ("Reading", 1, 100_000),
    ("Reading", 2, 0),
    ("Reading", 3, 20_000),
    ("Decrypting", 1, 0),
    ("Decrypting", 1, 50_000),
    ("Decrypting", 1, 300_000),
    ("Decrypting", 1, 1_500_000),
    ("Decrypting", 1, 3_000_000),
    ("Decrypting", 2, 0),
    ("Decrypting", 2, 200_000),
    ("Decrypting", 2, 900_000),
    ("Indexing", 1, 0),
    ("Indexing", 1, 4_096),
]
"""When the disk fills up: at which report of which stage, and with how many bytes left. Files are hashed and read at first;
attachments and decided rows are written while decrypting, segments behind that, and the release behind the indexing."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a release and room keys, into which the sample is still to be taken."""
    workspace = tmp_path_factory.mktemp("full") / "harbour"
    with create_investigation(workspace, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        investigation.take(SAMPLE.parent / "matrix-jsonl" / "events.jsonl", arrival("FIRST"), authority=AUTHORITY)
        assert investigation.release()
        take_keys(investigation, SAMPLE)
    return workspace


def run(house: Path, disk: Path, words: str, call: int, left: int) -> dict[str, Any]:
    """Do the job on a disk of its own; a machine on which none can be mounted fails the test."""
    unshare = shutil.which("unshare")
    assert unshare, "unshare (util-linux) is not installed"
    disk.mkdir()
    done = subprocess.run(
        [unshare, "--user", "--map-root-user", "--mount", sys.executable, "-m", "investigation.full_disk",
         house, disk, words, str(call), str(left)],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize(("words", "call", "left"), MOMENTS)
def test_a_full_disk_stops_the_job_in_words_and_costs_nothing(
    house: Path, tmp_path: Path, words: str, call: int, left: int
) -> None:
    said = run(house, tmp_path / "disk", words, call, left)
    assert said["filled"]
    assert (said["code"], said["hint"]) == ("internal", MAKE_ROOM)
    assert said["released"] == 0
    assert said["faults after"] == []
    assert said["faults at the end"] == []
    assert said["releases"] == 2
    assert said["in the audit"] == [1, 2]
    assert said["left over"] == []
