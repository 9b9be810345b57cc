"""Killed at any moment, a destruction has not happened, or is brought to its end by whoever opens the workspace next."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from staffed import AUTHORITY, PASSWORD
from underseal.core.verify import verify
from underseal.evidence.investigation import Investigation, open_investigation
from underseal.evidence.workspace import Workspace

from .chambers import Chambers, make_chambers
from .left import indexes_with, where
from .test_destroy import SECRETS, WORDS, confirmed, destroy, faults

MOMENTS: Final = 14
"""Moments at which it is killed, spread over all at which it changes anything on the disk."""

WORK = """
import json, os, shutil, signal, sys
from pathlib import Path
from underseal.evidence.investigation import Investigation
from underseal.evidence.workspace import Workspace
import underseal.evidence.decrypt, underseal.evidence.intake
made, folder, authority, moments = json.loads(sys.argv[1])
changes = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.truncate"}

def destroy(root, moment):
    left = [moment]
    def count(event, arguments):
        writing = event == "open" and isinstance(arguments[1], str) and arguments[1][0] in "wax"
        if (event in changes or writing) and root in str(arguments[0]):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    with Investigation(Workspace.open(Path(root)), user="fatma") as house:
        house.destroying.destroy(2, confirm="destroy 3 records of decision 2", authority=authority)
    return moment - left[0]

def attempt(name, moment):
    root = str(Path(folder) / name)
    shutil.copytree(made, root)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(destroy(root, moment)).encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), os.read(reading, 20).decode()

code, total = attempt("whole", 10**9)
assert code == 0, code
total = int(total)
ends = {}
for part in range(moments):
    moment = 1 + part * (total - 1) // (moments - 1)
    ends[moment] = attempt(str(moment), moment)[0]
print(json.dumps({"total": total, "ends": ends}))
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, int]]:
    """A folder with one workspace for each moment, and how each process ended."""
    folder = tmp_path_factory.mktemp("killed")
    chambers = make_chambers(folder)
    confirmed(chambers)
    chambers.investigation.close()
    told = json.dumps([str(folder / "workspace"), str(folder), AUTHORITY, MOMENTS])
    environment = {key: value for key, value in os.environ.items() if not key.startswith("UNDERSEAL_")}
    done = subprocess.run(
        [sys.executable, "-c", WORK, told], check=True, capture_output=True, env=environment, timeout=300
    )
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["total"] > MOMENTS
    return folder, found["ends"]


def test_kill_9_leaves_nothing_done_or_a_destruction_that_is_finished(killed: tuple[Path, Mapping[str, int]]) -> None:
    folder, ends = killed
    assert set(ends.values()) == {-9}
    done = {moment: _destroyed(folder / moment) for moment in ends}
    assert set(done.values()) == {False, True}
    assert list(done.values()) == sorted(done.values())


def _destroyed(root: Path) -> bool:
    """Open a workspace after the crash, check that it is sound, and say whether the destruction counts."""
    with Investigation(Workspace.open(root), user="") as investigation:
        chambers = Chambers(folder=root, investigation=investigation)
        investigation.settle()
        assert not investigation.destructions.unfinished
        assert faults(chambers) == []
        counts = [entry for entry in chambers.audit("erased") if "failed" not in entry.details]
        documents = chambers.of("fatma").destroying.documents(authority=AUTHORITY)
        assert [entry.details["sha256"] for entry in counts] == [document.sha256 for document in documents]
        if not documents:
            assert chambers.found(user="fatma") == ["$1", "$2", "$3", "$4", "$5"]
            destroy(chambers, 2)
        assert chambers.found(user="fatma") == ["$4", "$5"]
        assert faults(chambers) == []
        assert (where(root, WORDS), indexes_with(root, SECRETS)) == (set(), set())
        assert verify(chambers.of("fatma").destroying.receipt(1, authority=AUTHORITY)).ok
        return bool(documents)


def test_it_is_finished_when_the_workspace_is_opened(killed: tuple[Path, Mapping[str, int]]) -> None:
    folder, _ = killed
    root = folder / "whole"
    (unfinished,) = (root / "destructions" / "0001",)
    left = {"segments": ["r0001-0000-0"], "hidden": [], "media": [], "sessions": {}}
    (unfinished / "unfinished.json").write_text(json.dumps(left), encoding="utf-8")
    back = root / "segments" / "r0001-0000-0"
    back.mkdir()
    (back / "records.parquet").write_bytes(WORDS[0])
    with open_investigation(root, user="fatma", password=PASSWORD):
        assert where(root, WORDS) == set()
        assert not back.exists()
        assert not (unfinished / "unfinished.json").exists()
