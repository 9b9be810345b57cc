"""What a reader could not read: evidence of its own, never only a log line."""

from dataclasses import dataclass

from underseal.core.records.place import Place

SAMPLE_BYTES = 200
"""How much of the faulty bytes a failure quotes, in bytes: enough to recognise them, too little to be a copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One unit of an exhibit that yields no record.

    Attributes:
        place: where it lies.
        code: a stable word: "malformed_json", "wrong_type", "impossible_time", "missing_field", "truncated", ...
        reason: a sentence for a person, without message text.
        sample: the first bytes as found, at most SAMPLE_BYTES.
    """

    place: Place
    code: str
    reason: str
    sample: bytes = b""
