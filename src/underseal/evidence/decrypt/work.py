"""What one worker process does with one piece of a part, from file to file.

Everything that a worker is given can be pickled, and no key is among it: it reads the keyring itself.
"""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.evidence.decrypt.files import read_batches, write_whole
from underseal.evidence.decrypt.keyring import Keyring
from underseal.evidence.decrypt.media import MediaFolder
from underseal.evidence.decrypt.part import DECIDED, decide_rows
from underseal.evidence.decrypt.replays import originals_of
from underseal.evidence.decrypt.verdicts import sessions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some row groups of a part, to be decided.

    Attributes:
        part: file of captured rows.
        groups: numbers of the row groups, in order.
        rows: how many rows they have. busy: those of them that are encrypted or have an attachment, about.
        target: file of decided rows to write.
    """

    part: Path
    groups: tuple[int, ...]
    rows: int
    busy: int
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece with what is needed to decide it.

    Attributes:
        piece: what to decide.
        known: what is known already of the part's sessions: columns of `replays.EARLIER`.
        keyring: the keyring folder.
        media: where attachments come from and go to.
    """

    piece: Piece
    known: pa.Table
    keyring: Path
    media: MediaFolder


def decide_piece(job: Job) -> int:
    """Decide the rows of a piece, batch by batch, and return how many there are.

    Raises:
        IntegrityError: the keyring is damaged. OSError: a file cannot be read or written.
    """
    piece = job.piece
    sessions = {
        session for rows in read_batches(piece.part, ["session"], groups=piece.groups) for session in sessions_of(rows)
    }
    keys = Keyring(job.keyring).openers(sessions)
    mine = pc.is_in(job.known.column("session").cast(pa.string()), value_set=pa.array(sorted(sessions), pa.string()))
    known = originals_of(job.known.filter(mine))
    with write_whole(piece.target, _decided_schema(piece.part)) as write:
        for rows in read_batches(piece.part, groups=piece.groups):
            write(decide_rows(rows, keys=keys, media=job.media, known=known))
    return piece.rows


def _decided_schema(part: Path) -> pa.Schema:
    further = [field for field in pq.read_schema(part) if field.name not in DECIDED.names]
    return pa.schema([*DECIDED, *further])
