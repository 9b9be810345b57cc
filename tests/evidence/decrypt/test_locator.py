import json
import pickle
import subprocess
import sys
from pathlib import Path

from underseal.evidence.decrypt import Locator

SAMPLES = Path(__file__).parents[3] / "samples"


def test_attachments_are_located_by_reader_and_path() -> None:
    lines = (SAMPLES / "harbour" / "truth.jsonl").read_text("utf-8").splitlines()
    sent = next(event for event in map(json.loads, lines) if "mxc" in event)
    assert Locator(reader="synapse", path=SAMPLES / "harbour" / "capture")(sent["mxc"]) is not None
    assert Locator(reader="matrix-jsonl", path=SAMPLES / "matrix-jsonl" / "events.jsonl")(sent["mxc"]) is None


def test_a_worker_process_imports_no_reader_no_database_and_no_settings_for_its_job() -> None:
    job = pickle.dumps(Locator(reader="synapse", path=Path("capture")))
    code = f"import pickle, sys, underseal.evidence.decrypt.work; pickle.loads({job!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()} | set(done.stdout.split())
    assert "underseal.evidence.decrypt.work" in loaded
    assert not loaded & {
        "pandas",
        "sqlalchemy",
        "alembic",
        "pydantic",
        "tantivy",
        "duckdb",
        "underseal.evidence.intake",
    }
