"""What came of a captured record."""

from enum import StrEnum


class Verdict(StrEnum):
    """The outcome of decryption, recorded for every captured record."""

    OPENED = "opened"
    CLEAR = "clear"
    NO_KEY = "no_key"
    KEY_TOO_LATE = "key_too_late"
    BAD_MAC = "bad_mac"
    BAD_SIGNATURE = "bad_signature"
    REPLAYED = "replayed"
    MALFORMED = "malformed"


READABLE = frozenset({Verdict.OPENED, Verdict.CLEAR})
"""Verdicts under which there is content to read."""

LOCKED = frozenset({Verdict.NO_KEY, Verdict.KEY_TOO_LATE})
"""Verdicts that a further key may change; the others are final for the bytes that were captured."""
