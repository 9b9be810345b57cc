"""One furnished network, made once and copied for each office."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from underseal.core.records import Secret
from underseal.network.licences import Kind, Licences, Money
from underseal.network.reward import Reward
from underseal.network.setup import Network, NetworkSettings

from .counter import NORTH, NOW, OFFICE, PASSWORD, PRODUCT, RENEWAL, SOUTH, Browser, Counter, opened


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


@pytest.fixture
def unnamed(furnished: Path, tmp_path: Path) -> Iterator[Counter]:
    """The office of a network without named operators."""
    with opened(Network.open(Path(shutil.copytree(furnished, tmp_path / "network")))) as office:
        yield office


@pytest.fixture
def office(unnamed: Counter) -> Counter:
    """The office of a network with a named operator."""
    unnamed.name_operators()
    return unnamed


@pytest.fixture
def anna(office: Counter) -> Iterator[Browser]:
    """The browser of an operator."""
    with office.seat("anna") as browser:
        yield browser


@pytest.fixture
def north(office: Counter) -> Iterator[Browser]:
    """The browser of a reseller."""
    with office.seat(NORTH) as browser:
        yield browser


@pytest.fixture
def south(office: Counter) -> Iterator[Browser]:
    """The browser of another reseller."""
    with office.seat(SOUTH) as browser:
        yield browser
