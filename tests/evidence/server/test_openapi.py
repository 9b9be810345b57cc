"""The description of the API beside the desk and in the reference is the one of this program."""

import pytest

from underseal.core.web.openapi import operations
from underseal.evidence.server.openapi import FILES, files

from .serving_room import ROOT, described


@pytest.mark.parametrize("name", FILES)
def test_the_description_is_current(name: str) -> None:
    hint = "run: python -m underseal.evidence.server.openapi"
    assert (ROOT / name).read_text(encoding="utf-8") == files()[name], hint


def test_every_error_has_the_one_shape() -> None:
    for path, _, operation in operations(described()):
        answers = operation["responses"]
        assert "422" not in answers, path
        assert "default" not in answers, path
        assert answers["4XX"] == {"$ref": "#/components/responses/Refused"}, path
        assert answers["5XX"] == {"$ref": "#/components/responses/Failed"}, path


def test_every_route_is_explained() -> None:
    for path, _, operation in operations(described()):
        assert operation["description"], path
        assert operation["tags"], path
