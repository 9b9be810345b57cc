"""SHA-256 of files, of streams on their way, and of folders whose files are named by their content.

It leaves signatures to `signing` and Merkle trees to the ledger.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

CHUNK = 1 << 20
"""Bytes read at once: large enough that the disk sets the pace, small enough for many readers at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDigest:
    """What identifies the bytes of a file.

    Attributes:
        size: length in bytes.
        sha256: SHA-256 of all of them, 32 bytes.
    """

    size: int
    sha256: bytes


class HashingReader:
    """A binary stream that digests what is read through it, so that a copy and its digest come from one reading.

    Args:
        stream: where the bytes come from; the caller closes it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._sha256 = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size` (all that are left when negative); b"" at the end."""
        data = self._stream.read(size)
        self._sha256.update(data)
        self._size += len(data)
        return data

    def chunks(self) -> Iterator[bytes]:
        """Yield the rest of the stream in pieces of at most CHUNK bytes."""
        while data := self.read(CHUNK):
            yield data

    @property
    def digest(self) -> FileDigest:
        """Digest of everything read so far."""
        return FileDigest(size=self._size, sha256=self._sha256.digest())


class ContentWriter:
    """Writes one file into a content-addressed folder: `<folder>/ab/<lowercase hex SHA-256>`, mode 0600.

    The bytes go to a file with a random name; only `commit` gives them their place, by one rename. Leaving the `with`
    block without `commit` removes them. A killed process leaves a `.part-*` file behind, which nothing reads.

    Args:
        folder: the content-addressed folder; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._part = folder / f".part-{secrets.token_hex(16)}"
        self._sha256 = hashlib.sha256()
        self._size = 0

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._file.write(data)
        self._sha256.update(data)
        self._size += len(data)

    def commit(self) -> FileDigest:
        """Give the file its place and return its digest. A file that is there already is replaced by its equal."""
        self._file.flush()
        os.fsync(self._file.fileno())
        digest = FileDigest(size=self._size, sha256=self._sha256.digest())
        place = content_path(self._folder, digest.sha256)
        place.parent.mkdir(exist_ok=True, mode=0o700)
        self._part.replace(place)
        return digest


def content_path(folder: Path, sha256: bytes) -> Path:
    """Return where a content-addressed folder keeps the file with that SHA-256 (32 bytes)."""
    name = sha256.hex()
    return folder / name[:2] / name


def sha256_file(path: Path) -> FileDigest:
    """Digest a file in constant memory, opening it for reading only.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        reader = HashingReader(file)
        for _ in reader.chunks():
            pass
        return reader.digest


def store_file(source: Path, folder: Path) -> FileDigest:
    """Copy a file into a content-addressed folder and return the digest of the bytes that were copied.

    Raises:
        OSError: the source cannot be read, or the folder not be written.
    """
    with source.open("rb", buffering=0) as file, ContentWriter(folder) as writer:
        while data := file.read(CHUNK):
            writer.write(data)
        return writer.commit()
