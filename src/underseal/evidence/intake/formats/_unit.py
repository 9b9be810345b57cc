"""The unit that gives no record, and how readers tell of it."""

import json
from pathlib import PurePath
from typing import cast

import orjson

from underseal.core.matrix import clean_text
from underseal.core.records import Failure, Place
from underseal.core.records.failure import SAMPLE_BYTES
from underseal.errors import EvidenceError


class BadUnitError(EvidenceError):
    """One unit of an exhibit is damaged; its neighbours are not.

    Args:
        failure: stable word for the failure row.
        reason: a sentence for a person, without message text.
    """

    def __init__(self, failure: str, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure

    def at(self, place: Place, sample: bytes = b"") -> Failure:
        """Return the failure row for this error at a place."""
        return failure(place, self.failure, self.message, sample)


def failure(place: Place, code: str, reason: str, sample: bytes = b"") -> Failure:
    """Return a failure row with as much of `sample` as one may quote."""
    return Failure(place=place, code=code, reason=reason, sample=sample[:SAMPLE_BYTES])


def shown_path(path: PurePath) -> str:
    """Return a path inside an exhibit as a `Place` holds it: bytes that are no UTF-8 have become U+FFFD."""
    return clean_text(path.as_posix())


def json_object(data: bytes) -> dict[str, object]:
    """Parse a JSON object. Strings may hold lone surrogates, where the source escaped them.

    Raises:
        BadUnitError: it is no JSON, nested too deeply, not UTF-8, or no object.
    """
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        value = _lenient(data, error)
    if not isinstance(value, dict):
        raise BadUnitError("wrong_type", "the JSON is no object")
    return cast("dict[str, object]", value)


def _lenient(data: bytes, error: orjson.JSONDecodeError) -> object:
    """Parse what orjson refuses for a lone surrogate only; what it refuses otherwise is at fault."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise BadUnitError("invalid_utf8", "the bytes are not UTF-8") from None
    if "\\ud" in text or "\\uD" in text:
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
    raise BadUnitError("malformed_json", f"the JSON is malformed at byte {error.pos}") from None


def _refuse(word: str) -> None:
    raise ValueError(word)
