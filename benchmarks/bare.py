"""The bare libraries that Underseal is held against: what remains when evidence is left out.

Here is no release, no digest, no proof, no authority and no audit, text is not folded, and nothing survives a crash.
"""

import sqlite3
import time
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import tantivy
import vodozemac

from benchmarks.questions import Question
from underseal.core.crypto import key_export
from underseal.core.records import Secret

WRITER_BYTES = 512_000_000
"""Memory of the index writer, over all its threads."""

ROWS_AT_ONCE = 65_536


def write_index(table: Path, folder: Path, *, threads: int) -> int:
    """Index the texts of a message table: one field with positions, nothing stored. Return their number."""
    schema = tantivy.SchemaBuilder().add_text_field("text", stored=False, index_option="position").build()
    return _write(table, folder, schema, ["text"], threads=threads)


def write_searchable(table: Path, folder: Path, *, threads: int) -> int:
    """Index a message table with its text stored, and what the filters ask for. Return the number of its rows."""
    return _write(table, folder, _searchable(), ["text", "sender", "thread", "sent"], threads=threads)


def _searchable() -> tantivy.Schema:
    return (
        tantivy.SchemaBuilder()
        .add_text_field("text", stored=True, index_option="position")
        .add_text_field("sender", tokenizer_name="raw", index_option="basic")
        .add_text_field("thread", tokenizer_name="raw", index_option="basic")
        .add_integer_field("sent", indexed=True, fast=True)
        .build()
    )


def _write(table: Path, folder: Path, schema: tantivy.Schema, columns: list[str], *, threads: int) -> int:
    folder.mkdir(parents=True)
    writer = tantivy.Index(schema, path=str(folder)).writer(heap_size=WRITER_BYTES, num_threads=threads)
    count = 0
    for batch in pq.ParquetFile(table).iter_batches(ROWS_AT_ONCE, columns=columns):
        values = [
            batch.column(name).cast("int64").to_pylist() if name == "sent" else batch.column(name).to_pylist()
            for name in columns
        ]
        for row in zip(*values, strict=True):
            writer.add_document(tantivy.Document(**dict(zip(columns, row, strict=True))))
        count += batch.num_rows
    writer.commit()
    writer.wait_merging_threads()
    return count


class Searcher:
    """Asks an index of `write_searchable`."""

    def __init__(self, folder: Path) -> None:
        self._schema = _searchable()
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def search(self, question: Question, *, limit: int) -> tuple[int, list[str]]:
        """Return the number of hits and the texts of the newest ones."""
        found = self._searcher.search(self._query(question), limit=limit, order_by_field="sent")
        texts = [self._searcher.doc(address).get_first("text") or "" for _, address in found.hits]
        return found.count or 0, texts  # type: ignore[attr-defined]  # missing in the stubs

    def days(self, question: Question) -> int:
        """Count the hits per day; return the number of days."""
        histogram = {"days": {"histogram": {"field": "sent", "interval": 86_400_000, "min_doc_count": 1}}}
        return len(self._searcher.aggregate(self._query(question), histogram)["days"]["buckets"])

    def _query(self, question: Question) -> tantivy.Query:
        query, schema = tantivy.Query, self._schema
        clauses = list(self._words(question))
        for field, value in (("sender", question.sender), ("thread", question.thread)):
            if value:
                clauses.append(query.term_query(schema, field, value, "basic"))
        if question.since is not None:
            clauses.append(query.range_query(schema, "sent", tantivy.FieldType.Integer, lower_bound=question.since))
        if len(clauses) == 1:
            return clauses[0]
        return query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses])

    def _words(self, question: Question) -> Iterator[tantivy.Query]:
        query, schema, words = tantivy.Query, self._schema, question.words
        if question.kind == "phrase":
            yield query.phrase_query(schema, "text", [*words])
        elif question.kind == "fuzzy":
            yield query.fuzzy_term_query(schema, "text", words[0], distance=1)
        else:
            for word in words:
                yield query.term_query(schema, "text", word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A Megolm session as it was exported, base64, and its messages in the order of their index."""

    exported: str
    messages: Sequence[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What came of a loop over messages: how many opened, how many were refused, and the seconds of the loop."""

    opened: int
    refused: int
    seconds: float


def read_sessions(database: Path, keys: Sequence[Path], passphrase: str) -> list[Session]:
    """Return the sessions of a capture for which a key is held."""
    exported: dict[str, str] = {}
    for path in keys:
        for key in key_export.read(path.read_bytes(), Secret(passphrase.encode())):
            if isinstance(key, key_export.ExportedSession):
                exported[key.session_id] = key.session_key.reveal().decode()
    messages: dict[str, list[bytes]] = {}
    query = "SELECT json FROM events JOIN event_json USING (event_id) WHERE type = ? ORDER BY stream_ordering"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for (text,) in connection.execute(query, ["m.room.encrypted"]):
            content = orjson.loads(text)["content"]
            encoded = content["ciphertext"]
            messages.setdefault(content["session_id"], []).append(b64decode(encoded + "=" * (-len(encoded) % 4)))
    return [Session(exported=exported[name], messages=own) for name, own in messages.items() if name in exported]


def decrypt(database: Path, keys: Sequence[Path], passphrase: str) -> Opened:
    """Open all messages whose session was exported, in one process; only the opening itself is timed."""
    return _open(read_sessions(database, keys, passphrase))


def decrypt_at_once(database: Path, keys: Sequence[Path], passphrase: str, *, processes: int) -> Opened:
    """Do the same in several processes, each with its part of the sessions; the seconds are those of the slowest."""
    context = get_context("fork")  # so that each has its sessions before it starts
    sessions, ready, results = read_sessions(database, keys, passphrase), context.Barrier(processes), context.Queue()

    def work(part: int) -> None:
        ready.wait()
        results.put(_open(sessions[part::processes]))

    running = [context.Process(target=work, args=(part,)) for part in range(processes)]
    for process in running:
        process.start()
    done = [results.get() for _ in running]
    for process in running:
        process.join()
    return Opened(
        opened=sum(each.opened for each in done),
        refused=sum(each.refused for each in done),
        seconds=max(each.seconds for each in done),
    )


def _open(sessions: Sequence[Session]) -> Opened:
    opened = refused = 0
    start = time.perf_counter()
    for session in sessions:
        ratchet = vodozemac.InboundGroupSession.import_session(vodozemac.ExportedSessionKey(session.exported))
        for ciphertext in session.messages:
            try:
                ratchet.decrypt(vodozemac.MegolmMessage.from_bytes(ciphertext))
                opened += 1
            except vodozemac.MegolmDecryptionException:
                refused += 1
    return Opened(opened=opened, refused=refused, seconds=time.perf_counter() - start)
