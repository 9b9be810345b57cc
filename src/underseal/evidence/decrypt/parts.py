"""All parts of some intakes, spread over processes: cut into pieces, resumable, with a bounded number under way.

A process decrypts on one core, since the library holds Python's global lock. A piece is a run of row groups of a part.
Pieces share nothing but what is known already of their sessions, so that each is decided and written by one process, in one
reading. Every file is written aside and gets its name when it is whole, so that a run that was killed goes on where it
stopped.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, as_completed, wait
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.crypto import megolm, sha256_file
from underseal.evidence.decrypt.contested import contested_rows
from underseal.evidence.decrypt.files import count_filled, read_batches
from underseal.evidence.decrypt.keyring import Keyring
from underseal.evidence.decrypt.media import Locate, MediaFolder
from underseal.evidence.decrypt.processes import processes
from underseal.evidence.decrypt.replays import EARLIER
from underseal.evidence.decrypt.work import Job, Piece, decide_piece

ROWS_PER_PIECE = 16_384
"""Rows of a piece at least: half a second of decryption."""

PIECES_PER_PROCESS = 8
"""Pieces to aim at for each process: enough for all to end together, few since each reads the keys of its sessions anew."""


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
) -> list[tuple[Path, ...]]:
    """Decide all rows of some parts.

    Parts whose messages may repeat each other belong into one call: that is what finds replays between them.

    Args:
        parts: Parquet files of captured rows (CAPTURED and any further columns).
        folder: where to write; files named decided-* and .decided-* in it are this function's.
        work: what is needed of the workspace.
        workers: processes; None for one per processor.
        progress: called with the number of rows that are decided so far.

    Returns:
        For each part, in order, the files of its decided rows (DECIDED and the further columns), in order.

    Raises:
        IntegrityError: the keyring is damaged. OSError: a file cannot be read or written.
        InternalError: a worker process was killed. In each case a further call goes on after what was done.
    """
    _start_afresh_if_changed(parts, folder, work)
    pieces = _cut(parts, folder, processes=workers or os.cpu_count() or 1)
    left = [[piece for piece in of_part if not piece.target.exists()] for of_part in pieces]
    done = sum(piece.rows for of_part in pieces for piece in of_part if piece.target.exists())
    progress(done)
    if any(left):
        with processes(workers, rows=sum(_cost(piece) for of_part in left for piece in of_part)) as (executor, count):
            for rows in _spread(_jobs(parts, left, work), executor, limit=2 * count):
                done += rows
                progress(done)
    return [tuple(piece.target for piece in of_part) for of_part in pieces]


def _cost(piece: Piece) -> int:
    """Return a piece's cost, in rows to decrypt; a row that passes through costs a fiftieth of one."""
    return piece.busy + piece.rows // 50


def _cut(parts: Sequence[Path], folder: Path, *, processes: int) -> list[list[Piece]]:
    """Cut each part into pieces of whole row groups; a part without rows is one piece."""
    files = [pq.read_metadata(part) for part in parts]
    aim = max(ROWS_PER_PIECE, sum(file.num_rows for file in files) // (processes * PIECES_PER_PROCESS))
    return [
        [_piece(part, groups, file, folder / _name(number, groups)) for groups in _runs(file, aim)]
        for number, (part, file) in enumerate(zip(parts, files, strict=True))
    ]


def _name(number: int, groups: Sequence[int]) -> str:
    """Name a file after what it holds, so that a run with other pieces never takes it for one of its own."""
    return f"decided-{number:05d}-{min(groups, default=0):05d}-{len(groups)}.parquet"


def _runs(file: pq.FileMetaData, aim: int) -> Iterator[tuple[int, ...]]:
    """Yield runs of row groups that together have `aim` rows or a little more."""
    run: list[int] = []
    rows = 0
    for group in range(file.num_row_groups):
        run.append(group)
        rows += file.row_group(group).num_rows
        if rows >= aim:
            yield tuple(run)
            run, rows = [], 0
    if run or not file.num_row_groups:
        yield tuple(run)


def _piece(part: Path, groups: tuple[int, ...], file: pq.FileMetaData, target: Path) -> Piece:
    rows = sum(file.row_group(group).num_rows for group in groups)
    busy = count_filled(part, "algorithm", groups=groups) + count_filled(part, "media", groups=groups)
    return Piece(part=part, groups=groups, rows=rows, busy=min(rows, busy), target=target)


def _start_afresh_if_changed(parts: Sequence[Path], folder: Path, work: Decryption) -> None:
    """Remove what an earlier run left, unless it was made of the same parts, keys, releases and tool."""
    captured = [(str(part), part.stat().st_size, part.stat().st_mtime_ns) for part in parts]
    keys = [(file.name, sha256_file(file).sha256) for file in Keyring(work.keyring).files()]
    digest = hashlib.sha256(repr((megolm.TOOL, work.basis, captured, keys)).encode()).hexdigest()
    mark = folder / f".decided-of-{digest[:32]}"
    if not mark.exists():
        for pattern in ("decided-*", ".decided-*"):
            for file in folder.glob(pattern):
                file.unlink()
        mark.touch()


class _Known:
    """What is known already of the sessions of a part: from earlier releases, and of indices that messages contest."""

    def __init__(self, parts: Sequence[Path], earlier: Callable[[pa.Array], pa.Table] | None) -> None:
        self._earlier = earlier
        self._contested = contested_rows(parts)

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


def _jobs(parts: Sequence[Path], pieces: Sequence[Sequence[Piece]], work: Decryption) -> Iterator[Job]:
    """Yield the jobs of the pieces of each part; what is known of its sessions is looked up when its turn comes."""
    known = _Known(parts, work.earlier)
    media = MediaFolder(folder=work.media, locate=work.locate)
    for part, of_part in zip(parts, pieces, strict=True):
        if of_part:
            of_sessions = known.of(part)
            for piece in of_part:
                yield Job(piece=piece, known=of_sessions, keyring=work.keyring, media=media)


def _spread(jobs: Iterable[Job], executor: Executor, *, limit: int) -> Iterator[int]:
    """Do jobs, never more than `limit` under way, and yield the number of rows of each that is done."""
    running: set[Future[int]] = set()
    for job in jobs:
        running.add(executor.submit(decide_piece, job))
        if len(running) >= limit:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    yield from (future.result() for future in as_completed(running))
