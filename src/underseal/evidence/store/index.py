"""The search index of a segment: one tantivy document per row, holding nothing that Parquet holds already.

The fields, each there for a reason of speed or size:

- `text`: the folded text with positions (see `folding`); behind it the name of an attached file, when it says more.
- `facts`: all else that a row can be found by, as terms such as `f:@alice:harbour` or `k:voice`. One field costs one byte
  of norm per document and one pass of the tokenizer; a field for each fact costs six and half the writer's speed. Every
  term counts its documents, so the same field answers who, where and what in exact numbers without a column of its own.
- `order`: time and row in one fast integer: newest first, the key to page on from, the range of a period, the histogram of
  days and the way back from a hit to its row.
- `far`: the time itself, of the few rows whose clock was so wrong that `order` cannot hold it.

Nothing is stored: a hit gives a row offset, and the row comes from Parquet.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import tantivy

from underseal.core.records import MESSAGE_KINDS, Kind, Relation
from underseal.errors import MAKE_ROOM, IntegrityError, InternalError
from underseal.evidence.store.columns import ROW_BITS
from underseal.evidence.store.folding import fold, fold_column, text_bytes

MAX_INDEX_ROWS = 2**ROW_BITS - 4096
"""Rows of an index at most. Aggregations compute in 64-bit floats, whose steps are 1024 at the far ends of `order`; with
the last rows left free, neither that nor the division by an hour reaches the next millisecond."""

MIDDLE = 946_684_800_000
"""2000-01-01T00:00:00Z in milliseconds since 1970. `order` counts from here in 41 bits and a sign."""

EARLIEST = MIDDLE - 2**41
LATEST = MIDDLE + 2**41 - 1
"""The ends of `order`, in 1930 and 2069. Times at or beyond them are far: they stand at the end, with the fact FAR, and
with their value in the field `far`."""

FACTS = {
    "from": "f",
    "to": "t",
    "in": "i",
    "kind": "k",
    "verdict": "v",
    "exhibit": "e",
    "has": "h",
    "copies": "c",
}
"""Fields of the query language and how their terms begin."""

HAS = ("media", "picture", "voice", "video", "file", "location", "sticker", "link", "reply", "edit", "thread")
"""Values of `has:`. `media` is any attachment, `link` an address in the text, the last three the relation to another
message, the others the kind."""

COPY = "c:1"
"""The fact of a record that is a copy of another."""

MESSAGE = "m:1"
"""The fact of a message that is no copy of another: what a query covers unless it says otherwise. It is frozen here rather
than put together from kinds at each query, since meeting one list is far cheaper than leaving out several."""

FAR = "x:1"
"""The fact of a record whose time `order` cannot hold."""

MAX_FACT = 500
"""Bytes of a fact at most; a longer value ends in its SHA-256, so that it still has a term of its own."""

SCHEMA = (
    tantivy.SchemaBuilder()
    .add_text_field("text", tokenizer_name="whitespace", index_option="position")
    .add_text_field("facts", tokenizer_name="whitespace", index_option="basic")
    .add_integer_field("order", fast=True)
    .add_integer_field("far", fast=True)
    .build()
)

_WRITER_BYTES = 400_000_000
"""Memory of a writer at most: two million short messages take half of it and so become one tantivy segment."""

ROWS_QUEUED = 8_192
"""Rows to be added at once: as many documents as fit into the queue of tantivy's thread, which holds 10,000."""

_FULL = ("No space left", "index writer was killed")
"""What the library says when the disk is full, the second where its own thread met that."""

_NAMED = {"sender": "from", "conversation": "in", "kind": "kind", "verdict": "verdict", "exhibit": "exhibit"}
_AT_ONCE = 1_000
_NAME_APART = " | "
"""Between text and file name: a term that no query has, so that no phrase reaches across."""

_LINK = re.compile(r"\b[a-z][a-z0-9+.-]*://\S|\bwww\.\S", re.IGNORECASE)
_ESCAPED = re.compile(r"[%\x00-\x20]")
_MESSAGE_KINDS = pa.array(sorted(kind.value for kind in MESSAGE_KINDS))
_HAS_BY_KIND = {kind.value for kind in Kind if kind.value in HAS}
_HAS_BY_RELATION = {relation.value for relation in Relation if relation.value in HAS}

_FIRST, _LAST = -(2**63), 2**63 - 1

Integers = np.ndarray[tuple[int], np.dtype[np.int64]]


class IndexWriter:
    """Writes the index of a segment's rows, which are added in their order.

    Args:
        folder: where; it must not exist yet.

    Raises:
        InternalError: it cannot be written (the disk is full); raised by the other methods, too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows = 0
        self._documents = 0
        with self._explaining():
            folder.mkdir(parents=True)
            index = tantivy.Index(SCHEMA, path=str(folder))
            self._writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)

    def add(self, rows: pa.RecordBatch, *, keep: "np.ndarray[tuple[int], np.dtype[np.bool_]] | None" = None) -> None:
        """Add the next rows.

        Args:
            rows: with the columns of `RECORDS` that can be searched.
            keep: for each of them whether it gets a document; None for all. Offsets count those that get none, too.

        Raises:
            InternalError: there are more than MAX_INDEX_ROWS rows.
        """
        offsets = np.arange(self._rows, self._rows + rows.num_rows)
        self._rows += rows.num_rows
        if self._rows > MAX_INDEX_ROWS:
            raise InternalError(f"An index holds {MAX_INDEX_ROWS} rows at most.")
        if keep is not None:
            offsets, rows = offsets[keep], rows.filter(pa.array(keep))
        self._documents += len(offsets)
        with self._explaining():
            _add(self._writer, rows, offsets)

    def commit(self) -> int:
        """Finish the index; return the number of its documents."""
        with self._explaining():
            self._writer.commit()
            self._writer.wait_merging_threads()
        return self._documents

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            hint = MAKE_ROOM if any(words in str(error) for words in _FULL) else ""
            raise InternalError(f"The text index {self._folder} could not be written: {error}", hint=hint) from error


def build_index(
    folder: Path, rows: pa.Table | Iterable[pa.RecordBatch], *, keep: "pa.BooleanArray | None" = None
) -> int:
    """Write the index of all rows of a segment; return the number of documents. See `IndexWriter`."""
    writer = IndexWriter(folder)
    kept = None if keep is None else np.asarray(keep.to_numpy(zero_copy_only=False), dtype=bool)
    start = 0
    for batch in rows.to_batches(ROWS_QUEUED) if isinstance(rows, pa.Table) else rows:
        end = start + batch.num_rows
        writer.add(batch, keep=None if kept is None else kept[start:end])
        start = end
    return writer.commit()


def open_index(folder: Path) -> tantivy.Index:
    """Open an index for reading.

    Raises:
        IntegrityError: it is missing or damaged.
    """
    try:
        return tantivy.Index.open(str(folder))
    except (OSError, ValueError) as error:
        raise IntegrityError(f"The text index {folder} cannot be opened: {error}") from error


def rows_with(index: tantivy.Index, facts: Iterable[str], *, start: int | None, end: int | None) -> Integers:
    """Return the offsets of all rows that have one of some facts, in ascending order.

    Args:
        index: of the segment. facts: from `fact`.
        start, end: leave out rows before and from these times on (ms since 1970); those of far rows are left in.
    """
    own = tantivy.Query.term_set_query(SCHEMA, "facts", list(facts))
    if start is None and end is None:
        return rows_of(index, own)
    return rows_of(
        index, tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in (own, during(start, end))])
    )


def rows_of(index: tantivy.Index, query: tantivy.Query) -> Integers:
    """Return the offsets of all rows that a query finds, in ascending order."""
    searcher, limit = index.searcher(), _AT_ONCE
    found = searcher.search(query, limit=limit, order_by_field="order")
    if count_of(found) > limit:
        found = searcher.search(query, limit=count_of(found), order_by_field="order")
    orders = np.array([order for order, _ in found.hits], dtype=np.int64)
    return np.sort(orders & ((1 << ROW_BITS) - 1))


def during(start: int | None, end: int | None) -> tantivy.Query:
    """Return the condition that a time lies in a period (ms since 1970), which all far times do at its open ends."""
    first = _FIRST if start is None else order_of(start)
    until = _LAST if end is None else min((order_of(end - 1) >> ROW_BITS) + 1 << ROW_BITS, _LAST)
    return orders_between(first, until)


def orders_between(first: int, until: int) -> tantivy.Query:
    """Return the condition that `order` lies in a range, its end exclusive."""
    return tantivy.Query.range_query(SCHEMA, "order", tantivy.FieldType.Integer, first, until, include_upper=False)


def count_of(found: tantivy.SearchResult) -> int:
    """Return how many documents a search with `count=True` has matched."""
    return int(found.count)  # type: ignore[attr-defined]  # missing in tantivy's stub


def order_of(time: int, row: int = 0) -> int:
    """Return the `order` of a row, or of the first possible row of a millisecond."""
    return min(max(time, EARLIEST), LATEST) - MIDDLE << ROW_BITS | row


def time_of(order: int) -> int:
    """Return the time (ms since 1970) of an `order`, held within EARLIEST and LATEST."""
    return (order >> ROW_BITS) + MIDDLE


def row_of(order: int) -> int:
    """Return the row offset of an `order`."""
    return order & ((1 << ROW_BITS) - 1)


def fact(field: str, value: str) -> str:
    """Return the term of `facts` for a value of a field of the query language, white space written as %20."""
    escaped = _ESCAPED.sub(_escape, value)
    if len(escaped) > MAX_FACT // 4 and len(escaped.encode()) > MAX_FACT:
        digest = hashlib.sha256(value.encode()).hexdigest()
        escaped = escaped.encode()[: MAX_FACT - 66].decode(errors="ignore") + "%~" + digest
    return f"{FACTS[field]}:{escaped}"


def value_of(term: str) -> str:
    """Return the value that `fact` made a term of; of one too long its beginning, "~" and its digest."""
    return unquote(term[2:].replace("%~", "~"))


def _escape(character: re.Match[str]) -> str:
    return f"%{ord(character.group()):02x}"


def _add(writer: tantivy.IndexWriter, batch: pa.RecordBatch, offsets: Integers) -> None:
    """Add a batch: columns are worked out whole; what remains per row is a few calls of the writer."""
    times = batch.column("time").to_numpy(zero_copy_only=False)
    orders = (times.clip(EARLIEST, LATEST) - MIDDLE << ROW_BITS | offsets).tolist()
    beyond = (times <= EARLIEST) | (times >= LATEST)
    far: list[int | None] = np.where(beyond, times, np.array(None)).tolist()
    facts = _facts(batch, beyond)
    new, add = tantivy.Document, writer.add_document
    for text, fact_, order, time in zip(_texts(batch).to_pylist(), facts.to_pylist(), orders, far, strict=True):
        document = new()
        if text:
            document.add_text("text", text)
        document.add_text("facts", fact_)
        document.add_integer("order", order)
        if time is not None:
            document.add_integer("far", time)
        add(document)


def _texts(batch: pa.RecordBatch) -> pa.StringArray:
    """Return the folded text of each row, and behind it the name of its file, if that is another."""
    folded = fold_column(batch.column("text"))
    named = batch.column("media").is_valid()
    if not named.true_count:
        return folded
    texts = folded.filter(named).to_pylist()
    for row, media in enumerate(batch.column("media").drop_null().to_pylist()):
        name = fold(orjson.loads(media).get("name", ""))
        if name and name != texts[row]:
            texts[row] += _NAME_APART + name
    return pc.replace_with_mask(folded, named, pa.array(texts, pa.string()))


def _facts(batch: pa.RecordBatch, far: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> pa.StringArray:
    """Return the facts of each row with " " between them, column by column: each different value is looked at once."""
    message = pc.and_(
        pc.is_in(batch.column("kind").cast(pa.string()), value_set=_MESSAGE_KINDS), batch.column("copy_of").is_null()
    )
    columns = [
        *(_facts_of(field, batch.column(name)) for name, field in _NAMED.items()),
        _facts_of_lists("to", batch.column("recipients")),
        _facts_of("has", batch.column("kind"), _HAS_BY_KIND),
        _facts_of("has", batch.column("relation"), _HAS_BY_RELATION),
        _where(batch.column("media").is_valid(), fact("has", "media")),
        _where(pa.array(_links(batch.column("text"))), fact("has", "link")),
        _where(batch.column("copy_of").is_valid(), COPY),
        _where(message, MESSAGE),
        _where(pa.array(far), FAR),
    ]
    return pc.binary_join_element_wise(*columns, " ", null_handling="replace", null_replacement="")


def _facts_of(field: str, values: pa.Array, among: AbstractSet[str] | None = None) -> pa.StringArray:
    """Return the fact of each value; null for null, and for what is not `among` those named."""
    coded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    used = coded.indices.unique().drop_null()  # a dictionary may hold the values of a whole segment
    words = coded.dictionary.take(used).to_pylist()
    facts = [None if among is not None and word not in among else fact(field, word) for word in words]
    return pa.array(facts, pa.string()).take(pc.index_in(coded.indices, value_set=used))


def _facts_of_lists(field: str, lists: pa.Array) -> pa.StringArray:
    """Return the facts of each list with " " between them; null where there are none."""
    facts = _facts_of(field, lists.flatten()).fill_null("")
    lengths = lists.value_lengths().fill_null(0)
    ends = np.concatenate(([0], np.cumsum(lengths.to_numpy()))).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(ends), facts), " ")
    return pc.if_else(pc.greater(lengths, 0), joined, pa.scalar(None, pa.string()))


def _where(rows: pa.BooleanArray, term: str) -> pa.StringArray:
    return pc.if_else(rows, pa.scalar(term), pa.scalar(None, pa.string()))


def _links(texts: pa.StringArray) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Say for each text whether it holds an address."""
    data, bounds = text_bytes(texts)
    places = [at for part in (b"://", b"ww.", b"WW.") for at in _places(data, part)]
    found = np.zeros(len(texts), dtype=bool)
    for row in np.unique(np.searchsorted(bounds, places, side="right") - 1).tolist() if places else ():
        found[row] = _LINK.search(data[bounds[row] : bounds[row + 1]].decode()) is not None
    return found


def _places(data: bytes, part: bytes) -> Iterator[int]:
    at = data.find(part)
    while at >= 0:
        yield at
        at = data.find(part, at + 1)
