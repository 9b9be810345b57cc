"""Intakes that are killed at any moment, starved of disk or stopped by hand, and go on as if nothing had been."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from forked import Worker
from underseal.core.records import CAPTURED
from underseal.errors import IntegrityError, InternalError
from underseal.evidence.audit import Audit
from underseal.evidence.casework import CaseWork, ExhibitState
from underseal.evidence.casework.intakes import IntakeState
from underseal.evidence.workspace import Workspace

from .house import House, open_house
from .taking import take_in

UNITS = 1_500


def _exhibit(folder: Path, *, noise: int = 0) -> Path:
    """Write a feed in which every hundredth line is damaged; `noise` bytes of each message cannot be compressed."""
    file = folder / "events.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for number in range(UNITS):
            event = {
                "event_id": f"${number}",
                "type": "m.room.message",
                "room_id": "!room",
                "sender": "@anna:hs",
                "origin_server_ts": number,
                "content": {"msgtype": "m.text", "body": f"message {number} {os.urandom(noise).hex()}"},
            }
            lines.write((json.dumps(event) if number % 100 else "{") + "\n")
    return file


@contextmanager
def _new_house(folder: Path) -> Iterator[House]:
    workspace = Workspace.init(folder / "workspace", "Harbour")
    with CaseWork.of(workspace) as casework:
        yield open_house(workspace, casework, Audit.create(workspace.audit, workspace.signing_key))


def _run(
    house: House, file: Path, *, rows: int = 200, limit: int | None = None, kill_after: int | None = None
) -> tuple[int, str]:
    """Take the file in, in a process of its own; return its exit code and what it said last."""
    worker = Worker(take_in, str(house.workspace.root), str(file), rows, limit)
    said = [""]
    for step, word in enumerate(worker.told()):
        said.append(word)
        if step == kill_after:
            worker.kill()
    return worker.ended(), said[-1]


def _staged(house: House) -> list[dict[str, object]]:
    files = sorted(house.workspace.staging("J-1").glob("part-*.parquet"))
    rows: list[dict[str, object]] = pa.concat_tables(
        [pq.read_table(file, schema=CAPTURED) for file in files]
    ).to_pylist()
    return rows


def _assert_whole(house: House) -> None:
    exhibit = house.casework.exhibits.get("J-1")
    assert (exhibit.state, exhibit.read, exhibit.failed, exhibit.total) == (
        ExhibitState.STAGED,
        UNITS - 15,
        15,
        UNITS,
    )
    assert [row["event"] for row in _staged(house)] == [f"${number}" for number in range(UNITS) if number % 100]
    failures = sorted(house.workspace.staging("J-1").glob("failures-*.parquet"))
    assert [row for file in failures for row in pq.read_table(file).column("row").to_pylist()] == list(
        range(1, UNITS, 100)
    )


@settings(max_examples=examples(3), suppress_health_check=[HealthCheck.too_slow])
@given(kills=st.lists(st.integers(0, 31), min_size=1, max_size=2))
def test_an_intake_that_is_killed_at_any_moment_goes_on(
    tmp_path_factory: pytest.TempPathFactory, kills: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    file = _exhibit(folder)
    with _new_house(folder) as house:
        for step in kills:
            _run(house, file, kill_after=step)
        code, said = _run(house, file)
        if house.casework.exhibits.get("J-1").state is not ExhibitState.STAGED:
            assert code == 0, said
        _assert_whole(house)


def test_a_killed_intake_goes_on_behind_its_last_part(tmp_path: Path) -> None:
    file = _exhibit(tmp_path)
    with _new_house(tmp_path) as house:
        code, _ = _run(house, file, kill_after=20)
        assert code == -signal.SIGKILL
        parts = house.workspace.staging("J-1").glob("part-*")
        before = {part.name: part.stat().st_ino for part in parts}
        listed = json.loads((house.workspace.staging("J-1") / "checkpoint.json").read_bytes())["parts"]
        assert len(listed) >= 2
        assert _run(house, file)[0] == 0
        _assert_whole(house)
        for part in listed:
            assert (house.workspace.staging("J-1") / part["name"]).stat().st_ino == before[part["name"]]
        states = [intake.state for intake in house.casework.intakes.list()]
        assert states == [IntakeState.FINISHED, IntakeState.INTERRUPTED]


def test_a_full_disk_is_a_clear_error_and_the_intake_goes_on_when_there_is_room(tmp_path: Path) -> None:
    file = _exhibit(tmp_path, noise=2_000)  # the part outgrows the limit, the case-work database does not
    with _new_house(tmp_path) as house:
        code, said = _run(house, file, rows=10_000, limit=1 << 20)
        assert code == 1
        assert "the disk takes no more" in said
        assert house.casework.intakes.list()[0].state is IntakeState.FAILED
        assert house.casework.exhibits.get("J-1").state is ExhibitState.READING
        assert _run(house, file)[0] == 0
        _assert_whole(house)


def test_a_part_that_was_never_listed_is_thrown_away(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _exhibit(tmp_path)
    _stop_midway(house, file, monkeypatch)
    stray = house.workspace.staging("J-1") / "part-00099.parquet"
    stray.write_bytes(b"remains of a process that died")
    house.take(file, "J-1")
    assert not stray.exists()
    _assert_whole(house)


def test_a_part_that_was_spoilt_meanwhile_is_found(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _exhibit(tmp_path)
    _stop_midway(house, file, monkeypatch)
    part = house.workspace.staging("J-1") / "part-00000.parquet"
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    with pytest.raises(IntegrityError, match=r"part-00000\.parquet is missing or damaged"):
        house.take(file, "J-1")


def test_a_checkpoint_that_was_spoilt_is_told(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _exhibit(tmp_path)
    _stop_midway(house, file, monkeypatch)
    checkpoint = house.workspace.staging("J-1") / "checkpoint.json"
    for damage in (b"", b"{}", b"[]", b'{"format": "underseal/intake/2"}'):
        checkpoint.write_bytes(damage)
        with pytest.raises(IntegrityError, match="checkpoint"):
            house.take(file, "J-1")
    checkpoint.unlink()
    house.take(file, "J-1")
    _assert_whole(house)


def _stop_midway(house: House, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a file in until a person stops it."""
    monkeypatch.setattr("underseal.evidence.intake.checkpoint.MAX_ROWS", 200)
    monkeypatch.setattr("underseal.evidence.intake.formats._batches.BATCH_UNITS", 50)
    steps = count()

    def stop(_done: int, _total: int) -> None:
        if next(steps) == 15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.take(file, "J-1", progress=stop)
    assert house.casework.intakes.list()[0].state is IntakeState.INTERRUPTED


def test_a_machine_s_refusal_while_reading_is_no_fault_of_the_evidence(house: House, tmp_path: Path) -> None:
    file = _exhibit(tmp_path)

    steps = count()

    def fail(_done: int, _total: int) -> None:
        if next(steps) == 1:
            raise OSError(5, "Input/output error")

    with pytest.raises(InternalError, match="The intake of J-1 stopped: Input/output error"):
        house.take(file, "J-1", progress=fail)
