"""What one worker process does with one part, from file to file.

Everything that a worker is given can be pickled, and no key is among it: it reads the keyring itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.crypto.megolm_columns import UNKNOWN
from underseal.evidence.decrypt.files import read_batches, write_whole
from underseal.evidence.decrypt.keyring import Keyring
from underseal.evidence.decrypt.media import MediaFolder
from underseal.evidence.decrypt.part import DECIDED, NEEDED, WORKED, complete, places_of_work, work_on
from underseal.evidence.decrypt.replays import originals_of
from underseal.evidence.decrypt.sealed import to_coded
from underseal.evidence.decrypt.verdicts import sessions_of

CHUNK_ROWS = 16_384
"""Rows that are worked on together, more only where one session has more: they stay in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Some of the sessions of a part, to be worked on.

    Attributes:
        part: file of captured rows.
        number: of the shard, from 0; it has the sessions whose CRC-32 leaves this remainder.
        shards: how many shards the part has.
        known: file with what is known already of the part's sessions.
        keyring: the keyring folder.
        media: where attachments come from and go to.
        target: file to write: of the WORKED columns, or of decided rows where this is the only shard.
    """

    part: Path
    number: int
    shards: int
    known: Path
    keyring: Path
    media: MediaFolder
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A part whose shards are all done, to be completed.

    Attributes:
        part: file of captured rows.
        worked: files that the shards wrote.
        target: file of decided rows to write.
    """

    part: Path
    worked: tuple[Path, ...]
    target: Path


def run_whole(shard: Shard) -> int:
    """Work on a part that is one shard, complete it, and return how many rows it has.

    Raises:
        IntegrityError: the keyring is damaged. OSError: a file cannot be read or written.
    """
    batches = list(read_batches(shard.part))
    rows = pa.concat_tables(batches).unify_dictionaries()
    places = places_of_work(rows)
    worked = _work(rows.select(NEEDED), places, places, shard)
    _write_completed(batches, worked, shard.part, shard.target)
    return int(rows.num_rows)


def run_shard(shard: Shard) -> None:
    """Work on one shard of a part.

    Raises:
        IntegrityError: the keyring is damaged. OSError: a file cannot be read or written.
    """
    tables, found, start = [], [np.empty(0, dtype=np.int64)], 0
    for rows in read_batches(shard.part, NEEDED):
        places = places_of_work(rows)
        places = places[_shard_of(rows, places, shard.shards) == shard.number]
        tables.append(rows.take(pa.array(places)))
        found.append(start + places)
        start += rows.num_rows
    mine = pa.concat_tables(tables).unify_dictionaries()
    worked = _work(mine, np.arange(mine.num_rows), np.concatenate(found), shard)
    with write_whole(shard.target, WORKED) as write:
        for table in worked:
            write(table)


def run_completion(completion: Completion) -> int:
    """Lay what came of the shards over the captured rows, and return how many rows the part has.

    Raises:
        OSError: a file cannot be read or written.
    """
    worked = [pq.read_table(path, use_threads=False).cast(WORKED) for path in completion.worked]
    _write_completed(read_batches(completion.part), worked, completion.part, completion.target)
    return int(pq.read_metadata(completion.part).num_rows)


def _work(
    rows: pa.Table, numbers: npt.NDArray[np.int64], places: npt.NDArray[np.int64], shard: Shard
) -> list[pa.Table]:
    """Work on some rows chunk by chunk.

    Args:
        rows: columns NEEDED.
        numbers: of the rows to work on.
        places: of each of them, its number in the part.
        shard: what else is needed.
    """
    sessions = sessions_of(rows)
    keys = Keyring(shard.keyring).load(sessions)
    mine = pc.field("session").isin(pa.array(sorted(sessions), pa.string()))
    known = originals_of(pq.read_table(shard.known, filters=mine, use_threads=False))
    _, code = to_coded(rows.column("session"))
    return [
        work_on(rows.take(pa.array(numbers[chunk])), places[chunk], keys=keys, media=shard.media, known=known)
        for chunk in _chunks(code[numbers])
    ]


def _shard_of(rows: pa.Table, places: npt.NDArray[np.int64], shards: int) -> npt.NDArray[np.int64]:
    """Return the shard of each of the rows at `places`; rows without a session are spread evenly."""
    sessions, code = to_coded(rows.column("session"))
    shard = np.array([*(crc32(session.encode()) % shards for session in sessions), 0])[code[places]]
    return np.where(code[places] == UNKNOWN, places % shards, shard)


def _decided_schema(part: Path) -> pa.Schema:
    further = [field for field in pq.read_schema(part) if field.name not in DECIDED.names]
    return pa.schema([*DECIDED, *further])


def _chunks(session: npt.NDArray[np.int32]) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the numbers of rows of these sessions in chunks of some CHUNK_ROWS; a session is all in one chunk."""
    order = np.argsort(session, kind="stable")
    ends_of_sessions = np.flatnonzero(np.diff(session[order], append=UNKNOWN - 1)) + 1
    start = 0
    while start < len(order):
        end = ends_of_sessions[np.searchsorted(ends_of_sessions, min(start + CHUNK_ROWS, len(order)))]
        yield np.sort(order[start:end])
        start = end


def _write_completed(batches: Iterable[pa.Table], worked: Sequence[pa.Table], part: Path, target: Path) -> None:
    """Write decided rows: those of `batches`, the rows of a part in order, with what came of them."""
    done = pa.concat_tables([WORKED.empty_table(), *worked]).unify_dictionaries()
    places = done.column("place").to_numpy()
    order = np.argsort(places)
    places, start = places[order], 0
    with write_whole(target, _decided_schema(part)) as write:
        for rows in batches:
            first, last = np.searchsorted(places, (start, start + rows.num_rows)).tolist()
            write(complete(rows, done.take(pa.array(order[first:last])), first=start))
            start += rows.num_rows
