"""What every reader of a format offers to intake."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from underseal.core.crypto.attachments import OpenedAttachment
from underseal.core.records import Failure, MessageKey, RoomKey, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a reader is given: an exhibit on disk, never written to.

    Attributes:
        path: the exhibit's root: a file or a folder.
        exhibit: its number.
        passphrase: for formats that are locked with one.
        mapping: for message tables: the file that says which column is which field.
        scratch: folder for a reader's private copies, which outlive a crash; None for the system's temporary folder.
    """

    path: Path
    exhibit: str
    passphrase: Secret | None = None
    mapping: Path | None = None
    scratch: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a reader yields: some records, some failures, and how to go on after them.

    Attributes:
        records: rows of the `CAPTURED` schema, in the order of the exhibit.
        failures: units that gave no record.
        keys: room keys; each counts as a unit that was read.
        message_keys: keys of single messages among the records; they are no units of their own.
        notes: sentences for the summary about the exhibit as a whole.
        damaged: whether the exhibit was found to be damaged so that its units cannot be counted: `total` is void then.
        cursor: opaque text; `read(source, after=cursor)` goes on after this batch.
        bytes_read: bytes of the exhibit consumed so far, for progress.
    """

    records: pa.RecordBatch
    failures: tuple[Failure, ...] = ()
    keys: tuple[RoomKey, ...] = ()
    message_keys: tuple[MessageKey, ...] = ()
    notes: tuple[str, ...] = ()
    damaged: bool = False
    cursor: str
    bytes_read: int


class Growth(StrEnum):
    """How a later capture of the same source can be read on from the last cursor of an earlier one."""

    NEVER = "never"
    APPENDED = "appended"
    """The earlier file must be the beginning of the later one, byte for byte."""
    COUNTED = "counted"
    """The source numbers its units, and the cursor is such a number."""


class Reader(Protocol):
    """One input format. Register it in `underseal.evidence.intake.formats` or by entry point `underseal.readers`."""

    name: str
    """One word, the same on the command line, in docs/formats and in samples."""

    title: str
    """What a person calls the format."""

    growth: Growth
    """Whether an increment can be read."""

    locked: bool
    """Whether exhibits of this format are locked with a passphrase."""

    def detect(self, path: Path) -> bool:
        """Say whether `path` is this format, by its content, reading at most a few kilobytes; never raises on damage."""

    def check(self, source: Source, *, after: str = "") -> None:
        """Find out what a person must mend before anything is hashed or registered, reading as little as possible.

        Args:
            source: the exhibit.
            after: last cursor of the earlier exhibit that this one continues; "" where it stands for itself.

        Raises:
            KeyFileError: wrong or missing passphrase, or a damaged key file.
            CallerError: missing or faulty mapping.
            UnreadableError: the exhibit is not this format, or does not continue the earlier one.
        """

    def size(self, source: Source) -> int:
        """Return the bytes that `read` will consume in all, for progress."""

    def total(self, source: Source, *, after: str = "") -> int | None:
        """Count the units of the exhibit (those after a cursor) independently of `read`: rows, lines, sessions.

        Returns:
            The number that read + failed must reach, or None where the format, or this damaged exhibit, offers no
            second way to count.
        """

    def read(self, source: Source, *, after: str = "") -> Iterator[Batch]:
        """Stream the exhibit from the start, or after the cursor of an earlier batch.

        Raises:
            KeyFileError, CallerError, UnreadableError: as `check`.
            Damage inside the exhibit is never raised: it is a Failure.
        """


@runtime_checkable
class UnderTerms(Protocol):
    """A reader whose exhibits may come under terms of their sender."""

    def cover(self, source: Source) -> Mapping[str, Any] | None:
        """Return the terms of an exhibit that was checked, as JSON has them; None where it came without.

        Args:
            source: the exhibit.
        """


@runtime_checkable
class HoldsMedia(Protocol):
    """A reader whose exhibits hold the attachments as files of their own."""

    def locate(self, source: Source, address: str) -> Path | OpenedAttachment | None:
        """Return the captured file of an attachment, or what somebody else has decrypted of it; None without either.

        Args:
            source: the exhibit.
            address: what the message says where it is ("mxc://server/id").
        """
