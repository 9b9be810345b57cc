"""A disk that fills up at any stage leaves the last release whole, says so in words, and is no harm once there is room."""

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

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


def apart(*command: str | Path, errors: int | IO[str] = subprocess.PIPE) -> "subprocess.Popen[str]":
    """Start a command of Python where it may mount disks; a machine on which that cannot be had fails the test."""
    unshare = shutil.which("unshare")
    assert unshare, "unshare (util-linux) is not installed"
    return subprocess.Popen(
        [unshare, "--user", "--map-root-user", "--mount", sys.executable, *command],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )


def said_apart(*command: str | Path) -> str:
    """Return what a command writes that must succeed."""
    with apart(*command) as process:
        written, errors = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0, errors
    return written


@pytest.fixture(scope="module")
def job(house: Path, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Job]":
    """Does the job on as many disks as one likes."""
    log = tmp_path_factory.mktemp("job") / "errors.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        apart("-m", "investigation.full_disk", house, errors=errors) as process,
    ):
        assert process.stdin
        yield Job(process, log)
        process.stdin.close()


class Job:
    """A process that takes in and releases on disks of its own; each time on a copy of the house, on another disk."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self._process = process
        self._log = log

    def run(self, disk: Path, words: str, call: int, left: int) -> dict[str, Any]:
        disk.mkdir()
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([str(disk), words, call, left]) + "\n")
        self._process.stdin.flush()
        assert select.select([self._process.stdout], [], [], LIMIT_SECONDS)[0], "no answer came"
        line = self._process.stdout.readline()
        assert line, self._log.read_text(encoding="utf-8")
        said: dict[str, Any] = json.loads(line)
        return said


SIZES = ["4k", "16k", "64k", "300k", "400k"]

INDEX = """
import json, subprocess, sys
from pathlib import Path
from store.rows import recorded
from underseal.errors import InternalError
from underseal.evidence.store.index import build_index
folder, *sizes = sys.argv[1:]
rows = [
    {"exhibit": "B", "unit": "row", "row": n, "event": f"$e{n}", "conversation": "!x", "sender": "a", "recipients": ["b"],
     "time": n, "clock": "h", "uncertainty": 0, "kind": "text", "text": f"word{n} other{n * 7}", "verdict": "clear"}
    for n in range(20_000)
]
said = {}
for size in sizes:
    disk = Path(folder) / size
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + size, "none", disk], check=True)
    try:
        build_index(disk / "text", recorded(rows))
    except InternalError as error:
        said[size] = error.hint
print(json.dumps(said))
"""


def test_an_index_that_finds_no_room_says_so(tmp_path: Path) -> None:
    assert json.loads(said_apart("-c", INDEX, tmp_path, *SIZES)) == dict.fromkeys(SIZES, MAKE_ROOM)


@pytest.mark.parametrize(("words", "call", "left"), MOMENTS)
def test_a_full_disk_stops_the_job_in_words_and_costs_nothing(
    job: Job, tmp_path: Path, words: str, call: int, left: int
) -> None:
    said = job.run(tmp_path / "disk", words, call, left)
    assert said["filled"]
    assert (said["code"], said["hint"]) == ("internal", MAKE_ROOM)
    assert said["released"] == 0
    assert said["faults after"] == []
    assert said["faults at the end"] == []
    assert said["releases"] == 2
    assert said["in the audit"] == [1, 2]
    assert said["left over"] == []


def test_a_release_that_was_entered_and_never_published_is_told_from_the_one_that_was(
    house: Path, tmp_path: Path
) -> None:
    said = json.loads(said_apart("-m", "investigation.full_log", house, tmp_path))
    assert said["hint"] == MAKE_ROOM
    assert said["published"] == [1]
    first, lost = said["audit"]
    assert [first[:2], lost[:2]] == [["released", 1], ["released", 2]]
    assert said["published later"] == [1, 2]
    *known, told, made = said["audit later"]
    assert known == [first, lost]
    assert told == ["release_abandoned", 2, lost[2]]
    assert made[:2] == ["released", 2]
    assert said["faults"] == []
