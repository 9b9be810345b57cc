"""Numbering schemes: how an office writes the numbers of its dossiers, such as `{district}.{year}/{number:04}`."""

import re
from dataclasses import dataclass
from string import Formatter
from typing import Final, Self

MAX_SCHEME: Final = 100
"""Longest scheme, in characters: what it makes stands in the head of every page."""

_FIELDS: Final = ("district", "year", "number")
_WIDTH: Final = re.compile(r"(0[1-9])?", re.ASCII)
_COUNT: Final = "{number}"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A numbering scheme. Dossiers whose numbers differ in the count alone are a series, and are counted from 1.

    Attributes:
        text: as the office writes it: `{number}` once, with zeros in front as in `{number:04}`; `{district}` and `{year}` at will.
    """

    text: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Check a scheme.

        Raises:
            ValueError: it is no scheme; the message says what is wrong, as the end of a sentence.
        """
        if not text.strip() or len(text) > MAX_SCHEME or not text.isprintable():
            raise ValueError(f"a scheme has 1 to {MAX_SCHEME} printable characters on one line")
        if "{{" in text or "}}" in text:
            raise ValueError("the braces of a scheme stand around district, year and number, and nowhere else")
        try:
            parts = list(Formatter().parse(text))
        except ValueError as error:
            raise ValueError(
                f"this scheme cannot be read ({error}); write for example {{district}}.{{number:04}}"
            ) from error
        fields = [name for _, name, _, _ in parts if name is not None]
        if unknown := [name for name in fields if name not in _FIELDS]:
            raise ValueError(f"a scheme has no field {unknown[0]!a}; there are district, year and number")
        if fields.count("number") != 1:
            raise ValueError("a scheme counts once: it holds {number}, or {number:04} for zeros in front, one time")
        for _, name, width, conversion in parts:
            if conversion or (width and not (name == "number" and _WIDTH.fullmatch(width))):
                raise ValueError(
                    f"the field {name} of a scheme cannot be written like that; write {{number:04}} for zeros in front"
                )
        return cls(text)

    def series(self, *, district: str, year: int) -> str:
        """Return the name of a series: the number with its count left open."""
        width = next(spec for _, name, spec, _ in Formatter().parse(self.text) if name == "number")
        open_end = self.text.replace(f"{{number:{width}}}" if width else _COUNT, "{count}")
        return open_end.format(district=district, year=year, count=_COUNT)

    def number(self, count: int, *, district: str, year: int) -> str:
        """Return a number.

        Args:
            count: within the series, from 1. district: its short name. year: four digits.
        """
        return self.text.format(district=district, year=year, number=count)
