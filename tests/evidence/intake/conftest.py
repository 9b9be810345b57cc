"""Databases to be read and spoilt, and a house to take them into."""

import shutil
from pathlib import Path

import pytest

from underseal.evidence.audit import Audit
from underseal.evidence.casework import CaseWork
from underseal.evidence.workspace import Workspace

from .formats.reading import HARBOUR, SynapseDatabase
from .house import House, open_house


@pytest.fixture
def synapse(tmp_path: Path) -> SynapseDatabase:
    """An empty Synapse database."""
    (tmp_path / "server").mkdir()
    return SynapseDatabase(tmp_path / "server" / "homeserver.db")


@pytest.fixture
def harbour_copy(tmp_path: Path) -> Path:
    """A copy of the harbour's capture, to be spoilt."""
    return Path(shutil.copytree(HARBOUR / "capture", tmp_path / "capture"))


@pytest.fixture
def house(workspace: Workspace, casework: CaseWork, audit: Audit) -> House:
    """A house with authority BR-1."""
    return open_house(workspace, casework, audit)
