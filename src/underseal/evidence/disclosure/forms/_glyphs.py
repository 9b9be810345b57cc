"""Which characters the fonts of the PDF can show, and what stands for the others: nothing is dropped in silence.

The fonts are files of this package, so that a PDF looks the same on every machine. Where a character is in none of them, its number
is set in a box instead, and it is counted.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

from underseal.evidence.disclosure.disclosed import PLACEHOLDER
from underseal.evidence.disclosure.forms._signs import OVERRIDES

FONTS: Final = Path(__file__).with_name("fonts")

Part: TypeAlias = str | dict[str, str] | None
"""A piece of a line: text; `{"sign": number}` for a character that cannot be shown; `{"held": placeholder}`; None where a line may break."""

_UNSEEN: Final = frozenset("\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
"""Characters that only say how others are set. No font needs them (Unicode: Default_Ignorable_Code_Point)."""

_OVERRIDE: Final = re.compile(f"[{OVERRIDES}]")
_LONG: Final = re.compile("[^ ]{40,}")
_PIECE: Final = 24
"""A word of over 40 characters may be broken after so many: no line has room for an account name of 255."""


class Glyphs:
    """Splits lines into what can be shown and what cannot.

    Attributes:
        missing: characters that were not shown, with how often.
    """

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()

    def parts(self, line: str) -> list[Part]:
        """Return the pieces of a line that has no breaks in it."""
        return [part for piece in _pieces(line.expandtabs(4)) for part in self._shown(piece)]

    def _shown(self, piece: str | None) -> Iterator[Part]:
        if piece is None:
            yield None
        elif piece == PLACEHOLDER:
            yield {"held": PLACEHOLDER}
        elif _plain().issuperset(piece):
            yield piece
        else:
            yield from self._searched(piece)

    def _searched(self, piece: str) -> Iterator[Part]:
        shown: list[str] = []
        for cluster in _clusters(piece):
            if _can_show(cluster):
                shown.append(cluster)
                continue
            for sign in cluster:
                if sign in _UNSEEN or (unicodedata.category(sign)[0] != "M" and _can_show(sign)):
                    shown.append(sign)
                    continue
                self.missing[sign] += 1
                yield "".join(shown)
                yield {"sign": f"{ord(sign):04X}"}
                shown.clear()
        yield "".join(shown)


def _pieces(line: str) -> Iterator[str | None]:
    for number, text in enumerate(line.split(PLACEHOLDER)):
        if number:
            yield PLACEHOLDER
        start = 0
        for word in _LONG.finditer(text):
            for place in range(word.start() + _PIECE, word.end(), _PIECE):
                if _separable(text[place - 1], text[place]):
                    yield text[start:place]
                    yield None
                    start = place
        yield text[start:]


def _separable(before: str, after: str) -> bool:
    """Say whether two characters may stand on two lines: not where one is set on the other."""
    return unicodedata.category(after)[0] != "M" and after not in _UNSEEN and before != "\u200d"


def _clusters(text: str) -> Iterator[str]:
    """Yield each character with the marks that are set on it, since one font must have them all."""
    start = 0
    for place in range(1, len(text)):
        if _separable(text[place - 1], text[place]):
            yield text[start:place]
            start = place
    yield text[start:]


def _can_show(cluster: str) -> bool:
    """Say whether some font has all of it."""
    needed = [sign for sign in cluster if sign not in _UNSEEN]
    if any(unicodedata.category(sign) in {"Cc", "Co", "Cn"} or _OVERRIDE.match(sign) for sign in needed):
        return False
    return any(all(ord(sign) in font for sign in needed) for font in _covered())


@cache
def _covered() -> tuple[frozenset[int], ...]:
    """Return the characters of each font."""
    covered = []
    for file in sorted(FONTS.glob("*-Regular.ttf")):
        with TTFont(file, lazy=True) as font:
            covered.append(frozenset(font.getBestCmap() or ()))
    return tuple(covered)


@cache
def _plain() -> frozenset[str]:
    """Return the characters that some font has, that stand alone: a text of nothing else needs no closer look."""
    every = (chr(code) for code in frozenset().union(*_covered()))
    return frozenset(sign for sign in every if unicodedata.category(sign)[0] not in "MC")
