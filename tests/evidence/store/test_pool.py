"""Open segments are shared: by all views of a process, and by the threads of a server."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa

from underseal.core.records import RECORDS
from underseal.evidence.store.columns import ROW_GROUP
from underseal.evidence.store.pool import OpenSegment

from .test_release import Shelf

GROUPS = 12
ROWS = GROUPS * ROW_GROUP - 5
COLUMNS = ["text", "number", "sender", "recipients", "kind", "raw", "uncertainty"]
"""Some that are in the file, and some that have one value throughout."""


def _segment(root: Path) -> OpenSegment:
    """Return a segment of several row groups, whose texts and senders say which row they are of."""
    row = {"exhibit": "E", "conversation": "!c", "kind": "text", "verdict": "clear", "uncertainty": 0}
    shelf = Shelf(root)
    release = shelf.publish(
        [
            {**row, "time": at, "text": f"text of {at}", "sender": f"@{at % 700}", "recipients": [f"@{at % 11}"]}
            for at in range(ROWS)
        ]
    )
    return shelf.pool.get(release.segments[0])


def _expected(offset: int) -> dict[str, object]:
    return {
        "text": f"text of {offset}",
        "number": offset,
        "sender": f"@{offset % 700}",
        "recipients": [f"@{offset % 11}"],
        "kind": "text",
        "raw": None,
        "uncertainty": 0,
    }


def _offsets(seed: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.sort(np.random.default_rng(seed).integers(0, ROWS, 40))


def test_threads_that_read_at_the_same_time_get_their_rows(tmp_path: Path) -> None:
    segment = _segment(tmp_path)

    def read(seed: int) -> pa.Table:
        return segment.read(_offsets(seed), COLUMNS)

    with ThreadPoolExecutor(8) as threads:
        for seed, rows in enumerate(threads.map(read, range(100))):
            assert rows.to_pylist() == [_expected(int(offset)) for offset in _offsets(seed)]


def test_rows_are_read_wherever_they_lie_and_whatever_is_asked_of_them(tmp_path: Path) -> None:
    segment = _segment(tmp_path)
    for offsets in ([], [0], [ROWS - 1], [7, 7, 8], [0, ROW_GROUP - 1, ROW_GROUP, ROWS - 1], list(range(0, ROWS, 99))):
        for columns in (COLUMNS, ["kind", "raw"], ["text"]):
            rows = segment.read(np.array(offsets, dtype=np.int64), columns)
            assert rows.schema == pa.schema([RECORDS.field(name) for name in columns])
            assert rows.to_pylist() == [{name: _expected(at)[name] for name in columns} for at in offsets]
