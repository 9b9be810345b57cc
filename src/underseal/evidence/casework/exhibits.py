"""The register of exhibits: what was taken in, its files and digests, its counts, its chain of custody.

The register says that an exhibit is in the house, once. It does not read exhibits: that is evidence.intake.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from underseal.errors import CallerError, NotFoundError
from underseal.evidence.casework import words
from underseal.evidence.casework.custody import CustodyEntry, add_entry, entries
from underseal.evidence.casework.database import Database, taken
from underseal.evidence.casework.models import AuthorityRow, ExhibitRow, FileRow
from underseal.evidence.casework.terms import COVER, StoredTerm, add_term

BATCH: Final = 1000
"""Files of an exhibit that are written or read at a time."""

_TAKEN: Final = "An intake that was stopped goes on where it stopped; a new delivery needs a number of its own."


class ExhibitState(StrEnum):
    """How far an exhibit has come."""

    REGISTERED = "registered"
    READING = "reading"
    STAGED = "staged"
    RELEASED = "released"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitFile:
    """One file of an exhibit.

    Attributes:
        path: relative to the exhibit's root, "/" between folders, odd bytes of a file name as surrogate escapes;
            the file's name for an exhibit of one file.
        size: in bytes. sha256: 32 bytes.
    """

    path: str
    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExhibit:
    """What a person says about an exhibit when it arrives.

    Attributes:
        number: unique in the workspace. title: what it is.
        custodian: person or device that the data came from. condition: what it looked like on arrival.
        received_from, received_by, received_at: the hand-over; ms since 1970.
        authority: number of the authority under which it is taken in.
        increment_of: number of the exhibit that this one continues, "" for none.
        reader: name of the format. path: where the original lies.
    """

    number: str
    title: str
    custodian: str
    condition: str
    received_from: str
    received_by: str
    received_at: int
    authority: str
    increment_of: str = ""
    reader: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit(NewExhibit):
    """A registered exhibit.

    Attributes:
        sha256: digest of its list of files (32 bytes), see `FileListDigest`.
        files, size: how many files, and their bytes together.
        state: how far it has come.
        read, failed, total: units that gave a record, that did not, and that an independent count found (None where
            the format has no second way to count).
        keys: room keys found in it.
        registered: when, ms since 1970.
    """

    sha256: bytes
    files: int
    size: int
    state: ExhibitState
    read: int
    failed: int
    total: int | None
    keys: int
    registered: int


class FileListDigest:
    """Digest of a list of files: SHA-256 over one line per file, ordered by the bytes of the path.

    A line is `<sha256 in hex> <size in bytes, decimal> <path>` and a NUL byte, which no path can hold.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._last: bytes | None = None
        self.files = 0
        self.size = 0

    def add(self, file: ExhibitFile) -> None:
        """Add the next file.

        Raises:
            CallerError: its path is empty, holds NUL, or does not come after the one before.
        """
        path = encode_path(file.path)
        if not path or b"\0" in path or (self._last is not None and path <= self._last):
            raise CallerError(f"The list of files is not in order, or names a file twice, at {file.path!r}.")
        self._hash.update(b"%s %d %s\0" % (file.sha256.hex().encode(), file.size, path))
        self._last = path
        self.files += 1
        self.size += file.size

    def digest(self) -> bytes:
        """Return the 32 bytes."""
        return self._hash.digest()


class Exhibits:
    """The exhibits of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(
        self,
        new: NewExhibit,
        files: Iterable[ExhibitFile],
        *,
        user: str,
        at: int,
        cover: Mapping[str, Any] | None = None,
    ) -> Exhibit:
        """Enter an exhibit, its files, its sender's terms and the first lines of its chain of custody: all, or nothing.

        Args:
            new: what a person says of it.
            files: hashed already, ordered by the bytes of their paths, since other writers wait meanwhile.
            user: who enters it.
            at: now, ms since 1970.
            cover: the terms under which its sender lets it be held, as JSON has them; None where it came without.

        Raises:
            ConflictError: the number is taken, or the same files are in the house under another number.
            NotFoundError: there is no such authority, or no such exhibit to continue.
            CallerError: a field is empty or unusable, or there is no file.
        """
        row = _new_row(new, at)
        digest = FileListDigest()
        with self._database.write() as session:
            _check_references(session, row)
            session.add(row)
            with taken(f"There is an exhibit {row.number} already.", hint=_TAKEN):
                session.flush()
            left = iter(files)
            while some := [_file_values(row.number, file, digest) for file in islice(left, BATCH)]:
                session.execute(insert(FileRow), some)
            _complete(session, row, digest)
            received = f"from {row.received_from}, condition: {row.condition}"
            add_entry(
                session,
                row.number,
                CustodyEntry(at=row.received_at, user=row.received_by, act="received", note=received),
            )
            add_entry(session, row.number, CustodyEntry(at=at, user=user, act="registered", note=digest.digest().hex()))
            if cover is not None:
                term = StoredTerm(exhibit=row.number, kind=COVER, body=cover, authority=new.authority, user=user, at=at)
                add_term(session, term, told=f"The exhibit {row.number} has terms already.")
            return _exhibit(row)

    def get(self, number: str) -> Exhibit:
        """Return an exhibit.

        Raises:
            NotFoundError: there is none of that number.
        """
        with self._database.read() as session:
            row = session.get(ExhibitRow, number)
            if row is None:
                raise _missing(number)
            return _exhibit(row)

    def find_digest(self, sha256: bytes) -> Exhibit | None:
        """Return the exhibit whose list of files has this digest (32 bytes), or None."""
        with self._database.read() as session:
            row = session.scalar(select(ExhibitRow).where(ExhibitRow.sha256 == sha256))
            return _exhibit(row) if row else None

    def list(self) -> tuple[Exhibit, ...]:
        """Return all exhibits in the order in which they were registered."""
        order = select(ExhibitRow).order_by(ExhibitRow.registered, ExhibitRow.number)
        with self._database.read() as session:
            return tuple(_exhibit(row) for row in session.scalars(order))

    def files(self, number: str) -> Iterator[ExhibitFile]:
        """Stream the files of an exhibit, ordered by the bytes of their paths; nothing for an unknown number."""
        start = 0
        while True:
            page = select(FileRow).where(FileRow.exhibit == number, FileRow.position >= start)
            with self._database.read() as session:
                rows = session.scalars(page.order_by(FileRow.position).limit(BATCH)).all()
                files = [ExhibitFile(path=decode_path(row.path), size=row.size, sha256=row.sha256) for row in rows]
            if not files:
                return
            yield from files
            start += len(files)

    def set_state(self, number: str, state: ExhibitState) -> None:
        """Note how far an exhibit has come.

        Raises:
            NotFoundError: there is none of that number.
        """
        self._update(number, state=state.value)

    def set_counts(self, number: str, *, read: int, failed: int, total: int | None, keys: int) -> None:
        """Note what reading gave.

        Args:
            number: of the exhibit.
            read: units that gave a record.
            failed: units that did not.
            total: units by an independent count, None where there is none.
            keys: room keys found.

        Raises:
            NotFoundError: there is none of that number.
        """
        self._update(number, read=read, failed=failed, total=total, keys=keys)

    def add_custody(self, number: str, entry: CustodyEntry) -> None:
        """Add a line to an exhibit's chain of custody; none can be changed or removed.

        Raises:
            NotFoundError: there is none of that number. CallerError: a text is empty or unusable.
        """
        with self._database.write() as session:
            if session.get(ExhibitRow, number) is None:
                raise _missing(number)
            add_entry(session, number, entry)

    def custody(self, number: str) -> tuple[CustodyEntry, ...]:
        """Return an exhibit's chain of custody, in the order in which its lines were written."""
        with self._database.read() as session:
            return entries(session, number)

    def _update(self, number: str, **values: str | int | None) -> None:
        change = update(ExhibitRow).where(ExhibitRow.number == number).values(**values).returning(ExhibitRow.number)
        with self._database.write() as session:
            if session.scalar(change) is None:
                raise _missing(number)


def encode_path(path: str) -> bytes:
    """Return a path as UTF-8 in which surrogate escapes (PEP 383) are again the odd bytes that they stand for.

    Raises:
        CallerError: it holds a surrogate that stands for no byte.
    """
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise CallerError(f"{path!r} is not a path.") from error


def decode_path(path: bytes) -> str:
    """Return the path of which `encode_path` made these bytes."""
    return path.decode("utf-8", "surrogateescape")


def _new_row(new: NewExhibit, at: int) -> ExhibitRow:
    return ExhibitRow(
        number=words.line(new.number, "exhibit number"),
        title=words.line(new.title, "title of the exhibit", empty=True),
        custodian=words.line(new.custodian, "custodian"),
        condition=words.note(new.condition, "condition of the exhibit"),
        received_from=words.line(new.received_from, "name of who handed the exhibit over"),
        received_by=words.line(new.received_by, "name of who received the exhibit"),
        received_at=new.received_at,
        authority=new.authority,
        increment_of=new.increment_of or None,
        reader=words.line(new.reader, "reader"),
        path=encode_path(new.path),
        files=0,
        size=0,
        state=ExhibitState.REGISTERED.value,
        read=0,
        failed=0,
        keys=0,
        registered=at,
    )


def _check_references(session: Session, row: ExhibitRow) -> None:
    if session.get(AuthorityRow, row.authority) is None:
        raise NotFoundError(f"There is no authority {row.authority}.", hint="Add it with: underseal authority add")
    if row.increment_of is not None and session.get(ExhibitRow, row.increment_of) is None:
        raise _missing(row.increment_of)


def _complete(session: Session, row: ExhibitRow, digest: FileListDigest) -> None:
    """Enter what is known once all files are: only now does it show whether the same bytes are in the house."""
    if not digest.files:
        raise CallerError(f"The exhibit {row.number} holds no file.")
    same = session.scalar(select(ExhibitRow.number).where(ExhibitRow.sha256 == digest.digest()))
    row.sha256, row.files, row.size = digest.digest(), digest.files, digest.size
    with taken(f"The files of {row.number} are in the house already, byte for byte, as {same or 'another exhibit'}."):
        session.flush()


def _file_values(exhibit: str, file: ExhibitFile, digest: FileListDigest) -> dict[str, str | int | bytes]:
    position = digest.files
    digest.add(file)
    path = encode_path(file.path)
    return {"exhibit": exhibit, "position": position, "path": path, "size": file.size, "sha256": file.sha256}


def _missing(number: str) -> NotFoundError:
    return NotFoundError(f"There is no exhibit {number}.")


_PLAIN = tuple(field.name for field in fields(Exhibit) if field.name not in ("path", "state", "increment_of"))


def _exhibit(row: ExhibitRow) -> Exhibit:
    return Exhibit(
        path=decode_path(row.path),
        state=ExhibitState(row.state),
        increment_of=row.increment_of or "",
        **{name: getattr(row, name) for name in _PLAIN},
    )
