"""A stream of invented messages: who wrote what to whom and when, block by block, the same for the same seed.

A block depends on the seed, the plan and its own number only, so blocks can be made in any order and by many processes,
and memory does not grow with the number of messages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.generate.languages import LANGUAGES, SHARES
from benchmarks.generate.needles import NEEDLES, block_counts
from benchmarks.generate.vocabulary import SLOTS, Vocabulary, build

BLOCK = 100_000
"""Messages of a block at most: some 100 MB of memory while it is made."""

LEAST_MESSAGES = 20 * len(NEEDLES)
"""Messages of a plan at least, so that its needles have room."""

START = datetime(2024, 9, 2, tzinfo=UTC)
"""A Monday; the first day of the messages."""

DAYS = 547
"""Days that the messages are spread over: 18 months."""

MEAN_BYTES = 68
"""Mean length of a message's text, in bytes of UTF-8."""

CODE_SHARE = 0.015
"""Share of the words that are numbers or codes."""

_HOURS = np.array(
    [9, 5, 3, 2, 2, 3, 8, 20, 34, 42, 46, 50, 54, 52, 50, 52, 56, 62, 68, 74, 76, 66, 42, 20], dtype=float
)
_WEEKDAYS = np.array([1.0, 1.0, 1.02, 1.05, 1.2, 1.1, 0.8])
_WORDS_SPREAD = 0.75
"""Sigma of the log-normal number of words: many short messages, a few long ones."""

_MAX_WORDS = 120
_PIN = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

_SPACED = np.array([bool(language.space) for language in LANGUAGES])

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to invent.

    Attributes:
        messages: how many. seed: the same seed gives the same messages.
        accounts, conversations: how many; some accounts write much and some conversations are busy (Zipf).
        shares: part of the conversations in each language, by ISO 639-1 code; they need not add up to 1.

    Raises:
        ValueError: there are fewer than LEAST_MESSAGES.
    """

    messages: int
    seed: int = 1
    accounts: int = 20_000
    conversations: int = 30_000
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARES))

    def __post_init__(self) -> None:
        if self.messages < LEAST_MESSAGES:
            raise ValueError(f"a plan has at least {LEAST_MESSAGES} messages")

    @property
    def blocks(self) -> int:
        """How many blocks it has, all of them about as large."""
        return -(-self.messages // BLOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Consecutive messages, in the order of time.

    Attributes:
        first: number of the first message.
        time: milliseconds since 1970, UTC, never falling.
        conversation: its number in the world. place: the sender's place among its members.
        text: what was written.
        planted: for each message the number of the needle in it, -1 for none.
    """

    first: int
    time: Ints
    conversation: Ints
    place: Ints
    text: pa.StringArray
    planted: Ints


class World:
    """The accounts, and which of them talk in which conversation.

    Attributes:
        accounts: their identifiers, six characters each, all different.
        conversations: their identifiers.
        offsets: members of conversation c are members[offsets[c] : offsets[c + 1]]. members: numbers of accounts.
        language: number of each conversation's language.
    """

    def __init__(self, plan: Plan) -> None:
        rng = np.random.default_rng([plan.seed, 0])
        self.accounts = _pins(plan.accounts, rng)
        self.conversations = [f"c{number:06d}" for number in range(plan.conversations)]
        sizes = np.where(rng.random(plan.conversations) < 0.85, 2, rng.integers(3, 13, plan.conversations))
        sizes = np.minimum(sizes, plan.accounts)
        self.offsets = np.concatenate(([0], np.cumsum(sizes)))
        self.members = np.concatenate([_members(int(size), plan.accounts, rng) for size in sizes])
        unknown = plan.shares.keys() - {language.code for language in LANGUAGES}
        if unknown:
            raise ValueError(f"there are no words of {', '.join(sorted(unknown))}")
        shares = np.array([plan.shares.get(language.code, 0.0) for language in LANGUAGES])
        self.language = rng.choice(len(LANGUAGES), plan.conversations, p=shares / shares.sum())
        self._busy = _slots(1 / (rng.permutation(plan.conversations) + 20) ** 0.8)

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Return conversations by how busy they are, and the place of a sender in each."""
        conversation = self._busy[rng.integers(0, SLOTS, count)].astype(np.int64)
        sizes = self.offsets[conversation + 1] - self.offsets[conversation]
        return conversation, (rng.random(count) ** 1.3 * sizes).astype(np.int64)

    @cached_property
    def recipients(self) -> list[tuple[str, ...]]:
        """For each entry of `members`, sorted, everybody else in that conversation."""
        others = []
        for start, end in zip(self.offsets[:-1].tolist(), self.offsets[1:].tolist(), strict=True):
            names = [self.accounts[member] for member in self.members[start:end].tolist()]
            others += [tuple(sorted(names[:at] + names[at + 1 :])) for at in range(len(names))]
        return others


def make_blocks(plan: Plan, world: World) -> Iterator[Block]:
    """Yield the messages of a plan."""
    for number in range(plan.blocks):
        yield make_block(plan, world, number)


def make_block(plan: Plan, world: World, number: int) -> Block:
    """Return one block."""
    first, end = (plan.messages * edge // plan.blocks for edge in (number, number + 1))
    count = end - first
    rng = np.random.default_rng([plan.seed, 1, number])
    conversation, place = world.draw(count, rng)
    planted = _plant(number, plan, count, rng)
    return Block(
        first=first,
        time=_times((first + np.arange(count) + rng.random(count)) / plan.messages),
        conversation=conversation,
        place=place,
        text=_texts(build(plan.seed), _languages(world.language[conversation], planted), planted, rng),
        planted=planted,
    )


def _languages(language: Ints, planted: Ints) -> Ints:
    """Return the languages of the messages; needles go into one with spaces, so that they are words of their own."""
    return np.where((planted >= 0) & ~_SPACED[language], 0, language)


def _plant(number: int, plan: Plan, count: int, rng: np.random.Generator) -> Ints:
    planted = np.full(count, -1, dtype=np.int64)
    counts = block_counts(number, plan.blocks, plan.messages)
    rows = rng.choice(count, sum(counts), replace=False, shuffle=True)
    planted[rows] = np.repeat(np.arange(len(NEEDLES)), counts)
    return planted


def _texts(vocabulary: Vocabulary, language: Ints, planted: Ints, rng: np.random.Generator) -> pa.StringArray:
    """Write one message per entry of `language`, with the needle of `planted` in it."""
    lengths = _word_counts(vocabulary)[language, rng.integers(0, SLOTS >> 8, len(language))]
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    drawn = rng.integers(0, SLOTS, offsets[-1], dtype=np.int32)
    words = vocabulary.tables[np.repeat(language, lengths), drawn]
    codes = np.flatnonzero(rng.random(len(words), dtype=np.float32) < CODE_SHARE)
    words[codes] = vocabulary.first_code + rng.integers(0, vocabulary.first_needle - vocabulary.first_code, len(codes))
    chosen = np.flatnonzero(planted >= 0)
    at = offsets[chosen] + rng.integers(0, lengths[chosen])
    words[at] = vocabulary.first_needle + planted[chosen]
    final = words[offsets[1:] - 1] + vocabulary.size
    words[offsets[:-1]] += 2 * vocabulary.size
    words[offsets[1:] - 1] = final
    pieces = vocabulary.forms.take(pa.array(words))
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pieces), "")


def _word_counts(vocabulary: Vocabulary) -> Ints:
    """Return, per language, SLOTS / 256 numbers of words to draw from, such that the mean text has MEAN_BYTES."""
    count = SLOTS >> 8
    rng = np.random.default_rng(0)
    shape = np.exp(rng.normal(0, _WORDS_SPREAD, count))
    wanted = MEAN_BYTES / (vocabulary.bytes_per_word * (1 - CODE_SHARE) + vocabulary.bytes_per_code * CODE_SHARE)
    scaled = shape[None, :] * (wanted / shape.mean())[:, None]
    counts: Ints = np.clip(np.round(scaled), 1, _MAX_WORDS).astype(np.int64)
    return counts


def _times(progress: npt.NDArray[np.float64]) -> Ints:
    """Return the times at which so large a part (0..1) of all messages was written; busier by day and with the months."""
    hours = np.arange(DAYS * 24)
    rate = _HOURS[hours % 24] * _WEEKDAYS[hours // 24 % 7] * (1 + hours / len(hours))
    share = np.concatenate(([0], np.cumsum(rate))) / rate.sum()
    since = np.interp(progress, share, np.arange(len(hours) + 1)) * 3_600_000
    return since.astype(np.int64) + int(START.timestamp()) * 1000


def _slots(weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    share = np.cumsum(weights) / weights.sum()
    return np.searchsorted(share, (np.arange(SLOTS) + 0.5) / SLOTS).astype(np.int32)


def _pins(count: int, rng: np.random.Generator) -> list[str]:
    """Return `count` different identifiers of six letters and digits."""
    letters = np.array(list(_PIN))
    pins: dict[str, None] = {}
    while len(pins) < count:
        pins.update(dict.fromkeys(map("".join, letters[rng.integers(0, len(letters), (count, 6))].tolist())))
    return list(pins)[:count]


def _members(size: int, accounts: int, rng: np.random.Generator) -> Ints:
    """Return different accounts; those with low numbers are in more conversations."""
    chosen: dict[int, None] = {}
    while len(chosen) < size:
        chosen.update(dict.fromkeys((rng.random(size) ** 1.5 * accounts).astype(np.int64).tolist()))
    return np.array(list(chosen)[:size])
