"""A segment's index without rows that are withheld from who reads.

It is the segment's own index with tombstones: its files are linked, and what is deleted stands in a small file beside the
links. So a search asks nothing more of the index than it did before, and meets no row that its reader may not see. It lies
beside the segments and can be made again at any time; the index that it links to is never written to.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import tantivy

from underseal.errors import MAKE_ROOM, InternalError, is_full
from underseal.evidence.store.index import SCHEMA, during, open_index, order_of, orders_between, rows_with

_Marks = npt.NDArray[np.bool_]

_WRITER_BYTES: Final = 15_000_000
"""Memory of a writer that only deletes: the least that tantivy takes."""

_KEPT: Final = 4
"""Versions of one index that are kept: another process may still read under an earlier quarantine."""

_AT_ONCE: Final = 500
"""Rows that are deleted by one query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A query of the index that finds many withheld rows at once.

    Attributes:
        facts: terms, of which a row has one. start, end: bounds of its time, in milliseconds.
    """

    facts: tuple[str, ...]
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What is withheld of one segment, at least one row.

    Attributes:
        packed: one bit per row, as `np.packbits` writes them. key: names these rows, the same in all processes.
        hints: where in the index most of them are. folder: where indexes without them are kept.
    """

    packed: bytes
    key: str
    hints: tuple[Hint, ...]
    folder: Path

    @classmethod
    def of(cls, packed: bytes, *, hints: tuple[Hint, ...], folder: Path) -> Self:
        """Name rows by what they are."""
        return cls(packed=packed, key=hashlib.sha256(packed).hexdigest()[:32], hints=hints, folder=folder)

    def marks(self, rows: int) -> _Marks:
        """Return for each row of the segment whether it is withheld."""
        return np.unpackbits(np.frombuffer(self.packed, dtype=np.uint8), count=rows).astype(bool)


def index_without(
    index: Path, withheld: Withheld, *, name: str, marks: _Marks, times: Callable[[Sequence[int]], Sequence[int]]
) -> tantivy.Index:
    """Open an index without rows.

    Args:
        index: its folder. withheld: what is withheld. name: of the index, among all that there are.
        marks: for each row of the segment whether it is to be left out; only such as the index has.
        times: gives the times of rows in milliseconds.

    Raises:
        InternalError: it cannot be written, or did not come out as it must. IntegrityError: the index is damaged.
    """
    made = withheld.folder / f"{name}-{withheld.key}"
    if not made.exists():
        with writing(made):
            aside = made.with_name(f".{uuid4().hex}")
            try:
                _link(index, aside)
                _bury(open_index(aside), withheld.hints, marks.copy(), times)
                _publish(aside, made)
                _forget(withheld.folder, name)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
    found = open_index(made)
    if found.searcher().num_docs != open_index(index).searcher().num_docs - int(marks.sum()):
        raise InternalError(f"The index {made.name} without withheld rows is wrong; nothing was shown.")
    return found


def _publish(aside: Path, made: Path) -> None:
    try:
        aside.rename(made)
    except OSError:
        if not made.exists():  # another process was not faster: something is wrong
            raise


def _forget(folder: Path, name: str) -> None:
    """Remove the oldest of an index's versions."""
    made = sorted(folder.glob(f"{name}-*"), key=lambda found: -found.stat().st_mtime_ns)
    for old in made[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def writing(made: Path) -> Iterator[None]:
    """Say for people why something in the block could not be written: without it, nothing is shown.

    Raises:
        InternalError: the disk is full, or fails otherwise.
    """
    try:
        yield
    except OSError as error:
        hint = MAKE_ROOM if is_full(error) else ""
        raise InternalError(f"{made} could not be written: {error.strerror}.", hint=hint) from error
    except ValueError as error:  # tantivy's
        raise InternalError(f"{made} could not be written: {error}") from error


def _link(index: Path, aside: Path) -> None:
    """Make a folder that has the files of an index by reference, and a list of its own of what they are."""
    aside.mkdir(parents=True)
    for file in index.iterdir():
        if file.suffix == ".json" or file.name == ".managed.json":
            shutil.copyfile(file, aside / file.name)
        elif file.suffix != ".lock":
            (aside / file.name).symlink_to(relpath(file, aside))  # relative, so that a workspace can be moved


def _bury(
    index: tantivy.Index, hints: Sequence[Hint], marks: _Marks, times: Callable[[Sequence[int]], Sequence[int]]
) -> None:
    """Delete marked rows from an index: by the hints where they fit, and one by one where they do not."""
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for hint in hints:
        found = rows_with(index, hint.facts, start=hint.start, end=hint.end)
        if len(found) and marks[found].all():
            writer.delete_documents_by_query(_hinted(hint))
            marks[found] = False
    rows = np.flatnonzero(marks).tolist()
    orders = [order_of(time, row) for time, row in zip(times(rows), rows, strict=True)]
    for start in range(0, len(orders), _AT_ONCE):
        each = [orders_between(order, order + 1) for order in orders[start : start + _AT_ONCE]]
        writer.delete_documents_by_query(tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in each]))
    writer.commit()
    writer.wait_merging_threads()


def _hinted(hint: Hint) -> tantivy.Query:
    own = tantivy.Query.term_set_query(SCHEMA, "facts", list(hint.facts))
    if hint.start is None and hint.end is None:
        return own
    clauses = [own, during(hint.start, hint.end)]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, clause) for clause in clauses])
