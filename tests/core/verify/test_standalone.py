"""The verifier runs where nothing of the project but itself can: no store, no search, no Matrix library."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from underseal.core.crypto import SigningKey
from underseal.core.ledger import Ledger, leaf_hash, merkle_root, sign_document, subset_path
from underseal.core.verify.destruction import FORMAT, Destruction, Gone, Rewritten, read_destruction

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


def test_it_verifies_a_destruction_alone(tmp_path: Path) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(5)]
    gone = [Gone(number=1, leaf=leaves[1], ciphertext=bytes(32)), Gone(number=4, leaf=leaves[4], ciphertext=b"")]
    path = subset_path([1, 4], 5, lambda start, end: merkle_root(leaves[start:end]))
    destruction = Destruction(
        number=1, workspace="w", created="2026-01-01T00:00:00+00:00", parent="", decision=2, decision_sha256="00",
        authority="BR-1", user="fatma", release=1, size=5, root=merkle_root(leaves).hex(), records=gone, path=path,
        segments=[Rewritten(segment="r0001-0000-0", was="00" * 32, now="11" * 32)],
        hidden=[Rewritten(segment="r0001-0000-0", release=2, was="00" * 32, now="11" * 32)],
        attachments={"removed": 1, "kept": 0}, keys={"removed": 1, "shortened": 2, "replaced": 3}, exhibits=["BR-7"],
    )  # fmt: skip
    assert read_destruction(destruction.to_payload()) == destruction  # type: ignore[arg-type]
    file = tmp_path / "destruction.json"
    file.write_bytes(sign_document(destruction.to_payload(), SigningKey.generate()).to_bytes())
    verified = run(tmp_path, file)
    assert verified.returncode == 0, verified.stderr
    assert "2 records destroyed under decision 2, digests kept" in verified.stdout
    assert "room keys removed: 1, shortened: 2, replaced by keys of single messages: 3" in " ".join(
        verified.stdout.split()
    )
    counted = {"removed": 1, "shortened": 2, "kept": 3}
    older = destruction.to_payload() | {"format": "underseal/destruction/1", "keys": counted}
    file.write_bytes(sign_document(older, SigningKey.generate()).to_bytes())
    assert "kept for other messages: 3" in " ".join(run(tmp_path, file).stdout.split())
    swapped = replace(destruction, records=[replace(gone[0], leaf=leaves[2]), gone[1]])
    file.write_bytes(sign_document(swapped.to_payload(), SigningKey.generate()).to_bytes())
    refuted = run(tmp_path, file)
    assert refuted.returncode == 1
    assert "FAILED  The digests of what was destroyed are in the release" in refuted.stdout
    file.write_bytes(sign_document({"format": FORMAT, "number": 1}, SigningKey.generate()).to_bytes())
    assert run(tmp_path, file).returncode == 1


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
