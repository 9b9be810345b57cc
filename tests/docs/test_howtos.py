"""The commands of the how-tos run, and say what the pages say.

A block whose fence says "sh run" or "python run" is run: the blocks of a page in their order, in a folder that holds `samples`
and the workspace of the first page. A block "text output" behind it names lines of its output, in their order, where "…" stands
for anything.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from underseal.network.licences import Licences
from underseal.network.setup import Network, NetworkSettings

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "howto").glob("*.md"))
FIRST = ROOT / "docs" / "howto" / "take-in-a-homeserver.md"
"""The page that makes the workspace which the others use."""

LIMIT_SECONDS = 600
"""For a page that waits for something that never comes, not an expectation."""

_FENCE = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_APART = "\x1e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A runnable block of a page, and the lines that the page says come of it."""

    language: str
    code: str
    output: list[str]


def runnable(page: Path) -> list[Block]:
    """Return the runnable blocks of a page."""
    found: list[Block] = []
    for language, mark, text in _FENCE.findall(page.read_text(encoding="utf-8")):
        if mark == "run":
            found.append(Block(language=language, code=text, output=[]))
        elif mark == "output":
            found[-1].output.extend(text.splitlines())
    return found


def run(blocks: Sequence[Block], folder: Path, programs: Path, **variables: str) -> list[str]:
    """Run the blocks of a page, and return what each has written; it fails where one of them does.

    Args:
        blocks: of one page. folder: in which. programs: folder whose programs come before all others.
        variables: of the environment.
    """
    assert len({block.language for block in blocks}) == 1, "a page runs one language"
    if blocks[0].language == "sh":
        program = ["bash", "-euo", "pipefail", "-c"]
        apart = f"\nprintf '{_APART}'\n"
    else:
        program = [sys.executable, "-W", "error", "-c"]
        apart = f"\nprint({_APART!r}, end='', flush=True)\n"
    servers = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
    path = os.pathsep.join([str(programs), str(Path(sys.executable).parent), *servers, os.environ["PATH"]])
    done = subprocess.run(
        [*program, apart.join(block.code for block in blocks)],
        cwd=folder,
        env={**os.environ, "PATH": path, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.split(_APART)


def missing(block: Block, written: str) -> list[str]:
    """Return the lines that a page promises and that did not come, or not in this order."""
    lines: Iterator[str] = iter(written.splitlines())
    return [line for line in block.output if not any(_matches(line, found) for found in lines)]


def _matches(promised: str, found: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in promised.split("…"))
    return re.fullmatch(pattern, found.strip()) is not None


def make_network(folder: Path) -> Network:
    """Make a network with empty licences, as the page has one."""
    settings = NetworkSettings(server_name="phone.example.org")
    return Network.init(folder, settings, lambda made: Licences.create(made.licences, made.signing_key).close())


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory, preloaded: Path) -> tuple[Path, list[str]]:
    """The folder in which the first page was followed, and what its blocks have written."""
    folder = tmp_path_factory.mktemp("howto")
    (folder / "samples").symlink_to(ROOT / "samples")
    return folder, run(runnable(FIRST), folder, preloaded)


def test_the_first_page_says_what_happens(first: tuple[Path, list[str]]) -> None:
    for block, written in zip(runnable(FIRST), first[1], strict=True):
        assert missing(block, written) == [], written


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page != FIRST and runnable(page)], ids=lambda page: page.stem
)
def test_a_page_says_what_happens(
    page: Path, first: tuple[Path, list[str]], preloaded: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "howto"
    shutil.copytree(first[0], folder, symlinks=True)
    variables = {"UNDERSEAL_WORKSPACE": str(folder / "harbour"), "UNDERSEAL_AUTHORITY": "BR-2026/17"}
    if page.stem == "postgresql":
        variables |= {"PGHOST": str(request.getfixturevalue("postgresql_folder")), "PGUSER": "postgres"}
    if page.stem in {"sell-licences", "run-the-office"}:
        variables |= {"UNDERSEAL_NETWORK": str(make_network(folder / "network").root)}
    blocks = runnable(page)
    for block, written in zip(blocks, run(blocks, folder, preloaded, **variables), strict=True):
        assert missing(block, written) == [], written
