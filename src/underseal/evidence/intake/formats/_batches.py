"""Collecting units into batches, for readers that make one record at a time."""

from collections.abc import Callable, Iterator

from underseal.core.records import Failure, Record, captured_batch
from underseal.evidence.intake.reader import Batch

BATCH_UNITS = 4_096
"""Units per batch: some megabytes of events."""


class Batches:
    """Cuts a stream of units into batches.

    Args:
        exhibit: number of the exhibit.
        cursor: returns the cursor behind the last unit that was added.
        bytes_read: returns the bytes of the exhibit consumed so far.
        damaged: returns whether its units cannot be counted.
    """

    def __init__(
        self,
        exhibit: str,
        *,
        cursor: Callable[[], str],
        bytes_read: Callable[[], int],
        damaged: Callable[[], bool] = lambda: False,
    ) -> None:
        self._exhibit = exhibit
        self._cursor = cursor
        self._bytes_read = bytes_read
        self._damaged = damaged
        self._records: list[Record] = []
        self._failures: list[Failure] = []
        self.notes: list[str] = []

    def add(self, unit: Record | Failure) -> Iterator[Batch]:
        """Take a unit, and yield a batch when it is full."""
        if isinstance(unit, Record):
            self._records.append(unit)
        else:
            self._failures.append(unit)
        if len(self._records) + len(self._failures) >= BATCH_UNITS:
            yield self.rest()

    def rest(self) -> Batch:
        """Return what is left, which may be nothing but the cursor."""
        batch = Batch(
            records=captured_batch(self._records, exhibit=self._exhibit),
            failures=tuple(self._failures),
            notes=tuple(self.notes),
            damaged=self._damaged(),
            cursor=self._cursor(),
            bytes_read=self._bytes_read(),
        )
        self._records, self._failures, self.notes = [], [], []
        return batch
