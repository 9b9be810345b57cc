"""Which keys may be held of a session of which messages were destroyed: for every message but these.

A session's key opens all messages from its index on, so it cannot stay where one of them was destroyed. In its place come the
keys of the single messages that it opens up to the last that was destroyed, and the session as it opens what comes after that. No
way leads from either to another message. Of a session of which nothing is left, no key is held.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from underseal.core.crypto import megolm
from underseal.evidence.decrypt.held import HeldKey, Row
from underseal.evidence.decrypt.sealed import VALID

MOST_SINGLE: Final = 10_000
"""Keys of single messages that take the place of one key for messages that may still be captured, those before the last that
was destroyed: 1.3 MB. Clients begin another session after 100 messages (Matrix, "m.room.encryption"); who leaps has no more."""

Stored: TypeAlias = "Mapping[str, list[int]] | int | None"
"""A closed session in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What was destroyed of a session.

    Attributes:
        gone: indices of the messages that were destroyed; None where nothing else of the session was left.
        kept: indices of messages of it that stay and lie before the last of these.
    """

    gone: frozenset[int] | None
    kept: frozenset[int] = frozenset()

    @classmethod
    def from_json(cls, value: Stored) -> "Closed":
        """Read what `to_json` gave, or the lowest index that was left, as earlier versions wrote it.

        Raises:
            TypeError, KeyError: it is neither.
        """
        if value is None:
            return cls(gone=None)
        if isinstance(value, int):
            return cls(gone=frozenset(range(value)))
        return cls(gone=frozenset(map(int, value["gone"])), kept=frozenset(map(int, value["kept"])))

    def to_json(self) -> Stored:
        """Return the form of a file."""
        return None if self.gone is None else {"gone": sorted(self.gone), "kept": sorted(self.kept)}

    @property
    def start(self) -> int:
        """The lowest index from which on nothing was destroyed."""
        return max(self.gone or (), default=-1) + 1

    def allows(self, index: int) -> bool:
        """Say whether the key of a single message may be held."""
        return self.gone is not None and index not in self.gone

    def singles(self, first: int) -> list[int]:
        """Return the indices, in order, of which keys take the place of a key that opens all from `first` on."""
        if self.gone is None:
            return []
        near = range(max(first, self.start - MOST_SINGLE), self.start)
        return sorted({*near, *(index for index in self.kept if index >= first)} - self.gone)

    def joined(self, later: "Closed") -> "Closed":
        """Return what was destroyed by both."""
        if self.gone is None or later.gone is None:
            return Closed(gone=None)
        gone = self.gone | later.gone
        return Closed(gone=gone, kept=(self.kept | later.kept) - gone)

    def divided(self, row: Row) -> tuple[list[Row], list[Row]]:
        """Return what may be held of a session's key: the rows of the session's key, none or one, and of single messages' keys.

        Args:
            row: of `SESSION_KEYS`.
        """
        if self.gone is None:
            return [], []
        if row["first_index"] >= self.start:
            return [row], []
        session = megolm.InboundSession(megolm.exported(row["exported"]))
        same = {name: row[name] for name in ("exhibit", "place", "session", "key")}
        singles = [
            {**same, "index": index, "secret": session.message_key(index).reveal()}
            for index in self.singles(row["first_index"])
        ]
        if self.start > megolm.LAST_INDEX:
            return [], singles
        exported = megolm.export_bytes(session.exported_at(self.start))
        return [row | {"first_index": self.start, "exported": exported}], singles

    def fate(self, key: HeldKey) -> str:
        """Say what becomes of a session's key: `removed`, `shortened`, `replaced`, or `untouched`."""
        if self.gone is None:
            return "removed"
        if key.first_index >= self.start:
            return "untouched"
        return "replaced" if self.singles(key.first_index) else "shortened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What becomes of the keys of sessions that lose messages.

    Attributes:
        removed: how many go. shortened: how many open later messages only. replaced: in the place of how many come the keys
            of single messages beside what opens later ones.
        exhibits: numbers of the exhibits that held them.
    """

    removed: int
    shortened: int
    replaced: int
    exhibits: frozenset[str]


def closed_sessions(losing: pa.Array, rows: Iterable[pa.Table]) -> dict[str, Closed]:
    """Return what is destroyed of sessions.

    An index counts where its session signed it: what nobody signed, no key opens, and its index is anybody's word.

    Args:
        losing: ids of the sessions that lose messages.
        rows: everything that was ever captured, with the columns `session`, `index`, `signature` and, of booleans, `gone`.
    """
    gone: dict[str, set[int | None]] = {session: set() for session in losing.to_pylist()}
    kept: dict[str, set[int | None]] = {session: set() for session in gone}
    for table in rows if gone else ():
        named = pc.is_in(table.column("session").cast(pa.string()), value_set=losing)
        signed = pc.equal(table.column("signature").cast(pa.string()), VALID).fill_null(fill_value=False)
        own = table.filter(pc.and_(named, signed))
        columns = (own.column(name).to_pylist() for name in ("session", "index", "gone"))
        for session, index, is_gone in zip(*columns, strict=True):
            (gone if is_gone else kept)[session].add(index)
    found: dict[str, Closed] = {}
    for session, indices in gone.items():
        numbers = frozenset(index for index in indices if index is not None)
        left = frozenset(index for index in kept[session] if index is not None) - numbers
        if indices and not left:
            found[session] = Closed(gone=None)
        elif numbers:
            found[session] = Closed(gone=numbers, kept=frozenset(index for index in left if index < max(numbers)))
    return found
