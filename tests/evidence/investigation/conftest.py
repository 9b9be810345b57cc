from collections.abc import Iterator
from pathlib import Path

import pytest

from .harbour import SAMPLE, Harbour, main_job


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    """The recorded sample, taken in once."""
    done = main_job(SAMPLE, tmp_path_factory.mktemp("main") / "harbour")
    yield done
    done.investigation.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Where a workspace may be made."""
    return tmp_path / "fresh"
