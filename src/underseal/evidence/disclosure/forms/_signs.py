"""Characters that a format cannot hold, or that would show something else than they are: written as their number.

U+0007 becomes "[U+0007]". What is written so stands exactly as it was in the pack and in the forms that can hold it.
"""

import re
import unicodedata
from typing import Final

OVERRIDES: Final = "\u202a-\u202e"
"""Characters that turn the order of others: 1000 would be read as 0001."""

_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff"
_BREAKS: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_UNPRINTABLE: Final = re.compile(f"[{_CONTROLS}\r]")
_UNSAFE_IN_A_LINE: Final = re.compile(f"[{_CONTROLS}{OVERRIDES}\t\u2066-\u2069]")


def numbered(sign: str) -> str:
    """Return what stands for a character."""
    return f"[U+{ord(sign):04X}]"


def printable(text: str) -> str:
    """Return a text with control characters as their numbers; newlines and tabs stay. XML 1.0 can hold the result as it is."""
    return _UNPRINTABLE.sub(lambda found: numbered(found.group()), text)


def one_line(text: str) -> str:
    """Return a name for the middle of a line: it can neither break it nor turn the order of what stands beside it."""
    return _UNSAFE_IN_A_LINE.sub(lambda found: numbered(found.group()), " ".join(lines(text)))


def lines(text: str) -> list[str]:
    """Return the lines of a text, however they were ended."""
    return _BREAKS.split(text)


def right_to_left(line: str) -> bool:
    """Say whether a line is to be read from the right: its first letter is (Unicode Standard Annex 9, rules P2 and P3)."""
    strong = (unicodedata.bidirectional(sign) for sign in line)
    return next((found != "L" for found in strong if found in {"L", "R", "AL"}), False)
