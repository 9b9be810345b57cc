"""An open case work on each of the two databases."""

from collections.abc import Iterator

import pytest

from underseal.evidence.casework import CaseWork


@pytest.fixture
def casework(database_url: str) -> Iterator[CaseWork]:
    with CaseWork.open(database_url) as opened:
        yield opened
