"""The room keys of a workspace, in Parquet files of mode 0600.

Of each exhibit that held exported sessions there is one file. Keys of single messages, as disclosures hand them over or as they
take the place of a session's key, lie in the folder MESSAGES, in files that are named by what they hold.

A file is sorted by session, so that loading the keys of some sessions reads only the row groups that hold them. Whoever can read
this folder can read the messages.

closed.json names the sessions of which messages were destroyed (`closed`). What may not be held of their keys is let go of, and
stays out when a key comes later.
"""

import hashlib
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import BinaryIO, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from underseal.core.file_names import file_name
from underseal.core.records import MessageKey, RoomKey
from underseal.errors import IntegrityError
from underseal.evidence.decrypt.closed import Closed, Closing
from underseal.evidence.decrypt.held import (
    KEY_ID_DIGITS,
    MESSAGE_KEYS,
    SESSION_KEYS,
    HeldKey,
    HeldMessageKey,
    Openers,
    Row,
    held_key,
    held_message_key,
    message_row,
    session_row,
)

ROW_GROUP: Final = 8_192
"""Keys per row group: some 1.5 MB, the least that is read to find one session."""

CLOSED_FILE: Final = "closed.json"

MESSAGES: Final = "messages"
"""Folder of the keys of single messages in the keyring."""


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
        held = _read(path) if path.exists() else SESSION_KEYS.empty_table()
        known = set(held.column("key").to_pylist())
        new = {row["key"]: row for row in map(session_row, keys) if row["key"] not in known}
        rows, singles = _divided(new.values(), self.closed())
        self._add_singles(exhibit, singles)
        if rows:
            _write(_sorted(pa.concat_tables([held, pa.Table.from_pylist(rows, schema=SESSION_KEYS)])), path)
        return len(rows)

    def store_messages(self, exhibit: str, keys: Iterable[MessageKey]) -> None:
        """Add the keys of single messages, in one step. An intake can be repeated: the same keys make the same file.

        Args:
            exhibit: number of the exhibit. keys: what it held; each `exhibit` of theirs is `exhibit`.

        Raises:
            MalformedMegolmError: a key has another length than such a key has.
            CallerError: the exhibit gives no file name.
        """
        self._add_singles(exhibit, _allowed(map(message_row, keys), self.closed()))

    def closed(self) -> dict[str, Closed]:
        """Return what was destroyed of sessions, by their id; those of which nothing was are missing.

        Raises:
            IntegrityError: the list is damaged.
        """
        try:
            found = orjson.loads((self.folder / CLOSED_FILE).read_bytes())
            return {str(session): Closed.from_json(value) for session, value in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
            raise IntegrityError(f"The keyring file {CLOSED_FILE} is damaged: {type(error).__name__}.") from error

    def closing(self, sessions: Mapping[str, Closed]) -> Closing:
        """Say what `close` would do to keys.

        Args:
            sessions: by their id, what is destroyed of them.

        Raises:
            IntegrityError: a file is damaged.
        """
        fates: Counter[str] = Counter()
        exhibits: set[str] = set()
        openers = self.openers(sessions.keys())
        for session, keys in openers.sessions.items():
            exhibits |= {key.exhibit for key in keys}
            fates.update(map(sessions[session].fate, keys))
        for session, messages in openers.messages.items():
            exhibits |= {key.exhibit for held in messages.values() for key in held}
            fates["removed"] += sum(
                len(held) for index, held in messages.items() if not sessions[session].allows(index)
            )
        return Closing(
            removed=fates["removed"],
            shortened=fates["shortened"],
            replaced=fates["replaced"],
            exhibits=frozenset(exhibits),
        )

    def close(self, sessions: Mapping[str, Closed]) -> None:
        """Let go of all that opens what is destroyed, now and when it comes again; what opens the rest stays.

        It can be repeated. At each moment a message that stays has a key, and files change as a whole. Files that a killed
        process left half written are removed, too.

        Args:
            sessions: by their id, what is destroyed of them.

        Raises:
            IntegrityError: a file is damaged.
        """
        for stray in self.folder.rglob(".*"):
            stray.unlink()
        if not sessions:
            return
        closed = self.closed()
        for session, more in sessions.items():
            closed[session] = closed[session].joined(more) if session in closed else more
        listed = orjson.dumps({session: each.to_json() for session, each in closed.items()})
        _write_whole(self.folder / CLOSED_FILE, lambda file: file.write(listed))
        names = pa.array([*closed], pa.string())
        for path in self._files():
            self._divide_file(path, closed, names)
        for path in self._message_files():
            rows = _read(path, MESSAGE_KEYS).to_pylist()
            staying = _allowed(rows, closed)
            if len(staying) < len(rows):
                _write(pa.Table.from_pylist(staying, schema=MESSAGE_KEYS), path)

    def _divide_file(self, path: Path, closed: Mapping[str, Closed], names: pa.Array) -> None:
        """Let go of what may not be held of the keys of sessions in a file. Those of single messages are there before."""
        held = _read(path)
        touched = pc.is_in(held.column("session"), value_set=names)
        before = held.filter(touched).to_pylist()
        rows, singles = _divided(before, closed)
        if rows != before:
            for exhibit in {row["exhibit"] for row in singles}:
                self._add_singles(exhibit, [row for row in singles if row["exhibit"] == exhibit])
            others = held.filter(pc.invert(touched))
            _write(_sorted(pa.concat_tables([others, pa.Table.from_pylist(rows, schema=SESSION_KEYS)])), path)

    def _add_singles(self, exhibit: str, rows: Sequence[Row]) -> None:
        """Add keys of single messages that may be held, in a file that is named by them."""
        if rows:
            ordered = sorted(rows, key=lambda row: (row["session"], row["index"], row["key"]))
            said = repr([(row["session"], row["index"], row["key"]) for row in ordered])
            name = hashlib.sha256(said.encode()).hexdigest()[:KEY_ID_DIGITS]
            path = self.folder / MESSAGES / f"{file_name(exhibit)}.{name}.parquet"
            if not path.exists():
                _write(pa.Table.from_pylist(ordered, schema=MESSAGE_KEYS), path)

    def sessions(self) -> pa.Table:
        """Return a row per session that keys are held for: `session`, `first_index` (the lowest) and `keys` (how many).

        Reads two narrow columns of each file.

        Raises:
            IntegrityError: a file is damaged.
        """
        columns = ["session", "first_index"]
        tables = [_read(path, columns=columns) for path in self._files()]
        rows = pa.concat_tables([SESSION_KEYS.empty_table().select(columns), *tables])
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
                found.setdefault(row["session"], []).append(held_key(row))
        for keys in found.values():
            keys.sort(key=lambda key: (key.first_index, key.exhibit, key.key))
        return found

    def message_slots(self) -> pa.Table:
        """Return a row per message that has a key of its own: `session` and `index`.

        Raises:
            IntegrityError: a file is damaged.
        """
        columns = ["session", "index"]
        tables = [_read(path, MESSAGE_KEYS, columns=columns) for path in self._message_files()]
        return pa.concat_tables([MESSAGE_KEYS.empty_table().select(columns), *tables])

    def load_messages(self, sessions: AbstractSet[str]) -> dict[str, dict[int, list[HeldMessageKey]]]:
        """Return the keys of single messages of some sessions, each key once, by session and index.

        Raises:
            IntegrityError: a file is damaged.
        """
        wanted = pc.field("session").isin(pa.array(sorted(sessions), type=pa.string()))
        found: dict[str, dict[int, list[HeldMessageKey]]] = {}
        for path in self._message_files() if sessions else ():
            for row in _read(path, MESSAGE_KEYS, filters=wanted).to_pylist():
                held = held_message_key(row)
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


def _read(
    path: Path,
    schema: pa.Schema = SESSION_KEYS,
    *,
    columns: list[str] | None = None,
    filters: pc.Expression | None = None,
) -> pa.Table:
    try:
        return pq.read_table(path, schema=schema, columns=columns, filters=filters, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise IntegrityError(f"The keyring file {path.name} is damaged: {type(error).__name__}.") from error


def _divided(rows: Iterable[Row], closed: Mapping[str, Closed]) -> tuple[list[Row], list[Row]]:
    """Return what may be held of keys of sessions: rows of such keys, and of keys of single messages."""
    staying: list[Row] = []
    singles: list[Row] = []
    for row in rows:
        known = closed.get(row["session"])
        kept, derived = ([row], []) if known is None else known.divided(row)
        staying += kept
        singles += derived
    return staying, singles


def _allowed(rows: Iterable[Row], closed: Mapping[str, Closed]) -> list[Row]:
    """Return the keys of single messages that may be held."""
    return [row for row in rows if (known := closed.get(row["session"])) is None or known.allows(row["index"])]


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
