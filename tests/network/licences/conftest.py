"""One furnished network, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from underseal.network.licences import Licences
from underseal.network.setup import Network

from .command_line import CommandLine
from .shelf import Shelf, furnish, make_network


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with products and resellers; not to be changed."""
    network = make_network(tmp_path_factory.mktemp("furnished") / "network")
    with Licences(network.licences, network.signing_key) as licences:
        furnish(licences)
    return network.root


@pytest.fixture
def shelf(furnished: Path, tmp_path: Path) -> Iterator[Shelf]:
    """A network of the test's own, with products and resellers."""
    network = Network.open(Path(shutil.copytree(furnished, tmp_path / "network")))
    with Licences(network.licences, network.signing_key) as licences:
        yield Shelf(network=network, licences=licences)


@pytest.fixture
def line(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line of the test's network."""
    return CommandLine(shelf.network.root, monkeypatch, capsys, "licence")
