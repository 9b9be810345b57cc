"""All parts of an intake, spread over processes: sharded by session, resumable, with a bounded number under way.

A process decrypts on one core, since the library holds Python's global lock. Where there are fewer parts than processes to
keep busy, a part is split by session into shards. When its shards are done, a part is completed. Every file is written
aside and gets its name when it is whole, so that a run that was killed goes on where it stopped.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.crypto import megolm, sha256_file
from underseal.evidence.decrypt.contested import contested_rows
from underseal.evidence.decrypt.files import count_filled, read_batches, write_whole
from underseal.evidence.decrypt.media import Locate, MediaFolder
from underseal.evidence.decrypt.processes import processes
from underseal.evidence.decrypt.replays import EARLIER
from underseal.evidence.decrypt.work import Completion, Shard, run_completion, run_shard, run_whole

ROWS_PER_SHARD = 4_096
"""Rows to work on that are worth a shard of their own: an eighth of a second of decryption."""

SHARDS_PER_PROCESS = 2
"""Shards to aim at for each process: more would balance better, but each of them reads its part's columns once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decryption:
    """What decryption needs of a workspace.

    Attributes:
        keyring: folder of the room keys.
        media: content-addressed folder of the attachments.
        locate: by exhibit, how its attachments are found. Goes to worker processes.
        earlier: returns what earlier releases hold of some sessions (columns of `replays.EARLIER`); None where there is
            no earlier release. Called in this process, part by part.
        basis: what `earlier` speaks of, such as the root of the latest release; a run with another one starts afresh.
    """

    keyring: Path
    media: Path
    locate: Mapping[str, Locate] = field(default_factory=dict)
    earlier: Callable[[pa.Array], pa.Table] | None = None
    basis: str = ""


def decrypt_parts(
    parts: Sequence[Path],
    folder: Path,
    work: Decryption,
    *,
    workers: int | None = None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> list[Path]:
    """Decide all rows of some parts.

    Args:
        parts: Parquet files of captured rows (CAPTURED and any further columns), each of another name.
        folder: where to write; files named decided-*, .decided-*, .worked-* and .known-* in it are this function's.
        work: what is needed of the workspace.
        workers: processes; None for one per processor.
        progress: called with the number of rows that are decided so far.

    Returns:
        For each part, in order, the file of its decided rows (DECIDED and the further columns).

    Raises:
        IntegrityError: the keyring is damaged. OSError: a file cannot be read or written.
        InternalError: a worker process was killed. In each case a further call goes on after what was done.
    """
    _start_afresh_if_changed(parts, folder, work)
    plans = [_plan(part, folder) for part in parts]
    left = [plan for plan in plans if not plan.target.exists()]
    done = sum(plan.rows for plan in plans) - sum(plan.rows for plan in left)
    progress(done)
    if left:
        known = _Known(parts, work.earlier)
        with processes(workers, rows=sum(plan.cost for plan in left)) as (executor, count):
            for rows in _Run(executor, count, work, known, folder).run(left):
                done += rows
                progress(done)
    return [plan.target for plan in plans]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be done with a part.

    Attributes:
        part: its file. rows: in it. busy: those of them that are encrypted or have an attachment.
        target: file of its decided rows. known: file of what is known already of its sessions.
    """

    part: Path
    rows: int
    busy: int
    target: Path
    known: Path

    @property
    def cost(self) -> int:
        """The part's cost, in rows to decrypt; a row that passes through costs a fiftieth of one."""
        return self.busy + self.rows // 50


def _plan(part: Path, folder: Path) -> _Plan:
    rows = int(pq.read_metadata(part).num_rows)
    return _Plan(
        part=part,
        rows=rows,
        busy=min(rows, count_filled(part, "algorithm") + count_filled(part, "media")),
        target=folder / f"decided-{part.name}",
        known=folder / f".known-{part.name}",
    )


def _start_afresh_if_changed(parts: Sequence[Path], folder: Path, work: Decryption) -> None:
    """Remove what an earlier run left, unless it was made of the same parts, keys, releases and tool."""
    captured = [(part.name, part.stat().st_size, part.stat().st_mtime_ns) for part in parts]
    keys = [(file.name, sha256_file(file).sha256) for file in sorted(work.keyring.glob("*.parquet"))]
    digest = hashlib.sha256(repr((megolm.TOOL, work.basis, captured, keys)).encode()).hexdigest()
    mark = folder / f".decided-of-{digest[:32]}"
    if not mark.exists():
        for pattern in ("decided-*", ".decided-*", ".worked-*", "..worked-*", ".known-*", "..known-*"):
            for file in folder.glob(pattern):
                file.unlink()
        mark.touch()


class _Known:
    """What is known already of the sessions of a part: from earlier releases, and of indices that parts contest."""

    def __init__(self, parts: Sequence[Path], earlier: Callable[[pa.Array], pa.Table] | None) -> None:
        self._earlier = earlier
        self._contested = contested_rows(parts) if len(parts) > 1 else EARLIER.empty_table()

    def of(self, part: Path) -> pa.Table:
        """Return the rows that matter for a part."""
        found = [batch.column("session").unique().cast(pa.string()) for batch in read_batches(part, ["session"])]
        sessions = pa.chunked_array(found, pa.string()).unique().drop_null()
        contested = self._contested.column("session").cast(pa.string())
        tables = [self._contested.filter(pc.is_in(contested, value_set=sessions))]
        if self._earlier and len(sessions):
            earlier = self._earlier(sessions)
            if earlier.num_rows:
                tables.append(earlier.select(EARLIER.names).cast(EARLIER))
        return pa.concat_tables(tables).unify_dictionaries()


class _Run:
    """Keeps the processes busy with the shards and completions of all parts, and no more than that under way.

    Args:
        executor: runs the jobs.
        count: processes that it has.
        work: what is needed of the workspace.
        known: what is known of the parts' sessions.
        folder: where the files go.
    """

    def __init__(self, executor: Executor, count: int, work: Decryption, known: _Known, folder: Path) -> None:
        self._executor = executor
        self._count = count
        self._work = work
        self._known = known
        self._folder = folder
        self._running: dict[Future[int | None], _Plan] = {}
        self._shards: dict[Path, list[Shard]] = {}
        self._left: dict[Path, int] = {}

    def run(self, plans: Sequence[_Plan]) -> Iterator[int]:
        """Do it, and yield the number of rows of each part that is completed."""
        shards = -(-self._count * SHARDS_PER_PROCESS // len(plans)) if self._count > 1 else 1
        for plan in plans:
            with write_whole(plan.known, EARLIER) as write:
                write(self._known.of(plan.part))
            yield from self._start(plan, min(shards, -(-plan.busy // ROWS_PER_SHARD)))
        while self._running:
            yield from self._collect(1)

    def _start(self, plan: _Plan, shards: int) -> Iterator[int]:
        """Submit the jobs of a part; one that has little or nothing to work on is one job."""
        yield from self._collect(self._count * 2)
        if shards <= 1:
            (shard,) = self._split(plan, 1)
            self._shards[plan.part] = []
            return self._submit(run_whole, replace(shard, target=plan.target), plan)
        self._shards[plan.part] = self._split(plan, shards)
        waiting = [shard for shard in self._shards[plan.part] if not shard.target.exists()]
        self._left[plan.part] = len(waiting)
        if not waiting:
            self._submit(run_completion, self._completion(plan), plan)
        for shard in waiting:
            yield from self._collect(self._count * 2)
            self._submit(run_shard, shard, plan)
        return None

    def _split(self, plan: _Plan, shards: int) -> list[Shard]:
        return [
            Shard(
                part=plan.part,
                number=number,
                shards=shards,
                known=plan.known,
                keyring=self._work.keyring,
                media=MediaFolder(folder=self._work.media, locate=self._work.locate),
                target=self._folder / f".worked-{number}-of-{shards}-{plan.part.name}",
            )
            for number in range(shards)
        ]

    def _completion(self, plan: _Plan) -> Completion:
        worked = tuple(shard.target for shard in self._shards[plan.part])
        return Completion(part=plan.part, worked=worked, target=plan.target)

    def _submit(self, function: Callable[[Any], int | None], job: Shard | Completion, plan: _Plan) -> None:
        self._running[self._executor.submit(function, job)] = plan

    def _collect(self, limit: int) -> Iterator[int]:
        """Wait until fewer than `limit` jobs are under way, and yield the rows of each part that was completed."""
        while len(self._running) >= limit:
            done, _ = wait(self._running, return_when=FIRST_COMPLETED)
            for future in done:
                plan, rows = self._running.pop(future), future.result()
                if rows is not None:
                    self._clean(plan)
                    yield rows
                    continue
                self._left[plan.part] -= 1
                if not self._left[plan.part]:
                    self._submit(run_completion, self._completion(plan), plan)

    def _clean(self, plan: _Plan) -> None:
        plan.known.unlink()
        for shard in self._shards[plan.part]:
            shard.target.unlink()
