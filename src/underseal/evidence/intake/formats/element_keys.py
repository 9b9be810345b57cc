"""Room keys as Element and other Matrix clients export them, under a passphrase.

Source of the format: client-server API, "Key exports"; opening one is the work of `core.crypto.key_export`. Tried with
the exports of matrix-nio. A session is a unit; its place is its number in the list, from 1. The file is read whole.
Not read: key backups on a homeserver, and the key stores of the clients themselves.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from underseal.core.crypto import key_export
from underseal.core.records import Failure, Place, RoomKey, Secret, captured_batch
from underseal.errors import CallerError, KeyFileError, UnreadableError
from underseal.evidence.intake.formats._unit import failure
from underseal.evidence.intake.reader import Batch, Growth, Source

BATCH_KEYS: Final = 10_000
"""Sessions per batch."""

_HEAD_BYTES: Final = 1_024


class ElementKeysReader:
    """Reads an encrypted key export; the exhibit is one file."""

    name = "element-keys"
    title = "Room keys (Element key export)"
    growth = Growth.NEVER
    locked = True

    def detect(self, path: Path) -> bool:
        """Say whether the file begins with the marker line of a key export."""
        try:
            with path.open("rb") as file:
                return key_export.is_export(file.read(_HEAD_BYTES))
        except OSError:
            return False

    def check(self, source: Source, *, after: str = "") -> None:  # noqa: ARG002  # nothing to compare
        """Find out whether the passphrase opens the file.

        Raises:
            KeyFileError: it is missing or wrong, or the file is damaged. UnreadableError: the exhibit is no file.
        """
        key_export.read(_data(source), _passphrase(source))

    def size(self, source: Source) -> int:
        """Return the bytes of the file."""
        return source.path.stat().st_size

    def total(self, source: Source, *, after: str = "") -> int | None:
        """Count the entries of the list in the export."""
        try:
            entries = json.loads(_opened(source))
        except (ValueError, RecursionError):
            return None
        return len(entries) - _done(after) if isinstance(entries, list) else None

    def read(self, source: Source, *, after: str = "") -> Iterator[Batch]:
        """Yield the sessions as keys, some thousand at a time.

        Raises:
            KeyFileError: the passphrase is missing or wrong, or the file is damaged.
        """
        size, start = self.size(source), _done(after)
        sessions = key_export.read(_data(source), _passphrase(source))
        no_records = captured_batch([], exhibit=source.exhibit)
        for first in range(start, max(len(sessions), start + 1), BATCH_KEYS):
            last = min(first + BATCH_KEYS, len(sessions))
            units = [_unit(sessions[number], number + 1, source.exhibit) for number in range(first, last)]
            yield Batch(
                records=no_records,
                keys=tuple(unit for unit in units if isinstance(unit, RoomKey)),
                failures=tuple(unit for unit in units if isinstance(unit, Failure)),
                cursor=str(last),
                bytes_read=size * last // max(1, len(sessions)),
            )


def _unit(
    session: key_export.ExportedSession | key_export.MalformedSession, number: int, exhibit: str
) -> RoomKey | Failure:
    place = Place(file="", unit="session", row=number)
    if isinstance(session, key_export.MalformedSession):
        return failure(place, session.code, session.reason)  # no sample: it would be a key
    return RoomKey(
        room=session.room_id,
        session=session.session_id,
        sender_key=session.sender_key,
        exported=session.session_key,
        first_index=session.first_index,
        exhibit=exhibit,
        place=str(place),
    )


def _opened(source: Source) -> bytes:
    return key_export.open_sealed(_data(source), _passphrase(source))


def _data(source: Source) -> bytes:
    if not source.path.is_file():
        raise UnreadableError(f"{source.path} is not a file.", hint="Take each key export in as an exhibit of its own.")
    if source.path.stat().st_size > key_export.MAX_FILE_BYTES:
        raise KeyFileError(f"A key export has at most {key_export.MAX_FILE_BYTES >> 20} MiB.")
    return source.path.read_bytes()


def _passphrase(source: Source) -> Secret:
    if source.passphrase is None:
        raise KeyFileError(
            "The key export is locked, and no passphrase was given.",
            hint="It was chosen by whoever exported the keys, and is asked for at intake.",
        )
    return source.passphrase


def _done(cursor: str) -> int:
    if not cursor:
        return 0
    if not cursor.isdecimal():
        raise CallerError("The cursor is not one of the reader of key exports.")
    return int(cursor)
