"""What a Synapse database says of devices: when they were seen, their keys, and the messages to them."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from underseal.core.matrix import clean_identifier
from underseal.core.records import Kind, Place, Record
from underseal.evidence.intake.formats._events import ciphertext_bytes, event_time, joined, required_text
from underseal.evidence.intake.formats._sqlite import Lost, Query, Row, Value, count, scan
from underseal.evidence.intake.formats._synapse_position import Position
from underseal.evidence.intake.formats._synapse_timeline import Unit
from underseal.evidence.intake.formats._unit import BadUnitError, json_object

NO_CLOCK: Final = "none"
"""Clock of a record whose row has no time; its `time` is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A table beside the events.

    Attributes:
        table: its name.
        columns: what is read of a row.
        mark: SQL of the number by which rows of a later capture are known to be new: these tables reuse their rowids.
        record: makes a record of a row without its rowid and mark.
    """

    table: str
    columns: str
    mark: str
    record: Callable[[Place, tuple[Value, ...]], Record]

    def fits(self, columns: set[str]) -> bool:
        """Say whether a table with these columns can be read; an absent table has none."""
        return set(self.columns.split(", ")) <= columns

    def count(self, connection: sqlite3.Connection, position: Position) -> int:
        """Count what `units` would read from a position on.

        Raises:
            sqlite3.DatabaseError: the database is damaged.
        """
        return count(connection, self._query(position), position.spot(self.table).row)

    def units(self, connection: sqlite3.Connection, position: Position, *, file: str) -> Iterator[Unit]:
        """Yield a record or a failure for every row; `position` moves along."""
        spot = position.spot(self.table)
        for row in scan(connection, self._query(position), spot.row):
            if isinstance(row, Lost):
                spot.row, position.gaps = row.first if row.last is None else row.last, True
                yield row.at(file)
            else:
                unit = self._unit(row, file)
                spot.row, spot.high = unit.place.row, max(spot.high, _integer(row[1]))
                yield unit
        spot.finish()

    def _unit(self, row: Row, file: str) -> Unit:
        place = Place(file=file, unit=f"{self.table} rowid", row=_integer(row[0]))
        try:
            return self.record(place, row[2:])
        except BadUnitError as error:
            return error.at(place, next((value for value in row[2:] if isinstance(value, bytes)), b""))

    def _query(self, position: Position) -> Query:
        return Query(
            table=self.table,
            columns=f"{self.mark}, {self.columns}",
            source=f"{self.table} NOT INDEXED",
            where=f"{self.mark} > ?",
            values=(position.spot(self.table).over,),
        )


def _seen_device(place: Place, row: tuple[Value, ...]) -> Record:
    user, device, name, seen, address, agent = row
    return Record(
        place=place,
        time=0 if seen is None else event_time(seen),
        clock=NO_CLOCK if seen is None else "homeserver",
        kind=Kind.DEVICE,
        sender=_named(user, "user_id"),
        device=_named(device, "device_id"),
        text=None if name is None else _string(name),
        detail=joined("last seen", _string(address), _string(agent)),
    )


def _device_keys(place: Place, row: tuple[Value, ...]) -> Record:
    user, device, added, data = row
    raw = _bytes(data)
    keys = json_object(raw).get("keys")
    by_name = keys if isinstance(keys, Mapping) else {}
    name = _named(device, "device_id")
    fingerprint = clean_identifier(by_name.get(f"ed25519:{name}"))
    return Record(
        place=place,
        time=event_time(added),
        clock="homeserver",
        kind=Kind.DEVICE,
        sender=_named(user, "user_id"),
        device=name,
        sender_key=clean_identifier(by_name.get(f"curve25519:{name}")),
        source_sha256=hashlib.sha256(raw).digest(),
        detail=joined("device keys", f"ed25519 {fingerprint}" if fingerprint else ""),
    )


def _logged_message(place: Place, row: tuple[Value, ...]) -> Record:
    user, device, data, logged = row
    return replace(_waiting_message(place, (user, device, data)), time=event_time(logged), clock="homeserver")


def _waiting_message(place: Place, row: tuple[Value, ...]) -> Record:
    user, device, data = row
    raw = _bytes(data)
    message = json_object(raw)
    content = message.get("content")
    if not isinstance(content, Mapping):
        raise BadUnitError("missing_field", "the message has no content object")
    kind = required_text(message, "type")
    record = Record(
        place=place,
        time=0,
        clock=NO_CLOCK,
        kind=Kind.TO_DEVICE,
        event=clean_identifier(content.get("org.matrix.msgid")),
        sender=required_text(message, "sender"),
        device=clean_identifier(content.get("requesting_device_id")),
        recipients=(_named(user, "user_id"),),
        target=_named(device, "device_id"),
        session=clean_identifier(content.get("session_id")),
        sender_key=clean_identifier(content.get("sender_key")),
        source_sha256=hashlib.sha256(raw).digest(),
        detail=joined(kind, clean_identifier(content.get("code")), clean_identifier(content.get("action"))),
    )
    return _olm(record, content) if kind == "m.room.encrypted" else record


def _olm(record: Record, content: Mapping[str, object]) -> Record:
    """Add the Olm message; the server splits messages, so that each row holds the one for its device."""
    by_key = content.get("ciphertext")
    sealed = next(iter(by_key.values())) if isinstance(by_key, Mapping) and len(by_key) == 1 else None
    message = sealed if isinstance(sealed, Mapping) else {}
    ciphertext, remark = ciphertext_bytes(message.get("body"))
    step = {0: "begins a session", 1: "in a session"}.get(_integer_of(message.get("type")), "")
    return replace(
        record,
        algorithm=clean_identifier(content.get("algorithm")) or "unknown",
        ciphertext=ciphertext,
        detail=joined(record.detail, step, remark),
    )


SIDES: Final = (
    Side(
        table="devices",
        columns="user_id, device_id, display_name, last_seen, ip, user_agent",
        mark="COALESCE(last_seen, -1)",
        record=_seen_device,
    ),
    Side(
        table="e2e_device_keys_json",
        columns="user_id, device_id, ts_added_ms, key_json",
        mark="COALESCE(ts_added_ms, -1)",
        record=_device_keys,
    ),
    Side(
        table="device_inbox",
        columns="user_id, device_id, message_json",
        mark="COALESCE(stream_id, -1)",
        record=_waiting_message,
    ),
    Side(
        table="underseal_to_device_log",
        columns="user_id, device_id, message_json, logged_ts",
        mark="COALESCE(stream_id, -1)",
        record=_logged_message,
    ),
)


def _named(value: Value, column: str) -> str:
    name = _string(value)
    if not name:
        raise BadUnitError("missing_field", f"the row has no {column}")
    return name


def _string(value: Value) -> str:
    if isinstance(value, bytes):
        return clean_identifier(value.decode("utf-8", "replace"))
    return "" if value is None else str(value)


def _bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise BadUnitError("wrong_type", "the JSON is no text")
    return value


def _integer(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _integer_of(value: object) -> int:
    return value if isinstance(value, int) else -1
