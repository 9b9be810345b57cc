"""Kill -9 while disclosing: there is no pack, or a whole one, and the next run makes it."""

from pathlib import Path

import pytest

from forked import Worker
from underseal.core.verify import verify_file

from .quay import Quay, disclose_often


@pytest.mark.parametrize(("seed", "zipped"), [(1, False), (2, True)])
def test_kill_9_while_disclosing_leaves_no_pack_or_a_whole_one(
    quay: Quay, tmp_path: Path, seed: int, *, zipped: bool
) -> None:
    dossier = quay.dossier("$a1", "$a5", "$open", before=3, after=3)
    packs = tmp_path / "packs"
    packs.mkdir()
    workspace = str(quay.investigation.workspace.root)
    Worker(disclose_often, workspace, dossier, str(packs), zipped=zipped).killed(seed, within=0.5)
    made = sorted(path for path in packs.iterdir() if not path.name.startswith("."))
    for path in made:
        assert verify_file(path).ok
    target = packs / f"pack{len(made)}{'.zip' if zipped else ''}"
    quay.disclosure().disclose(dossier, target, to="Mr Vos", zipped=zipped)
    assert verify_file(target).ok
    assert [path.name for path in packs.iterdir() if path.name.startswith(".")] == []
    assert [step.name for step in quay.investigation.verify() if not step.ok] == []
