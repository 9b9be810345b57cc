"""Hiding locked records that a later key has opened.

The release that opens them carries, per segment, the list of rows that it supersedes and an index made without them. The
segment itself is never touched.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.ledger import canonical
from underseal.core.records import RECORDS
from underseal.evidence.store.columns import read_records
from underseal.evidence.store.index import build_index
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.publish import Hidden
from underseal.evidence.store.release import Release
from underseal.evidence.store.segment import count_values, file_digests, write_synced


def hide(numbers: Iterable[int], *, release: Release, pool: SegmentPool, aside: Path) -> list[Hidden]:
    """Write aside what hides records of a release.

    Args:
        numbers: of the records, none of them hidden already. aside: folder to write one folder per segment into.
    """
    superseded = np.array(sorted(numbers), dtype=np.int64)
    made = []
    for entry in release.segments:
        own = superseded[(superseded >= entry.first) & (superseded < entry.first + entry.rows)] - entry.first
        if len(own):
            made.append(_hide_rows(own, pool.get(entry), aside / entry.id))
    return made


def _hide_rows(offsets: "np.ndarray[tuple[int], np.dtype[np.int64]]", segment: OpenSegment, folder: Path) -> Hidden:
    folder.mkdir(parents=True)
    earlier = segment.superseded
    visible = np.ones(segment.entry.rows, dtype=bool) if earlier is None else ~earlier
    visible[offsets] = False
    (folder / "rows.bin").write_bytes(np.packbits(~visible).tobytes())
    rows = read_records(segment.folder / "records.parquet", RECORDS.names)
    build_index(folder / "text", rows, keep=pa.array(visible & ~segment.destroyed_rows))
    return Hidden(
        segment=segment.entry.id,
        rows=int(np.count_nonzero(~visible)),
        sha256=seal_hidden(folder, segment.entry.id),
        verdicts=count_values(pc.take(rows.column("verdict"), pa.array(offsets))),
        folder=folder,
    )


def seal_hidden(folder: Path, segment: str) -> str:
    """Describe what hides rows of a segment; return the hex digest of the description."""
    described = canonical({"format": "underseal/hidden/1", "segment": segment, "files": file_digests(folder)})
    write_synced(folder / "hidden.json", described)
    return hashlib.sha256(described).hexdigest()
