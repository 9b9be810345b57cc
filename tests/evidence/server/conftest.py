"""The harbour sample, taken in once a run, and served."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest

from underseal.core.records import Secret
from underseal.evidence.authority import Draft
from underseal.evidence.casework import Role
from underseal.evidence.intake import Arrival
from underseal.evidence.investigation import Investigation, create_investigation, open_investigation

from .serving_room import NUMBER, Browser, Served, add_users, served

HARBOUR = Path(__file__).parents[3] / "samples" / "harbour"

NAMED = {
    "anna": Role.ADMINISTRATOR,
    "ines": Role.INVESTIGATOR,
    "fatma": Role.FILTER,
    "maud": Role.MAGISTRATE,
    "paul": Role.PROSECUTOR,
}


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds the whole sample in one release; not to be changed."""
    folder = tmp_path_factory.mktemp("harbour") / "workspace"
    with create_investigation(folder, "Harbour") as investigation:
        grant(investigation, NUMBER)
        take(investigation, HARBOUR / "capture", "BR-1")
        passphrases = json.loads((HARBOUR / "keys" / "passphrases.json").read_text())
        for number, (file, passphrase) in enumerate(sorted(passphrases.items()), 2):
            take(investigation, HARBOUR / "keys" / file, f"BR-{number}", Secret(passphrase.encode()))
        assert investigation.release()
    return folder


def grant(
    investigation: Investigation,
    number: str,
    *,
    rooms: Literal["all"] | list[str] = "all",
    period: Literal["all"] | tuple[str | None, str | None] = "all",
    valid_to: str = "2999-12-31",
) -> None:
    draft = Draft(
        number=number,
        magistrate="M. Janssens",
        legal_basis="art. 90ter",
        type="warrant",
        accounts="all",
        rooms=rooms,
        period=period,
        valid_from="2020-01-01",
        valid_to=valid_to,
        zone="UTC",
    )
    investigation.authorities.add(draft, user=investigation.user)


def take(investigation: Investigation, path: Path, number: str, passphrase: Secret | None = None) -> None:
    arrival = Arrival(
        number=number, custodian="harbour", condition="sealed bag", received_from="I. Police", received_by="A. Clerk"
    )
    investigation.take(path, arrival, authority=NUMBER, purpose="a test", passphrase=passphrase)


@pytest.fixture(scope="module")
def own_harbour(harbour: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Investigation]:
    """A copy of the sample's workspace for the tests of one file."""
    folder = tmp_path_factory.mktemp("own") / "workspace"
    shutil.copytree(harbour, folder)
    with open_investigation(folder, user="boss") as investigation:
        yield investigation


@pytest.fixture(scope="module")
def room(own_harbour: Investigation) -> Iterator[Served]:
    """The sample, served to the one person whose workspace it is."""
    with served(own_harbour) as running:
        yield running


@pytest.fixture
def reader(room: Served) -> Iterator[Browser]:
    """The browser of that person."""
    with room.reader() as browser:
        yield browser


@pytest.fixture(scope="module")
def inside(office: Served) -> Iterator[dict[str, Browser]]:
    """The browsers of all named users, logged in once: passwords take their time."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(office.reader(name)) for name in NAMED}


@pytest.fixture(scope="module")
def office(own_harbour: Investigation) -> Iterator[Served]:
    """The sample, served to named users: one of each role."""
    add_users(own_harbour, NAMED)
    with served(own_harbour) as running:
        yield running


@pytest.fixture
def pass_time(own_harbour: Investigation) -> Iterator[Callable[[int], None]]:
    """Sets the clock forward by so many milliseconds."""
    gate, clock = own_harbour.gate, own_harbour.gate.clock

    def forward(milliseconds: int) -> None:
        before = gate.clock
        gate.clock = lambda: before() + milliseconds

    yield forward
    gate.clock = clock
