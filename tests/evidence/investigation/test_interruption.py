"""Killed at any moment, the job leaves the last release whole and is finished by doing it again."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from forked import Worker, forked
from underseal.evidence.investigation import create_investigation, open_investigation

from .harbour import AUTHORITY, SAMPLE, Harbour, arrival, draft, read_once, take_in, take_keys
from .test_main_job import _assert_true


def _prepare(workspace: Path) -> None:
    with create_investigation(workspace, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        take_keys(investigation, SAMPLE)


@pytest.mark.parametrize("seed", range(4))
def test_kill_9_at_a_random_moment_loses_nothing(fresh: Path, seed: int) -> None:
    _prepare(fresh)
    Worker(take_in, str(fresh)).killed(seed, within=1.0)
    with open_investigation(fresh) as investigation:
        release = investigation.releases.latest()
        if release is not None:
            assert [step.name for step in investigation.verify() if not step.ok] == []
    assert Worker(take_in, str(fresh)).ended() == 0
    with open_investigation(fresh) as investigation:
        _assert_true(Harbour(SAMPLE, investigation))
        assert [step.name for step in investigation.verify() if not step.ok] == []
        latest = investigation.releases.latest()
        assert latest is not None
        assert latest.size == investigation.casework.exhibits.get("CAPTURE").read


def test_ten_readers_during_an_intake_each_see_a_whole_release(fresh: Path) -> None:
    with create_investigation(fresh, "Harbour") as investigation:
        investigation.authorities.add(draft(), user=investigation.user)
        investigation.take(SAMPLE / "capture", arrival("CAPTURE"), authority=AUTHORITY)
        first = investigation.release()
        assert first is not None
        with ProcessPoolExecutor(10, mp_context=forked()) as pool:
            reads = [pool.submit(read_once, str(fresh), number) for number in range(20)]
            take_keys(investigation, SAMPLE)
            investigation.release()
            seen = {read.result(240) for read in reads}
        totals = {release: {total for number, total in seen if number == release} for release, _ in seen}
        assert all(len(counts) == 1 for counts in totals.values())
        assert {release for release, _ in seen} <= {1, 2}
