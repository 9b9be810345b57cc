"""Databases that hold the tables of the case work: made once, and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.postgresql import fresh_database, make_database

from underseal.evidence.casework import CaseWork

Filling = Callable[[CaseWork], object]
"""Puts in what a database holds from the start."""


class Databases:
    """Makes a database once for each filling, and copies it.

    Args:
        request: of whom the server of PostgreSQL is asked, when it is needed. folder: for files.
    """

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder
        self._files: dict[Filling, Path] = {}
        self._templates: dict[Filling, str] = {}

    def file(self, filling: Filling) -> Path:
        """Return a file of SQLite; not to be changed."""
        if filling not in self._files:
            file = self._folder / str(len(self._files)) / "casework.db"
            file.parent.mkdir()
            _fill(f"sqlite:///{file}", filling)
            self._files[filling] = file
        return self._files[filling]

    def template(self, filling: Filling) -> str:
        """Return the name of a database of PostgreSQL; not to be changed."""
        if filling not in self._templates:
            name, url = make_database(self.server)
            _fill(url, filling)
            self._templates[filling] = name
        return self._templates[filling]

    @property
    def server(self) -> Path:
        folder: Path = self._request.getfixturevalue("postgresql_folder")
        return folder


def _fill(url: str, filling: Filling) -> None:
    with CaseWork.open(url) as casework:
        filling(casework)


def nothing(casework: CaseWork) -> None:
    """Leave the tables empty."""


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases(request, tmp_path_factory.mktemp("made"))


@pytest.fixture
def filling() -> Filling:
    """What each database holds from the start: nothing, where the tests of a file do not say otherwise."""
    return nothing


@pytest.fixture(params=["sqlite", "postgresql"])
def made_url(request: pytest.FixtureRequest, databases: Databases, filling: Filling, tmp_path: Path) -> Iterator[str]:
    """Address of a database with the tables: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(databases.file(filling), tmp_path)}"
        return
    template = databases.template(filling)
    with fresh_database(databases.server, template) as (_, url):
        yield url


@pytest.fixture
def casework(made_url: str) -> Iterator[CaseWork]:
    """An open case work on each of the two databases."""
    with CaseWork.open(made_url) as opened:
        yield opened
