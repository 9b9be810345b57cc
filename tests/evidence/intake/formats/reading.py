"""Readers run to their end, and a small database with the tables of a real Synapse."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from underseal.core.records import CAPTURED, Failure, RoomKey
from underseal.evidence.intake import Reader, Source

TABLES = ("events", "event_json", "devices", "e2e_device_keys_json", "device_inbox")
SAMPLES = Path(__file__).parents[4] / "samples"
HARBOUR = SAMPLES / "harbour"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a reader gave, all batches together."""

    records: pa.Table
    failures: list[Failure]
    keys: list[RoomKey]
    notes: list[str]
    cursors: list[str]

    @property
    def rows(self) -> list[dict[str, object]]:
        """The records as dictionaries without empty fields."""
        return [
            {name: value for name, value in row.items() if value not in (None, [])} for row in self.records.to_pylist()
        ]

    def by_event(self) -> dict[str, dict[str, object]]:
        """The records by their event."""
        return {str(row["event"]): row for row in self.rows if "event" in row}


def read_all(reader: Reader, source: Source, after: str = "") -> Outcome:
    """Read an exhibit to its end, and hold the reader to its own count."""
    batches = list(reader.read(source, after=after))
    outcome = Outcome(
        records=pa.Table.from_batches([batch.records for batch in batches], schema=CAPTURED),
        failures=[failure for batch in batches for failure in batch.failures],
        keys=[key for batch in batches for key in batch.keys],
        notes=[note for batch in batches for note in batch.notes],
        cursors=[batch.cursor for batch in batches],
    )
    total = reader.total(source, after=after)
    found = outcome.records.num_rows + len(outcome.failures) + len(outcome.keys)
    assert total in (None, found) or batches[-1].damaged
    read = [batch.bytes_read for batch in batches]
    assert read == sorted(read)
    assert read[-1] <= reader.size(source)
    outcome.records.validate(full=True)
    return outcome


class SynapseDatabase:
    """A small database with the tables of a real Synapse; events are added as its storage writes them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._order = 1
        harbour = f"file:{HARBOUR / 'capture' / 'homeserver.db'}?mode=ro&immutable=1"
        with closing(sqlite3.connect(harbour, uri=True)) as real, self.edit() as own:
            for name, sql in real.execute(
                "SELECT tbl_name, sql FROM sqlite_master WHERE type <> 'trigger' AND sql IS NOT NULL"
            ):
                if name in TABLES:
                    own.execute(sql)

    def edit(self) -> "closing[sqlite3.Connection]":
        """Open it for writing; every statement is committed at once."""
        return closing(sqlite3.connect(self.path, isolation_level=None))

    def add(self, event: Mapping[str, object], *, event_id: str = "", metadata: str = "{}", **columns: object) -> str:
        """Add an event, as JSON; `columns` replace what the tables say of it."""
        said: dict[str, object] = {name: event.get(name) for name in ("type", "room_id", "sender")}
        return self.add_raw(json.dumps(event).encode(), said | columns, event_id=event_id, metadata=metadata)

    def add_raw(self, data: bytes, columns: Mapping[str, object], *, event_id: str = "", metadata: str = "{}") -> str:
        """Add an event whose JSON is these bytes, and of which the columns of `events` say this."""
        event_id = event_id or f"$event{self._order}:hs"
        text = {name: value if isinstance(value, str) else "?" for name, value in columns.items()}
        with self.edit() as own:
            own.execute(
                "INSERT INTO events (stream_ordering, topological_ordering, event_id, type, room_id, processed,"
                " outlier, depth, sender, rejection_reason) VALUES (?, 1, ?, ?, ?, 1, ?, 1, ?, ?)",
                (
                    columns.get("order", self._order),
                    event_id,
                    text.get("type", "?"),
                    text.get("room_id", "?"),
                    columns.get("outlier", 0),
                    text.get("sender", "?"),
                    columns.get("rejection_reason"),
                ),
            )
            own.execute(
                "INSERT INTO event_json VALUES (?, ?, ?, CAST(? AS TEXT), 4)",
                (event_id, text.get("room_id", "?"), metadata, data),
            )
        self._order += 1
        return event_id
