"""A real PostgreSQL server for the tests, and a fresh database per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.postgresql import FORGETFUL, fresh_database, running


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    """Start a server for the whole run; its socket lies in the folder that is yielded."""
    with running(FORGETFUL) as server:
        yield server.folder


@pytest.fixture
def postgresql_url(postgresql_folder: Path) -> Iterator[str]:
    """Address of a fresh, empty PostgreSQL database, dropped after the test."""
    with fresh_database(postgresql_folder) as (_, url):
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a fresh, empty database: each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'casework.db'}"
    return str(request.getfixturevalue("postgresql_url"))
