"""The database of an invented homeserver: the tables of a real Synapse, filled with events, rooms, users and devices."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from benchmarks.generate.messages import START
from benchmarks.generate.pdus import Pdu
from benchmarks.generate.rooms import ALGORITHM, Device

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "harbour" / "capture" / "homeserver.db"
"""The real database whose tables are taken over."""

_EVENT_FORMAT = 3
"""`format_version` of events of room version 4 to 11."""

_FIRST_ORDER = 2
"""`stream_ordering` of the first event, as Synapse numbers them."""

_CREATED = int(START.timestamp() * 1000) - 2 * 86_400_000


class Homeserver:
    """A database that is being written. It has no secondary indices, which no reader of evidence needs.

    Args:
        path: the database; must not exist.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise FileExistsError(path)
        self._database = sqlite3.connect(path)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._order = _FIRST_ORDER
        for statement in _real_tables():
            self._database.execute(statement)
        self._insert("schema_version", [("X", 94, 1)])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._insert("stream_positions", [("events", "master", self._order - 1)])
            self._database.commit()
        self._database.close()

    def add_accounts(self, devices: Sequence[Device]) -> None:
        """Add users, profiles, devices and the identity keys of those."""
        self._insert("users", ((device.user, _CREATED // 1000) for device in devices), ("name", "creation_ts"))
        profiles = ((device.user[1:].partition(":")[0], device.id[:6], device.user) for device in devices)
        self._insert("profiles", profiles, ("user_id", "displayname", "full_user_id"))
        phones = ((d.user, d.id, f"{d.id[:6]} (phone)", _CREATED, "127.0.0.1", "phone") for d in devices)
        self._insert("devices", phones, ("user_id", "device_id", "display_name", "last_seen", "ip", "user_agent"))
        keys = ((device.user, device.id, _CREATED, _key_json(device)) for device in devices)
        self._insert("e2e_device_keys_json", keys)

    def add_state(self, events: Sequence[Pdu]) -> None:
        """Add state events, each new to its room, in their order."""
        self.add(events)
        state = ((event.id, event.room, event.type, event.state_key) for event in events)
        self._insert("state_events", state, ("event_id", "room_id", "type", "state_key"))
        current = (
            (event.id, event.room, event.type, event.state_key, "join" if event.type == "m.room.member" else None)
            for event in events
        )
        self._insert("current_state_events", current, ("event_id", "room_id", "type", "state_key", "membership"))
        rooms = ((e.room, 0, e.sender, "11", 1) for e in events if e.type == "m.room.create")
        self._insert("rooms", rooms)
        members = (
            (event.id, event.state_key, event.sender, event.room, "join", str(event.state_key)[1:7].upper())
            for event in events
            if event.type == "m.room.member"
        )
        self._insert(
            "room_memberships", members, ("event_id", "user_id", "sender", "room_id", "membership", "display_name")
        )

    def add(self, events: Sequence[Pdu]) -> None:
        """Add events in the order in which the server accepts them."""
        orders = range(self._order, self._order + len(events))
        self._order += len(events)
        rows = (
            (order, event.depth, event.id, event.type, event.room, 1, 0, event.depth, event.time, event.time + 5,
             event.sender, 0, "master", event.state_key)
            for order, event in zip(orders, events, strict=True)
        )  # fmt: skip
        names = "stream_ordering topological_ordering event_id type room_id processed outlier depth origin_server_ts"
        names += " received_ts sender contains_url instance_name state_key"
        self._insert("events", rows, names.split())
        kept = ((event.id, event.room, _metadata(event), event.json, _EVENT_FORMAT) for event in events)
        self._insert("event_json", kept)

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]], columns: Sequence[str] = ()) -> None:
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        named = f"({', '.join(columns)})" if columns else ""
        statement = f"INSERT INTO {table} {named} VALUES ({', '.join('?' * len(first))})"  # noqa: S608  # our own names
        self._database.execute(statement, first)
        self._database.executemany(statement, rows)


def _real_tables() -> Iterator[str]:
    """Yield the statements that make the tables of the real database, those of its text search left out."""
    database = sqlite3.connect(f"file:{SAMPLE}?mode=ro&immutable=1", uri=True)
    try:
        tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
        for name, statement in tables.fetchall():
            if not name.startswith(("sqlite_", "event_search", "user_directory_search")):
                yield statement
    finally:
        database.close()


def _metadata(event: Pdu) -> str:
    if not event.device:
        return "{}"
    return orjson.dumps({"device_id": event.device, "txn_id": event.transaction}).decode()


def _key_json(device: Device) -> str:
    keys = {
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", ALGORITHM],
        "device_id": device.id,
        "keys": {f"curve25519:{device.id}": device.curve25519, f"ed25519:{device.id}": device.ed25519},
        "user_id": device.user,
    }
    return orjson.dumps(keys).decode()
