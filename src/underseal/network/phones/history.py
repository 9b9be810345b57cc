"""What a phone keeps of its conversations: sealed lines in SQLite, and how far the phone has read the server's stream.

A batch of messages and the place in the stream that they came from are written in one transaction, so that after a crash
nothing is lost and nothing is there twice. Lines are sealed under the phone's own key; event ids and times are not.
"""

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from underseal.core.crypto.sealed import Box
from underseal.core.matrix import EncryptedFile
from underseal.core.records import Kind, Media, Secret
from underseal.errors import IntegrityError
from underseal.network.phones.message import Message, Settings

HISTORY_FILE: Final = "history.db"
"""Name of the database in the phone's folder."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    event_id TEXT PRIMARY KEY, room_id TEXT NOT NULL, at INTEGER NOT NULL, goes INTEGER NOT NULL, sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_goes ON message (goes) WHERE goes > 0;
CREATE TABLE IF NOT EXISTS settings (room_id TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""


class History:
    """The local history of a phone.

    Args:
        file: the database; None for memory.
        key: 32 bytes that its lines are sealed under.

    Raises:
        IntegrityError: the file is damaged.
    """

    def __init__(self, file: Path | None, key: Secret) -> None:
        self._file = file or ":memory:"
        self._box = Box(key)
        self._database = sqlite3.connect(self._file, isolation_level=None)
        try:
            self._database.execute("PRAGMA secure_delete = ON")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute(
                "PRAGMA synchronous = NORMAL"
            )  # outlives the process; a power cut may cost the newest
            self._database.executescript(_SCHEMA)
        except sqlite3.DatabaseError:
            self._database.close()
            raise self._damaged() from None

    @property
    def place(self) -> str:
        """The token of the stream up to which everything is kept; "" at the beginning."""
        row = self._row("SELECT token FROM place", ())
        return str(row[0]) if row else ""

    def keep(self, messages: Iterable[Message], place: str | None = None) -> None:
        """Keep messages, in the place of what was there of the same events, and how far the stream was read.

        Raises:
            IntegrityError: the file is damaged.
        """
        rows = [(m.event_id, m.room_id, m.at, m.due, self._locked(_written(m), m.event_id)) for m in messages]
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?)", rows)
            if place is not None:
                self._database.execute("INSERT OR REPLACE INTO place VALUES (1, ?)", (place,))
            self._database.execute("COMMIT")
        except sqlite3.DatabaseError:
            raise self._damaged() from None

    def find(self, event_id: str) -> Message | None:
        """Return the message of an event, None where there is none.

        Raises:
            IntegrityError: the file is damaged.
        """
        row = self._row("SELECT sealed FROM message WHERE event_id = ?", (event_id,))
        return _read(self._opened(row[0], event_id)) if row else None

    def of(self, room_id: str) -> Iterator[Message]:
        """Yield the messages of a conversation in the order of their time.

        Raises:
            IntegrityError: the file is damaged.
        """
        question = "SELECT event_id, sealed FROM message WHERE room_id = ? ORDER BY at, event_id"
        for event_id, sealed in self._rows(question, (room_id,)):
            yield _read(self._opened(sealed, event_id))

    def goes(self, event_id: str, at: int) -> None:
        """Let a message go at a moment (milliseconds since 1970), if it would not go earlier."""
        self._database.execute(
            "UPDATE message SET goes = ? WHERE event_id = ? AND (goes = 0 OR goes > ?)", (at, event_id, at)
        )

    def expire(self, now: int) -> int:
        """Delete what has gone by `now` (milliseconds since 1970); returns how many."""
        return self._database.execute("DELETE FROM message WHERE goes > 0 AND goes <= ?", (now,)).rowcount

    def settings(self) -> dict[str, Settings]:
        """Return what is set for each conversation."""
        rows = self._rows("SELECT room_id, sealed FROM settings", ())
        return {room_id: Settings(**self._opened(sealed, room_id)) for room_id, sealed in rows}

    def set(self, room_id: str, settings: Settings) -> None:
        """Keep what is set for a conversation."""
        sealed = self._locked(asdict(settings), room_id)
        self._database.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (room_id, sealed))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _locked(self, value: dict[str, Any], label: str) -> bytes:
        return self._box.lock(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), label.encode())

    def _opened(self, sealed: bytes, label: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._box.open(sealed, label.encode()).decode("utf-8", "surrogatepass"))
        except IntegrityError:
            raise self._damaged() from None
        return found

    def _row(self, question: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        return next(iter(self._rows(question, values)), None)

    def _rows(self, question: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(question, values).fetchall()
        except sqlite3.DatabaseError:
            raise self._damaged() from None

    def _damaged(self) -> IntegrityError:
        return IntegrityError(
            f"{self._file}: the phone's history is damaged.", hint="The phone must be set up anew, with another code."
        )


def _written(message: Message) -> dict[str, Any]:
    value = {**asdict(replace(message, file=None)), "kind": str(message.kind)}
    if file := message.file:
        value["file"] = {
            "url": file.url,
            "key": base64.b64encode(file.key.reveal()).decode(),
            "iv": base64.b64encode(file.iv).decode(),
            "sha256": base64.b64encode(file.sha256).decode(),
        }
    return value


def _read(value: dict[str, Any]) -> Message:
    file, media = value["file"], value["media"]
    return Message(
        **{
            **value,
            "kind": Kind(value["kind"]),
            "media": Media(**{**media, "waveform": tuple(media["waveform"])}) if media else None,
            "file": EncryptedFile(
                url=file["url"],
                key=Secret(base64.b64decode(file["key"])),
                iv=base64.b64decode(file["iv"]),
                sha256=base64.b64decode(file["sha256"]),
            )
            if file
            else None,
        }
    )
