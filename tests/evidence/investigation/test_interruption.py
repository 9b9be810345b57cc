"""Killed at any moment, the job leaves the last release whole and is finished by doing it again."""

import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from underseal.evidence.investigation import create_investigation, open_investigation

from .harbour import AUTHORITY, SAMPLE, Harbour, arrival, draft, take_keys
from .test_main_job import _assert_true

WORK = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from investigation.harbour import AUTHORITY, SAMPLE, arrival, take_keys
from underseal.errors import ConflictError
from underseal.evidence.investigation import open_investigation
with open_investigation(Path({workspace!r})) as investigation:
    print("begin", flush=True)
    try:
        investigation.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY)
    except ConflictError:
        pass  # read to its end by the run before
    investigation.release(workers=1)
"""


def _prepare(workspace: Path) -> None:
    with create_investigation(workspace, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        take_keys(investigation, SAMPLE)


def _start(workspace: Path) -> subprocess.Popen[bytes]:
    code = WORK.format(path=[str(Path(__file__).parents[1])], workspace=str(workspace))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("UNDERSEAL_")}
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)


@pytest.mark.parametrize("seed", range(4))
def test_kill_9_at_a_random_moment_loses_nothing(fresh: Path, seed: int) -> None:
    _prepare(fresh)
    worker = _start(fresh)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"begin\n"
    moment = random.Random(seed).uniform(0.0, 1.0)  # noqa: S311  # any moment will do
    timer = threading.Timer(moment, worker.send_signal, [signal.SIGKILL])
    timer.start()
    worker.wait(120)
    timer.cancel()
    worker.stdout.close()
    with open_investigation(fresh) as investigation:
        release = investigation.releases.latest()
        if release is not None:
            assert [step.name for step in investigation.verify() if not step.ok] == []
    again = _start(fresh)
    assert again.stdout is not None
    again.stdout.read()
    again.stdout.close()
    assert again.wait(120) == 0
    with open_investigation(fresh) as investigation:
        _assert_true(Harbour(SAMPLE, investigation))
        assert [step.name for step in investigation.verify() if not step.ok] == []
        latest = investigation.releases.latest()
        assert latest is not None
        assert latest.size == investigation.casework.exhibits.get("CAPTURE").read


def _read_once(workspace: str, number: int) -> tuple[int, int]:
    """Search and read in a process of its own, and say what release it saw and what it counted."""
    with open_investigation(workspace) as investigation:
        case = investigation.under(AUTHORITY)
        room = case.conversations()[number % 5].id
        assert case.read(room, limit=20).rows.num_rows
        return case.release.number, case.search("").total


def test_ten_readers_during_an_intake_each_see_a_whole_release(fresh: Path) -> None:
    with create_investigation(fresh, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        investigation.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY)
        first = investigation.release()
        assert first is not None
        with ProcessPoolExecutor(10, mp_context=get_context("spawn")) as pool:
            reads = [pool.submit(_read_once, str(fresh), number) for number in range(20)]
            take_keys(investigation, SAMPLE)
            investigation.release()
            seen = {read.result(240) for read in reads}
        totals = {release: {total for number, total in seen if number == release} for release, _ in seen}
        assert all(len(counts) == 1 for counts in totals.values())
        assert {release for release, _ in seen} <= {1, 2}
