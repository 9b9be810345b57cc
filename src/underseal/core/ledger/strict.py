"""Reading JSON that somebody else wrote, and that signatures and digests are about: nothing is guessed or ignored."""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from typing import NoReturn, TypeAlias

from underseal.core.ledger.canonical import MAX_INTEGER
from underseal.errors import UnreadableError

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"
"""A value as it was read."""

_LONGEST_INTEGER = 17
"""Digits and sign of 2**53 - 1; longer ones are refused before Python converts them."""


def parse_strict(data: bytes, *, what: str = "The file") -> JsonValue:
    """Parse JSON text, refusing whatever two readers could understand differently.

    Args:
        data: UTF-8.
        what: what the text is, the subject of the error's sentence.

    Raises:
        UnreadableError: not JSON, not UTF-8, a key given twice, a number that is no integer or beyond 2**53 - 1, a lone
            surrogate, or nested too deep for this reader.
    """
    try:
        value: JsonValue = _DECODER.decode(data.decode())
        if b"\\u" in data:
            json.dumps(value, ensure_ascii=False).encode()  # fails on a lone surrogate
    except json.JSONDecodeError as error:
        raise UnreadableError(f"{what} is not JSON: {error.msg} at character {error.pos}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{what} is not UTF-8 text: byte {error.start}.") from error
    except UnicodeEncodeError as error:
        raise UnreadableError(f"{what} holds half of a character (a lone surrogate).") from error
    except RecursionError as error:
        raise UnreadableError(f"{what} is nested too deep to be read.") from error
    except _RefusedError as error:
        raise UnreadableError(f"{what} {error}.") from error
    return value


class _RefusedError(Exception):
    """Carries a reason out of the JSON decoder."""


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f"gives {_shown(twice)} twice")
    return value


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER or abs(int(text)) > MAX_INTEGER:
        raise _RefusedError("holds a number beyond 2**53 - 1")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise _RefusedError(f"holds a number that is no integer: {_shown(text)}")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_no_number, parse_constant=_no_number
)


class Fields:
    """A JSON object whose fields are asked for by type; what does not fit is named in one sentence.

    Args:
        value: what was parsed.
        what: what the object is, the subject of the sentence.
        required: fields that it must have.
        optional: fields that it may have; any other is refused.

    Raises:
        UnreadableError: from every method, when the field is not of its type.
    """

    __slots__ = ("_value", "_what")

    def __init__(
        self, value: JsonValue, what: str, *, required: Collection[str] | None = None, optional: Collection[str] = ()
    ) -> None:
        if not isinstance(value, dict):
            raise UnreadableError(f"{what} is not a JSON object.")
        self._value, self._what = value, what
        if required is not None:
            self._expect(required, optional)

    def _expect(self, required: Collection[str], optional: Collection[str]) -> None:
        for name in required:
            if name not in self._value:
                raise UnreadableError(f"{self._what} has no {_shown(name)}.")
        for name in self._value:
            if name not in required and name not in optional:
                raise UnreadableError(f"{self._what} has an unknown field {_shown(name)}.")

    def __contains__(self, name: str) -> bool:
        return name in self._value

    def text(self, name: str) -> str:
        """Return a string."""
        value = self._value.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return value

    def integer(self, name: str) -> int:
        """Return an integer that is not negative."""
        value = self._value.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(name, "a number from 0")
        return value

    def hexadecimal(self, name: str, length: int | None = 32) -> bytes:
        """Return the bytes of a lowercase hexadecimal string, `length` of them (None: any number)."""
        return self._bytes_of_hex(self._value.get(name), name, length)

    def digests(self, name: str) -> Sequence[bytes]:
        """Return a list of 32-byte digests, each a lowercase hexadecimal string."""
        value = self._value.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, "a list of digests")
        return [self._bytes_of_hex(item, name, 32) for item in value]

    def base64(self, name: str) -> bytes:
        """Return the bytes of a base64 string (RFC 4648 section 4, with padding)."""
        text = self.text(name)
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise self._wrong(name, "base64") from error
        if base64.b64encode(data).decode() != text:
            raise self._wrong(name, "base64 in its one form")
        return data

    def value(self, name: str) -> JsonValue:
        """Return whatever lies under the name, None when nothing does."""
        return self._value.get(name)

    def _bytes_of_hex(self, value: JsonValue, name: str, length: int | None) -> bytes:
        try:
            data = bytes.fromhex(value) if isinstance(value, str) else None
        except ValueError:
            data = None
        if data is None or data.hex() != value or length not in (None, len(data)):
            size = "" if length is None else f"{length} bytes in "
            raise self._wrong(name, f"{size}lowercase hexadecimal")
        return data

    def _wrong(self, name: str, expected: str) -> UnreadableError:
        return UnreadableError(f"{self._what}: {_shown(name)} is not {expected}.")


def _shown(text: str) -> str:
    """Quote foreign text in an error: short, and printable."""
    return ascii(text if len(text) <= 40 else text[:40] + "...")  # noqa: PLR2004 - one line of a terminal
