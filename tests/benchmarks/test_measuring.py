"""Measuring: processes of their own, watched whole; percentiles that are times which really happened."""

import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.process import measure, memory_of, tree
from benchmarks.timing import ROUNDS, percentile, time_all

MIB = 2**20
HOLD = "import sys; held = bytearray(b'x') * {size}; print('held', flush=True); sys.stdin.read()"


def hold(size: int, *, in_child: bool) -> int:
    """Hold so many bytes until they have surely been sampled, in this process or in one of its own."""
    if not in_child:
        held = bytearray(b"x") * size
        _sampled()
        return len(held)
    with subprocess.Popen([sys.executable, "-c", HOLD.format(size=size)], stdin=-1, stdout=-1) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        _sampled()
        child.stdin.close()
    return size


def _sampled() -> None:
    """Keep a processor busy for longer than the time between two samples."""
    subprocess.run([sys.executable, "-c", "sum(range(30_000_000))"], check=True)


def fail() -> None:
    raise OSError("on purpose")


@pytest.mark.parametrize("in_child", [False, True])
def test_memory_of_a_process_and_of_its_children_is_seen(*, in_child: bool) -> None:
    measured = measure(hold, 200 * MIB, in_child=in_child)
    assert measured.result == 200 * MIB
    assert 200 * MIB < measured.anonymous <= measured.peak < 600 * MIB
    assert measured.seconds > 0
    assert measured.cpu_seconds > 0


def test_a_failure_is_told_with_its_trace(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="fail failed"):
        measure(fail)
    assert "OSError: on purpose" in capfd.readouterr().err


def test_a_process_that_has_ended_has_no_memory_and_no_children() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert memory_of(process.pid) == (0, 0)
    assert list(tree(process.pid)) == [process.pid]


def test_every_question_is_asked_in_every_round_and_the_first_does_not_count() -> None:
    asked: list[str] = []
    times = time_all(["a1", "a2", "b1"], asked.append, lambda question: question[0])
    assert asked == ["a1", "a2", "b1"] * (ROUNDS + 1)
    assert {kind: len(own) for kind, own in times.items()} == {"a": 2 * ROUNDS, "b": ROUNDS}


@pytest.mark.parametrize(("part", "expected"), [(0.0, 1), (0.5, 5), (0.95, 10), (1.0, 10)])
def test_a_percentile_is_a_time_that_was_measured(part: float, expected: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], part) == expected


def test_the_folder_of_a_run_is_ignored_by_version_control() -> None:
    root = Path(__file__).resolve().parents[2]
    assert "/build/" in (root / ".gitignore").read_text().split()
