"""Keys as the keyring holds them: of a whole session from an index on, and of one message alone.

A key keeps its id for good: the digest of the bytes that came out of its exhibit. What is derived of it later, since messages
of its session were destroyed, goes under the same id, so that a record still says which key of which exhibit opened it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import pyarrow as pa

from underseal.core.crypto import megolm
from underseal.core.records import MessageKey, RoomKey, Secret

KEY_ID_DIGITS: Final = 16
"""Hexadecimal digits of a key id."""

Row: TypeAlias = dict[str, Any]
"""A row of a keyring file, by its columns."""

SESSION_KEYS: Final = pa.schema(
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
"""Columns of the keys of sessions."""

MESSAGE_KEYS: Final = pa.schema(
    [
        pa.field("exhibit", pa.string(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
        pa.field("session", pa.string(), nullable=False),
        pa.field("index", pa.int64(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("secret", pa.binary(megolm.MESSAGE_KEY_BYTES), nullable=False),
    ]
)
"""Columns of the keys of single messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A room key as the keyring hands it out.

    Attributes:
        key: id of the key as it came, see `key_id`.
        session: id of the session that it opens.
        first_index: lowest message index that it opens.
        exported: the exported session as it opens from there on, base64.
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
class HeldMessageKey:
    """The key of one message as the keyring hands it out.

    Attributes:
        key: its id, the first KEY_ID_DIGITS digits of the SHA-256 of its bytes; or that of the session key that it was
            derived from.
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


def session_row(key: RoomKey) -> Row:
    """Return the row of a session's key.

    Raises:
        MalformedMegolmError: it is no exported session. WrongSessionError: it is one of another session.
    """
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


def held_key(row: Row) -> HeldKey:
    """Return the key of a row of `SESSION_KEYS`."""
    return HeldKey(
        key=row["key"],
        session=row["session"],
        first_index=row["first_index"],
        exported=megolm.exported(row["exported"]),
        room=row["room"],
        exhibit=row["exhibit"],
        place=row["place"],
    )


def message_row(key: MessageKey) -> Row:
    """Return the row of a message's key.

    Raises:
        MalformedMegolmError: it has another length than such a key has.
    """
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


def held_message_key(row: Row) -> HeldMessageKey:
    """Return the key of a row of `MESSAGE_KEYS`."""
    return HeldMessageKey(
        key=row["key"],
        session=row["session"],
        index=row["index"],
        secret=Secret(row["secret"]),
        exhibit=row["exhibit"],
        place=row["place"],
    )
