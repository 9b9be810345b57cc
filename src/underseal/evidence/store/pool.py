"""Open segments, shared by all views of a process: opening costs milliseconds, reading should not pay it each time."""

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tantivy

from underseal.core.records import RECORDS
from underseal.errors import IntegrityError
from underseal.evidence.store.index import open_index
from underseal.evidence.store.references import References
from underseal.evidence.store.release import SegmentEntry
from underseal.evidence.store.segment import read_description

MAX_OPEN = 512
"""Segments held open at most; each costs some megabytes of Parquet footers and memory maps of its index."""

Integers = np.ndarray[tuple[int], np.dtype[np.int64]]

_CODED = [field.name for field in RECORDS if pa.types.is_dictionary(field.type)]


class OpenSegment:
    """One segment as one release sees it, read only.

    Attributes:
        entry: how the release lists it. folder: where it lies.
    """

    def __init__(self, entry: SegmentEntry, folder: Path, hidden: Path | None) -> None:
        self.entry = entry
        self.folder = folder
        self._hidden = hidden

    @cached_property
    def index(self) -> tantivy.Index:
        """The index of the rows that are not hidden."""
        return open_index((self._hidden or self.folder) / "text")

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
    def visible(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]] | None":
        """For each row whether this release shows it; None where it shows all."""
        if self._hidden is None:
            return None
        packed = np.frombuffer((self._hidden / "rows.bin").read_bytes(), dtype=np.uint8)
        return ~np.unpackbits(packed, count=self.entry.rows).astype(bool)

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
        """Return the offset of the first row and the number of rows of a conversation; None where there is no row of it."""
        names = self._places.column("conversation")
        outside = names.null_count  # what belongs to no conversation comes first
        place = bisect_left(range(len(names)), conversation, outside, key=lambda row: names[row].as_py())
        if place == len(names) or names[place].as_py() != conversation:
            return None
        return self._places.column("start")[place].as_py(), self._places.column("rows")[place].as_py()

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
    """

    def __init__(self, segments: Path, releases: Path) -> None:
        self._segments = segments
        self._releases = releases
        self._open: OrderedDict[SegmentEntry, OpenSegment] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, entry: SegmentEntry) -> OpenSegment:
        """Return a segment as a release lists it, opened at first use."""
        with self._lock:
            segment = self._open.get(entry)
            if segment is None:
                segment = OpenSegment(entry, self._segments / entry.id, self._hidden(entry))
                self._open[entry] = segment
            self._open.move_to_end(entry)
            while len(self._open) > MAX_OPEN:
                self._open.popitem(last=False)
            return segment

    def _hidden(self, entry: SegmentEntry) -> Path | None:
        return self._releases / f"{entry.hidden_in:04d}" / "hidden" / entry.id if entry.hidden_in else None
