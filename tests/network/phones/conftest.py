"""A phone that lies on the table: used once, and copied for each test."""

import shutil
from pathlib import Path

import pytest

from network.phones.crowd import make_used
from network.server_fixture import LiveNetwork


@pytest.fixture(scope="session")
def used(live_network: LiveNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a phone that has said something, was answered, and is closed; not to be changed."""
    return make_used(live_network, tmp_path_factory.mktemp("used") / "phone")


@pytest.fixture
def phone(used: Path, tmp_path: Path) -> Path:
    """A copy of it; the homeserver has one share for all copies."""
    return Path(shutil.copytree(used, tmp_path / "phone"))
