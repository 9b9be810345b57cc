"""Checks of what people type, before it is stored: both databases must be able to hold and show it."""

from typing import Final

from underseal.errors import CallerError

MAX_LINE: Final = 500
"""Longest text on one line, in characters."""

MAX_NOTE: Final = 10_000
"""Longest text of several lines, in characters."""


def line(value: str, what: str, *, empty: bool = False, field: str = "") -> str:
    """Return `value` without white space around it when it is one printable line.

    Args:
        value: what was typed.
        what: how to call it in the error: "title".
        empty: whether nothing at all will do. field: of the request in which it was typed.

    Raises:
        CallerError: it is empty, longer than MAX_LINE, or holds control or invisible formatting characters.
    """
    value = value.strip()
    if not value and not empty:
        raise CallerError(f"The {what} is empty.", field=field)
    if len(value) > MAX_LINE:
        raise CallerError(f"The {what} is longer than {MAX_LINE} characters.", field=field)
    if not value.isprintable():
        raise CallerError(f"The {what} holds characters that do not print, or several lines.", field=field)
    return value


def note(value: str, what: str, *, field: str = "") -> str:
    """Return `value` without white space around it when it is printable; lines and tabs are allowed.

    Args:
        value: what was typed. what: how to call it in the error. field: of the request in which it was typed.

    Raises:
        CallerError: it is longer than MAX_NOTE or holds characters that do not print.
    """
    value = value.replace("\r\n", "\n").strip()
    if len(value) > MAX_NOTE:
        raise CallerError(f"The {what} is longer than {MAX_NOTE} characters.", field=field)
    if not value.replace("\n", "").replace("\t", "").isprintable():
        raise CallerError(f"The {what} holds characters that do not print.", field=field)
    return value
