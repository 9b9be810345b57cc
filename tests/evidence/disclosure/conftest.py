"""A quay that is made once, and copied for tests that change it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from underseal.evidence.investigation import Investigation
from underseal.evidence.workspace import Workspace

from .quay import Quay, make_quay


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Quay:
    """The quay; not to be changed."""
    quay = make_quay(tmp_path_factory.mktemp("quay"))
    quay.investigation.close()
    return quay


@pytest.fixture
def quay(made: Quay, tmp_path: Path) -> Iterator[Quay]:
    """A copy of it."""
    workspace = Workspace.open(Path(shutil.copytree(made.folder / "workspace", tmp_path / "workspace")))
    with Investigation(workspace, user="root") as investigation:
        yield Quay(folder=tmp_path, investigation=investigation, senders=made.senders)
