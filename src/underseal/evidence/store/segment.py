"""A segment: an immutable folder of records with their index. Written aside; published by the release that lists it.

records.parquet        the rows, sorted by conversation, then time
sealed.parquet         ciphertexts by record number (only where there are any)
text/                  the tantivy index of the same rows
references.bin         in which rows an event may stand, or be referred to
conversations.parquet  where each conversation lies in the rows, with its counts
names.parquet          what conversations and accounts called themselves, and when
members.parquet        which accounts wrote to or received in which conversation
destroyed.bin          of which rows the content was destroyed, with their leaf hashes (only where there are any)
blocks.bin             Merkle roots of the aligned blocks of records that lie wholly inside
segment.json           counts, and size and SHA-256 of every other file
"""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.crypto import sha256_file
from underseal.core.ledger import canonical
from underseal.core.records import LOCKED, MESSAGE_KINDS, OPENABLE, RECORDS, Kind, Verdict
from underseal.evidence.store.blocks import Blocks
from underseal.evidence.store.columns import one_chunk, ranks, write_sealed, writing_records
from underseal.evidence.store.destroyed import Kept, without_content, write_destroyed
from underseal.evidence.store.index import ROWS_QUEUED, IndexWriter
from underseal.evidence.store.leaves import hash_batches
from underseal.evidence.store.references import write_references

FORMAT = "underseal/segment/1"

CONVERSATIONS = pa.schema(
    [
        pa.field("conversation", pa.string()),
        pa.field("start", pa.int64()),
        pa.field("rows", pa.int64()),
        pa.field("messages", pa.int64()),
        pa.field("locked", pa.int64()),
        pa.field("first", pa.int64()),
        pa.field("last", pa.int64()),
    ]
)
"""start: offset of the conversation's first row. messages, locked: rows of message kinds, and those of them that are locked.
first, last: time of the first and last message (of the first and last row where there is none), in milliseconds."""

NAMING = (Kind.MEMBERSHIP.value, Kind.STATE.value)
"""Kinds of the records that names.parquet is made of, where they have a text."""

NAMES = ["conversation", "sender", "target", "kind", "detail", "text", "time"]
"""The columns of names.parquet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A segment that has been written and waits to be published.

    Attributes:
        id: its name. first: number of its first record. rows: how many.
        locked: whether a later key may open its records. verdicts: how many rows came to which.
        sha256: hex digest of its segment.json. blocks: the leaf hashes of its records.
    """

    id: str
    first: int
    rows: int
    locked: bool
    verdicts: dict[str, int]
    sha256: str
    blocks: Blocks


def split_locked(decided: pa.Table) -> list[pa.Table]:
    """Part rows into those that no later key can change and those that one may open; empty parts are left out."""
    locked = _of_verdict(decided, OPENABLE)
    if not pc.any(locked, min_count=0).as_py():
        return [decided] if decided.num_rows else []
    parts = [decided.filter(pc.invert(locked)), decided.filter(locked)]
    return [part for part in parts if part.num_rows]


def write_segment(
    decided: pa.Table, *, id_: str, first: int, folder: Path, kept: Mapping[int, bytes] | None = None
) -> Built:
    """Write one segment.

    Args:
        decided: rows of the `RECORDS` schema without `number`, with a further column `ciphertext`, in the order of
            `columns.in_order`; at most `columns.MAX_ROWS`, all such that a later key may
            open them, or none. It may have a column `destroyed`: the number of the destruction by which a row's
            content goes. Of such a row the leaf hash is kept, and nothing that it says.
        id_: name of the segment. first: number of its first record.
        folder: where to write it; must not exist.
        kept: by offset, the leaf hashes of rows whose content was destroyed before.
    """
    folder.mkdir(parents=True)
    numbers = pa.array(np.arange(first, first + decided.num_rows))
    whole = pa.table([numbers, *(decided.column(name) for name in RECORDS.names[1:])], schema=RECORDS)
    by = decided.column("destroyed") if "destroyed" in decided.column_names else pa.nulls(len(whole), pa.int64())
    gone = by.is_valid()
    rows, ciphertext = without_content(whole, decided.column("ciphertext"), gone)
    if ciphertext.null_count < rows.num_rows:
        write_sealed(numbers, ciphertext, folder / "sealed.parquet")
    pq.write_table(conversation_runs(rows), folder / "conversations.parquet", compression="zstd")
    pq.write_table(_names(rows), folder / "names.parquet", compression="zstd")
    pq.write_table(members(rows), folder / "members.parquet", compression="zstd")
    write_references(rows, folder / "references.bin")
    shown = ~np.asarray(gone.to_numpy(), dtype=bool) if rows is not whole else None
    hashes = _write_rows(whole, rows, shown, folder, kept or {})
    write_destroyed(Kept.of(by, hashes, first=first), folder)
    blocks = Blocks.of(hashes, first=first)
    (folder / "blocks.bin").write_bytes(blocks.stored)
    return _seal(folder, rows, id_=id_, blocks=blocks)


def _write_rows(
    whole: pa.Table,
    rows: pa.Table,
    shown: "np.ndarray[tuple[int], np.dtype[np.bool_]] | None",
    folder: Path,
    kept: Mapping[int, bytes],
) -> list[bytes]:
    """Write records and index, some rows at a time, and return the leaf hashes, which are those of the whole rows.

    The index is written by a thread of its own behind a queue; what else is to be done for some rows gives it the time to
    empty the queue, so that neither waits for the other.
    """
    hashes: list[bytes] = []
    batches = hash_batches(whole, at_once=ROWS_QUEUED)
    index = IndexWriter(folder / "text")
    with writing_records(rows, folder / "records.parquet") as write:
        for start, own in zip(range(0, rows.num_rows, ROWS_QUEUED), batches, strict=True):
            some = rows.slice(start, ROWS_QUEUED)
            hashes += [kept.get(start + at, leaf) for at, leaf in enumerate(own)] if kept else own
            write(some)
            keep = None if shown is None else shown[start : start + ROWS_QUEUED]
            index.add(some.combine_chunks().to_batches()[0], keep=keep)
    index.commit()
    return hashes


def _seal(folder: Path, rows: pa.Table, *, id_: str, blocks: Blocks) -> Built:
    verdicts = count_values(rows.column("verdict"))
    locked = bool(verdicts.keys() & {verdict.value for verdict in OPENABLE})
    described = {
        "format": FORMAT,
        "id": id_,
        "first": blocks.first,
        "rows": rows.num_rows,
        "locked": locked,
        "verdicts": verdicts,
        "kinds": count_values(rows.column("kind")),
        "copies": len(rows) - rows.column("copy_of").null_count,
        "constant": _constants(rows),
        "start": pc.min(rows.column("time")).as_py(),
        "end": pc.max(rows.column("time")).as_py(),
        "files": file_digests(folder),
    }
    text = canonical(described)
    write_synced(folder / "segment.json", text)
    return Built(
        id=id_,
        first=blocks.first,
        rows=rows.num_rows,
        locked=locked,
        verdicts=verdicts,
        sha256=hashlib.sha256(text).hexdigest(),
        blocks=blocks,
    )


def file_digests(folder: Path) -> dict[str, dict[str, int | str]]:
    """Return size and hex SHA-256 of every file under `folder`, by its path with "/" between folders; syncs each."""
    digests: dict[str, dict[str, int | str]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".lock")):
        digest = sha256_file(path)
        sync(path)
        digests[path.relative_to(folder).as_posix()] = {"size": digest.size, "sha256": digest.sha256.hex()}
    return digests


def sync(path: Path) -> None:
    """Have the bytes of a file, or the entries of a folder, reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_synced(path: Path, data: bytes) -> None:
    """Write a whole file and have it reach the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def count_values(values: pa.ChunkedArray) -> dict[str, int]:
    """Return how often each value occurs, nulls left out."""
    counts: Counter[str] = Counter()
    for pair in pc.value_counts(values.cast(pa.string())).to_pylist():
        if pair["values"] is not None:
            counts[pair["values"]] = pair["counts"]
    return dict(sorted(counts.items()))


def conversation_runs(rows: pa.Table) -> pa.Table:
    """Return where each conversation lies in sorted rows (schema `CONVERSATIONS`)."""
    if not rows.num_rows:
        return CONVERSATIONS.empty_table()
    rank = ranks(rows.column("conversation"))
    starts = np.flatnonzero(np.concatenate(([True], rank[1:] != rank[:-1])))
    ends = np.append(starts[1:], rows.num_rows)
    times = rows.column("time").to_numpy()
    message = pc.is_in(
        rows.column("kind").cast(pa.string()), value_set=pa.array(sorted(k.value for k in MESSAGE_KINDS))
    )
    unread = pc.and_(message, _of_verdict(rows, LOCKED))
    coded = one_chunk(rows.column("conversation"))
    return pa.table(
        [
            coded.take(pa.array(starts)).cast(pa.string()),
            starts,
            ends - starts,
            np.add.reduceat(message.to_numpy().astype(np.int64), starts),
            np.add.reduceat(unread.to_numpy().astype(np.int64), starts),
            *_period(times, message.to_numpy(), starts, ends),
        ],
        schema=CONVERSATIONS,
    )


def _period(
    times: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    message: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    starts: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    ends: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> "tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]":
    """Return the first and last time of the messages of each run; of all rows where it has no message."""
    limits = np.iinfo(np.int64)
    first = np.minimum.reduceat(np.where(message, times, limits.max), starts)
    last = np.maximum.reduceat(np.where(message, times, limits.min), starts)
    empty = first == limits.max
    return np.where(empty, times[starts], first), np.where(empty, times[ends - 1], last)


def _of_verdict(rows: pa.Table, verdicts: AbstractSet[Verdict]) -> pa.ChunkedArray:
    """Return for each row whether its verdict is one of these."""
    return pc.is_in(rows.column("verdict").cast(pa.string()), value_set=pa.array(sorted(v.value for v in verdicts)))


def _names(rows: pa.Table) -> pa.Table:
    naming = pc.is_in(rows.column("kind").cast(pa.string()), value_set=pa.array(NAMING))
    named = pc.and_(naming, pc.is_valid(rows.column("text")))
    return rows.filter(named).select(NAMES)


def _constants(rows: pa.Table) -> dict[str, str | int | None]:
    """Return the columns that have one value in every row, so that reading can leave them out; null counts as one."""
    constants: dict[str, str | int | None] = {}
    for field in rows.schema:
        column = rows.column(field.name)
        if column.null_count == len(column):
            constants[field.name] = None
        elif not column.null_count and (pa.types.is_dictionary(field.type) or field.name == "uncertainty"):
            values = column.unique()
            if len(values) == 1:
                constants[field.name] = values[0].as_py()
    return constants


def members(rows: pa.Table) -> pa.Table:
    """Return the distinct pairs of conversation and account that rows name as sender or recipient."""
    conversation = rows.column("conversation").cast(pa.string())
    recipients = rows.column("recipients").combine_chunks()
    of_recipients = conversation.take(pc.list_parent_indices(recipients))
    pairs = pa.table(
        {
            "conversation": pa.chunked_array([*conversation.chunks, *of_recipients.chunks], pa.string()),
            "account": pa.chunked_array(
                [*rows.column("sender").cast(pa.string()).chunks, pc.list_flatten(recipients)], pa.string()
            ),
        }
    )
    distinct = pairs.group_by(["conversation", "account"]).aggregate([])
    return distinct.filter(pc.and_(*(pc.is_valid(column) for column in distinct.columns)))


def read_description(folder: Path) -> dict[str, object]:
    """Return the content of segment.json, unverified."""
    described: dict[str, object] = orjson.loads((folder / "segment.json").read_bytes())
    return described
