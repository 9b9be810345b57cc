"""What a folder still holds of some words: in the bytes of its files as they lie, and in what can be decoded of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import tantivy

from underseal.evidence.store.folding import terms
from underseal.evidence.store.index import SCHEMA


def held(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes of each file, and of each Parquet file what its columns say; database pages and logs are files, too."""
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        yield name, path.read_bytes()
        if path.suffix == ".parquet":
            yield f"{name}, decoded", b"\n".join(_said(pq.read_table(path)))


def where(root: Path, words: Iterable[bytes]) -> set[str]:
    """Return the files of a folder that hold one of some words."""
    wanted = list(words)
    return {name for name, data in held(root) if any(word in data for word in wanted)}


def indexes_with(root: Path, words: Iterable[str]) -> set[str]:
    """Return the text indexes of a folder that find one of some words, by asking them for each of its terms."""
    wanted = [words_of for word in words if (words_of := terms(word))]
    found = set()
    for path in root.rglob("meta.json"):
        searcher = tantivy.Index.open(str(path.parent)).searcher()
        phrases = [tantivy.Query.phrase_query(SCHEMA, "text", [*each]) for each in wanted if len(each) > 1]
        phrases += [tantivy.Query.term_query(SCHEMA, "text", each[0]) for each in wanted if len(each) == 1]
        if any(searcher.search(query, limit=1).hits for query in phrases):
            found.add(path.parent.relative_to(root).as_posix())
    return found


def _said(table: pa.Table) -> Iterator[bytes]:
    for column in table.columns:
        for value in column.to_pylist():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str | bytes):
                    yield each.encode() if isinstance(each, str) else each
