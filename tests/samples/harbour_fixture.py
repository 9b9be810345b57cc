"""A small harbour sample, made by a real homeserver once a test run: the fixture `small_harbour` of all tests.

The homeserver is never installed beside the product, so the script runs in a Python of its own: the one that
UNDERSEAL_SAMPLE_PYTHON names, else .venv-sample, else the one that runs the tests.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE = ROOT / "samples" / "harbour" / "make.py"
LIMIT_SECONDS = 180
_NEEDS = "import nio, PIL, synapse"


def sample_python() -> str | None:
    """A Python that has homeserver and handsets, or None."""
    named = os.environ.get("UNDERSEAL_SAMPLE_PYTHON")
    if named:
        return named
    for python in (str(ROOT / ".venv-sample" / "bin" / "python"), sys.executable):
        if (
            shutil.which(python)
            and subprocess.run([python, "-c", _NEEDS], check=False, capture_output=True).returncode == 0
        ):
            return python
    return None


@pytest.fixture(scope="session")
def small_harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small harbour sample: capture/, keys/ and truth.jsonl."""
    python = sample_python()
    if not python:
        pytest.fail('There is no Python with the dependency group "sample": run `make setup`.')
    for tool in ("espeak-ng", "opusenc"):
        if not shutil.which(tool):
            pytest.fail(f"{tool} is not installed: run `make setup`.")
    return once(tmp_path_factory, "small-harbour", lambda folder: _make(python, folder))


def _make(python: str, folder: Path) -> None:
    done = subprocess.run(
        [python, str(MAKE), "--small", "--out", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert done.returncode == 0, done.stderr


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that is made once a test run, however many processes it has: the first makes it, others wait.

    Args:
        factory: of this process. name: of the folder. make: fills it.
    """
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            aside = Path(tempfile.mkdtemp(dir=shared))
            make(aside)
            aside.rename(folder)
    return folder
