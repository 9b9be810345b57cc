"""The scale on which attributions are graded: the one place where its words are defined.

It follows the verbal equivalents of likelihood ratios in the ENFSI Guideline for Evaluative Reporting in Forensic Science,
version 3.0, 2015 (https://enfsi.eu/wp-content/uploads/2016/09/m1_guideline.pdf): a grade says how much better the findings
are explained if the person used the account in the interval than if somebody else did. It is no probability that they did:
that also depends on everything else that is known of the case, and is for the court.

What is certain of it and what is not: the words and the ranges were compared, in November 2026, with programs and pages that
say that they follow the guideline, and not with the guideline itself, which could not be had. They agree on the words from
moderate to extremely strong and on the bounds 10, 100, 1,000, 10,000 and 1,000,000. They do not agree on three things: whether
weak support begins at 1 or at 2 (here at 2, and what is below is inconclusive), whether it is called weak or limited, and to
which of two grades a bound belongs (here to neither: a ratio that is exactly one is for who grades to place). `inconclusive` is our word:
the guideline says that the findings do not support one proposition over the other. Compare it with the guideline before a court
relies on a number.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Grade(StrEnum):
    """How strongly the findings support a claim, from the weakest to the strongest."""

    INCONCLUSIVE = "inconclusive"
    WEAK = "weak"
    MODERATE = "moderate"
    MODERATELY_STRONG = "moderately_strong"
    STRONG = "strong"
    VERY_STRONG = "very_strong"
    EXTREMELY_STRONG = "extremely_strong"


def _support(much: str, bounds: str) -> str:
    return (
        f"The findings give {much} support to the claim that the person used the account, rather than that somebody else"
        f" did: they are {bounds} more to be expected if it is true."
    )


MEANING: Final[Mapping[Grade, str]] = MappingProxyType(
    {
        Grade.INCONCLUSIVE: (
            "The findings support the claim no more than that somebody else used the account; they are about as much to"
            " be expected either way."
        ),
        Grade.WEAK: _support("weak", "between 2 and 10 times"),
        Grade.MODERATE: _support("moderate", "between 10 and 100 times"),
        Grade.MODERATELY_STRONG: _support("moderately strong", "between 100 and 1,000 times"),
        Grade.STRONG: _support("strong", "between 1,000 and 10,000 times"),
        Grade.VERY_STRONG: _support("very strong", "between 10,000 and 1,000,000 times"),
        Grade.EXTREMELY_STRONG: _support("extremely strong", "over 1,000,000 times"),
    }
)
"""What each grade means. Who grades by judgement, not by calculation, says what it rests on."""
