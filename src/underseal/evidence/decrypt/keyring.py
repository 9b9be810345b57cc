"""The room keys of a workspace, in Parquet files of mode 0600.

Of each exhibit that held exported sessions there is one file. Keys of single messages, as disclosures hand them over, lie in
the folder MESSAGES, in files that are named by what they hold.

A file is sorted by session, so that loading the keys of some sessions reads only the row groups that hold them. Keys are
kept as they came; whoever can read this folder can read the messages.

closed.json names the sessions of which messages were destroyed, and from which index on keys of them may be held: an older key
is moved on to there, in which no way leads back, and of a session that is closed altogether none is held. That holds for keys
that come later, too.
"""

import hashlib
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.crypto import megolm
from underseal.core.file_names import file_name
from underseal.core.records import MessageKey, RoomKey, Secret
from underseal.errors import IntegrityError

ROW_GROUP = 8_192
"""Keys per row group: some 1.5 MB, the least that is read to find one session."""

CLOSED_FILE = "closed.json"

KEY_ID_DIGITS = 16
"""Hexadecimal digits of a key id."""

_SCHEMA = pa.schema(
    [
        pa.field("exhibit", pa.string(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
        pa.field("session", pa.string(), nullable=False),
        pa.field("room", pa.string(), nullable=False),
        pa.field("sender_key", pa.string(), nullable=False),
        pa.field("first_index", pa.int64(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("exported", pa.binary(megolm.EXPORT_BYTES), nullable=False),
    ]
)

MESSAGES: Final = "messages"
"""Folder of the keys of single messages in the keyring."""

_MESSAGE_SCHEMA = pa.schema(
    [
        pa.field("exhibit", pa.string(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
        pa.field("session", pa.string(), nullable=False),
        pa.field("index", pa.int64(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("secret", pa.binary(megolm.MESSAGE_KEY_BYTES), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A room key as the keyring hands it out.

    Attributes:
        key: its id, see `key_id`.
        session: id of the session that it opens.
        first_index: lowest message index that it opens.
        exported: the exported session, base64.
        room: room that the export names, a claim.
        exhibit, place: where it came from.
    """

    key: str
    session: str
    first_index: int
    exported: Secret
    room: str
    exhibit: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What becomes of the keys of sessions that lose messages.

    Attributes:
        removed: how many go. shortened: how many open later messages only. kept: how many still open an index that was
            destroyed, since it lies behind another message of the session.
        exhibits: numbers of the exhibits that held them.
    """

    removed: int
    shortened: int
    kept: int
    exhibits: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessageKey:
    """The key of one message as the keyring hands it out.

    Attributes:
        key: its id: the first KEY_ID_DIGITS digits of the SHA-256 of its bytes.
        session, index: the message that it opens.
        secret: its bytes.
        exhibit, place: where it came from.
    """

    key: str
    session: str
    index: int
    secret: Secret
    exhibit: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Openers:
    """All that the keyring holds for some sessions.

    Attributes:
        sessions: by session its keys, by first index. messages: by session and index the keys of single messages.
    """

    sessions: Mapping[str, Sequence[HeldKey]] = field(default_factory=dict)
    messages: Mapping[str, Mapping[int, Sequence[HeldMessageKey]]] = field(default_factory=dict)


def key_id(exported: Secret) -> str:
    """Return the id of a key: the first KEY_ID_DIGITS digits of the SHA-256 of the exported session's bytes.

    Raises:
        MalformedMegolmError: it is no exported session.
    """
    return hashlib.sha256(megolm.export_bytes(exported)).hexdigest()[:KEY_ID_DIGITS]


class Keyring:
    """The keyring folder of a workspace. It holds nothing in memory, so that any number of processes can share it.

    Args:
        folder: the workspace's `keyring`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def store(self, exhibit: str, keys: Iterable[RoomKey]) -> int:
        """Add the keys of an exhibit to its file, in one step: a crash leaves the old file or the new one.

        A key that the file holds already is not added again, so that an intake can be repeated.

        Args:
            exhibit: number of the exhibit.
            keys: what it held; each `exhibit` of theirs is `exhibit`.

        Returns:
            How many keys were new.

        Raises:
            MalformedMegolmError: a key is no exported session. WrongSessionError: it is one of another session.
            CallerError: the exhibit gives no file name.
            IntegrityError: the present file is damaged.
        """
        path = self.folder / f"{file_name(exhibit)}.parquet"
        held = _read(path) if path.exists() else _SCHEMA.empty_table()
        known = set(held.column("key").to_pylist())
        closed = self.closed()
        new = {row["key"]: row for row in _allowed(map(_row, keys), closed)}
        added = [row for key, row in new.items() if key not in known]
        if added:
            rows = pa.concat_tables([held, pa.Table.from_pylist(added, schema=_SCHEMA)])
            _write(_sorted(rows), path)
        return len(added)

    def closed(self) -> dict[str, int | None]:
        """Return the sessions of which messages were destroyed: from which index on keys of each may be held, None for none.

        Raises:
            IntegrityError: the list is damaged.
        """
        try:
            found = orjson.loads((self.folder / CLOSED_FILE).read_bytes())
            return {str(session): None if index is None else int(index) for session, index in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise IntegrityError(f"The keyring file {CLOSED_FILE} is damaged: {type(error).__name__}.") from error

    def closing(self, sessions: Mapping[str, tuple[int | None, int]]) -> Closing:
        """Say what `close` would do to keys.

        Args:
            sessions: by session, the lowest index that keys may open, None for no key at all, and the last index of it
                that was destroyed.

        Raises:
            IntegrityError: a file is damaged.
        """
        fates: Counter[str] = Counter()
        exhibits: set[str] = set()
        for session, keys in self.load(sessions.keys()).items():
            exhibits |= {key.exhibit for key in keys}
            fates.update(_fate(key, *sessions[session]) for key in keys)
        for session, messages in self.load_messages(sessions.keys()).items():
            for index, held in messages.items():
                exhibits |= {key.exhibit for key in held}
                fates[_fate_of_message(index, *sessions[session])] += len(held)
        return Closing(
            removed=fates["removed"], shortened=fates["shortened"], kept=fates["kept"], exhibits=frozenset(exhibits)
        )

    def close(self, sessions: Mapping[str, int | None]) -> None:
        """Let go of keys: of those below an index, and of all keys of a session that is closed altogether.

        It can be repeated. Files that a killed process left half written are removed, too.

        Args:
            sessions: by session, the lowest index that keys may open from now on; None for no key at all.

        Raises:
            IntegrityError: a file is damaged.
        """
        for stray in self.folder.rglob(".*"):
            stray.unlink()
        if not sessions:
            return
        closed = self.closed()
        for session, index in sessions.items():
            before = closed.get(session, 0)
            closed[session] = None if index is None or before is None else max(index, before)
        _write_whole(self.folder / CLOSED_FILE, lambda file: file.write(orjson.dumps(closed)))
        for path in self._files():
            rows = _read(path)
            if pc.any(
                pc.is_in(rows.column("session"), value_set=pa.array([*closed], pa.string())), min_count=0
            ).as_py():
                allowed = {row["key"]: row for row in _allowed(rows.to_pylist(), closed)}
                _write(_sorted(pa.Table.from_pylist([*allowed.values()], schema=_SCHEMA)), path)
        for path in self._message_files():
            rows = _read(path, _MESSAGE_SCHEMA).to_pylist()
            staying = list(_open(rows, closed))
            if len(staying) < len(rows):
                _write(pa.Table.from_pylist(staying, schema=_MESSAGE_SCHEMA), path)

    def store_messages(self, exhibit: str, keys: Iterable[MessageKey]) -> None:
        """Add the keys of single messages, in one step. An intake can be repeated: the same keys make the same file.

        Args:
            exhibit: number of the exhibit. keys: what it held; each `exhibit` of theirs is `exhibit`.

        Raises:
            MalformedMegolmError: a key has another length than such a key has.
            CallerError: the exhibit gives no file name.
        """
        rows = list(_open(sorted(map(_message_row, keys), key=_message_order), self.closed()))
        if rows:
            name = hashlib.sha256(
                repr([(row["session"], row["index"], row["key"]) for row in rows]).encode()
            ).hexdigest()
            path = self.folder / MESSAGES / f"{file_name(exhibit)}.{name[:KEY_ID_DIGITS]}.parquet"
            if not path.exists():
                _write(pa.Table.from_pylist(rows, schema=_MESSAGE_SCHEMA), path)

    def sessions(self) -> pa.Table:
        """Return a row per session that keys are held for: `session`, `first_index` (the lowest) and `keys` (how many).

        Reads two narrow columns of each file.

        Raises:
            IntegrityError: a file is damaged.
        """
        columns = ["session", "first_index"]
        tables = [_read(path, columns=columns) for path in self._files()]
        rows = pa.concat_tables([_SCHEMA.empty_table().select(columns), *tables])
        grouped = rows.group_by("session").aggregate([("first_index", "min"), ("first_index", "count")])
        return grouped.select(["session", "first_index_min", "first_index_count"]).rename_columns(
            ["session", "first_index", "keys"]
        )

    def load(self, sessions: AbstractSet[str]) -> dict[str, list[HeldKey]]:
        """Return the keys of some sessions, each list by first index (then exhibit, then id); only they are read.

        Args:
            sessions: session ids; those without a key are missing in the answer.

        Raises:
            IntegrityError: a file is damaged.
        """
        wanted = pc.field("session").isin(pa.array(sorted(sessions), type=pa.string()))
        found: dict[str, list[HeldKey]] = {}
        for path in self._files() if sessions else ():
            for row in _read(path, filters=wanted).to_pylist():
                found.setdefault(row["session"], []).append(_held(row))
        for keys in found.values():
            keys.sort(key=lambda key: (key.first_index, key.exhibit, key.key))
        return found

    def message_slots(self) -> pa.Table:
        """Return a row per message that has a key of its own: `session` and `index`.

        Raises:
            IntegrityError: a file is damaged.
        """
        columns = ["session", "index"]
        tables = [_read(path, _MESSAGE_SCHEMA, columns=columns) for path in self._message_files()]
        return pa.concat_tables([_MESSAGE_SCHEMA.empty_table().select(columns), *tables])

    def load_messages(self, sessions: AbstractSet[str]) -> dict[str, dict[int, list[HeldMessageKey]]]:
        """Return the keys of single messages of some sessions, each key once, by session and index.

        Raises:
            IntegrityError: a file is damaged.
        """
        wanted = pc.field("session").isin(pa.array(sorted(sessions), type=pa.string()))
        found: dict[str, dict[int, list[HeldMessageKey]]] = {}
        for path in self._message_files() if sessions else ():
            for row in _read(path, _MESSAGE_SCHEMA, filters=wanted).to_pylist():
                held = _held_message(row)
                same = found.setdefault(held.session, {}).setdefault(held.index, [])
                if all(other.key != held.key for other in same):
                    same.append(held)
        return found

    def openers(self, sessions: AbstractSet[str]) -> Openers:
        """Return all that may open messages of some sessions; raises as `load`."""
        return Openers(sessions=self.load(sessions), messages=self.load_messages(sessions))

    def files(self) -> list[Path]:
        """Return all files of the keyring, in an order of their own."""
        return [*self._files(), *self._message_files()]

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.parquet"))

    def _message_files(self) -> list[Path]:
        return sorted((self.folder / MESSAGES).glob("*.parquet"))


def _row(key: RoomKey) -> dict[str, object]:
    session = megolm.InboundSession(key.exported, session_id=key.session)
    return {
        "exhibit": key.exhibit,
        "place": key.place,
        "session": key.session,
        "room": key.room,
        "sender_key": key.sender_key,
        "first_index": session.first_index,
        "key": key_id(key.exported),
        "exported": megolm.export_bytes(key.exported),
    }


def _held(row: dict[str, str | int | bytes]) -> HeldKey:
    exported = row["exported"]
    return HeldKey(
        key=str(row["key"]),
        session=str(row["session"]),
        first_index=int(row["first_index"]),
        exported=megolm.exported(exported if isinstance(exported, bytes) else b""),
        room=str(row["room"]),
        exhibit=str(row["exhibit"]),
        place=str(row["place"]),
    )


def _message_row(key: MessageKey) -> dict[str, object]:
    secret = key.secret.reveal()
    if len(secret) != megolm.MESSAGE_KEY_BYTES:
        raise megolm.MalformedMegolmError(f"the key of a message has {megolm.MESSAGE_KEY_BYTES} bytes")
    return {
        "exhibit": key.exhibit,
        "place": key.place,
        "session": key.session,
        "index": key.index,
        "key": hashlib.sha256(secret).hexdigest()[:KEY_ID_DIGITS],
        "secret": secret,
    }


def _held_message(row: dict[str, str | int | bytes]) -> HeldMessageKey:
    secret = row["secret"]
    return HeldMessageKey(
        key=str(row["key"]),
        session=str(row["session"]),
        index=int(row["index"]),
        secret=Secret(secret if isinstance(secret, bytes) else b""),
        exhibit=str(row["exhibit"]),
        place=str(row["place"]),
    )


def _read(
    path: Path,
    schema: pa.Schema = _SCHEMA,
    *,
    columns: list[str] | None = None,
    filters: pc.Expression | None = None,
) -> pa.Table:
    try:
        return pq.read_table(path, schema=schema, columns=columns, filters=filters, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise IntegrityError(f"The keyring file {path.name} is damaged: {type(error).__name__}.") from error


def _fate(key: HeldKey, lowest: int | None, last: int) -> str:
    if lowest is None:
        return "removed"
    if max(lowest, key.first_index) <= last:
        return "kept"
    return "shortened" if key.first_index < lowest else "untouched"


def _fate_of_message(index: int, lowest: int | None, last: int) -> str:
    """Say what becomes of the key of one message: of one that stays, nobody here knows whether its message was destroyed."""
    if lowest is None or index < lowest:
        return "removed"
    return "kept" if index <= last else "untouched"


def _allowed(rows: Iterable[dict[str, Any]], closed: Mapping[str, int | None]) -> Iterator[dict[str, Any]]:
    """Yield keys as far as they may be held: those that open destroyed messages are moved on, or left out."""
    for row in rows:
        lowest = closed.get(row["session"], 0)
        if lowest is not None:
            yield row if row["first_index"] >= lowest else _moved(row, lowest)


def _open(rows: Iterable[dict[str, Any]], closed: Mapping[str, int | None]) -> Iterator[dict[str, Any]]:
    """Yield keys of single messages of indices of which keys may be held."""
    for row in rows:
        lowest = closed.get(row["session"], 0)
        if lowest is not None and row["index"] >= lowest:
            yield row


def _message_order(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["session"], row["index"]


def _moved(row: dict[str, Any], index: int) -> dict[str, Any]:
    exported = megolm.InboundSession(megolm.exported(row["exported"])).exported_at(index)
    return row | {"first_index": index, "key": key_id(exported), "exported": megolm.export_bytes(exported)}


def _sorted(rows: pa.Table) -> pa.Table:
    return rows.sort_by([("session", "ascending"), ("first_index", "ascending")])


def _write(rows: pa.Table, path: Path) -> None:
    options = {"row_group_size": ROW_GROUP, "compression": "none", "store_schema": False}
    _write_whole(path, lambda file: pq.write_table(rows, file, **options))


def _write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
