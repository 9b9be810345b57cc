"""Databases that hold the tables of the case work: made once, and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.postgresql import fresh_database

from underseal.evidence.casework import CaseWork


@pytest.fixture(scope="session")
def made_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("made") / "casework.db"
    CaseWork.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def made_on_postgresql(postgresql_folder: Path) -> Iterator[str]:
    with fresh_database(postgresql_folder) as (name, url):
        CaseWork.open(url).close()
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def made_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database with empty tables: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('made_on_sqlite'), tmp_path)}"
        return
    template = request.getfixturevalue("made_on_postgresql")
    with fresh_database(request.getfixturevalue("postgresql_folder"), template) as (_, url):
        yield url


@pytest.fixture
def casework(made_url: str) -> Iterator[CaseWork]:
    """An open case work on each of the two databases."""
    with CaseWork.open(made_url) as opened:
        yield opened
