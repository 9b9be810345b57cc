"""One furnished network, made once and copied for each office."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from underseal.core.records import Secret
from underseal.network.licences import Kind, Licences, Money
from underseal.network.reward import Reward
from underseal.network.setup import Network, NetworkSettings

from .counter import ANNA, NORTH, NOW, OFFICE, PASSWORD, PRODUCT, RENEWAL, SOUTH, Browser, Counter, Seat, opened


def _furnish(network: Network) -> None:
    Licences.create(network.licences, network.signing_key).close()
    Reward.create(network.reward, network.signing_key)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with products and resellers; not to be changed."""
    network = Network.init(
        tmp_path_factory.mktemp("furnished") / "network",
        NetworkSettings(server_name="phone.example.org"),
        _furnish,
    )
    with Licences(network.licences, network.signing_key) as licences:
        licences.products.add(PRODUCT, Money.parse("1200.00 EUR"), at=NOW, by=OFFICE)
        licences.products.add(RENEWAL, Money.parse("150.00 EUR"), at=NOW, by=OFFICE, kind=Kind.SUBSCRIPTION, months=1)
        for name in (NORTH, SOUTH):
            licences.resellers.add(name, Secret(PASSWORD.encode()), quota=10, at=NOW, by=OFFICE)
    return network.root


@pytest.fixture(scope="session")
def staffed(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Seat]]:
    """The same with a named operator, and the seats of everybody: passwords take their time; not to be changed."""
    root = Path(shutil.copytree(furnished, tmp_path_factory.mktemp("staffed") / "network"))
    seats = {}
    with opened(Network.open(root)) as office:
        office.name_operators()
        for name in (ANNA, NORTH, SOUTH):
            with office.enter(name) as browser:
                seats[name] = browser.seat()
    return root, seats


@pytest.fixture
def unnamed(furnished: Path, tmp_path: Path) -> Iterator[Counter]:
    """The office of a network without named operators."""
    with opened(Network.open(Path(shutil.copytree(furnished, tmp_path / "network")))) as office:
        yield office


@pytest.fixture
def office(staffed: tuple[Path, dict[str, Seat]], tmp_path: Path) -> Iterator[Counter]:
    """The office of a network with a named operator, to which everybody has come once."""
    root, seats = staffed
    with opened(Network.open(Path(shutil.copytree(root, tmp_path / "network"))), seats) as office:
        yield office


@pytest.fixture
def anna(office: Counter) -> Iterator[Browser]:
    """The browser of an operator."""
    with office.seated(ANNA) as browser:
        yield browser


@pytest.fixture
def north(office: Counter) -> Iterator[Browser]:
    """The browser of a reseller."""
    with office.seated(NORTH) as browser:
        yield browser


@pytest.fixture
def south(office: Counter) -> Iterator[Browser]:
    """The browser of another reseller."""
    with office.seated(SOUTH) as browser:
        yield browser
