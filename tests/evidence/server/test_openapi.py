"""The description beside the desk is the one of this program."""

import json
from pathlib import Path

from underseal.evidence.server.openapi import describe

FILE = Path(__file__).parents[3] / "web" / "desk" / "openapi.json"


def test_the_description_is_current() -> None:
    hint = "run: python -m underseal.evidence.server.openapi web/desk/openapi.json"
    assert FILE.read_text(encoding="utf-8") == describe(), hint


def test_every_error_has_the_one_shape() -> None:
    for path, operations in json.loads(describe())["paths"].items():
        for operation in operations.values():
            answers = operation["responses"]
            assert "422" not in answers, path
            assert answers["default"] == {"$ref": "#/components/responses/Error"}, path


def test_every_route_is_explained() -> None:
    for path, operations in json.loads(describe())["paths"].items():
        for operation in operations.values():
            assert operation["description"], path
            assert operation["tags"], path
