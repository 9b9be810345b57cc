"""Open segments, shared by all views of a process: opening costs milliseconds, reading should not pay it each time."""

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tantivy

from underseal.core.records import RECORDS
from underseal.errors import IntegrityError
from underseal.evidence.authority import Quarantine
from underseal.evidence.store.destroyed import Kept
from underseal.evidence.store.destructions import Places
from underseal.evidence.store.index import fact, open_index, rows_with
from underseal.evidence.store.leaves import leaf_hashes
from underseal.evidence.store.references import References
from underseal.evidence.store.release import Release, SegmentEntry
from underseal.evidence.store.segment import NAMES, NAMING, read_description
from underseal.evidence.store.tombstones import Withheld, index_without

MAX_OPEN = 512
"""Segments held open at most; each costs some megabytes of Parquet footers and memory maps of its index."""

MAX_QUARANTINES = 4
"""Pairs of release and quarantine of which is kept in memory which rows are withheld: one bit for each row."""

Integers = np.ndarray[tuple[int], np.dtype[np.int64]]
Marks = npt.NDArray[np.bool_]

_NAMING = [fact("kind", kind) for kind in NAMING]
_CODED = [field.name for field in RECORDS if pa.types.is_dictionary(field.type)]


class OpenSegment:
    """One segment as one release sees it, read only.

    Attributes:
        entry: how the release lists it. folder: where it lies.
        hidden: where the list of its superseded rows lies, and the index without them; None where none is superseded.
        withheld: which of its rows are withheld from who reads it; None where none is.
        name: of its index, another one after each time that it was written anew.
    """

    def __init__(
        self, entry: SegmentEntry, folder: Path, hidden: Path | None, withheld: Withheld | None = None, name: str = ""
    ) -> None:
        self.entry = entry
        self.folder = folder
        self.hidden = hidden
        self.withheld = withheld
        self._name = name or f"{entry.id}-{entry.hidden_in}"

    @cached_property
    def index(self) -> tantivy.Index:
        """The index of the rows that are shown."""
        text = (self.hidden or self.folder) / "text"
        if self.withheld is None:
            return open_index(text)
        marks = self.withheld_rows if self.superseded is None else self.withheld_rows & ~self.superseded
        marks = marks & ~self.destroyed_rows  # which no index has
        return index_without(text, self.withheld, name=self._name, marks=marks, times=self._times)

    @cached_property
    def destroyed(self) -> Kept:
        """What is kept of its destroyed rows.

        Raises:
            IntegrityError: the file is damaged.
        """
        kept, first = Kept.read(self.folder), self.entry.first
        if len(kept) and not first <= kept.numbers[0] <= kept.numbers[-1] < first + self.entry.rows:
            raise IntegrityError(f"Segment {self.entry.id}: its list of destroyed rows is that of others.")
        return kept

    @cached_property
    def destroyed_rows(self) -> Marks:
        """For each row whether its content was destroyed."""
        marks = np.zeros(self.entry.rows, dtype=bool)
        marks[self.destroyed.numbers - self.entry.first] = True
        return marks

    @cached_property
    def unseen_rows(self) -> Marks:
        """For each row whether it does not exist for who reads: it is withheld from them, or its content was destroyed."""
        return self.withheld_rows | self.destroyed_rows

    @property
    def has_unseen(self) -> bool:
        """Whether some rows may not exist for who reads."""
        return self.withheld is not None or len(self.destroyed) > 0

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the leaf hashes of the rows start .. end-1: made of what the rows say, or kept where that is gone."""
        hashes = leaf_hashes(self.read_range(start, end, RECORDS.names))
        return self.destroyed.put(hashes, first=self.entry.first + start)

    @cached_property
    def records(self) -> pq.ParquetFile:
        """records.parquet, opened.

        Raises:
            IntegrityError: it is missing or damaged.
        """
        return self._open(
            "records.parquet", coded=[name for name in _CODED if self.constants.get(name, "") is not None]
        )

    @cached_property
    def sealed(self) -> pq.ParquetFile | None:
        """sealed.parquet, opened; None where the segment has no ciphertext."""
        return self._open("sealed.parquet") if (self.folder / "sealed.parquet").exists() else None

    @cached_property
    def references(self) -> References:
        """references.bin, opened.

        Raises:
            IntegrityError: it is missing or damaged.
        """
        return References(self.folder / "references.bin")

    def refer(self, field: str, values: AbstractSet[str]) -> Integers:
        """Return the offsets of shown rows whose `field` is one of `values`: "event" or "target"."""
        if not values or self.constants.get(field, "") is None:
            return np.empty(0, dtype=np.int64)
        rows = self.references.rows(field, values)
        rows = rows if self.visible is None else rows[self.visible[rows]]
        if not len(rows):
            return rows
        found = self.read(rows, [field]).column(field).cast(pa.string())  # some only share the hash
        return np.asarray(rows[pc.is_in(found, value_set=pa.array(sorted(values), pa.string())).to_numpy()])

    @cached_property
    def visible(self) -> Marks | None:
        """For each row whether it is shown; None where all are. Superseded rows are not, and can be read by their number."""
        if not self.has_unseen:
            return None if self.superseded is None else ~self.superseded
        return ~self.unseen_rows if self.superseded is None else ~(self.unseen_rows | self.superseded)

    @cached_property
    def withheld_rows(self) -> Marks:
        """For each row whether it is withheld from who reads."""
        rows = self.entry.rows
        return np.zeros(rows, dtype=bool) if self.withheld is None else self.withheld.marks(rows)

    @cached_property
    def superseded(self) -> Marks | None:
        """For each row whether later records of this release supersede it; None where none is."""
        if self.hidden is None:
            return None
        packed = np.frombuffer((self.hidden / "rows.bin").read_bytes(), dtype=np.uint8)
        return np.unpackbits(packed, count=self.entry.rows).astype(bool)

    @cached_property
    def recounted(self) -> pa.Array:
        """Conversations that have rows which do not exist for who reads: what is stored of their counts says too much."""
        if not self.has_unseen:
            return pa.array([], pa.string())
        starts = self._places.column("start").to_numpy()
        some = np.add.reduceat(self.unseen_rows.astype(np.int64), starts) > 0
        return self._places.column("conversation").filter(pa.array(some)).combine_chunks()

    def _times(self, rows: Sequence[int]) -> Sequence[int]:
        if not rows:
            return []
        times: list[int] = self.read(np.array(rows, dtype=np.int64), ["time"]).column("time").to_pylist()
        return times

    @cached_property
    def copies(self) -> int:
        """How many of its records are copies of others."""
        return int(str(read_description(self.folder)["copies"]))

    @cached_property
    def period(self) -> tuple[int, int]:
        """Times of its earliest and its latest record, in milliseconds."""
        described = read_description(self.folder)
        return int(str(described["start"])), int(str(described["end"]))

    @cached_property
    def runs(self) -> pa.Table:
        """conversations.parquet: where each conversation lies."""
        return self._whole("conversations.parquet")

    def run(self, conversation: str) -> tuple[int, int] | None:
        """Return the offset of the first row and the number of rows of a conversation; None where there is no row of it.

        Rows that do not exist for who reads may lie among the others; of a conversation that has no other there is no row.
        """
        names = self._places.column("conversation")
        outside = names.null_count  # what belongs to no conversation comes first
        place = bisect_left(range(len(names)), conversation, outside, key=lambda row: names[row].as_py())
        if place == len(names) or names[place].as_py() != conversation:
            return None
        start, rows = self._places.column("start")[place].as_py(), self._places.column("rows")[place].as_py()
        if self.has_unseen and self.unseen_rows[start : start + rows].all():
            return None
        return start, rows

    @cached_property
    def _places(self) -> pa.Table:
        """Of `runs` what says where a conversation lies, which is read in a third of the time."""
        if "runs" in vars(self):
            return self.runs
        return self._whole("conversations.parquet", columns=["conversation", "start", "rows"])

    @cached_property
    def members(self) -> pa.Table:
        """members.parquet: pairs of conversation and account, dictionary-coded."""
        return self._whole("members.parquet", coded=["conversation", "account"])

    @property
    def names(self) -> pa.Table:
        """names.parquet: what conversations and accounts called themselves; read anew each time."""
        if self.withheld is not None:
            found = rows_with(self.index, _NAMING, start=None, end=None)
            rows = self.read(found, NAMES)
            rows = rows.filter(rows.column("text").is_valid())
        else:
            rows = self._whole("names.parquet")
        return rows.cast(pa.schema([pa.field(field.name, _plain(field.type)) for field in rows.schema]))

    @cached_property
    def group_periods(self) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
        """Times of the earliest and the latest record of each row group, in milliseconds."""
        footer = self.records.metadata
        column = footer.schema.names.index("time")  # of the file: columns that are null throughout are not in it
        found = [footer.row_group(group).column(column).statistics for group in range(footer.num_row_groups)]
        return np.array([(statistics.min, statistics.max) for statistics in found], dtype=np.int64).reshape(-1, 2)

    @cached_property
    def group_starts(self) -> Integers:
        """Offset of the first row of each row group, and the number of rows at the end."""
        footer = self.records.metadata
        counts = [footer.row_group(group).num_rows for group in range(footer.num_row_groups)]
        return np.concatenate(([0], np.cumsum(counts)))

    def read(self, offsets: Integers, columns: list[str]) -> pa.Table:
        """Return the rows at `offsets`, in that order; only the row groups that hold them are read.

        Raises:
            IntegrityError: their bytes are damaged.
        """
        stored = self._stored(columns)
        if not stored:
            return self._complete(pa.table({}), columns, len(offsets))
        groups, place = np.unique(np.searchsorted(self.group_starts, offsets, side="right") - 1, return_inverse=True)
        sizes = np.diff(self.group_starts)[groups]
        left_out = self.group_starts[groups] - (np.cumsum(sizes) - sizes)  # rows before each group that are not read
        rows = self._read(groups.tolist(), stored).take(pa.array(offsets - left_out[place]))
        return self._complete(rows, columns, len(offsets))

    def read_groups(self, groups: list[int], columns: list[str]) -> pa.Table:
        """Return whole row groups.

        Raises:
            IntegrityError: their bytes are damaged.
        """
        return self._complete(
            self._read(groups, self._stored(columns)), columns, int(np.diff(self.group_starts)[groups].sum())
        )

    def _stored(self, columns: list[str]) -> list[str]:
        """Return those columns that have to be read: the others have one value in the whole segment."""
        return [name for name in columns if name not in self.constants]

    def _read(self, groups: list[int], stored: list[str]) -> pa.Table:
        try:
            return self.records.read_row_groups(groups, columns=stored, use_threads=len(groups) > 1)
        except (OSError, pa.ArrowException) as error:
            raise IntegrityError(f"Segment {self.entry.id}: records.parquet cannot be read: {error}") from error

    def _complete(self, table: pa.Table, columns: list[str], rows: int) -> pa.Table:
        """Return rows as `RECORDS` has them, with the columns that were not read."""
        arrays = [
            _repeat(self.constants[name], name, rows) if name in self.constants else table.column(name)
            for name in columns
        ]
        return pa.table(arrays, schema=pa.schema([RECORDS.field(name) for name in columns]))

    @cached_property
    def constants(self) -> dict[str, str | int | None]:
        """Columns that have one value in the whole segment.

        Raises:
            IntegrityError: segment.json is missing or damaged.
        """
        try:
            found = read_description(self.folder)["constant"]
        except (OSError, ValueError, KeyError) as error:
            raise IntegrityError(f"Segment {self.entry.id}: segment.json is damaged.") from error
        return dict(found) if isinstance(found, dict) else {}

    def read_range(self, start: int, end: int, columns: list[str]) -> pa.Table:
        """Return the rows start .. end-1."""
        first = int(np.searchsorted(self.group_starts, start, side="right")) - 1
        last = int(np.searchsorted(self.group_starts, end, side="left"))
        table = self.read_groups(list(range(first, last)), columns)
        return table.slice(start - int(self.group_starts[first]), end - start)

    def read_all(self, columns: Sequence[str]) -> pa.Table:
        """Return columns of all rows."""
        return self.read_groups(list(range(self.records.metadata.num_row_groups)), list(columns))

    def _whole(self, name: str, *, columns: list[str] | None = None, coded: list[str] | None = None) -> pa.Table:
        with self._open(name, coded=coded) as file:
            return file.read(columns, use_threads=False)  # small: threads cost more than they save

    def _open(self, name: str, *, coded: list[str] | None = None) -> pq.ParquetFile:
        try:
            # Without its own buffers, which threads that read at the same time would take from each other.
            return pq.ParquetFile(self.folder / name, memory_map=True, read_dictionary=coded, pre_buffer=False)
        except (OSError, KeyError, pa.ArrowException) as error:  # KeyError: a column that it should have
            raise IntegrityError(f"Segment {self.entry.id}: {name} cannot be opened: {error}") from error


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _repeat(value: str | int | None, name: str, rows: int) -> pa.Array:
    """Return a column of one value."""
    kind = RECORDS.field(name).type
    if value is None:
        return pa.nulls(rows, kind)
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([value]))
    return pa.repeat(pa.scalar(value, kind), rows)


class SegmentPool:
    """The open segments of a workspace.

    Args:
        segments: the workspace's `segments`. releases: its `releases`.
        quarantine, destructions: its folders of these names; by default those beside the segments.
    """

    def __init__(
        self, segments: Path, releases: Path, quarantine: Path | None = None, destructions: Path | None = None
    ) -> None:
        self._places = Places(segments, releases, destructions or segments.parent / "destructions")
        self._quarantine = quarantine or segments.parent / "quarantine"
        self._withheld: OrderedDict[tuple[str, str], Sequence[Withheld | None]] = OrderedDict()
        self._open: OrderedDict[tuple[SegmentEntry, str], OpenSegment] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, entry: SegmentEntry, withheld: Withheld | None = None) -> OpenSegment:
        """Return a segment as a release lists it, without what is withheld of it; opened at first use."""
        key = entry, withheld.key if withheld else ""
        with self._lock:
            self._refresh()
            segment = self._open.get(key)
            if segment is None:
                hidden = self._places.hidden(entry.id, entry.hidden_in) if entry.hidden_in else None
                name = f"{entry.id}-{entry.hidden_in}{self._places.anew(entry.id)}"
                segment = OpenSegment(entry, self._places.segment(entry.id), hidden, withheld, name)
                self._open[key] = segment
            self._open.move_to_end(key)
            while len(self._open) > MAX_OPEN:
                self._open.popitem(last=False)
            return segment

    def close(self) -> None:
        """Let go of all segments; the files of each are closed when nobody reads it any more."""
        with self._lock:
            self._open.clear()

    def withheld(
        self, release: Release, quarantine: Quarantine, find: Callable[[Path], Sequence[Withheld | None]]
    ) -> Sequence[Withheld | None]:
        """Return what a quarantine withholds of each segment of a release.

        Args:
            find: called where that is not known yet, with the folder to keep it in.
        """
        key = release.sha256, quarantine.digest
        found = self._withheld.get(key)
        if found is None:
            found = find(self._quarantine)
        with self._lock:
            self._withheld[key] = found
            self._withheld.move_to_end(key)
            while len(self._withheld) > MAX_QUARANTINES:
                self._withheld.popitem(last=False)
        return found

    @property
    def version(self) -> int:
        """What is another number after each destruction: what was read before it may be there no more."""
        with self._lock:
            self._refresh()
            return self._places.version

    def _refresh(self) -> None:
        """Let go of all segments where something was destroyed meanwhile."""
        if self._places.refresh():
            self._open.clear()
            self._withheld.clear()
