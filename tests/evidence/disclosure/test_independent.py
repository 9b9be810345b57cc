"""The page on the format is enough to check a message without any of our code: the program printed on it does."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from underseal.core.verify import verify_file

from .quay import Quay, lines_of

PAGE = Path(__file__).parents[3] / "docs" / "formats" / "disclosure-pack.md"


def run(program: Path, pack: Path, signer: str, record: int) -> "subprocess.CompletedProcess[str]":
    arguments = [sys.executable, "-I", str(program), str(pack), signer, str(record)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (printed,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert set(re.findall(r"^(?:import|from) ([\w, ]+?)(?: import.*)?$", printed, flags=re.MULTILINE)) == {
        "base64, hashlib, json, pathlib, sys",
        "vodozemac",
    }
    (tmp_path / "printed.py").write_text(printed, encoding="utf-8")
    return tmp_path / "printed.py"


def test_the_printed_program_checks_a_message_from_ciphertext_to_signed_root(quay: Quay, program: Path) -> None:
    pack, signer = quay.pack(quay.dossier("$a8", "$a9")), quay.investigation.workspace.public_key.hex
    assert verify_file(pack).ok
    done = run(program, pack, signer, quay.number("$a9"))
    assert done.stdout == "verified: box 9 stands at gate 9\n", done.stderr
    assert run(program, pack, "00" * 32, quay.number("$a9")).returncode == 1
    for field, value in (("text", "else"), ("ciphertext", lines_of(pack)[0]["ciphertext"])):
        lines = lines_of(pack)
        lines[1][field] = value
        (pack / "messages.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
        assert "AssertionError" in run(program, pack, signer, quay.number("$a9")).stderr
