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
"""Verdicts of messages for which no key is held."""

OPENABLE = LOCKED | {Verdict.BAD_MAC}
"""Verdicts that a further key may change; the others are final for the bytes that were captured.

A message that its sender signed and that no key held authenticates may be as spoilt as it seems, or the key may be: an export
can be damaged, too. So it is tried again with every key that it was not tried with.
"""
