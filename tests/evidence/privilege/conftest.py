"""A house that is made once, and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from underseal.evidence.investigation import Investigation
from underseal.evidence.workspace import Workspace

from .chambers import Chambers, make_chambers


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An investigation with a lawyer in it; not to be changed."""
    folder = tmp_path_factory.mktemp("chambers")
    make_chambers(folder).investigation.close()
    return folder / "workspace"


@pytest.fixture
def chambers(made: Path, tmp_path: Path) -> Iterator[Chambers]:
    """A copy of it."""
    workspace = Workspace.open(Path(shutil.copytree(made, tmp_path / "workspace")))
    with Investigation(workspace, user="") as investigation:
        yield Chambers(folder=tmp_path, investigation=investigation)
