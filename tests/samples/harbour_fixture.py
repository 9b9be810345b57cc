"""A small harbour sample, made by a real homeserver once a test run: the fixture `small_harbour` of all tests."""

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


@pytest.fixture(scope="session")
def small_harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small harbour sample: capture/, keys/ and truth.jsonl."""
    for tool in ("espeak-ng", "opusenc"):
        if not shutil.which(tool):
            pytest.fail(f"{tool} is not installed: run `make setup`.")
    return once(tmp_path_factory, "small-harbour", _make)


def _make(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(MAKE), "--small", "--out", str(folder)],
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
