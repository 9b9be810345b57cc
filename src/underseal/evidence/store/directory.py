"""Who is who in a view: what conversations and accounts called themselves, and the list of conversations with their counts.

Names come from captured state events and are claims of their authors; attribution to persons is another matter.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import Kind
from underseal.evidence.authority import Scope
from underseal.evidence.store.columns import one_chunk
from underseal.evidence.store.gaps import Gap, gaps_in
from underseal.evidence.store.inside import covers, of_rooms, rows_inside
from underseal.evidence.store.pool import OpenSegment
from underseal.evidence.store.segment import conversation_runs, members
from underseal.evidence.store.view import View

_ROOM_NAME = "m.room.name"
_DIRECT_MEMBERS = 2
_COUNTED = ["conversation", "time", "kind", "verdict", "sender", "recipients", "copy_of"]

_Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]

_GAPS_KEPT = 64
"""Conversations whose gaps are kept in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A conversation in the list.

    Attributes:
        id: its identifier. title: the name it was given last, else the names of its members.
        members: accounts that rows in scope name as sender or recipient. messages: of message kinds, superseded ones not counted.
        locked: how many of them a later key may open. first, last: time of the first and last message, in milliseconds.
    """

    id: str
    title: str
    members: tuple[str, ...]
    messages: int
    locked: int
    first: int
    last: int

    @property
    def direct(self) -> bool:
        """Whether it is between two accounts."""
        return len(self.members) <= _DIRECT_MEMBERS

    @property
    def place(self) -> tuple[int, int, str]:
        """What a list is ordered by: the latest message first; the times of one without a message are nobody's words."""
        return (0, -self.last, self.id) if self.messages else (1, 0, self.id)


class Directory:
    """The names and conversations of a view.

    Args:
        view: whose rows; its scope decides what is listed. Only members are listed whom rows in scope name.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._gaps: OrderedDict[str, Sequence[Gap]] = OrderedDict()
        self._found: dict[str, Summary] = {}

    def name(self, account: str) -> str:
        """Return the display name that an account gave itself last; the account itself where there is none."""
        return self._names.get(account, account)

    @cached_property
    def conversations(self) -> Mapping[str, Summary]:
        """All conversations in scope by identifier: that of the latest message first, those without a message last."""
        listed = sorted(self._list(self._view.access.scope), key=lambda summary: summary.place)
        return {summary.id: summary for summary in listed}

    def find(self, conversation: str) -> Summary | None:
        """Return one conversation; None where none of that name is in scope."""
        return self.among([conversation]).get(conversation)

    def among(self, conversations: Iterable[str]) -> Mapping[str, Summary]:
        """Return those of some conversations that are in scope; of the others nothing is read."""
        if "conversations" in vars(self):
            return {name: self.conversations[name] for name in conversations if name in self.conversations}
        wanted = frozenset(conversations)
        if unknown := wanted - self._found.keys():
            scope = self._view.access.scope
            rooms = unknown if scope.rooms is None else unknown & scope.rooms
            self._found.update((summary.id, summary) for summary in self._list(replace(scope, rooms=rooms)))
        return {name: self._found[name] for name in wanted if name in self._found}

    def gaps(self, conversation: str) -> Sequence[Gap]:
        """Return where messages of a conversation are missing, in order; looked for at the first call only."""
        found = self._gaps.get(conversation)
        if found is None:
            found = self._gaps[conversation] = gaps_in(self._view, conversation)
            while len(self._gaps) > _GAPS_KEPT:
                self._gaps.popitem(last=False)
        return found

    def _list(self, scope: Scope) -> Iterator[Summary]:
        """Yield the conversations in a scope, which is that of the view or lies within it."""
        parts = [_part(scope, view.segment) for view in self._view.segments]
        if not parts:
            return
        sums, members = _sums(pa.concat_tables([part.runs for part in parts])), _Members(parts)
        counts = (sums.column(name).to_pylist() for name in ("messages", "locked", "first", "last"))
        named = members.of(sums.column("conversation"))
        for id_, own, *count in zip(sums.column("conversation").to_pylist(), named, *counts, strict=True):
            messages, locked, first, last = count
            yield Summary(
                id=id_,
                title=self._title(id_, own),
                members=own,
                messages=messages,
                locked=locked,
                first=first,
                last=last,
            )

    def _title(self, conversation: str, members: Sequence[str]) -> str:
        if conversation in self._titles:
            return self._titles[conversation]
        return ", ".join(sorted(map(self.name, members))) or conversation

    @cached_property
    def _names(self) -> dict[str, str]:
        rows = self._naming(Kind.MEMBERSHIP)
        target = rows.column("target")
        named = pc.if_else(pc.equal(target, "").fill_null(fill_value=True), rows.column("sender"), target)
        return _latest(named, rows.column("text"))

    @cached_property
    def _titles(self) -> dict[str, str]:
        rows = self._naming(Kind.STATE)
        rows = rows.filter(pc.equal(rows.column("detail"), _ROOM_NAME))
        return _latest(rows.column("conversation"), rows.column("text"))

    def _naming(self, kind: Kind) -> pa.Table:
        """Return all naming records of a kind, in the order of time.

        They are looked up for accounts and conversations only that the scope lists.
        """
        tables = [view.segment.names for view in self._view.segments]
        rows = pa.concat_tables([table.filter(pc.equal(table.column("kind"), kind.value)) for table in tables])
        return rows.take(pc.sort_indices(rows.column("time")))


def _latest(names: pa.ChunkedArray, values: pa.ChunkedArray) -> dict[str, str]:
    """Return for each name the last value beside it."""
    coded = one_chunk(names.dictionary_encode())
    last = np.zeros(len(coded.dictionary), dtype=np.int64)
    held = np.flatnonzero(coded.is_valid().to_numpy(zero_copy_only=False))
    last[coded.indices.drop_null().to_numpy()] = held  # of several, the last one stays
    return dict(zip(coded.dictionary.to_pylist(), values.take(pa.array(last)).to_pylist(), strict=True))


class _Members:
    """The members of conversations, in order."""

    def __init__(self, parts: Sequence["_Part"]) -> None:
        pairs = pa.concat_tables([part.members for part in parts]).unify_dictionaries()
        conversation, self._conversations = _ordered(pairs.column("conversation"))
        account, accounts = _ordered(pairs.column("account"))
        of, who = np.divmod(_distinct(conversation * max(len(accounts), 1) + account), max(len(accounts), 1))
        words = accounts.to_pylist()
        self._accounts = [words[code] for code in who.tolist()]
        self._starts = np.searchsorted(of, np.arange(len(self._conversations) + 1)).tolist()

    def of(self, conversations: pa.ChunkedArray) -> Iterator[tuple[str, ...]]:
        """Yield the members of each conversation."""
        for place in pc.index_in(conversations, value_set=self._conversations).to_pylist():
            yield () if place is None else tuple(self._accounts[self._starts[place] : self._starts[place + 1]])


def _distinct(numbers: _Numbers) -> _Numbers:
    """Return each number once, in order; `np.unique` hashes them first, which takes several times as long."""
    numbers = np.sort(numbers)
    return numbers[np.concatenate(([True], numbers[1:] != numbers[:-1]))] if len(numbers) else numbers


def _ordered(values: pa.ChunkedArray) -> tuple[_Numbers, pa.Array]:
    """Return dictionary-coded words without nulls as numbers in the order of the words, and the words in order."""
    coded = one_chunk(values)
    order = pc.sort_indices(coded.dictionary)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order.to_numpy()] = np.arange(len(order))
    return rank[coded.indices.to_numpy()], coded.dictionary.take(order)


def _sums(runs: pa.Table) -> pa.Table:
    """Return the counts of each conversation over all segments.

    first, last: time of its first and last message; of its rows where it has no message.
    """
    runs = runs.filter(runs.column("conversation").is_valid())
    if not runs.num_rows:
        return runs
    conversation, names = _ordered(runs.column("conversation").dictionary_encode())
    order = np.argsort(conversation, kind="stable")
    starts = np.flatnonzero(np.diff(conversation[order], prepend=-1))
    messages, locked, first, last = (
        runs.column(name).to_numpy()[order] for name in ("messages", "locked", "first", "last")
    )
    silent = np.add.reduceat(messages, starts) == 0
    timed, limits = silent[conversation[order]] | (messages > 0), np.iinfo(np.int64)
    summed = {
        "conversation": names,
        "messages": np.add.reduceat(messages, starts),
        "locked": np.add.reduceat(locked, starts),
        "first": np.minimum.reduceat(np.where(timed, first, limits.max), starts),
        "last": np.maximum.reduceat(np.where(timed, last, limits.min), starts),
    }
    return pa.table(summed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one segment gives to the list.

    Attributes:
        runs: counts per conversation (schema `segment.CONVERSATIONS`). members: pairs of conversation and account, coded.
    """

    runs: pa.Table
    members: pa.Table


def _part(scope: Scope, segment: OpenSegment) -> _Part:
    """Return what a segment gives: as stored where all of a conversation may be seen, else out of the rows that may."""
    if not covers(scope, segment):
        return _read(scope, segment)
    stored, again = _stored(scope, segment), segment.recounted
    if not len(again):
        return stored
    rooms = frozenset(again.drop_null().to_pylist())
    read = _read(replace(scope, rooms=rooms if scope.rooms is None else rooms & scope.rooms), segment)
    return _Part(
        runs=pa.concat_tables([_without(stored.runs, again), read.runs]),
        members=pa.concat_tables([_without(stored.members, again), read.members]),
    )


def _stored(scope: Scope, segment: OpenSegment) -> _Part:
    """Return what was counted when the segment was made, as far as that can be taken.

    Superseded rows are among those that the members come from; what superseded them names the same accounts.
    """
    counted = segment.superseded is None and not segment.copies
    runs = segment.runs if counted else _counted(rows_inside(scope, segment, _COUNTED))
    return _Part(runs=of_rooms(runs, scope), members=_coded(of_rooms(segment.members, scope), scope))


def _read(scope: Scope, segment: OpenSegment) -> _Part:
    rows = rows_inside(scope, segment, _COUNTED)
    return _Part(runs=_counted(rows), members=_coded(members(rows), scope))


def _without(table: pa.Table, conversations: pa.Array) -> pa.Table:
    """Return the rows of a table that are of none of some conversations."""
    return table.filter(pc.invert(pc.is_in(table.column("conversation").cast(pa.string()), value_set=conversations)))


def _coded(pairs: pa.Table, scope: Scope) -> pa.Table:
    """Return pairs dictionary-coded, with no more words than occur where the scope names rooms."""
    columns = [
        column if pa.types.is_dictionary(column.type) and scope.rooms is None
        else column.cast(pa.string()).dictionary_encode()
        for column in pairs.columns
    ]  # fmt: skip
    return pa.table(columns, names=["conversation", "account"])


def _counted(rows: pa.Table) -> pa.Table:
    return conversation_runs(rows.filter(pc.is_null(rows.column("copy_of"))))
