"""Needles: words and phrases planted in a known number of messages, so that a search can be held against the truth.

A needle stands in a message like a word of it, and no message holds two. No word of the vocabulary contains or resembles
one (see `vocabulary`), so the counts are exact, prefix and fuzzy searches included.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Needle:
    """What is planted.

    Attributes:
        text: as it is written in the message.
        every: it is planted once in so many messages.
        least: but at least so often.
    """

    text: str
    every: int
    least: int = 3

    def count(self, messages: int) -> int:
        """Return in how many of so many messages it is planted."""
        return max(messages // self.every, self.least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A search with a known answer.

    Attributes:
        kind: "term", "phrase", "and", "prefix", "fuzzy".
        query: in Underseal's query language.
        texts: the needles that it finds.
    """

    kind: str
    query: str
    texts: tuple[str, ...]


NEEDLES = (
    Needle(text="zilverdraad", every=100),
    Needle(text="kwikstaart", every=1_000),
    Needle(text="ijsvogel", every=100_000),
    Needle(text="blauwgrijze kraanvogel", every=5_000),
    Needle(text="kraanvogel", every=4_000),
    Needle(text="blauwgrijze", every=3_000),
    Needle(text="kraanvogel of blauwgrijze", every=20_000),
    Needle(text="windwijzer", every=10_000),
    Needle(text="windwijser", every=20_000),
    Needle(text="wndwijzer", every=50_000),
    Needle(text="crème-brûlée", every=10_000),
    Needle(text="creme-brulee", every=20_000),
    Needle(text="зимородок", every=20_000),
    Needle(text="هدهدنا", every=20_000),
    Needle(text="翡翠蜻蜓", every=20_000),
)
"""Needles of every message table; together in fewer than 2 % of the messages of a large one."""

_CRANES = ("blauwgrijze kraanvogel", "kraanvogel of blauwgrijze")
_VANES = ("windwijzer", "windwijser", "wndwijzer")
_CUSTARDS = ("crème-brûlée", "creme-brulee")

QUESTIONS = (
    Question(kind="term", query="zilverdraad", texts=("zilverdraad",)),
    Question(kind="term", query="kwikstaart", texts=("kwikstaart",)),
    Question(kind="term", query="ijsvogel", texts=("ijsvogel",)),
    Question(kind="term", query="brulee", texts=_CUSTARDS),
    Question(kind="term", query="зимородок", texts=("зимородок",)),
    Question(kind="term", query="هدهدنا", texts=("هدهدنا",)),
    Question(kind="term", query="翡翠蜻蜓", texts=("翡翠蜻蜓",)),
    Question(kind="phrase", query='"blauwgrijze kraanvogel"', texts=("blauwgrijze kraanvogel",)),
    Question(kind="phrase", query='"crème brûlée"', texts=_CUSTARDS),
    Question(kind="and", query="blauwgrijze AND kraanvogel", texts=_CRANES),
    Question(kind="prefix", query="kraanvog*", texts=(*_CRANES, "kraanvogel")),
    Question(kind="fuzzy", query="windwijzer~1", texts=_VANES),
)
"""Searches whose exact counts the truth file gives."""


def block_counts(block: int, blocks: int, messages: int) -> list[int]:
    """Return how many of each needle lie in one block of a table, spread evenly over the blocks.

    Args:
        block: number of the block, from 0. blocks: how many there are. messages: of the whole table.
    """
    totals = [needle.count(messages) for needle in NEEDLES]
    return [total * (block + 1) // blocks - total * block // blocks for total in totals]


def answer(question: Question, messages: int) -> int:
    """Return how many of so many messages a question finds."""
    return sum(needle.count(messages) for needle in NEEDLES if needle.text in question.texts)
