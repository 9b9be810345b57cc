"""The staging folder of an intake: finished parts, and a checkpoint that says which parts count.

    files.jsonl             the exhibit's files and digests, see `manifest`
    mapping.toml            the mapping of a message table, as it was when the intake began
    part-00000.parquet      records (schema `CAPTURED`)
    failures-00000.parquet  units that gave no record (schema `FAILURES`); only where there were any
    checkpoint.json         written last, in one step

A part that the checkpoint does not list is the remains of a process that died: it is removed, and read again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Self

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from underseal.core.crypto import sha256_file
from underseal.core.records import CAPTURED, Failure
from underseal.errors import IntegrityError
from underseal.evidence.intake._files import publish_file, replace_file
from underseal.evidence.intake.reader import Batch

FORMAT: Final = "underseal/intake/1"
CHECKPOINT_NAME: Final = "checkpoint.json"
SCRATCH_NAME: Final = "scratch"

MAX_ROWS: Final = 1_000_000
"""Records of a part at most: a minute's work, which a crash may cost."""

MAX_BYTES: Final = 1 << 28
"""Arrow bytes of a part at most, 256 MiB: what one process of decryption can hold."""

_GROUP_BYTES: Final = 1 << 24
"""Arrow bytes that are collected before they are written, 16 MiB."""

_UNFINISHED: Final = ".unfinished"
_CODED: Final = [column.name for column in CAPTURED if pa.types.is_dictionary(column.type)]

FAILURES: Final = pa.schema(
    [
        pa.field("exhibit", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("code", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("sample", pa.binary(), nullable=False),
    ]
)
"""One row per unit that gave no record, in the order of the exhibit. The columns are those of `Failure` and its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One finished part.

    Attributes:
        name: of its file. rows: records in it. sha256: lowercase hex of the file.
    """

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Where an intake stands, as far as it is safe on disk.

    Attributes:
        exhibit, reader: what is read, and by which reader.
        files_sha256: digest of the exhibit's list of files, lowercase hex.
        cursor: behind the last batch that counts; at first that of the exhibit that this one continues, or "".
        mapping_sha256: of the mapping of a message table, lowercase hex; "" where there is none.
        read: units that gave a record or a room key. keys: room keys among them. failed: units that gave neither.
        total: units by an independent count, None where there is none.
        bytes_read: of the exhibit.
        parts, failures: the files that count.
        notes: sentences of the reader about the exhibit as a whole.
        done: whether the reader has come to its end.
    """

    exhibit: str
    reader: str
    files_sha256: str
    mapping_sha256: str = ""
    cursor: str = ""
    read: int = 0
    keys: int = 0
    failed: int = 0
    total: int | None = None
    bytes_read: int = 0
    parts: tuple[Part, ...] = ()
    failures: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    done: bool = False

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """Read the checkpoint of a staging folder; None where there is none yet.

        Raises:
            IntegrityError: it is damaged.
        """
        file = folder / CHECKPOINT_NAME
        try:
            fields = orjson.loads(file.read_bytes())
            _check_format(fields.pop("format"))
            lists = {name: tuple(Part(**part) for part in fields.pop(name)) for name in ("parts", "failures")}
            return cls(**fields | lists | {"notes": tuple(fields["notes"])})
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IntegrityError(
                f"The checkpoint {file} is damaged.", hint="Remove its folder and take the exhibit in again."
            ) from error

    def save(self, folder: Path) -> None:
        """Write the checkpoint, in one step."""
        replace_file(folder / CHECKPOINT_NAME, orjson.dumps({"format": FORMAT, **asdict(self)}))


class Staging:
    """Writes the parts of one intake.

    Args:
        folder: of the staging, with what an earlier run left.
        checkpoint: what of that counts; the rest is removed.

    Raises:
        IntegrityError: a part that counts is missing or damaged.
    """

    def __init__(self, folder: Path, checkpoint: Checkpoint) -> None:
        self._folder = folder
        self.checkpoint = checkpoint
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = 0
        self._failures: list[Failure] = []
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0
        self._bytes = 0
        self._next = checkpoint
        self._clear()

    def add(self, batch: Batch) -> bool:
        """Take a batch; return whether a part became full, so that the checkpoint has moved."""
        self._next = replace(
            self._next,
            cursor=batch.cursor,
            read=self._next.read + batch.records.num_rows + len(batch.keys),
            keys=self._next.keys + len(batch.keys),
            failed=self._next.failed + len(batch.failures),
            total=None if batch.damaged else self._next.total,
            bytes_read=batch.bytes_read,
            notes=(*self._next.notes, *batch.notes),
        )
        self._failures.extend(batch.failures)
        if batch.records.num_rows:
            self._waiting.append(batch.records)
            self._waiting_bytes += batch.records.nbytes
        if self._waiting_bytes >= _GROUP_BYTES:
            self._write_group()
        waiting = sum(records.num_rows for records in self._waiting)
        if max(self._rows + waiting, len(self._failures)) < MAX_ROWS and self._bytes < MAX_BYTES:
            return False
        self.save()
        return True

    def save(self, *, done: bool = False) -> None:
        """Finish the part and move the checkpoint behind all that was added.

        Args:
            done: whether the reader has come to its end.
        """
        parts, failures = self._finish_part(), self._finish_failures()
        self._next = replace(
            self._next,
            parts=(*self._next.parts, *parts),
            failures=(*self._next.failures, *failures),
            done=done,
        )
        self._next.save(self._folder)
        self.checkpoint = self._next

    def close(self) -> None:
        """Let go of an unfinished part; what is in the checkpoint stays."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with suppress(OSError):  # a full disk refuses the end of the file, too
                writer.close()

    def _write_group(self) -> None:
        table = pa.Table.from_batches(self._waiting, schema=CAPTURED).unify_dictionaries()
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._folder / _UNFINISHED, CAPTURED, compression="lz4", use_dictionary=_CODED
            )
        self._writer.write_table(table)
        self._rows += table.num_rows
        self._bytes += self._waiting_bytes
        self._waiting, self._waiting_bytes = [], 0

    def _finish_part(self) -> list[Part]:
        if self._waiting:
            self._write_group()
        if self._writer is None:
            return []
        self._writer.close()
        self._writer = None
        part = self._publish(f"part-{len(self._next.parts):05d}.parquet", self._rows)
        self._rows = self._bytes = 0
        return [part]

    def _finish_failures(self) -> list[Part]:
        if not self._failures:
            return []
        table = failure_table(self._failures, exhibit=self.checkpoint.exhibit)
        pq.write_table(table, self._folder / _UNFINISHED, compression="zstd")
        self._failures = []
        return [self._publish(f"failures-{len(self._next.failures):05d}.parquet", table.num_rows)]

    def _publish(self, name: str, rows: int) -> Part:
        file = self._folder / name
        publish_file(self._folder / _UNFINISHED, file)
        return Part(name=name, rows=rows, sha256=sha256_file(file).sha256.hex())

    def _clear(self) -> None:
        counted = {part.name: part for part in (*self.checkpoint.parts, *self.checkpoint.failures)}
        for file in (*self._folder.glob("part-*.parquet"), *self._folder.glob("failures-*.parquet")):
            if file.name not in counted:
                file.unlink()
        for part in counted.values():
            file = self._folder / part.name
            if not file.is_file() or sha256_file(file).sha256.hex() != part.sha256:
                raise IntegrityError(
                    f"The staged part {file} is missing or damaged.",
                    hint="Remove its folder and take the exhibit in again.",
                )


def _check_format(found: object) -> None:
    if found != FORMAT:
        raise ValueError(f"not {FORMAT}")


def failure_table(failures: Sequence[Failure], *, exhibit: str) -> pa.Table:
    """Turn failures into a table of the `FAILURES` schema.

    Args:
        failures: any number, of one exhibit.
        exhibit: number of that exhibit.
    """
    columns: list[list[object]] = [
        [exhibit] * len(failures),
        [failure.place.file for failure in failures],
        [failure.place.unit for failure in failures],
        [failure.place.row for failure in failures],
        [failure.code for failure in failures],
        [failure.reason for failure in failures],
        [failure.sample for failure in failures],
    ]
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, FAILURES, strict=True)], FAILURES)
