"""Intake and indexing of a plain message table: speed, memory and disk, against a bare tantivy writer on the same text."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare, workspace
from benchmarks.figures import Figure
from benchmarks.generate.message_table import Table
from benchmarks.process import measure
from benchmarks.search import make_bare

EXHIBIT = "T1"
"""Number of the table."""

GIB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an intake gave: records of the release, and the seconds of its stages."""

    records: int
    seconds: Mapping[str, float]


def run(table: Table, folder: Path, bare_folder: Path, searchable: Path, *, cores: int) -> list[Figure]:
    """Measure the intake of a table.

    Args:
        table: what is taken in. folder: for a new workspace. bare_folder: for a bare index of the text alone.
        searchable: for a bare index that can answer the same searches. cores: processes, and threads of a bare writer.
    """
    for old in (folder, bare_folder):
        shutil.rmtree(old, ignore_errors=True)
    other = measure(bare.write_index, table.path, bare_folder, threads=cores)
    answering = make_bare(table, searchable, cores=cores)
    ours = measure(take, table.path, table.mapping, folder, cores)
    if ours.result.records != other.result:
        raise RuntimeError(f"{ours.result.records} records of {other.result} messages were taken in")
    messages = other.result
    speed, bare_speed = messages / ours.seconds, messages / other.seconds
    disk = workspace.disk_bytes(folder) / messages
    stages = ", ".join(f"{name.lower()} {seconds:.1f} s" for name, seconds in ours.result.seconds.items())
    parts = ", ".join(f"{name} {size / messages:.1f}" for name, size in workspace.by_folder(folder) if size >= messages)
    return [
        Figure(
            subject="intake",
            name="messages per second",
            ours=speed,
            unit="/s",
            bare=bare_speed,
            goal="at least 40,000 and 70 % of bare tantivy",
            met=speed >= 40_000 and speed >= 0.7 * bare_speed,
            note=f"{messages:,} messages; {stages}; processor time {ours.cpu_seconds:.0f} s, bare {other.cpu_seconds:.0f} s",
        ),
        Figure(
            subject="intake",
            name="messages per second, bare with text and filters",
            ours=speed,
            unit="/s",
            bare=messages / answering.seconds,
            note="the bare index that the searches are held against",
        ),
        Figure(
            subject="intake",
            name="peak memory of all processes",
            ours=ours.peak / GIB,
            unit="GiB",
            bare=other.peak / GIB,
            goal="under 2 GiB",
            met=ours.peak < 2 * GIB,
            note=f"proportional set size with mapped files; without them {ours.anonymous / GIB:.2f} GiB",
        ),
        Figure(
            subject="intake",
            name="bytes per message on disk, all in",
            ours=disk,
            unit="bytes",
            bare=workspace.disk_bytes(bare_folder) / messages,
            goal="at most 110",
            met=disk <= 110,
            note=f"by folder: {parts}; bare holds neither text nor records; with text and filters it takes "
            f"{workspace.disk_bytes(searchable) / messages:.1f}",
        ),
    ]


def take(path: Path, mapping: Path, folder: Path, workers: int) -> Taken:
    """Make a workspace, take in a table and release it."""
    start = time.perf_counter()
    workspace.make_workspace(folder)
    marks: dict[str, float] = {"workspace": time.perf_counter()}
    with workspace.open_workspace(folder) as investigation:
        workspace.take_in(investigation, path, exhibit=EXHIBIT, mapping=mapping)
        marks["read and stage"] = time.perf_counter()

        def note(words: str, _done: int, _total: int) -> None:
            if words not in marks or words == next(reversed(marks)):  # what comes again later opens what was locked
                marks[words] = time.perf_counter()

        release = investigation.release(workers=workers, progress=note)
    marks["publish"] = time.perf_counter()
    if release is None:
        raise RuntimeError("nothing was released")
    ends = list(marks.values())
    seconds = {name: end - before for name, end, before in zip(marks, ends, [start, *ends], strict=False)}
    return Taken(records=release.size, seconds=seconds)
