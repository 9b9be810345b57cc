"""The description of the API beside the page and in the reference is the one of this program."""

from pathlib import Path

import pytest

from underseal.core.web.openapi import operations
from underseal.network.office.openapi import FILES, describe, files

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", FILES)
def test_the_description_is_current(name: str) -> None:
    hint = "run: python -m underseal.network.office.openapi"
    assert (ROOT / name).read_text(encoding="utf-8") == files()[name], hint


def test_every_route_is_explained_and_has_errors_of_the_one_shape() -> None:
    for path, _, operation in operations(describe()):
        assert operation["description"], path
        assert operation["tags"], path
        assert "422" not in operation["responses"], path
        assert "default" not in operation["responses"], path
        assert operation["responses"]["4XX"] == {"$ref": "#/components/responses/Refused"}, path
        assert operation["responses"]["5XX"] == {"$ref": "#/components/responses/Failed"}, path
