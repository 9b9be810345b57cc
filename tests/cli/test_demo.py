"""The demonstration: a live network, its capture, its seized phones, and what the desk then shows, word for word."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCENARIOS = Path(__file__).parents[2] / "samples" / "scenarios"
LIMIT_SECONDS = 400


def demo(tmp_path: Path, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    program = "import sys; from underseal.cli import main; sys.argv[0] = 'underseal'; main()"
    command = [sys.executable, "-c", program, "demo", "--no-serve", "--workspace", tmp_path / "harbour", *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False, env={**os.environ}, cwd=tmp_path
    )


def test_what_seized_keys_open_is_shown_word_for_word_and_nothing_else_is(tmp_path: Path) -> None:
    text = (SCENARIOS / "quick.yaml").read_text(encoding="utf-8")
    text = text.replace("../harbour/lines", str(SCENARIOS.parent / "harbour" / "lines"))
    few = text.replace("seized: [lotte, zeno]", "seized: [zeno]")
    assert few != text
    (tmp_path / "few.yaml").write_text(few, encoding="utf-8")
    done = demo(tmp_path, "--scenario", tmp_path / "few.yaml")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["failures"] == 0
    assert summary["said"]["different"] == 0
    assert summary["said"]["shown"] > 0
    assert summary["said"]["locked"] > summary["said"]["shown"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour" / "diary").touch()
    done = demo(tmp_path, "--recorded")
    assert (done.returncode, "not an earlier demonstration" in done.stderr) == (1, True)
    assert [file.name for file in tmp_path.iterdir()] == ["harbour"]
