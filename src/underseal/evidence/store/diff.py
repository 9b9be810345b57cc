"""What a release adds to an earlier one, record by record, and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from underseal.evidence.authority import NOTHING, Quarantine
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.release import Release, Releases
from underseal.evidence.store.view import open_segments

_COLUMNS = ["number", "exhibit", "file", "unit", "row", "verdict", "supersedes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Records that a release adds for one reason.

    Attributes:
        reason: "new exhibit", "new increment" (more of an exhibit that was known) or "new key" (opens a locked record).
        exhibit: its number. verdict: of the records. count: how many.
    """

    reason: str
    exhibit: str
    verdict: str
    count: int


def diff(old: Release, new: Release, *, releases: Releases, pool: SegmentPool) -> list[Added]:
    """Return the sums of what `new` adds to `old`, the largest first. Nothing is ever removed, so nothing else differs."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for rows in added_rows(old, new, releases=releases, pool=pool):
        counts.update(zip(*(rows.column(name).to_pylist() for name in ("reason", "exhibit", "verdict")), strict=True))
    return [
        Added(reason=reason, exhibit=exhibit, verdict=verdict, count=count)
        for (reason, exhibit, verdict), count in counts.most_common()
    ]


def added_rows(
    old: Release, new: Release, *, releases: Releases, pool: SegmentPool, quarantine: Quarantine = NOTHING
) -> Iterator[pa.Table]:
    """Yield every added record: its number, its place in its exhibit, its verdict, and the reason, in tables.

    Args:
        old, new: the releases that are compared. releases, pool: where they are.
        quarantine: what is withheld, and so left out; the sums of `diff` are those that were signed.
    """
    known = {exhibit.number for number in range(1, old.number + 1) for exhibit in releases.get(number).exhibits}
    for segment in open_segments(new, quarantine, pool):
        if segment.entry.first >= old.size:
            yield from _explained(segment, known)


def _explained(segment: OpenSegment, known: set[str]) -> Iterator[pa.Table]:
    groups = segment.records.metadata.num_row_groups
    for group in range(groups):
        rows = segment.read_groups([group], _COLUMNS)
        start, end = segment.group_starts[group : group + 2]
        rows = rows.filter(pa.array(~segment.withheld_rows[start:end]))
        more = pc.is_in(rows.column("exhibit").cast(pa.string()), value_set=pa.array(sorted(known), pa.string()))
        fresh = pc.if_else(more, "new increment", "new exhibit")
        yield rows.append_column("reason", pc.if_else(pc.is_valid(rows.column("supersedes")), "new key", fresh))
