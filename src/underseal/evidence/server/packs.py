"""Packs for the defence that are made in the server, and wait in the workspace until who asked for them fetches them.

Each server has a folder of its own in `Workspace.outgoing`, under a lock that ends with its process, however that ends: so a
server that starts knows what dead ones left, and clears it.
"""

import fcntl
import os
import secrets
import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from underseal.core.web.errors import noted
from underseal.errors import ConflictError, InternalError, UndersealError
from underseal.evidence.disclosure.house import Made, Progress, Stage

KEPT: Final = 3600
"""How long a pack waits to be fetched, in seconds."""

GOODBYE: Final = 3
"""Seconds that a pack which is being made is given to stop when the server ends."""

FILE: Final = "pack.zip"
"""What a pack is called in its folder."""


class PackState(StrEnum):
    """What has come of a pack."""

    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a pack is: nobody else is shown or given it.

    Attributes:
        dossier: its reference. user: who asked for the pack. authority: number of that under which.
    """

    dossier: str
    user: str
    authority: str


class _StoppedError(ConflictError):
    """Somebody does not want the pack any more."""


class Pack:
    """A pack that is being made, or was.

    Attributes:
        owner: whose it is. to: who shall get it. started: when, ms since 1970. file: where it is, once it is made.
        stage, done, total: how far its making has come; 0 of 0 where that is not counted.
        made: what was made. error: why nothing was. stopping: whether it is wanted no more.
        timer: removes it in the end. admitted, ended: set once it is clear that it may be made, and once it is made or not.
    """

    def __init__(self, owner: Owner, folder: Path, *, to: str, started: int) -> None:
        self.owner = owner
        self.to = to
        self.started = started
        self.file = folder / FILE
        self.stage, self.done, self.total = Stage.READING, 0, 0
        self.made: Made | None = None
        self.error: UndersealError | None = None
        self.stopping = False
        self.timer: threading.Timer | None = None
        self.admitted = threading.Event()
        self.ended = threading.Event()

    @property
    def state(self) -> PackState:
        """What has come of it."""
        if not self.ended.is_set():
            return PackState.MAKING
        return PackState.FAILED if self.made is None else PackState.MADE

    def progress(self, stage: Stage, done: int, total: int) -> None:
        """Note how far its making has come.

        Raises:
            ConflictError: it is not wanted any more, and the audit does not say yet that it was disclosed.
        """
        self.stage, self.done, self.total = stage, done, total
        self.admitted.set()
        if self.stopping:
            raise _StoppedError("The disclosure was stopped.")


class Work(Protocol):
    """What makes a pack, in the name of its owner."""

    def make(self, file: Path, progress: Progress) -> Made:
        """Make it, and tell how far it has come."""

    def discard(self, made: Made) -> None:
        """Write in the audit that it is removed."""


class Packs:
    """The packs of one running server.

    Args:
        outgoing: folder of all servers of the workspace; it need not exist.
        kept: how long a pack waits to be fetched, in seconds.
    """

    def __init__(self, outgoing: Path, *, kept: float = KEPT) -> None:
        self._outgoing = outgoing
        self.kept = kept
        self._lock = threading.Lock()
        self._packs: dict[Owner, Pack] = {}
        self._own: tuple[Path, int] | None = None
        self._clear()

    def start(self, owner: Owner, work: Work, *, to: str, at: int) -> Pack:
        """Begin to make a pack. Returns once it is clear that it may be made.

        Args:
            owner: whose. work: makes it. to: who shall get it. at: now, ms since 1970.

        Raises:
            ConflictError: one is being made of this dossier, or the owner has one that waits.
            UndersealError: what the work raises before it has begun to read.
        """
        with self._lock:
            self._expect_free(owner)
            pack = Pack(owner, self._folder() / secrets.token_hex(8), to=to, started=at)
            pack.file.parent.mkdir(mode=0o700)
            self._packs[owner] = pack
        threading.Thread(target=self._run, args=(pack, work), daemon=True).start()
        pack.admitted.wait()
        if pack.error is not None and pack.stage is Stage.READING:
            self._drop(pack)
            raise pack.error
        return pack

    def find(self, owner: Owner) -> Pack | None:
        """Return the pack of an owner; None where there is none that is wanted."""
        with self._lock:
            pack = self._packs.get(owner)
            return None if pack is None or pack.stopping else pack

    def of_others(self, owner: Owner) -> Pack | None:
        """Return the pack that somebody else is having made of the same dossier; None where nobody is."""
        with self._lock:
            return next((each for each in self._being_made(owner.dossier) if each.owner != owner), None)

    def remove(self, pack: Pack) -> None:
        """Let go of a pack: what is being made is stopped, what was made is removed."""
        with self._lock:
            pack.stopping = True
            ended = pack.ended.is_set()
        if ended:
            self._drop(pack)

    def close(self) -> None:
        """Stop what is being made, and remove all that waits."""
        with self._lock:
            packs = [*self._packs.values()]
        for pack in packs:
            self.remove(pack)
        for pack in packs:
            pack.ended.wait(GOODBYE)
        with self._lock:
            if self._own is not None:
                folder, descriptor = self._own
                shutil.rmtree(folder, ignore_errors=True)
                os.close(descriptor)
                self._own = None

    def _run(self, pack: Pack, work: Work) -> None:
        """Make a pack, on a thread of its own; its failure is kept for who asks after it."""
        made: Made | None = None
        try:
            made = work.make(pack.file, pack.progress)
            if pack.stopping:
                work.discard(made)
        except UndersealError as error:
            pack.error = error
        except Exception as error:  # noqa: BLE001  # the outer door of the work: whatever it was is kept, and told
            pack.error = InternalError(noted(error, "the making of a pack"))
        with self._lock:
            pack.made = None if pack.stopping else made
            if pack.made is None:
                shutil.rmtree(pack.file.parent, ignore_errors=True)
            else:
                pack.timer = threading.Timer(self.kept, self._drop, args=[pack])
                pack.timer.daemon = True
                pack.timer.start()
            pack.ended.set()
        pack.admitted.set()

    def _expect_free(self, owner: Owner) -> None:
        for other in self._being_made(owner.dossier):
            raise ConflictError(
                f"{other.owner.user} is having a pack made of this dossier.", hint="Wait until that has finished."
            )
        own = self._packs.get(owner)
        if own is not None and own.state is PackState.MADE:
            raise ConflictError("A pack of this dossier waits for you.", hint="Download it, or discard it, first.")

    def _being_made(self, dossier: str) -> list[Pack]:
        return [
            each
            for each in self._packs.values()
            if each.owner.dossier == dossier and each.state is PackState.MAKING and not each.stopping
        ]

    def _drop(self, pack: Pack) -> None:
        with self._lock:
            if self._packs.get(pack.owner) is pack:
                del self._packs[pack.owner]
        shutil.rmtree(pack.file.parent, ignore_errors=True)
        if pack.timer is not None:
            pack.timer.cancel()

    def _folder(self) -> Path:
        """Return the folder of this server, and make it where this is the first pack."""
        if self._own is None:
            self._outgoing.mkdir(mode=0o700, exist_ok=True)
            with _Locked(self._outgoing):
                folder = self._outgoing / secrets.token_hex(8)
                folder.mkdir(mode=0o700)
                descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._own = folder, descriptor
        return self._own[0]

    def _clear(self) -> None:
        """Remove what servers left that are no more."""
        if not self._outgoing.is_dir():
            return
        with _Locked(self._outgoing):
            for folder in self._outgoing.iterdir():
                descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    with suppress(BlockingIOError):
                        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        shutil.rmtree(folder)
                finally:
                    os.close(descriptor)


class _Locked:
    """Keeps other servers from making and clearing folders meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)

    def __enter__(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_exception: object) -> None:
        os.close(self._descriptor)
