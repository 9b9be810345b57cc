"""Captured rows as real clients and servers leave them: real sessions, real ciphertexts, real keys."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from vodozemac import GroupSession, InboundGroupSession

from underseal.core.crypto.megolm import ALGORITHM
from underseal.core.records import CAPTURED, Kind, Place, Record, Relation, RoomKey, Secret, captured_batch
from underseal.evidence.decrypt import Keyring

ROOM = "!quay:harbour.example"


def payload(text: str = "the boat is in", *, room: str | None = ROOM, **content: object) -> bytes:
    """Return what a client encrypts for a text message, or for any other content of a message."""
    event: dict[str, object] = {"type": "m.room.message", "content": {"msgtype": "m.text", "body": text} | content}
    return orjson.dumps(event if room is None else {**event, "room_id": room})


class Phone:
    """A sending device with one Megolm session."""

    def __init__(self, session: GroupSession | None = None) -> None:
        self._session = session or GroupSession()
        self._whole = InboundGroupSession(self._session.session_key)
        self.session = self._session.session_id
        self.sent = 0

    def restored(self) -> "Phone":
        """Return the phone as a backup of this moment has it: it will use the next indices once more."""
        return Phone(GroupSession.from_pickle(self._session.pickle(bytes(32)), bytes(32)))

    def send(self, plaintext: bytes = payload(), **fields: Any) -> Record:  # bytes do not change
        """Encrypt a message and return it as it is captured; `fields` are of the Record."""
        ciphertext = self._session.encrypt(plaintext).to_bytes()
        self.sent += 1
        captured = sealed(
            session=self.session, ciphertext=ciphertext, time=self.sent, event=f"${self.session[:6]}{self.sent}"
        )
        return replace(captured, **fields)

    def key(self, index: int = 0, *, exhibit: str = "KEY-1") -> RoomKey:
        """Return the key that opens messages from an index on."""
        exported = self._whole.export_at(index)
        assert exported is not None
        return RoomKey(
            room=ROOM,
            session=self.session,
            sender_key="curve",
            exported=Secret(exported.to_base64().encode()),
            first_index=index,
            exhibit=exhibit,
            place="exhibit, session 1",
        )

    def wrong_key(self, index: int = 0, *, exhibit: str = "KEY-W") -> RoomKey:
        """Return a key that claims to be this session's, with a ratchet that is not."""
        key = self.key(index, exhibit=exhibit)
        data = bytearray(base64.b64decode(key.exported.reveal()))
        data[20] ^= 1
        return replace(key, exported=Secret(base64.b64encode(data)))


def sealed(**fields: Any) -> Record:
    """Return a captured encrypted event."""
    given: dict[str, Any] = {"algorithm": ALGORITHM, "conversation": ROOM, "sender": "@ada:harbour.example", "time": 1}
    return Record(
        place=Place(file="homeserver.db", unit="events rowid", row=1),
        clock="homeserver",
        kind=Kind.SEALED,
        **given | fields,
    )


def clear(text: str = "hello", **fields: Any) -> Record:
    """Return a captured event that was never encrypted."""
    given: dict[str, Any] = {"conversation": ROOM, "sender": "@ada:harbour.example", "time": 1, "text": text}
    return Record(
        place=Place(file="homeserver.db", unit="events rowid", row=1),
        clock="homeserver",
        **{"kind": Kind.TEXT} | given | fields,
    )


def table(records: Iterable[Record], *, exhibit: str = "SRV-1") -> pa.Table:
    """Return records as captured rows."""
    return pa.Table.from_batches([captured_batch(list(records), exhibit=exhibit)], schema=CAPTURED)


def stage(folder: Path, parts: Sequence[Sequence[Record]], **options: Any) -> list[Path]:
    """Write records as the parts of an intake."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"part-{number:05d}.parquet" for number in range(len(parts))]
    for path, records in zip(paths, parts, strict=True):
        pq.write_table(table(records), path, **options)
    return paths


def ring(folder: Path, *keys: RoomKey) -> Keyring:
    """Return a keyring that holds these keys."""
    keyring = Keyring(folder)
    for exhibit in {key.exhibit for key in keys}:
        keyring.store(exhibit, [key for key in keys if key.exhibit == exhibit])
    return keyring


def flipped(record: Record, at: int, bit: int = 0) -> Record:
    """Return a captured event with one bit of its ciphertext changed."""
    assert record.ciphertext is not None
    data = bytearray(record.ciphertext)
    data[at] ^= 1 << bit
    return replace(record, ciphertext=bytes(data))


def reply(record: Record, target: str) -> Record:
    """Return a captured event whose relation stands outside the ciphertext, as Matrix has it."""
    return replace(record, relation=Relation.REPLY, target=target)


def words(rows: pa.Table, column: str) -> list[Any]:
    """Return a column as a list."""
    return rows.column(column).to_pylist()  # type: ignore[no-any-return]  # pyarrow is untyped


def rows_of(rows: pa.Table) -> list[Mapping[str, Any]]:
    """Return a table as a list of rows."""
    return rows.to_pylist()  # type: ignore[no-any-return]  # pyarrow is untyped
