"""An office that is made once, and copied for the tests of each file, or for each test that asks for one of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .office import Office, make_office, open_office


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office; not to be changed."""
    folder = tmp_path_factory.mktemp("office")
    make_office(folder).investigation.close()
    return folder / "workspace"


@pytest.fixture(scope="module")
def office(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A copy of it for the tests of one file."""
    opened = open_office(Path(shutil.copytree(made, tmp_path_factory.mktemp("own") / "workspace")))
    yield opened
    opened.investigation.close()


@pytest.fixture
def fresh(made: Path, tmp_path: Path) -> Iterator[Office]:
    """A copy of it for one test: where messages are withheld, or everything is counted."""
    opened = open_office(Path(shutil.copytree(made, tmp_path / "workspace")))
    yield opened
    opened.investigation.close()
