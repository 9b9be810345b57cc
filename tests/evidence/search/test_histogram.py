"""Counting per day and hour in 64-bit floats loses no record, at the worst rows and times that there can be."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from underseal.evidence.authority import EVERYTHING
from underseal.evidence.search import Interval, histogram, parse
from underseal.evidence.store.index import EARLIEST, LATEST, MAX_INDEX_ROWS, build_index, open_index

from .reference import Row, Segment, Shelf, table

DAY = 86_400_000
BATCH = 65_536


def _last_rows(rows: list[Row]) -> Iterator[pa.RecordBatch]:
    """Yield the batches of the largest segment that there can be, whose last rows are these."""
    nothing = table([{"kind": "text"}] * BATCH).combine_chunks().to_batches()[0]
    before = MAX_INDEX_ROWS - len(rows)
    for _ in range(before // BATCH):
        yield nothing
    yield nothing.slice(0, before % BATCH)
    yield from table(rows).combine_chunks().to_batches()


@pytest.mark.parametrize("start", [LATEST // DAY * DAY, (EARLIEST // DAY + 1) * DAY, 18_695 * DAY, 0])
def test_the_last_rows_of_a_full_segment_count_in_their_own_day(tmp_path: Path, start: int) -> None:
    times = [start - 2, start - 1, start, start + 1, start + 3_600_000 - 1, start + 3_600_000]
    rows: list[Row] = [{"kind": "text", "time": time} for time in times for _ in range(3)]
    keep = pa.array([False] * (MAX_INDEX_ROWS - len(rows)) + [True] * len(rows))
    build_index(tmp_path / "text", _last_rows(rows), keep=keep)
    view = Shelf(tmp_path, [], EVERYTHING)
    view.segments.append(Segment(id="s", index=open_index(tmp_path / "text"), rows=MAX_INDEX_ROWS))
    assert [each.count for each in histogram(view, parse(""))] == [6, 12]
    assert [each.count for each in histogram(view, parse(""), interval=Interval.HOUR)] == [6, 9, 3]
    brussels = histogram(view, parse(""), interval=Interval.HOUR, zone=ZoneInfo("Europe/Brussels"))
    assert [each.count for each in brussels] == [6, 9, 3]
