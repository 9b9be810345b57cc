"""Who is who in a view: what conversations and accounts called themselves, and the list of conversations with their counts.

Names come from captured state events and are claims of their authors; attribution to persons is another matter.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.records import Kind
from underseal.evidence.authority import Scope
from underseal.evidence.store.gaps import Gap, gaps_in
from underseal.evidence.store.inside import covers, of_rooms, rows_inside
from underseal.evidence.store.pool import OpenSegment
from underseal.evidence.store.segment import conversation_runs, members
from underseal.evidence.store.view import View

_ROOM_NAME = "m.room.name"
_DIRECT_MEMBERS = 2
_COUNTED = ["conversation", "time", "kind", "verdict", "sender", "recipients", "copy_of"]

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


class Directory:
    """The names and conversations of a view.

    Args:
        view: whose rows; its scope decides what is listed. Only members are listed whom rows in scope name.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._gaps: OrderedDict[str, Sequence[Gap]] = OrderedDict()

    def name(self, account: str) -> str:
        """Return the display name that an account gave itself last; the account itself where there is none."""
        return self._names.get(account, account)

    @cached_property
    def conversations(self) -> Mapping[str, Summary]:
        """All conversations in scope by identifier, the latest first."""
        sums = self._sums()
        summaries = (
            Summary(
                id=conversation,
                title=self._title(conversation),
                members=tuple(sorted(self._members.get(conversation, ()))),
                messages=messages,
                locked=locked,
                first=first,
                last=last,
            )
            for conversation, (messages, locked, first, last) in sums.items()
        )
        return {summary.id: summary for summary in sorted(summaries, key=lambda s: (-s.last, s.id))}

    def gaps(self, conversation: str) -> Sequence[Gap]:
        """Return where messages of a conversation are missing, in order; looked for at the first call only."""
        found = self._gaps.get(conversation)
        if found is None:
            found = self._gaps[conversation] = gaps_in(self._view, conversation)
            while len(self._gaps) > _GAPS_KEPT:
                self._gaps.popitem(last=False)
        return found

    def _title(self, conversation: str) -> str:
        if conversation in self._titles:
            return self._titles[conversation]
        return ", ".join(sorted(self.name(account) for account in self._members.get(conversation, ()))) or conversation

    @cached_property
    def _names(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self._naming(Kind.MEMBERSHIP)}

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {row[2]: row[1] for row in self._naming(Kind.STATE) if row[3] == _ROOM_NAME}

    def _naming(self, kind: Kind) -> Iterator[tuple[str, str, str, str]]:
        """Yield (account, text, conversation, detail) of all naming records, in the order of time.

        They are looked up for accounts and conversations only that the scope lists.
        """
        tables = [pq.read_table(view.segment.folder / "names.parquet") for view in self._view.segments]
        if tables:
            rows = pa.concat_tables(tables).unify_dictionaries().sort_by("time")
            rows = rows.filter(pc.equal(rows.column("kind").cast(pa.string()), kind.value))
            for row in rows.to_pylist():
                yield row["target"] or row["sender"], row["text"], row["conversation"], row["detail"]

    @cached_property
    def _members(self) -> dict[str, set[str]]:
        members: dict[str, set[str]] = {}
        for part in self._parts:
            for conversation, account in zip(*(c.to_pylist() for c in part.members.columns), strict=True):
                members.setdefault(conversation, set()).add(account)
        return members

    def _sums(self) -> dict[str, "_Sums"]:
        sums: dict[str, _Sums] = {}
        for part in self._parts:
            for row in part.runs.to_pylist():
                if row["conversation"] is not None:
                    own = _Sums(row["messages"], row["locked"], row["first"], row["last"])
                    known = sums.get(row["conversation"])
                    sums[row["conversation"]] = known.plus(own) if known else own
        return sums

    @cached_property
    def _parts(self) -> list["_Part"]:
        return [_part(self._view.access.scope, view.segment) for view in self._view.segments]


class _Sums(NamedTuple):
    """Counts of a conversation, and first and last time of its messages; of its rows where it has no message."""

    messages: int
    locked: int
    first: int
    last: int

    def plus(self, other: "_Sums") -> "_Sums":
        timed = [sums for sums in (self, other) if sums.messages] or [self, other]
        return _Sums(
            self.messages + other.messages,
            self.locked + other.locked,
            min(sums.first for sums in timed),
            max(sums.last for sums in timed),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one segment gives to the list.

    Attributes:
        runs: counts per conversation (schema `segment.CONVERSATIONS`). members: pairs of conversation and account.
    """

    runs: pa.Table
    members: pa.Table


def _part(scope: Scope, segment: OpenSegment) -> _Part:
    """Return what a segment gives: as stored where all of a conversation may be seen, else out of the rows in scope.

    Superseded rows are among those that the stored members come from; what superseded them names the same accounts.
    """
    if covers(scope, segment):
        stored = pq.read_table(segment.folder / "members.parquet")
        as_stored = segment.visible is None and not segment.copies
        runs = segment.runs if as_stored else _counted(rows_inside(scope, segment, _COUNTED))
        return _Part(runs=of_rooms(runs, scope), members=of_rooms(stored, scope))
    rows = rows_inside(scope, segment, _COUNTED)
    return _Part(runs=_counted(rows), members=members(rows))


def _counted(rows: pa.Table) -> pa.Table:
    return conversation_runs(rows.filter(pc.is_null(rows.column("copy_of"))))
