"""Codes that activate, renew or move a licence: XXXX-XXXX-XXXX-XXXX-XXXX.

19 random characters of the alphabet of PINs and a check character: log2(30^19 * 30/31) = 93.1 bits, so that a code can
be neither guessed nor found from its SHA-256, and needs no slow hash. Read as numbers 0 to 29, the characters at the
places 1 to 20 fulfil

    sum of place * number = 0 (mod 31)

31 is prime and every place is another number below it, so that each single wrong character and each swap of two
characters changes the sum. A draw whose check character would be 30, for which there is no sign, is drawn again.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final, Self

from underseal.errors import CodeUnknownError
from underseal.network.pins import ALPHABET

CODE_LENGTH: Final = 20
"""Characters of a code without its hyphens."""

URI: Final = "underseal:activate?code="
"""What may stand before a code in a QR code."""

_GROUP = 4
_PRIME = 31
_NUMBERS = {sign: number for number, sign in enumerate(ALPHABET)}
_LONGEST_TYPED = 200


@dataclass(frozen=True, slots=True)
class Code:
    """A code in its one form.

    Attributes:
        text: "XXXX-XXXX-XXXX-XXXX-XXXX"; a secret until it is spent, so that it stands in no `repr`.
    """

    text: str = field(repr=False)

    @classmethod
    def draw(cls) -> Self:
        """Draw a code from the system's randomness."""
        while True:
            drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
            # place 20 * check = -sum (mod 31); 20 has the inverse 14, as 20 * 14 = 280 = 9 * 31 + 1
            check = -_sum(drawn) * pow(CODE_LENGTH, -1, _PRIME) % _PRIME
            if check < len(ALPHABET):
                return cls(_grouped(drawn + ALPHABET[check]))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code as a person types it or a phone scans it: either case, blanks, with or without hyphens.

        Raises:
            CodeUnknownError: no code is written like that; a slip of one character, or of two swapped, always ends here.
        """
        typed = text.strip()[:_LONGEST_TYPED]
        if typed.lower().startswith(URI):
            typed = typed[len(URI) :]
        signs = "".join(typed.split()).replace("-", "").upper()
        if len(signs) != CODE_LENGTH or not set(signs) <= set(ALPHABET) or _sum(signs) % _PRIME:
            raise CodeUnknownError(
                "That is not a code.", hint=f"A code has {CODE_LENGTH} characters in groups of four; look for a slip."
            )
        return cls(_grouped(signs))

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text, 32 bytes: all that is kept of a code."""
        return hashlib.sha256(self.text.encode()).digest()


def _sum(signs: str) -> int:
    return sum(place * _NUMBERS[sign] for place, sign in enumerate(signs, 1))


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))
