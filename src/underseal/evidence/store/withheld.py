"""Which rows of a release a quarantine withholds.

They are found once for a quarantine and a release, by the index and by the references, and kept as one bit each beside the
segments, where they can be made again at any time; the segments themselves are never touched.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import tantivy

from underseal.core.records import Kind, Relation
from underseal.evidence.authority import AccountHeld, MessageHeld, Quarantine
from underseal.evidence.store.index import SCHEMA, during, fact, open_index, rows_of, rows_with
from underseal.evidence.store.pool import Marks, OpenSegment
from underseal.evidence.store.tombstones import Hint, Withheld, writing

_Numbers = npt.NDArray[np.int64]

_KEPT: Final = 8
"""Pairs of quarantine and release of which the rows are kept on disk."""


def withheld(
    quarantine: Quarantine, segments: Sequence[OpenSegment], *, release: int, folder: Path
) -> list[Withheld | None]:
    """Return what is withheld of each segment of a release; None where that is nothing.

    Args:
        quarantine: what is in force. segments: all of the release, none of them with rows withheld already.
        release: its number. folder: where what is found is kept; made when it is first needed.

    Raises:
        InternalError: it cannot be written down. IntegrityError: a segment is damaged.
    """
    hints = tuple(_hints(quarantine))
    kept = folder / "rows" / f"{quarantine.digest}-{release}"
    sizes = [-(-segment.entry.rows // 8) for segment in segments]
    packed = _read(kept, sum(sizes))
    if packed is None:
        marks = marks_of(quarantine, segments)
        packed = b"".join(np.packbits(each).tobytes() for each in marks)
        _keep(kept, packed)
    starts = np.cumsum([0, *sizes]).tolist()
    parts = [packed[start : start + size] for start, size in zip(starts, sizes, strict=False)]
    indexes = folder / "indexes"
    return [Withheld.of(part, hints=hints, folder=indexes) if any(part) else None for part in parts]


def marks_of(quarantine: Quarantine, segments: Sequence[OpenSegment]) -> list[Marks]:
    """Return for each segment of a release which rows a quarantine withholds; of those whose content is gone maybe not all.

    Raises:
        IntegrityError: a segment is damaged.
    """
    hints = tuple(_hints(quarantine))
    marks = [_own(quarantine, hints, segment) for segment in segments]
    _close(marks, segments)
    return marks


def _read(kept: Path, size: int) -> bytes | None:
    """Return what was found before; None where nothing was, or what is kept is not whole."""
    with suppress(OSError):
        found = kept.read_bytes()
        return found if len(found) == size else None
    return None


def _keep(kept: Path, packed: bytes) -> None:
    with writing(kept):
        kept.parent.mkdir(parents=True, exist_ok=True)
        aside = kept.with_name(f".{uuid4().hex}")
        aside.write_bytes(packed)
        aside.rename(kept)
        earlier = sorted(kept.parent.iterdir(), key=lambda file: -file.stat().st_mtime_ns)
        for file in earlier[_KEPT:]:
            file.unlink(missing_ok=True)


def _hints(quarantine: Quarantine) -> Iterator[Hint]:
    periods: dict[tuple[int | None, int | None], list[str]] = {}
    for held in quarantine.accounts:
        facts = periods.setdefault((held.start, held.end), [])
        facts += [fact(role, held.account) for role in ("from", "to")]
    if quarantine.conversations:
        facts = periods.setdefault((None, None), [])
        facts += [fact("in", held.conversation) for held in quarantine.conversations]
    for (start, end), facts in periods.items():
        yield Hint(facts=tuple(facts), start=start, end=end)


def _own(quarantine: Quarantine, hints: Sequence[Hint], segment: OpenSegment) -> Marks:
    """Return the rows of a segment that the quarantine speaks of, superseded ones among them."""
    marks = np.zeros(segment.entry.rows, dtype=bool)
    index = open_index(segment.folder / "text")
    for hint in hints:
        marks[_found(index, hint, segment)] = True
    marks[_memberships(quarantine.accounts, segment)] = True
    released = _messages(quarantine.released, index, segment)
    for number, rows in zip((held.since for held in quarantine.released), released, strict=True):
        marks[[row for row in rows.tolist() if _since(quarantine, segment, row) < number]] = False
    for rows in _messages(quarantine.messages, index, segment):
        marks[rows] = True
    return marks


def _found(index: tantivy.Index, hint: Hint, segment: OpenSegment) -> _Numbers:
    found = rows_with(index, hint.facts, start=hint.start, end=hint.end)
    if (hint.start is None and hint.end is None) or not len(found):
        return found
    times = segment.read(found, ["time"]).column("time").to_numpy()  # the index does not know far times exactly
    return found[_between(times, hint.start, hint.end)]


def _between(times: _Numbers, start: int | None, end: int | None) -> Marks:
    inside = np.ones(len(times), dtype=bool)
    if start is not None:
        inside &= times >= start
    if end is not None:
        inside &= times < end
    return inside


def _memberships(accounts: Sequence[AccountHeld], segment: OpenSegment) -> list[int]:
    """Return the rows that say of one of the accounts that it is invited, has joined or left."""
    rows = _referred("target", {held.account for held in accounts}, segment)
    found = segment.read(rows, ["target", "kind", "time"]).to_pylist() if len(rows) else []
    spoken = _by_account(accounts)
    return [
        row
        for row, told in zip(rows.tolist(), found, strict=True)
        if told["kind"] == Kind.MEMBERSHIP and any(held.holds(told["time"]) for held in spoken.get(told["target"], ()))
    ]


def _messages(held: Sequence[MessageHeld], index: tantivy.Index, segment: OpenSegment) -> list[_Numbers]:
    """Return for each message the rows that are it: its copies, later wordings of it, and what an export tells of it."""
    return [np.union1d(_by_event(each, segment), _by_place(each, index, segment)) for each in held]


def _by_event(held: MessageHeld, segment: OpenSegment) -> _Numbers:
    if not held.event:
        return np.empty(0, dtype=np.int64)
    rows = np.union1d(*(_referred(column, {held.event}, segment) for column in ("event", "target")))
    found = segment.read(rows, ["event", "target", "relation"]) if len(rows) else None
    if found is None:
        return rows
    own = pc.equal(found.column("event"), held.event).fill_null(fill_value=False)
    edit = pc.equal(found.column("relation").cast(pa.string()), Relation.EDIT.value).fill_null(fill_value=False)
    later = pc.and_(edit, pc.equal(found.column("target"), held.event).fill_null(fill_value=False))
    return np.asarray(rows[pc.or_(own, later).to_numpy()])


def _by_place(held: MessageHeld, index: tantivy.Index, segment: OpenSegment) -> _Numbers:
    """Return the rows of a message's conversation, sender and time: of those that tell an event only if it tells none."""
    nowhere, (start, end) = np.empty(0, dtype=np.int64), segment.period
    if not start <= held.time <= end or (held.conversation and segment.run(held.conversation) is None):
        return nowhere
    terms = [fact(field, value) for field, value in (("in", held.conversation), ("from", held.sender)) if value]
    clauses = [tantivy.Query.term_query(SCHEMA, "facts", term, index_option="basic") for term in terms]
    clauses.append(during(held.time, held.time + 1))
    rows = rows_of(index, tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses]))
    found = segment.read(rows, ["event", "conversation", "sender", "time"]).to_pylist() if len(rows) else []
    place = (held.conversation, held.sender, held.time)
    own = [
        (told["conversation"] or "", told["sender"] or "", told["time"]) == place and not (held.event and told["event"])
        for told in found
    ]
    return rows[np.array(own, dtype=bool)] if own else nowhere


def _referred(column: str, values: set[str], segment: OpenSegment) -> _Numbers:
    """Return the rows whose "event" or "target" may be one of some values."""
    if not values or segment.constants.get(column, "") is None:
        return np.empty(0, dtype=np.int64)
    return np.asarray(segment.references.rows(column, values))


def _since(quarantine: Quarantine, segment: OpenSegment, row: int) -> int:
    """Return the number of the latest decision on the conversation or on one of the accounts of a row; -1 for none."""
    columns = ["conversation", "sender", "recipients", "target", "kind", "time"]
    told = segment.read(np.array([row]), columns).to_pylist()[0]
    about = {told["sender"], *(told["recipients"] or ()), told["target"] if told["kind"] == Kind.MEMBERSHIP else None}
    wide = [held.since for held in quarantine.conversations if held.conversation == told["conversation"]]
    wide += [held.since for held in quarantine.accounts if held.account in about and held.holds(told["time"])]
    return max(wide, default=-1)


def _by_account(accounts: Iterable[AccountHeld]) -> dict[str, list[AccountHeld]]:
    found: dict[str, list[AccountHeld]] = {}
    for held in accounts:
        found.setdefault(held.account, []).append(held)
    return found


def _close(marks: Sequence[Marks], segments: Sequence[OpenSegment]) -> None:
    """Mark the copies of what is marked, what they are copies of, and what supersedes it."""
    pairs = np.concatenate([np.empty((2, 0), np.int64), *map(_pairs, segments)], axis=1)
    starts = np.array([segment.entry.first for segment in segments], dtype=np.int64)
    own = [_Place.of(numbers, starts) for numbers in pairs]
    while pairs.shape[1]:
        one, other = (place.read(marks) for place in own)
        if not (one ^ other).any():
            return
        for place in own:
            place.mark(marks, one | other)


def _pairs(segment: OpenSegment) -> _Numbers:
    """Return the numbers of rows that are copies or supersede others, and below them the numbers of those."""
    found = [np.empty((2, 0), np.int64)]
    for column in ("copy_of", "supersedes"):
        if segment.constants.get(column, "") is not None:
            others = segment.read_all([column]).column(column)
            rows = np.flatnonzero(others.is_valid().to_numpy())
            found.append(np.stack([rows + segment.entry.first, others.drop_null().to_numpy()]))
    return np.concatenate(found, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where records stand: their segments, and their rows in these."""

    segments: _Numbers
    rows: _Numbers

    @classmethod
    def of(cls, numbers: _Numbers, starts: _Numbers) -> "_Place":
        segments = np.searchsorted(starts, numbers, side="right") - 1
        return cls(segments=segments, rows=numbers - starts[segments])

    def read(self, marks: Sequence[Marks]) -> Marks:
        found = np.zeros(len(self.rows), dtype=bool)
        for segment, own in enumerate(marks):
            inside = self.segments == segment
            found[inside] = own[self.rows[inside]]
        return found

    def mark(self, marks: Sequence[Marks], which: Marks) -> None:
        for segment, own in enumerate(marks):
            own[self.rows[which & (self.segments == segment)]] = True
