"""The searches that are timed, asked of Underseal and of the bare library in the same sense.

Words are taken over the whole range of frequencies, from one in twenty to one in a million, since the cost of a search
follows the number of its hits. What common words cost would hide behind an average over rare ones: the answer to each kind
is the 95th percentile over all its questions.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.generate.languages import DUTCH, ENGLISH, FRENCH, LANGUAGES, SPANISH, Language
from benchmarks.generate.messages import DAYS, START
from benchmarks.generate.vocabulary import Vocabulary, build

_LATIN = (DUTCH, FRENCH, ENGLISH, SPANISH)
_TERMS = (1, 10, 100, 1_000, 10_000)
_PHRASES = ((0, 1), (2, 5), (10, 3), (1, 30), (30, 100))
_BOTH = ((0, 2), (1, 10), (10, 100), (100, 1_000), (1, 1_000))
_FUZZY = (300, 1_000, 3_000, 10_000, 20_000)
_FILTERED = (10, 100)
"""Ranks of the words that are asked for, 0 being the commonest of its language."""

_FUZZY_LETTERS = range(5, 10)
"""Letters of a word that is searched with an edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One search.

    Attributes:
        kind: "term", "phrase", "and", "fuzzy" or "filter".
        words: folded; a phrase, or words that must all be there.
        sender, thread: only messages of that account, in that conversation; "" for all.
        since: only messages from this day on (UTC), in milliseconds since 1970.
    """

    kind: str
    words: Sequence[str] = ()
    sender: str = ""
    thread: str = ""
    since: int | None = None

    @property
    def query(self) -> str:
        """The search in Underseal's query language."""
        match self.kind:
            case "phrase":
                parts = [f'"{" ".join(self.words)}"']
            case "fuzzy":
                parts = [f"{word}~1" for word in self.words]
            case _:
                parts = list(self.words)
        parts += [f"from:{self.sender}"] if self.sender else []
        parts += [f"in:{self.thread}"] if self.thread else []
        parts += [f"after:{_day(self.since)}"] if self.since is not None else []
        return " ".join(parts)


def make_questions(truth: Path) -> list[Question]:
    """Return the searches for a table of messages.

    Args:
        truth: its truth file, which names its seed, its busiest accounts and conversations.
    """
    told = json.loads(truth.read_text(encoding="utf-8"))
    words = _Words(build(told["seed"]))
    senders, threads = list(told["senders"]), list(told["conversations"])
    found: list[Question] = []
    for language in _LATIN:
        found += [Question(kind="term", words=[words.at(language, rank)]) for rank in _TERMS]
        found += [Question(kind="phrase", words=[words.at(language, rank) for rank in pair]) for pair in _PHRASES]
        found += [Question(kind="and", words=[words.at(language, rank) for rank in pair]) for pair in _BOTH]
        found += [Question(kind="fuzzy", words=[words.at(language, rank, _FUZZY_LETTERS)]) for rank in _FUZZY]
        found += _filtered([[words.at(language, rank)] for rank in _FILTERED], senders, threads)
    return [*found, *_filtered([[]], senders, threads)]


def _filtered(words: Sequence[Sequence[str]], senders: Sequence[str], threads: Sequence[str]) -> Iterator[Question]:
    middle = int((START + timedelta(days=DAYS * 3 // 4)).timestamp() * 1000)
    for asked in words:
        yield Question(kind="filter", words=asked, sender=senders[0])
        yield Question(kind="filter", words=asked, thread=threads[0])
        yield Question(kind="filter", words=asked, since=middle)
        yield Question(kind="filter", words=asked, sender=senders[-1], since=middle)


class _Words:
    """Words by their rank; only those of plain letters, which every analysis of text leaves as they are."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._forms = vocabulary.forms
        starts = [sum(before.words for before in LANGUAGES[:at]) for at in range(len(LANGUAGES))]
        self._starts = dict(zip((language.code for language in LANGUAGES), starts, strict=True))

    def at(self, language: Language, rank: int, letters: range = range(2, 30)) -> str:
        """Return the first word of so many letters from a rank on."""
        for number in range(self._starts[language.code] + rank, self._starts[language.code] + language.words):
            word: str = self._forms[number].as_py().strip()
            if word.isascii() and word.isalpha() and len(word) in letters:
                return word
        raise ValueError(f"no plain word of {language.code} from rank {rank} on")


def _day(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()
