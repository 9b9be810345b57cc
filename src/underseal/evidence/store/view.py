"""A view: one release as one authority may see it. Every row that leaves the store leaves through one.

There is no way to make a view without an Access, and none to read a row without a view; the scope of the Access is in the
queries that search compiles, and every row that is fetched is held against it once more. What the Access withholds is not in
the segments of the view: neither in their indexes nor among the rows that they show.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import tantivy

from underseal.core.records import RECORDS
from underseal.errors import InternalError, NotFoundError
from underseal.evidence.authority import Access, Quarantine, scope_mask
from underseal.evidence.store.inside import scoped_by
from underseal.evidence.store.pool import Marks, OpenSegment, SegmentPool
from underseal.evidence.store.release import Release
from underseal.evidence.store.tombstones import Withheld
from underseal.evidence.store.withheld import withheld

ALL = RECORDS.names


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A segment of a view, as search needs it.

    Attributes:
        segment: the open segment.
    """

    segment: OpenSegment

    @property
    def id(self) -> str:
        """Name of the segment."""
        return self.segment.entry.id

    @property
    def index(self) -> tantivy.Index:
        """Index of its rows."""
        return self.segment.index

    @property
    def rows(self) -> int:
        """Rows, hidden ones included."""
        return self.segment.entry.rows


class View:
    """A release under an authority.

    Args:
        release: what is looked at. access: under what. pool: the open segments.
    """

    def __init__(self, release: Release, access: Access, pool: SegmentPool) -> None:
        self.release = release
        self.access = access
        self.segments: Sequence[SegmentView] = list(map(SegmentView, open_segments(release, access.quarantine, pool)))
        self._by_id = {segment.id: number for number, segment in enumerate(self.segments)}

    def fetch(self, hits: Sequence[tuple[int, int]], columns: Sequence[str] = ALL) -> pa.Table:
        """Return rows by (position of the segment, row offset), in the order given.

        Raises:
            InternalError: a row is out of scope or withheld; no query of a scoped search can lead to one.
        """
        table, inside = self._read(hits, columns)
        if not pc.all(inside, min_count=0).as_py():
            raise InternalError("A row that this authority does not show was about to be read; nothing was shown.")
        return table

    def records(self, numbers: Sequence[int], columns: Sequence[str] = ALL) -> pa.Table:
        """Return records by number, in the order given; those out of scope, withheld or unknown are left out."""
        table, inside = self._read([hit for n in numbers if (hit := self._hit(n)) is not None], columns)
        return table.filter(inside)

    def record(self, number: int, columns: Sequence[str] = ALL) -> dict[str, object]:
        """Return one record.

        Raises:
            NotFoundError: no such record, or not in scope, or withheld: the three answer alike.
        """
        rows = self.records([number], columns).to_pylist()
        if not rows:
            raise NotFoundError(
                f"There is no record {number} in release {self.release.number} within the authority's scope."
            )
        row: dict[str, object] = rows[0]
        return row

    def withheld(self, numbers: Sequence[int]) -> frozenset[int]:
        """Return those records that are withheld, in scope or not: for what the program itself compares, never to be shown."""
        known = [(n, hit) for n in dict.fromkeys(numbers) if (hit := self._hit(n)) is not None]
        if not known:
            return frozenset()
        marks = self._withheld(np.array([hit for _, hit in known], dtype=np.int64)).tolist()
        return frozenset(number for (number, _), mark in zip(known, marks, strict=True) if mark)

    def of_events(self, events: Iterable[str], columns: Sequence[str] = ALL) -> pa.Table:
        """Return the shown records of events (their copies too), in no particular order."""
        return self._referred("event", set(events), columns)

    def copies_of(self, events: Iterable[str], columns: Sequence[str] = ALL) -> pa.Table:
        """Return the shown records of events that say that they are copies of others, in no particular order."""
        rows = self._referred("event", set(events), [*columns, *({"copy_of"} - set(columns))], holding_copies=True)
        return rows.filter(rows.column("copy_of").is_valid()).select(list(columns))

    def referring(self, events: Iterable[str], columns: Sequence[str] = ALL) -> pa.Table:
        """Return the shown records that refer to events: replies, edits, reactions, redactions."""
        return self._referred("target", set(events), columns)

    def ciphertext(self, number: int) -> bytes | None:
        """Return the ciphertext of a record that `record` would show; None where it never had one.

        Raises:
            NotFoundError: no such record, or not in scope.
        """
        self.record(number, ["number"])
        sealed = self.segments[self._by_id[self.release.segment_of(number).id]].segment.sealed
        return None if sealed is None else _find_ciphertext(sealed, number)

    def _hit(self, number: int) -> tuple[int, int] | None:
        if not 0 <= number < self.release.size:
            return None
        entry = self.release.segment_of(number)
        return self._by_id[entry.id], number - entry.first

    def _referred(
        self, field: str, values: set[str], columns: Sequence[str], *, holding_copies: bool = False
    ) -> pa.Table:
        """Return rows by a field; `holding_copies` leaves out segments without a copy."""
        hits = [
            (position, row)
            for position, segment in enumerate(self.segments if values else ())
            if segment.segment.copies or not holding_copies
            for row in segment.segment.refer(field, values).tolist()
        ]
        table, inside = self._read(hits, columns)
        return table.filter(inside)

    def _read(self, hits: Sequence[tuple[int, int]], columns: Sequence[str]) -> tuple[pa.Table, pa.Array]:
        """Return rows, and for each whether it may be seen: it is in scope, and not withheld."""
        wanted = list(dict.fromkeys([*columns, *scoped_by(self.access.scope)]))
        if not hits:
            empty = pa.schema([RECORDS.field(name) for name in wanted]).empty_table()
            return empty.select(list(columns)), pa.array([], pa.bool_())
        pairs = np.array(hits, dtype=np.int64)
        order = np.argsort(pairs[:, 0], kind="stable")
        parts = [
            self.segments[int(position)].segment.read(pairs[order][pairs[order][:, 0] == position][:, 1], wanted)
            for position in np.unique(pairs[:, 0])
        ]
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        table = pa.concat_tables(parts).unify_dictionaries().take(pa.array(back))
        allowed = pa.array(~self._withheld(pairs))
        return table.select(list(columns)), pc.and_(scope_mask(table, self.access.scope), allowed)

    def _withheld(self, pairs: "np.ndarray[tuple[int, int], np.dtype[np.int64]]") -> Marks:
        """Return for each (position of the segment, row offset) whether the row is withheld."""
        found = np.zeros(len(pairs), dtype=bool)
        for position in np.unique(pairs[:, 0]):
            own = pairs[:, 0] == position
            segment = self.segments[int(position)].segment
            if segment.withheld is not None:
                found[own] = segment.withheld_rows[pairs[own, 1]]
        return found


def open_segments(release: Release, quarantine: Quarantine, pool: SegmentPool) -> Sequence[OpenSegment]:
    """Return the segments of a release without the rows that a quarantine withholds.

    Raises:
        InternalError: what is withheld cannot be written down. IntegrityError: a segment is damaged.
    """
    segments = [pool.get(entry) for entry in release.segments]
    if not quarantine:
        return segments

    def find(folder: Path) -> Sequence[Withheld | None]:
        return withheld(quarantine, segments, release=release.number, folder=folder)

    found = pool.withheld(release, quarantine, find)
    return [pool.get(entry, own) for entry, own in zip(release.segments, found, strict=True)]


def _find_ciphertext(sealed: "pa.parquet.ParquetFile", number: int) -> bytes | None:
    """Find a ciphertext by the statistics of `number`, reading one row group."""
    footer = sealed.metadata
    for group in range(footer.num_row_groups):
        statistics = footer.row_group(group).column(0).statistics
        if statistics.min <= number <= statistics.max:
            table = sealed.read_row_group(group)
            found = table.filter(pc.equal(table.column("number"), number)).column("ciphertext")
            return bytes(found[0].as_py()) if len(found) else None
    return None
