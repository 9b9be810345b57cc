"""The destructions of a workspace: a chain of signed documents, and the segments that were written anew without what is gone.

    destructions/0001/document.json         a signed document (core.verify.destruction)
    destructions/0001/segments/<segment>/   the segment without it; it stands in place of the one that the release lists
    destructions/0001/hidden/0002/<segment>/   of a list of hidden rows of release 2, the same
    destructions/0001/unfinished.json       what is still to be removed; gone with the last of it

A destruction exists from the moment its folder has its name: from then on readers find what was written anew, and what it
replaces is removed, now or, after a crash, by whoever opens the workspace next.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from underseal.core.crypto import VerifyKey
from underseal.core.ledger import read_document
from underseal.core.verify.destruction import Destruction, Rewritten, read_destruction
from underseal.errors import EvidenceError, IntegrityError, NotFoundError

DOCUMENT: Final = "document.json"
UNFINISHED: Final = "unfinished.json"

ASIDE: Final = ".new-"
"""How the name of a destruction begins that does not count yet."""


class Places:
    """Where the segments of a workspace lie: in `segments`, or where the latest destruction that met them put them.

    Args:
        segments, releases, destructions: the workspace's folders.
    """

    def __init__(self, segments: Path, releases: Path, destructions: Path) -> None:
        self._segments = segments
        self._releases = releases
        self._destructions = destructions
        self._anew: dict[str, Path] = {}
        self.version = 0
        self.refresh()

    def refresh(self) -> bool:
        """Look whether something was destroyed meanwhile; say whether anything may lie elsewhere than before."""
        try:
            version = self._destructions.stat().st_mtime_ns
        except FileNotFoundError:
            version = 0
        if version == self.version:
            return False
        found: dict[str, Path] = {}
        for folder in numbered(self._destructions):
            found |= {path.name: path for path in folder.glob("segments/*")}
            found |= {f"{path.parent.name}/{path.name}": path for path in folder.glob("hidden/*/*")}
        self._anew, self.version = found, version
        return True

    def segment(self, id_: str) -> Path:
        """Return the folder of a segment."""
        return self._anew.get(id_) or self._segments / id_

    def hidden(self, id_: str, release: int) -> Path:
        """Return the folder of what a release hides of a segment."""
        return self._anew.get(f"{release:04d}/{id_}") or self._releases / f"{release:04d}" / "hidden" / id_

    def anew(self, id_: str) -> str:
        """Return what to add to the name of a segment's index, so that it is another one each time that it was written anew."""
        path = self._anew.get(id_)
        return f".{path.parents[1].name}" if path else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A verified document of a destruction, and the hex SHA-256 of its file."""

    destruction: Destruction
    sha256: str


class Destructions:
    """The destructions of a workspace, read only.

    Args:
        folder: the workspace's `destructions`, which need not exist. key: the key that must have signed.
    """

    def __init__(self, folder: Path, key: VerifyKey | None) -> None:
        self.folder = folder
        self._key = key
        self._read: dict[int, Document] = {}

    @property
    def unfinished(self) -> bool:
        """Whether a destruction was begun and not brought to its end."""
        return self.folder.is_dir() and (any(self.folder.glob(f"{ASIDE}*")) or any(self.folder.glob(f"*/{UNFINISHED}")))

    def numbers(self) -> list[int]:
        """Return the numbers of all destructions, in order."""
        return [int(folder.name) for folder in numbered(self.folder)]

    def all(self) -> list[Document]:
        """Return all of them, in order.

        Raises:
            IntegrityError: one was changed, or is missing, or does not follow the one before.
        """
        found: list[Document] = []
        for place, number in enumerate(self.numbers(), 1):
            document = self.get(number)
            parent = found[-1].sha256 if found else ""
            if number != place or document.destruction.number != number or document.destruction.parent != parent:
                raise IntegrityError(f"Destruction {number} does not follow the one before it: one is missing.")
            found.append(document)
        return found

    def by_decision(self) -> dict[int, int]:
        """Return how many records were destroyed under each decision, by its number; raises as `all`."""
        counts: Counter[int] = Counter()
        for document in self.all():
            counts[document.destruction.decision] += len(document.destruction.records)
        return dict(counts)

    def get(self, number: int) -> Document:
        """Return one.

        Raises:
            NotFoundError: there is none of that number. IntegrityError: it was changed.
        """
        if number not in self._read:
            try:
                self._read[number] = read_file(self.path(number) / DOCUMENT, self._key)
            except FileNotFoundError as error:
                raise NotFoundError(f"There is no destruction {number}.") from error
            except EvidenceError as error:
                raise IntegrityError(f"Destruction {number}: {error.message}") from error
        return self._read[number]

    def file(self, number: int) -> bytes:
        """Return the document of a destruction as a file that `underseal verify` checks.

        Raises:
            NotFoundError: there is none of that number.
        """
        self.get(number)
        return (self.path(number) / DOCUMENT).read_bytes()

    def path(self, number: int) -> Path:
        """Return the folder of a destruction."""
        return self.folder / f"{number:04d}"


def read_file(path: Path, key: VerifyKey | None) -> Document:
    """Read and verify the document of a destruction.

    Raises:
        FileNotFoundError: there is none. UnreadableError, IntegrityError: it was changed.
    """
    data = path.read_bytes()
    return Document(
        destruction=read_destruction(dict(read_document(data, key))), sha256=hashlib.sha256(data).hexdigest()
    )


def digest_now(signed: str, changes: Sequence[Rewritten]) -> str:
    """Return the digest that a description must have now, after the changes of what it describes.

    Args:
        signed: hex digest that the release lists. changes: in the order of the destructions.

    Raises:
        IntegrityError: a change is one of something else.
    """
    for change in changes:
        if change.was != signed:
            raise IntegrityError(f"A destruction changed {change.segment}, and not from what was signed.")
        signed = change.now
    return signed


def numbered(folder: Path) -> list[Path]:
    """Return the folders of the destructions that exist, in order."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if path.name.isdigit()), key=lambda path: int(path.name))
