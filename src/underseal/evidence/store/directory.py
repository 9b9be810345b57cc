"""Who is who in a view: what conversations and accounts called themselves, and the list of conversations with their counts.

Names come from captured state events and are claims of their authors; attribution to persons is another matter.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.records import Kind
from underseal.evidence.authority import Scope, scope_mask
from underseal.evidence.store.gaps import Gap, gaps_in
from underseal.evidence.store.pool import OpenSegment
from underseal.evidence.store.segment import conversation_runs
from underseal.evidence.store.view import View

_ROOM_NAME = "m.room.name"
_DIRECT_MEMBERS = 2

_GAPS_KEPT = 64
"""Conversations whose gaps are kept in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A conversation in the list.

    Attributes:
        id: its identifier. title: the name it was given last, else the names of its members.
        members: accounts that ever were members or wrote. messages: of message kinds, superseded ones not counted.
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
        view: whose rows; its scope decides what is listed, and a list under a narrower scope than all is counted
            row by row.
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
        """Yield (account, text, conversation, detail) of naming records in scope, in the order of time."""
        tables = [pq.read_table(view.segment.folder / "names.parquet") for view in self._view.segments]
        if tables:
            rows = pa.concat_tables(tables).unify_dictionaries().sort_by("time")
            rows = rows.filter(pc.equal(rows.column("kind").cast(pa.string()), kind.value))
            for row in rows.to_pylist():
                yield row["target"] or row["sender"], row["text"], row["conversation"], row["detail"]

    @cached_property
    def _members(self) -> dict[str, set[str]]:
        members: dict[str, set[str]] = {}
        for view in self._view.segments:
            table = pq.read_table(view.segment.folder / "members.parquet")
            for conversation, account in zip(*(c.to_pylist() for c in table.columns), strict=True):
                members.setdefault(conversation, set()).add(account)
        return members

    def _sums(self) -> dict[str, tuple[int, int, int, int]]:
        sums: dict[str, tuple[int, int, int, int]] = {}
        for table in self._runs():
            for row in table.to_pylist():
                if row["conversation"] is not None:
                    known = sums.get(row["conversation"], (0, 0, row["first"], row["last"]))
                    sums[row["conversation"]] = (
                        known[0] + row["messages"],
                        known[1] + row["locked"],
                        min(known[2], row["first"]),
                        max(known[3], row["last"]),
                    )
        return sums

    def _runs(self) -> Iterator[pa.Table]:
        """Yield the counts per conversation of each segment: as stored where all of it may be seen, else counted."""
        for view in self._view.segments:
            if _everything(self._view.access.scope) and view.segment.visible is None and not view.segment.copies:
                yield view.segment.runs
            else:
                yield self._counted(view.segment)

    def _counted(self, segment: OpenSegment) -> pa.Table:
        for_counting = ["conversation", "time", "kind", "verdict", "sender", "recipients", "copy_of"]
        rows = segment.read_all(for_counting)
        shown = pc.and_(scope_mask(rows, self._view.access.scope), pc.is_null(rows.column("copy_of")))
        if segment.visible is not None:
            shown = pc.and_(shown, pa.array(segment.visible))
        return conversation_runs(rows.filter(shown))


def _everything(scope: Scope) -> bool:
    return scope == Scope(accounts=None, rooms=None, start=None, end=None)
