"""Building segments out of staged parts: the work of a release, spread over processes, all of it aside.

Each captured row becomes exactly one record, so the numbers of a part's records are known before it is read, and parts can
be built at the same time.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from underseal.core.records import RECORDS
from underseal.evidence.store.again import destroyed_again, destroyed_before
from underseal.evidence.store.columns import MAX_ROWS, in_order, read_records
from underseal.evidence.store.copies import known_numbers, mark_copies, shared_events
from underseal.evidence.store.pool import OpenSegment
from underseal.evidence.store.segment import Built, split_locked, write_segment

Part: TypeAlias = Sequence[Path]
"""The files of one decided part, in order."""

ROWS_WORTH_A_PROCESS: Final = 65_536
"""Rows to build for which another process is worth its start: some three seconds of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One decided part to be made into segments.

    Attributes:
        part: Parquet files of decided rows (see `evidence.decrypt`), in order; rows that supersede others bring
            `supersedes` and `copy_of` along. first: number of its first record.
        stem: its segments are called stem-0, stem-1, ... aside: folder to write them in.
        known: event -> number of records that the part's rows may be copies of.
        destroyed: what is known of destroyed records (`again.KNOWN`): what is one of them again goes without its content.
    """

    part: Part
    first: int
    stem: str
    aside: Path
    known: dict[str, int]
    destroyed: pa.Table


def build_part(job: Job) -> list[Built]:
    """Make the segments of one part: one of settled rows, one of rows that a later key may open, as far as there are any."""
    decided = _read(job.part)
    reopened = "supersedes" in decided.column_names
    if not reopened:
        decided = decided.append_column("supersedes", pa.nulls(decided.num_rows, pa.int64()))
    if job.destroyed.num_rows:
        decided = decided.append_column("destroyed", destroyed_again(decided, job.destroyed))
    built: list[Built] = []
    first, known = job.first, dict(job.known)
    pieces = [piece for half in split_locked(decided) for piece in _pieces(half)]
    del decided  # a part takes some hundred megabytes: no two copies of it are to live longer than they must
    while pieces:
        rows = in_order(pieces.pop(0))
        pa.default_memory_pool().release_unused()  # what sorting has left is needed for the index
        if not reopened:
            rows = mark_copies(rows, first=first, known=known, later=pieces)
        id_ = f"{job.stem}-{len(built)}"
        built.append(write_segment(_records(rows), id_=id_, first=first, folder=job.aside / id_))
        first += rows.num_rows
    return built


def build(
    parts: Sequence[Part],
    *,
    first: int,
    stem: str,
    aside: Path,
    published: Sequence[OpenSegment],
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Built]:
    """Build the segments of all parts, in order.

    Args:
        parts: decided rows, the files of each part. first: number of the first record. stem: beginning of the segments' names.
        aside: folder to write in. published: segments of the latest release, for copies and for what was destroyed.
        workers: processes; None for one per processor, as far as each is worth its start.
        progress: called with the rows of each part that is done.
    """
    report = progress or (lambda _rows: None)
    count = workers or min(os.cpu_count() or 1, sum(map(_rows, parts)) // ROWS_WORTH_A_PROCESS)
    if count > 1 and len(parts) > 1 and not shared_events(parts, scratch=aside / "scratch"):
        return _in_processes(_jobs(parts, first, stem, aside, published), count, report)
    built: list[Built] = []
    seen: dict[str, int] = {}
    for job in _jobs(parts, first, stem, aside, published):
        job.known.update(seen)
        made = build_part(job)
        seen.update(_numbers_of_events([aside / segment.id for segment in made]) if len(parts) > 1 else {})
        built += made
        report(sum(segment.rows for segment in made))
    return built


def _jobs(parts: Sequence[Part], first: int, stem: str, aside: Path, published: Sequence[OpenSegment]) -> Iterator[Job]:
    destroyed = destroyed_before(published)
    for number, part in enumerate(parts):
        known = known_numbers(_read(part, ["event"]).column("event"), published) if published else {}
        yield Job(part=part, first=first, stem=f"{stem}-{number:04d}", aside=aside, known=known, destroyed=destroyed)
        first += _rows(part)


def _rows(part: Part) -> int:
    return sum(int(pq.read_metadata(file).num_rows) for file in part)


def _read(part: Part, columns: list[str] | None = None) -> pa.Table:
    return pa.concat_tables([pq.read_table(file, columns=columns) for file in part]).unify_dictionaries()


def _in_processes(jobs: Iterator[Job], workers: int, progress: Callable[[int], None]) -> list[Built]:
    built: list[Built] = []
    pa.default_memory_pool().release_unused()  # the memory of intake and decryption is needed by others now
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for made in pool.map(build_part, jobs):
            built += made
            progress(sum(segment.rows for segment in made))
    return built


def _numbers_of_events(folders: Sequence[Path]) -> dict[str, int]:
    seen: dict[str, int] = {}
    for folder in folders:
        table = read_records(folder / "records.parquet", ["event", "number", "copy_of"])
        for event, number, original in zip(*(column.to_pylist() for column in table.columns), strict=True):
            if event is not None and original is None:
                seen.setdefault(event, number)
    return seen


def _pieces(rows: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, rows.num_rows, MAX_ROWS):
        yield rows.slice(start, MAX_ROWS)


def _records(rows: pa.Table) -> pa.Table:
    """Bring the columns into the order of `RECORDS`, those behind them that a segment is written from."""
    behind = [name for name in ("ciphertext", "destroyed") if name in rows.column_names]
    return rows.select([*RECORDS.names[1:], *behind])
