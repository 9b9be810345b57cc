"""Kill -9 while disclosing: there is no pack, or a whole one, and the next run makes it."""

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from underseal.core.verify import verify_file

from .quay import Quay

WORK = """
import sys
sys.path[:0] = {path!r}
from disclosure.quay import AUTHORITY
from pathlib import Path
from underseal.evidence.investigation import open_investigation
with open_investigation({workspace!r}) as investigation:
    disclosure = investigation.under(AUTHORITY).dossiers.disclosure
    disclosure.preview({dossier!r}, to="Mr Vos")
    print("begin", flush=True)
    for number in range(50):
        disclosure.disclose({dossier!r}, Path({folder!r}) / f"pack{{number}}{suffix}", to="Mr Vos", zipped={zipped!r})
"""


@pytest.mark.parametrize(("seed", "zipped"), [(1, False), (2, True)])
def test_kill_9_while_disclosing_leaves_no_pack_or_a_whole_one(
    quay: Quay, tmp_path: Path, seed: int, *, zipped: bool
) -> None:
    dossier = quay.dossier("$a1", "$a5", "$open", before=3, after=3)
    packs = tmp_path / "packs"
    packs.mkdir()
    code = WORK.format(
        path=[str(Path(__file__).parents[1])],
        workspace=str(quay.investigation.workspace.root),
        dossier=dossier,
        folder=str(packs),
        suffix=".zip" if zipped else "",
        zipped=zipped,
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("UNDERSEAL_")}
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begin\n"
    moment = random.Random(seed).uniform(0.05, 0.5)  # noqa: S311  # any moment will do
    timer = threading.Timer(moment, worker.send_signal, [signal.SIGKILL])
    timer.start()
    worker.wait(60)
    timer.cancel()
    worker.stdout.close()
    made = sorted(path for path in packs.iterdir() if not path.name.startswith("."))
    for path in made:
        assert verify_file(path).ok
    target = packs / f"pack{len(made)}{'.zip' if zipped else ''}"
    quay.disclosure().disclose(dossier, target, to="Mr Vos", zipped=zipped)
    assert verify_file(target).ok
    assert [path.name for path in packs.iterdir() if path.name.startswith(".")] == []
    assert [step.name for step in quay.investigation.verify() if not step.ok] == []
