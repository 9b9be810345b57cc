"""What was destroyed and is taken in again: the same event, the same bytes, or a later wording of it.

A destruction holds for every copy and every later release. So rows that are about to be released are held against what was
destroyed, and whatever is it again is released without its content, by the leaf hash alone.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.records import Relation
from underseal.evidence.store.pool import OpenSegment

COLUMNS = ["event", "target", "relation", "conversation", "sender", "time", "ciphertext_sha256", "source_sha256"]
"""Columns of `RECORDS` that tell whether a row is something that was destroyed."""

_PLACE = ["conversation", "sender", "time"]
_APART = "\0"

KNOWN = pa.schema(
    [
        pa.field("destruction", pa.int64()),
        pa.field("event", pa.string()),
        pa.field("place", pa.string()),
        pa.field("ciphertext_sha256", pa.binary(32)),
        pa.field("source_sha256", pa.binary(32)),
    ]
)
"""What is known of destroyed records, and by which destruction each went."""


def destroyed_before(segments: Sequence[OpenSegment]) -> pa.Table:
    """Return what is known of the destroyed records of some segments (`KNOWN`)."""
    tables = [KNOWN.empty_table()]
    for segment in segments:
        kept = segment.destroyed
        if len(kept):
            rows = segment.read(kept.numbers - segment.entry.first, COLUMNS)
            known = [pa.array(kept.destructions), rows.column("event"), _places(rows)]
            known += [rows.column(name) for name in ("ciphertext_sha256", "source_sha256")]
            tables.append(pa.table(known, names=KNOWN.names).cast(KNOWN))
    return pa.concat_tables(tables)


def destroyed_again(rows: pa.Table, known: pa.Table) -> pa.ChunkedArray:
    """Return for each row the number of the destruction of what it is again; null where it is nothing of that.

    As for what is withheld, a row is the same message by its event or by an edit of that, by its bytes, and by conversation,
    sender and millisecond where one of the two tells no event.

    Args:
        rows: with the columns `COLUMNS`. known: from `destroyed_before`.
    """
    if not known.num_rows:
        return pa.chunked_array([pa.nulls(rows.num_rows, pa.int64())])
    edits = pc.equal(rows.column("relation").cast(pa.string()), Relation.EDIT.value).fill_null(fill_value=False)
    target = pc.if_else(edits, rows.column("target").cast(pa.string()), pa.scalar(None, pa.string()))
    nameless = rows.column("event").is_null()
    place, without_event = _places(rows), known.filter(known.column("event").is_null())
    return pc.coalesce(
        _found(rows.column("event").cast(pa.string()), known, "event"),
        _found(target, known, "event"),
        _found(rows.column("ciphertext_sha256"), known, "ciphertext_sha256"),
        _found(rows.column("source_sha256"), known, "source_sha256"),
        _found(pc.if_else(nameless, place, pa.scalar(None, pa.string())), known, "place"),
        _found(place, without_event, "place"),
    )


def _found(values: pa.ChunkedArray, known: pa.Table, name: str) -> pa.ChunkedArray:
    held = known.filter(known.column(name).is_valid())
    if not held.num_rows:
        return pa.chunked_array([pa.nulls(len(values), pa.int64())])
    place = pc.index_in(values, value_set=held.column(name).combine_chunks())
    return held.column("destruction").take(place)


def _places(rows: pa.Table) -> pa.ChunkedArray:
    """Return conversation, sender and time of each row as one text."""
    parts = [rows.column(name).cast(pa.string()).fill_null("") for name in _PLACE]
    return pc.binary_join_element_wise(*parts, _APART)
