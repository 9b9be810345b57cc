"""How answers that are files stand in a description: their bytes are no JSON of a shape."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Described: TypeAlias = dict[int | str, dict[str, Any]]
"""Answers by status, as routes take them."""

BYTES: Final = "application/octet-stream"

DOCUMENT: Final[Described] = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}
"""A JSON file whose form a page of docs/formats says."""


def whole(types: Iterable[str]) -> Described:
    """Return the description of a file that is handed out as a whole. types: that it may have."""
    return {200: {"content": {each: {"schema": {"type": "string", "format": "binary"}} for each in types}}}


def ranges(types: Iterable[str] = (BYTES,)) -> Described:
    """Return the description of a file, of which ranges can be asked for (RFC 9110, section 14).

    Args:
        types: that it may have.
    """
    found = whole(types)
    return found | {206: {"description": "The range that was asked for", **found[200]}}
