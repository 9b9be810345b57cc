"""The words of a table of messages: made once from a seed, drawn by Zipf's law, ready as Arrow strings.

Every word exists in three forms, so that a message is drawn as numbers and written by one `take` and one join: in the
middle (with the space after it), at the end (with a full stop or nothing), and at the beginning (with a capital).
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.generate.languages import LANGUAGES, NOTHING, Language
from benchmarks.generate.needles import NEEDLES

SLOTS = 1 << 20
"""Entries of the table that a word is drawn from; the rarest of 30,000 words has two or three of them."""

CODES = 200_000
"""Amounts, numbers and codes that may stand in a message; a real vocabulary never stops growing."""

ZIPF_EXPONENT = 1.1
ZIPF_SHIFT = 2.7
"""The Zipf-Mandelbrot law with the usual values for talk: the 75 commonest words are some 45 % of all."""

SHORT_WORDS = 1_200
"""So many of the commonest words of a language have one syllable; the others have two or three."""

_SEPARATORS = str.maketrans("-", " ")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words in all forms.

    Attributes:
        forms: 3 * `size` strings: middle, end and beginning of every word.
        size: how many words there are.
        tables: for each language, SLOTS word numbers by frequency; shape (languages, SLOTS), int32.
        bytes_per_word: mean bytes of a drawn word with its space, per language. bytes_per_code: the same of a code.
        first_code: number of the first code. first_needle: number of the first needle.
    """

    forms: pa.StringArray
    size: int
    tables: npt.NDArray[np.int32]
    bytes_per_word: npt.NDArray[np.float64]
    bytes_per_code: float
    first_code: int
    first_needle: int


@lru_cache(maxsize=2)
def build(seed: int) -> Vocabulary:
    """Make the vocabulary of a seed; about 200,000 words and as many codes."""
    words: list[tuple[str, Language]] = []
    tables = np.empty((len(LANGUAGES), SLOTS), dtype=np.int32)
    for row, language in enumerate(LANGUAGES):
        own = _words(language, random.Random(f"{seed} {language.code}"))
        tables[row] = len(words) + _zipf(len(own))
        words += [(word, language) for word in own]
    first_code = len(words)
    plain = LANGUAGES[0]
    words += [(code, plain) for code in _codes(random.Random(f"{seed} codes"))]
    first_needle = len(words)
    words += [(needle.text, plain) for needle in NEEDLES]
    middle = [word + language.space for word, language in words]
    lengths = np.array([len(word.encode()) for word in middle])
    ends = [word + language.ends[number % len(language.ends)] for number, (word, language) in enumerate(words)]
    starts = [word[:1].upper() + word[1:] for word in middle]
    return Vocabulary(
        forms=pa.array([*middle, *ends, *starts], pa.string()),
        size=len(words),
        tables=tables,
        bytes_per_word=lengths[tables].mean(axis=1),
        bytes_per_code=float(lengths[first_code:first_needle].mean()),
        first_code=first_code,
        first_needle=first_needle,
    )


def _words(language: Language, rng: random.Random) -> list[str]:
    """Return the words of a language, the commonest first; invented ones grow longer with their rank."""
    words = dict.fromkeys(language.common.split())
    syllable = [_parts(part) for part in (language.onsets, language.cores, language.codas)]
    while len(words) < language.words:
        syllables = 1 + (len(words) > SHORT_WORDS) + (rng.random() < 0.4 * len(words) / language.words)
        word = "".join(rng.choice(part) for _ in range(syllables) for part in syllable)
        if len(word) > 1 and not _resembles(word):
            words[word] = None
    return list(words)


def _parts(written: str) -> list[str]:
    return ["" if part == NOTHING else part for part in written.split()]


def _codes(rng: random.Random) -> Iterator[str]:
    """Yield amounts, telephone numbers and codes as people write them, all different."""
    for number in range(CODES):
        match number % 4:
            case 0:
                yield f"{number}"
            case 1:
                yield f"+324{number:08d}"
            case 2:
                yield f"{number // 60 % 24}u{number % 60:02d}-{number}"
            case _:
                yield f"{rng.choice('BCDFGHJKLM')}{number:06d}"


def _zipf(count: int) -> npt.NDArray[np.int32]:
    """Return SLOTS ranks of 0..count-1 in which each rank stands as often as the Zipf-Mandelbrot law says."""
    weights = (np.arange(count) + 1 + ZIPF_SHIFT) ** -ZIPF_EXPONENT
    share = np.cumsum(weights) / weights.sum()
    return np.searchsorted(share, (np.arange(SLOTS) + 0.5) / SLOTS).astype(np.int32)


@lru_cache(maxsize=1)
def _avoided() -> tuple[frozenset[str], frozenset[str]]:
    """Return the beginnings of the needles' words, and those words with at most one letter left out."""
    words = [word for needle in NEEDLES for word in needle.text.translate(_SEPARATORS).split() if len(word) > 2]
    return frozenset(word[:4] for word in words), frozenset(form for word in words for form in _shortened(word))


def _resembles(word: str) -> bool:
    """Say whether a word begins like a needle or may be within one edit of it.

    Two words within one edit share a form in which at most one letter was left out.
    """
    beginnings, forms = _avoided()
    return word[:4] in beginnings or (len(word) > 3 and not forms.isdisjoint(_shortened(word)))


def _shortened(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
