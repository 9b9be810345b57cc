"""The verifier runs where nothing of the project but itself can: no store, no search, no Matrix library."""

import json
import os
import subprocess
import sys
from pathlib import Path

from underseal.core.crypto import SigningKey
from underseal.core.ledger import Ledger, sign_document

SOURCE = Path(__file__).parents[3] / "src"

BLOCK = """
import sys

ALLOWED = set(sys.stdlib_module_names) | {"cryptography", "_cffi_backend", "cffi"}
OWN = ("underseal", "underseal.errors", "underseal.core", "underseal.core.ledger", "underseal.core.verify")


class Block:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top == "underseal" and (name in OWN or name.startswith(OWN[3:])):
            return None
        if top in ALLOWED:
            return None
        raise ImportError(f"the verifier must not need {name}")


sys.meta_path.insert(0, Block())
"""


def run(tmp_path: Path, file: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (tmp_path / "blocked.py").write_text(
        BLOCK + "import runpy\nsys.argv[0] = 'verify'\nrunpy.run_module('underseal.core.verify', run_name='__main__')\n"
    )
    return subprocess.run(
        [sys.executable, str(tmp_path / "blocked.py"), str(file), *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_alone(tmp_path: Path) -> None:
    key = SigningKey.generate()
    ledger = Ledger.create(tmp_path / "ledger", key)
    old = ledger.checkpoint()
    ledger.append({"act": "one"})
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(ledger.consistency_proof(old)))

    verified = run(tmp_path, proof, "--key", key.public.hex)
    assert verified.returncode == 0, verified.stderr
    assert "VERIFIED" in verified.stdout
    assert verified.stderr == ""

    told = json.loads(run(tmp_path, proof, "--json").stdout)
    assert told["signer_compared"] is False


def test_it_refutes_alone(tmp_path: Path) -> None:
    document = sign_document({"format": "underseal/release/1"}, SigningKey.generate()).to_bytes()
    (tmp_path / "bad.json").write_bytes(document.replace(b"release", b"rebased"))
    refuted = run(tmp_path, tmp_path / "bad.json")
    assert refuted.returncode == 1, refuted.stderr
    assert "FAILED  The document is signed" in refuted.stdout
    assert run(tmp_path, tmp_path / "missing.json").returncode == 2


def test_the_block_blocks(tmp_path: Path) -> None:
    (tmp_path / "blocked.py").write_text(BLOCK + "import underseal.core.crypto\n")
    result = subprocess.run(
        [sys.executable, str(tmp_path / "blocked.py")],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "must not need underseal.core.crypto" in result.stderr
