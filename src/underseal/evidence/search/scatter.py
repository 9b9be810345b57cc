"""What search needs of a view, and how its segments are searched at the same time."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Protocol, TypeVar

import pyarrow as pa
import tantivy

from underseal.errors import InternalError
from underseal.evidence.authority import Access

Answer = TypeVar("Answer")


class SegmentView(Protocol):
    """One segment of a view."""

    @property
    def id(self) -> str:
        """Its name, the same for ever."""

    @property
    def index(self) -> tantivy.Index:
        """Its index, open for reading."""

    @property
    def rows(self) -> int:
        """How many rows it has."""


class View(Protocol):
    """A release as one authority may see it."""

    @property
    def access(self) -> Access:
        """Under what it is seen."""

    @property
    def segments(self) -> Sequence[SegmentView]:
        """Its segments, in the order of their records' numbers; later releases add theirs at the end."""

    def fetch(self, hits: Sequence[tuple[int, int]], columns: Sequence[str]) -> pa.Table:
        """Return rows by (position in `segments`, row offset), in the order given."""


def scatter(view: View, task: Callable[[int, tantivy.Searcher], Answer]) -> list[Answer]:
    """Run a task on every segment and return the answers in the order of the segments.

    Args:
        view: whose segments. task: is given the position of a segment and its searcher; tantivy leaves Python's lock
            while it works, so threads do run at the same time.

    Raises:
        InternalError: an index cannot be searched.
    """

    def run(position: int) -> Answer:
        segment = view.segments[position]
        try:
            return task(position, segment.index.searcher())
        except ValueError as error:
            raise InternalError(f"The index of segment {segment.id} could not be searched: {error}") from error

    positions = range(len(view.segments))
    if len(positions) < 2:  # noqa: PLR2004  # nothing to do at the same time
        return [run(position) for position in positions]
    return list(_threads(os.getpid()).map(run, positions))


@lru_cache(maxsize=1)
def _threads(_process: int) -> ThreadPoolExecutor:
    """Return the threads of this process; those of a parent do not survive a fork."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="search")
