"""Canonical JSON: one text for one value, so that it can be hashed and signed (RFC 8785, JCS).

Only what needs no floating point is allowed: strings, integers that every JSON library keeps exact, true, false, null,
lists and objects. Written with the standard library alone, since the standalone verifier rests on this package.
"""

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import TypeAlias

from underseal.errors import CallerError

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""A value that has a canonical text. At run time: None, bool, int, str, list, tuple and dict."""

MAX_INTEGER = 2**53 - 1
"""Largest magnitude of an integer that every JSON implementation keeps exact (RFC 7493 section 2.2)."""

MAX_DEPTH = 64
"""How deep lists and objects may lie in each other."""


def canonical(value: Json) -> bytes:
    """Return the canonical JSON text of `value` as UTF-8.

    Object keys are sorted by their UTF-16 code units, there is no white space, strings are escaped as ECMAScript does
    (RFC 8785 section 3.2).

    Raises:
        CallerError: `value` holds a float, an integer beyond `MAX_INTEGER`, a lone surrogate, a key that is no string,
            nesting beyond `MAX_DEPTH` or another type; the message names the place.
    """
    pieces: list[str] = []
    _write(value, ("$",), pieces)
    return "".join(pieces).encode()


def _write(value: object, place: tuple[str, ...], pieces: list[str]) -> None:
    if value is None:
        pieces.append("null")
    elif isinstance(value, bool):
        pieces.append("true" if value else "false")
    elif isinstance(value, str):
        pieces.append(_string(value, place))
    elif isinstance(value, int):
        pieces.append(_integer(value, place))
    elif isinstance(value, dict | list | tuple):
        _write_container(value, place, pieces)
    else:
        raise _refused(place, f"a {type(value).__name__} has no canonical text")


def _write_container(
    value: dict[object, object] | list[object] | tuple[object, ...], place: tuple[str, ...], pieces: list[str]
) -> None:
    if len(place) > MAX_DEPTH:
        raise _refused(place[:4], f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        comma = "{"
        for key in sorted(value, key=lambda key: _utf16(key, place)):
            pieces += (comma, _string(str(key), place), ":")
            _write(value[key], (*place, str(key)), pieces)
            comma = ","
        pieces.append("}" if value else "{}")
        return
    comma = "["
    for number, item in enumerate(value):
        pieces.append(comma)
        _write(item, (*place, str(number)), pieces)
        comma = ","
    pieces.append("]" if value else "[]")


def _string(value: str, place: tuple[str, ...]) -> str:
    if not value.isascii():
        _utf16(value, place)
    return encode_basestring(value)


def _integer(value: int, place: tuple[str, ...]) -> str:
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        raise _refused(place, "an integer beyond 2**53 - 1 is not kept exact by every JSON library")
    return int.__repr__(value)


def _utf16(value: object, place: tuple[str, ...]) -> bytes:
    """Return the UTF-16 code units by which RFC 8785 section 3.2.3 sorts; big-endian bytes sort in the same order."""
    if not isinstance(value, str):
        raise _refused(place, f"a key is a {type(value).__name__}, not a string")
    try:
        return value.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise _refused(place, f"a lone surrogate at character {error.start}") from error


def _refused(place: tuple[str, ...], reason: str) -> CallerError:
    return CallerError(
        f"No canonical JSON for {'.'.join(place)}: {reason}.",
        hint="Only strings, integers up to 2**53 - 1, true, false, null, lists and objects can be signed.",
    )
