"""The ledger of attributions and the state that is folded from it.

The state is kept in memory: claims are made by hand, some tens of thousands in a large case, and folding them takes
seconds. A database beside the ledger would be a second truth (docs/decisions/0019).
"""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

from underseal.core.folders import publish_folder
from underseal.core.ledger import Aside, Checkpoint, Json, Ledger, Progress, Signer, canonical
from underseal.core.verify.attribution import ENTRY_FORMAT, LEDGER, Act, read_act, to_entry
from underseal.core.verify.attribution.documents import REPAIRED
from underseal.errors import CallerError, IntegrityError, InternalError, UnreadableError
from underseal.evidence.identity.state import State

LOCK_FILE: Final = "attributions.lock"
"""File beside the folder whose lock gives an act its turn."""


MAX_BYTES: Final = 1_000_000
"""Longest act, in bytes of canonical JSON: the ledger takes a few more."""


class Turn:
    """An act's turn: what `state` says stays true until it ends.

    Attributes:
        state: what stands.
    """

    def __init__(self, ledger: Ledger, state: State) -> None:
        self._ledger = ledger
        self.state = state

    def check(self, act: Act) -> None:
        """Check that an act fits what stands, and into an entry.

        Raises:
            NotFoundError, ConflictError: it contradicts an earlier act. CallerError: it is too long.
        """
        self.state.copy().apply(act, self.state.size)
        if len(canonical(to_entry(act))) > MAX_BYTES:
            raise CallerError(f"An act on attributions has at most {MAX_BYTES:,} bytes, its evidence included.")

    def enter(self, act: Act) -> int:
        """Sign an act that was checked into the ledger; return the number of its entry.

        Raises:
            InternalError: the disk is full or refuses. IntegrityError: the ledger is damaged.
        """
        return self._ledger.append(to_entry(act))


class Book:
    """The attributions of a workspace, for many threads and processes.

    Args:
        folder: of the ledger, made at the first turn.
        key: signs it.
        claimed: says how many claims the audit knows of: a ledger that was removed must not look like a new one.
    """

    def __init__(self, folder: Path, key: Signer, *, claimed: Callable[[], int]) -> None:
        self._folder = folder
        self._key = key
        self._claimed = claimed
        self._writing, self._reading = threading.Lock(), threading.Lock()
        self._ledger: Ledger | None = None
        self._state = State()

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Wait for the turn of an act.

        Raises:
            IntegrityError: the ledger is damaged, or gone. InternalError: the disk refuses.
        """
        with self._writing, _locked(self._folder.with_name(LOCK_FILE)):
            if not self._folder.exists():
                self._begin()
            ledger = self._open()
            if ledger is None:
                raise self._gone()
            yield Turn(ledger, self.state())

    def state(self) -> State:
        """Return what stands now.

        Raises:
            IntegrityError: an entry was changed, or contradicts an earlier one, or the ledger is gone.
        """
        with self._reading:
            ledger = self._open()
            if ledger is not None:
                self._state = _folded(ledger, self._state, ledger.checkpoint().size)
            return self._state

    def verify(self, progress: Progress | None = None) -> Checkpoint | None:
        """Check every entry against the signed root, and that all of them fit each other.

        Returns:
            The checkpoint that everything agrees with; None where nothing was ever claimed.

        Raises:
            IntegrityError: something was changed.
        """
        ledger = self._open()
        if ledger is None:
            return None
        checkpoint = ledger.verify(progress)
        _folded(ledger, State(), checkpoint.size)
        return checkpoint

    def entry(self, number: int, checkpoint: Checkpoint) -> tuple[str, list[bytes]]:
        """Return an entry as the ledger has it, and the path from it to the root of a checkpoint.

        Raises:
            IntegrityError: the entry was changed.
        """
        ledger = self._held()
        (entry,) = ledger.read(after=number - 1, limit=1)
        return entry.data.decode(), ledger.inclusion(number, checkpoint)

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed state."""
        return self._held().checkpoint()

    def _held(self) -> Ledger:
        ledger = self._open()
        if ledger is None:
            raise self._gone()
        return ledger

    def _open(self) -> Ledger | None:
        if self._ledger is None and self._folder.exists():
            self._ledger = Ledger(self._folder, self._key, name=LEDGER, note=_note)
        if self._ledger is None and self._claimed():
            raise self._gone()
        return self._ledger

    def _begin(self) -> None:
        if self._claimed():
            raise self._gone()
        try:
            publish_folder(self._folder, lambda aside: _create(aside, self._key))
        except OSError as error:
            raise InternalError(f"The ledger {self._folder} cannot be made: {error.strerror}.") from error

    def _gone(self) -> IntegrityError:
        return IntegrityError(
            f"The ledger of attributions {self._folder} is gone: the audit knows of claims in it.",
            hint="Restore the folder from a copy.",
        )


def _create(folder: Path, key: Signer) -> None:
    Ledger.create(folder, key, name=LEDGER, note=_note)


def _note(aside: Aside) -> dict[str, Json]:
    return {"format": ENTRY_FORMAT, "act": REPAIRED, "file": aside.file, "size": aside.size, "sha256": aside.sha256}


def _folded(ledger: Ledger, state: State, size: int) -> State:
    if state.size > size:
        raise IntegrityError(
            f"The ledger of attributions had {state.size} entries and now has {size}.", hint="Restore it from a copy."
        )
    if state.size == size:
        return state
    folded = state.copy()
    for entry in islice(ledger.oldest_first(after=state.size - 1), size - state.size):
        try:
            folded.apply(read_act(entry.value(), "It"), entry.number)
        except (UnreadableError, CallerError) as error:
            raise IntegrityError(f"Entry {entry.number} of the ledger of attributions: {error.message}") from error
    return folded


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise InternalError(f"{file} cannot be opened: {error.strerror}.") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
