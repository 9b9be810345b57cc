"""The reference is current, and nothing that a person can name is missing from it."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from underseal.core.records import RECORDS, Verdict
from underseal.evidence.audit import Act
from underseal.evidence.intake.formats import readers
from underseal.evidence.search.nodes import FIELDS
from underseal.settings import Environment, Settings

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def test_the_pages_are_what_the_code_says() -> None:
    script = ROOT / "scripts" / "reference.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_has_its_heading() -> None:
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8").splitlines()
    commands = import_module("underseal.cli.main").COMMANDS
    assert [name for name in commands if f"## underseal {name}" not in page] == []


@pytest.mark.parametrize("table", ["underseal.cli.main", "underseal.cli.network", "underseal.cli.network.licence"])
def test_each_command_is_listed_with_the_first_sentence_of_its_help(table: str) -> None:
    for listed in import_module(table).COMMANDS.values():
        module, name = listed.place.split(":")
        assert listed.words == getattr(import_module(module), name).get_short_help_str(1000)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("settings.md", [*Settings.model_fields, *(f"UNDERSEAL_{name.upper()}" for name in Environment.model_fields)]),
        ("verdicts.md", list(Verdict)),
        ("query-fields.md", [f"{name}:" for name in FIELDS]),
        ("audit-acts.md", list(Act)),
        ("records.md", RECORDS.names),
    ],
)
def test_every_name_has_a_row_with_words(page: str, names: list[str]) -> None:
    rows = [line.split(" | ") for line in (REFERENCE / page).read_text(encoding="utf-8").splitlines()]
    told = {row[0].removeprefix("| ").strip("`") for row in rows if any(cell.strip("| ") for cell in row[1:])}
    assert [name for name in names if name not in told] == []


@pytest.mark.parametrize("reader", [reader.name for reader in readers()])
def test_every_reader_has_its_page(reader: str) -> None:
    assert (ROOT / "docs" / "formats" / f"{reader}.md").is_file()
