"""Every sentence in which the server refuses something is there in the other languages of the desk."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from underseal import evidence

SOURCES: Final = Path(evidence.__file__).parent
WORDS: Final = SOURCES.parents[2] / "web" / "desk" / "src" / "words"

STAGES: Final = (
    "authority",
    "casework",
    "disclosure",
    "dossier",
    "identity",
    "investigation",
    "privilege",
    "search",
    "server",
    "store",
)
ELSEWHERE: Final = frozenset(
    {
        "casework/database.py",  # a workspace is opened before the desk is there
        "casework/exhibits.py",  # exhibits are taken in at the command line
        "casework/intakes.py",
        "casework/schema.py",
        "investigation/defence.py",  # the workspace of the defence has a house of its own
        "investigation/destroying.py",  # destroying is done at the command line
        "investigation/destruction_plan.py",
        "investigation/opening.py",
        "privilege/rules.py",  # rules are files, read when the server starts
        "server/serving.py",
    }
)
"""What says nothing to the desk."""

REFUSALS: Final = frozenset(
    {
        "CallerError",
        "ConflictError",
        "ForgedError",
        "LoginRequiredError",
        "NotFoundError",
        "QueryError",
        "RefusedError",
        "ThrottledError",
    }
)
"""What a person can mend. What is broken in the house, or in the evidence, is for who keeps it, and stays English."""

HOLE: Final = "\0"
"""Stands for what differs from time to time."""


def template(node: ast.expr) -> str | None:
    """Return the text of a constant or of an f-string, None of anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else HOLE for each in values)
        case _:
            return None


def refusals(source: Path) -> Iterator[str]:
    """Yield the sentences and the hints of the refusals in a file."""
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
            hints = (keyword.value for keyword in node.keywords if keyword.arg == "hint")
            yield from filter(None, map(template, [*node.args[:1], *hints]))


def form(english: str) -> re.Pattern[str]:
    """Return what the templates of a sentence look like; a command of ours may stand where it has a hole."""
    pieces = re.split(r"\{\{\w+\}\}", english)
    return re.compile(rf"(?:{HOLE}+|underseal .+|--\w+ [A-Z]+|\{{.+\}})".join(map(re.escape, pieces)))


@pytest.fixture(scope="module", params=["fr", "nl"])
def known(request: pytest.FixtureRequest) -> list[re.Pattern[str]]:
    """The sentences that a language has."""
    files = [WORDS / folder / f"{request.param}.json" for folder in ("said", "refused")]
    return [form(english) for file in files for english in json.loads(file.read_text(encoding="utf-8"))]


def missing(sentence: str, known: list[re.Pattern[str]]) -> bool:
    """Say whether neither the whole nor every sentence of it is known."""
    if any(each.fullmatch(sentence) for each in known):
        return False
    parts = re.split(rf"(?<=[.?]) (?=[A-Z{HOLE}])", sentence)
    return len(parts) == 1 or any(missing(part, known) for part in parts)


def test_every_refusal_is_said_in_the_other_languages(known: list[re.Pattern[str]]) -> None:
    files = [file for stage in STAGES for file in sorted((SOURCES / stage).rglob("*.py"))]
    said = {
        (str(file.relative_to(SOURCES)), sentence)
        for file in files
        for sentence in refusals(file)
        if str(file.relative_to(SOURCES)) not in ELSEWHERE
    }
    assert len(said) > 200
    assert [each for each in sorted(said) if missing(each[1], known)] == []


def test_a_sentence_that_nobody_translated_would_be_found(known: list[re.Pattern[str]]) -> None:
    assert missing(f"The {HOLE} is upside down.", known)
    assert not missing(f"There is no person {HOLE}.", known)


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_what_is_left_out_is_there(name: str) -> None:
    assert (SOURCES / name).is_file()
