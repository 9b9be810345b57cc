"""File names for the numbers of exhibits, which may hold any characters."""

from typing import Final
from urllib.parse import quote

from underseal.errors import CallerError

_MAX_FILE_NAME: Final = 200
"""Longest file name made from an exhibit number, in bytes: file systems allow 255, suffixes come on top."""


def file_name(exhibit: str) -> str:
    """Return a file name for an exhibit's number, one to one: other characters than A-Z a-z 0-9 - _ . ~ become %XX.

    Raises:
        CallerError: the number is empty or too long.
    """
    try:
        name = quote(exhibit, safe="")
    except UnicodeEncodeError:  # half of a surrogate pair
        name = ""
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if not name or len(name) > _MAX_FILE_NAME:
        raise CallerError(f"The exhibit number {exhibit!r} gives no file name: it is empty, too long or not Unicode.")
    return name
