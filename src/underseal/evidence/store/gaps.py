"""Messages that are missing from a conversation, as far as the numbers of those that are there prove it.

A Megolm session numbers its messages 0, 1, 2, ... and signs the number with the message ("Megolm group ratchet", message
format). So a number that lies between two captured numbers of a session was given to a message that is not here. That says
nothing of numbers before the first and after the last that were captured: a device may have used the session before the
capture began, and goes over to another one at any time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.matrix import REDACTED
from underseal.core.records import Verdict
from underseal.evidence.authority import scope_mask
from underseal.evidence.store.columns import one_chunk
from underseal.evidence.store.conversation import Key
from underseal.evidence.store.inside import SCOPED
from underseal.evidence.store.pool import OpenSegment
from underseal.evidence.store.view import View

_ROWS = 65_536
"""Rows that are read at once; of each only the numbers of some 50 bytes are kept."""

_COLUMNS = ["number", "algorithm", "session", "index", "signature", "verdict", "detail", "copy_of", *SCOPED]

_UNBOUND = pa.array([Verdict.MALFORMED.value, Verdict.REPLAYED.value])
"""Verdicts of signed messages whose place and time say nothing of their session: a server moved or repeated them."""

_Numbers = npt.NDArray[np.int64]
_Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Messages of one session that are missing between two that are there.

    Attributes:
        sender: account whose session it is. session: its id.
        first, last: lowest and highest number between the two.
        missing: how many messages are missing at least. Records of the sender that lie between the two and have lost their
            number (redacted before the capture, spoilt) may be the missing ones, and are not counted.
        before, after: places of the two; times in milliseconds.
    """

    sender: str
    session: str
    first: int
    last: int
    missing: int
    before: Key
    after: Key

    @property
    def start(self) -> int:
        """The earlier of the two times: a server's clock may have been set back."""
        return min(self.before.time, self.after.time)

    @property
    def end(self) -> int:
        """The later of the two times."""
        return max(self.before.time, self.after.time)


def gaps_in(view: View, conversation: str) -> tuple[Gap, ...]:
    """Return the gaps of a conversation in the order of their places.

    A gap is told where both messages beside it are in scope. A message out of scope is there, and is missing nowhere.
    Needs some 50 bytes of memory for each encrypted message of the conversation.

    Raises:
        IntegrityError: a segment is damaged.
    """
    runs = [(view.segment, *run) for view in view.segments if (run := view.segment.run(conversation))]
    if all(segment.constants.get("session", "") is None for segment, *_ in runs):
        return ()
    held = _Held()
    for rows in _read(runs):
        held.add(rows, inside=_marks(scope_mask(rows, view.access.scope)))
    return tuple(sorted(held.gaps(), key=lambda gap: (gap.before, gap.after)))


def _read(runs: Sequence[tuple[OpenSegment, int, int]]) -> Iterator[pa.Table]:
    """Yield the shown rows of the runs of a conversation."""
    for segment, start, count in runs:
        for first in range(start, start + count, _ROWS):
            last = min(first + _ROWS, start + count)
            rows = segment.read_range(first, last, _COLUMNS)
            yield rows if segment.visible is None else rows.filter(pa.array(segment.visible[first:last]))


class _Held:
    """The numbers that are held of each session, and the times of what has lost its number."""

    def __init__(self) -> None:
        self._sessions, self._senders = _Words(), _Words()
        self._numbered: list[_Numbers] = []
        self._lost: list[_Numbers] = []

    def add(self, rows: pa.Table, *, inside: _Marks) -> None:
        """Take in rows; `inside` says which are in scope."""
        index = rows.column("index").fill_null(-1).to_numpy()
        session, sender = self._sessions.codes(rows.column("session")), self._senders.codes(rows.column("sender"))
        time, number = rows.column("time").to_numpy(), rows.column("number").to_numpy()
        claim, copy = ~_signed(rows), rows.column("copy_of").is_valid().to_numpy()
        kept = (index >= 0) & (session >= 0)
        columns = (session, index, claim, ~inside, copy, time, number, sender)
        self._numbered.append(np.stack([column[kept].astype(np.int64) for column in columns]))
        lost = ~kept & (rows.column("algorithm").is_valid().to_numpy() | _redacted(rows))
        self._lost.append(np.stack([sender[lost], time[lost]]))

    def gaps(self) -> Iterator[Gap]:
        """Yield the gaps that can be told."""
        session, index, claim, outside, _, time, number, sender = _first_of_each(np.concatenate(self._numbered, axis=1))
        ends = np.flatnonzero(claim == 0)
        before, after = ends[:-1], ends[1:]
        missing = (
            index[after] - index[before] - (after - before)
        )  # what lies between the two in the list claims a number
        told = (session[before] == session[after]) & (missing > 0) & (outside[before] == 0) & (outside[after] == 0)
        for one, other, most in zip(before[told].tolist(), after[told].tolist(), missing[told].tolist(), strict=True):
            keys = Key(int(time[one]), int(number[one])), Key(int(time[other]), int(number[other]))
            least = most - self._lost_between(int(sender[one]), keys[0].time, keys[1].time)
            if least > 0:
                yield Gap(
                    sender=self._senders.word(int(sender[one])),
                    session=self._sessions.word(int(session[one])),
                    first=int(index[one]) + 1,
                    last=int(index[other]) - 1,
                    missing=least,
                    before=keys[0],
                    after=keys[1],
                )

    def _lost_between(self, sender: int, one: int, other: int) -> int:
        """Count the records of a sender without a number from one time to another, both included."""
        times = self._lost_of.get(sender)
        if times is None:
            return 0
        return int(np.searchsorted(times, max(one, other), "right") - np.searchsorted(times, min(one, other), "left"))

    @cached_property
    def _lost_of(self) -> dict[int, _Numbers]:
        sender, time = np.concatenate(self._lost, axis=1)
        return {code: np.sort(time[sender == code]) for code in np.unique(sender).tolist()}


class _Words:
    """Numbers for words."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: list[str] = []

    def codes(self, column: pa.ChunkedArray) -> _Numbers:
        """Return the number of the word in each row, -1 for null."""
        coded = one_chunk(column)
        for word in coded.dictionary.to_pylist():
            if self._numbers.setdefault(word, len(self._words)) == len(self._words):
                self._words.append(word)
        numbers = np.array([*(self._numbers[word] for word in coded.dictionary.to_pylist()), -1], dtype=np.int64)
        return np.asarray(numbers[coded.indices.fill_null(-1).to_numpy()])

    def word(self, number: int) -> str:
        """Return a word by its number, "" for -1."""
        return self._words[number] if number >= 0 else ""


def _first_of_each(held: _Numbers) -> _Numbers:
    """Return one column for each number of each session, in order: signed before claimed, in scope before out, no copies, by time."""
    held = held[:, np.lexsort(held[6::-1])]
    new = np.ones(held.shape[1], dtype=bool)
    new[1:] = (held[0, 1:] != held[0, :-1]) | (held[1, 1:] != held[1, :-1])
    return held[:, new]


def _signed(rows: pa.Table) -> _Marks:
    """Return which rows prove by their signature and their place that their session used their number here."""
    valid = pc.equal(rows.column("signature").cast(pa.string()), "valid").fill_null(fill_value=False)
    return _marks(pc.and_not(valid, pc.is_in(rows.column("verdict").cast(pa.string()), value_set=_UNBOUND)))


def _redacted(rows: pa.Table) -> _Marks:
    found = pc.starts_with(rows.column("detail").cast(pa.string()), REDACTED)
    return _marks(found.fill_null(fill_value=False))


def _marks(values: pa.ChunkedArray | pa.Array) -> _Marks:
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return np.asarray(array.to_numpy(zero_copy_only=False)).astype(bool)
