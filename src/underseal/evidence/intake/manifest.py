"""The files of an exhibit: found, hashed before anything is read, and looked at again when all has been read.

The list is a file of its own in the staging folder, one line per file, since a media store may hold millions.
"""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self, TypeAlias

from underseal.core.crypto import FileDigest, HashingReader
from underseal.core.crypto.digests import CHUNK
from underseal.core.matrix import clean_text
from underseal.core.records import Failure, Place
from underseal.errors import CallerError, IntegrityError
from underseal.evidence.casework import ExhibitFile, FileListDigest
from underseal.evidence.intake._files import publish_file

FILE_NAME: Final = "files.jsonl"
"""Name of the list in the staging folder of an intake."""

_KINDS: Final = ((stat.S_ISLNK, "link"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))

Found: TypeAlias = tuple[str, Path, os.stat_result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file, as it was when it was hashed; or what is no file, and is neither hashed nor followed.

    Attributes:
        path: relative to the exhibit's root; see `casework.ExhibitFile`.
        kind: "file", "link", "pipe", "socket" or "device".
        size: in bytes. sha256: lowercase hex, "" for what is no file.
        mtime, ctime: betray that it was written to; in ns since 1970. (Inode numbers are not stable on all networks.)
    """

    path: str
    kind: str
    size: int
    sha256: str
    mtime: int
    ctime: int

    def looks_like(self, found: os.stat_result) -> bool:
        """Say whether nothing speaks for a change."""
        seen = (_kind(found), found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        return seen == (self.kind, self.size, self.mtime, self.ctime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The list of an exhibit's files, ordered by the bytes of their paths.

    Attributes:
        root: the exhibit: a file or a folder.
        list: the file that holds the list.
        files, size: how many files, and their bytes together.
        others: how many links and other things that are no files.
        sha256: digest of the list, as the register of exhibits computes it (32 bytes).
    """

    root: Path
    list: Path
    files: int
    size: int
    others: int
    sha256: bytes

    @classmethod
    def load(cls, root: Path, folder: Path) -> Self:
        """Read the list that an earlier run left in a staging folder.

        Raises:
            IntegrityError: it is missing or damaged.
        """
        file, digest, others = folder / FILE_NAME, FileListDigest(), 0
        for entry in _entries(file):
            if entry.kind == "file":
                digest.add(_exhibit_file(entry))
            else:
                others += 1
        return cls(root=root, list=file, files=digest.files, size=digest.size, others=others, sha256=digest.digest())

    def listed(self) -> Iterator[ExhibitFile]:
        """Yield the files as the register of exhibits takes them."""
        return (_exhibit_file(entry) for entry in _entries(self.list) if entry.kind == "file")

    def failures(self) -> Iterator[Failure]:
        """Yield a failure for everything that is no file: a link is not followed, it may lead out of the exhibit."""
        for entry in _entries(self.list):
            if entry.kind != "file":
                place = Place(file=clean_text(entry.path), unit=entry.kind, row=1)
                yield Failure(place=place, code="not_a_file", reason=f"a {entry.kind} is neither followed nor read")

    def verify(self) -> None:
        """Make sure that nobody wrote to the exhibit since it was hashed.

        A file that looks different is not hashed again: if its bytes are back, it still may have had others meanwhile.

        Raises:
            IntegrityError: something was written to, is gone or has come; names the first.
        """
        found = walk(self.root)
        for entry in _entries(self.list):
            path, _, state = next(found, ("", self.root, None))
            if path != entry.path or state is None or not entry.looks_like(state):
                raise _changed(path or entry.path)
        if come := next(found, None):
            raise _changed(come[0])


def hash_files(root: Path, folder: Path, *, progress: Callable[[int, int], None]) -> Manifest:
    """Hash all files of an exhibit, and keep the list in a folder.

    Args:
        root: a file or a folder, no link itself.
        folder: of the staging.
        progress: called with bytes done and bytes in all.

    Raises:
        CallerError: there is no file, or one cannot be read.
        IntegrityError: a file changed while it was being hashed.
    """
    total = sum(state.st_size for _, _, state in walk(root) if stat.S_ISREG(state.st_mode))
    done, aside = 0, folder / f".{FILE_NAME}.new"
    with aside.open("w", encoding="ascii") as lines:
        for path, file, state in walk(root):
            entry = _hashed(path, file, state, _from(done, total, progress))
            lines.write(json.dumps(asdict(entry)) + "\n")
            done += entry.size if entry.kind == "file" else 0
    publish_file(aside, folder / FILE_NAME)
    manifest = Manifest.load(root, folder)
    if not manifest.files:
        raise CallerError(f"{root} holds no file.")
    return manifest


def _from(before: int, total: int, progress: Callable[[int, int], None]) -> Callable[[int], None]:
    return lambda read: progress(before + read, total)


def walk(root: Path) -> Iterator[Found]:
    """Yield everything in an exhibit but folders, ordered by the bytes of the relative paths, following no link.

    Raises:
        CallerError: a folder cannot be listed.
    """
    state = root.lstat()
    if not stat.S_ISDIR(state.st_mode):
        yield root.name, root, state
        return
    waiting = [(root, "", iter(_names(root)))]  # no recursion: folders may lie in one another a thousand times
    while waiting:
        folder, prefix, names = waiting[-1]
        name = next(names, None)
        if name is None:
            waiting.pop()
        elif name.endswith("/"):
            waiting.append((folder / name, prefix + name, iter(_names(folder / name))))
        else:
            yield prefix + name, folder / name, (folder / name).lstat()


def _names(folder: Path) -> list[str]:
    """Return the names in a folder; those of folders end in "/", which gives the order of the whole paths: a-b, a/b."""
    with _reading(folder), os.scandir(folder) as entries:
        names = [entry.name + ("/" if entry.is_dir(follow_symlinks=False) else "") for entry in entries]
    return sorted(names, key=os.fsencode)


def _hashed(path: str, file: Path, state: os.stat_result, progress: Callable[[int], None]) -> Entry:
    kind = _kind(state)
    digest = _digest(file, progress).sha256.hex() if kind == "file" else ""
    entry = Entry(
        path=path,
        kind=kind,
        size=state.st_size,
        sha256=digest,
        mtime=state.st_mtime_ns,
        ctime=state.st_ctime_ns,
    )
    if not entry.looks_like(file.lstat()):
        raise IntegrityError(f"{path} changed while it was being hashed.", hint="Take in a copy that nobody writes to.")
    return entry


def _digest(file: Path, progress: Callable[[int], None]) -> FileDigest:
    with _reading(file):
        stream = file.open("rb", buffering=0)
    with stream:
        reader, done = HashingReader(stream), 0
        while True:
            with _reading(file):
                data = reader.read(CHUNK)
            if not data:
                return reader.digest
            done += len(data)
            progress(done)


def prefix_sha256(file: Path, size: int) -> bytes:
    """Return the SHA-256 (32 bytes) of the first `size` bytes of a file, or of all of it where it is shorter."""
    digest, left = hashlib.sha256(), size
    with file.open("rb", buffering=0) as stream:
        while left and (data := stream.read(min(left, CHUNK))):
            digest.update(data)
            left -= len(data)
    return digest.digest()


def _kind(state: os.stat_result) -> str:
    if stat.S_ISREG(state.st_mode):
        return "file"
    return next((word for test, word in _KINDS if test(state.st_mode)), "device")


def _entries(file: Path) -> Iterator[Entry]:
    try:
        with file.open(encoding="ascii") as lines:
            for line in lines:
                yield Entry(**json.loads(line))
    except (OSError, ValueError, TypeError) as error:
        raise IntegrityError(f"The list of files {file} is missing or damaged.") from error


def _exhibit_file(entry: Entry) -> ExhibitFile:
    return ExhibitFile(path=entry.path, size=entry.size, sha256=bytes.fromhex(entry.sha256))


def _changed(path: str) -> IntegrityError:
    return IntegrityError(
        f"The exhibit did not stay as it was hashed: {path} was written to, is gone or has come.",
        hint="See that nobody writes to it, and start the intake again: if its bytes are the same, it is read anew.",
    )


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CallerError(
            f"{path} cannot be read: {error.strerror or error}.", hint="Check the permissions and the disk it lies on."
        ) from error
