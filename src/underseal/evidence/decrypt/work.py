"""What one worker process does with one part, from file to file.

Everything that a worker is given can be pickled, and no key is among it: it reads the keyring itself.
"""

from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from underseal.core.crypto.megolm_columns import UNKNOWN
from underseal.evidence.decrypt.files import read_batches, write_whole
from underseal.evidence.decrypt.keyring import Keyring
from underseal.evidence.decrypt.media import MediaFolder
from underseal.evidence.decrypt.part import DECIDED, NEEDED, WORKED, complete, places_of_work, work_on
from underseal.evidence.decrypt.sealed import to_coded


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
        target: file to write what came of the rows to (the WORKED columns).
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


def run_shard(shard: Shard) -> None:
    """Work on one shard of a part.

    Raises:
        IntegrityError: the keyring is damaged. OSError: a file cannot be read or written.
    """
    rows, places = _rows_of(shard)
    worked = work_on(
        rows,
        places,
        keyring=Keyring(shard.keyring),
        media=shard.media,
        earlier=pq.read_table(shard.known, use_threads=False),
    )
    with write_whole(shard.target, WORKED) as write:
        write(worked.sort_by("place"))


def run_completion(completion: Completion) -> int:
    """Lay what came of the shards over the captured rows, and return how many rows the part has.

    Raises:
        OSError: a file cannot be read or written.
    """
    tables = [pq.read_table(path, use_threads=False).cast(WORKED) for path in completion.worked]
    worked = pa.concat_tables([WORKED.empty_table(), *tables]).unify_dictionaries().sort_by("place")
    places = worked.column("place").to_numpy()
    start = 0
    with write_whole(completion.target, _decided_schema(completion.part)) as write:
        for rows in read_batches(completion.part):
            end = start + rows.num_rows
            first, last = np.searchsorted(places, (start, end)).tolist()
            write(complete(rows, worked.slice(first, last - first), first=start))
            start = end
    return start


def _rows_of(shard: Shard) -> tuple[pa.Table, npt.NDArray[np.int64]]:
    """Return the rows of a shard, and their places in the part."""
    tables, found, start = [], [np.empty(0, dtype=np.int64)], 0
    for rows in read_batches(shard.part, NEEDED):
        places = places_of_work(rows)
        places = places[_shard_of(rows, places, shard.shards) == shard.number]
        tables.append(rows.take(pa.array(places)))
        found.append(start + places)
        start += rows.num_rows
    return pa.concat_tables(tables), np.concatenate(found)


def _shard_of(rows: pa.Table, places: npt.NDArray[np.int64], shards: int) -> npt.NDArray[np.int64]:
    """Return the shard of each of the rows at `places`; rows without a session are spread evenly."""
    sessions, code = to_coded(rows.column("session"))
    shard = np.array([*(crc32(session.encode()) % shards for session in sessions), 0])[code[places]]
    return np.where(code[places] == UNKNOWN, places % shards, shard)


def _decided_schema(part: Path) -> pa.Schema:
    further = [field for field in pq.read_schema(part) if field.name not in DECIDED.names]
    return pa.schema([*DECIDED, *further])
