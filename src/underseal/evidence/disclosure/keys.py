"""Megolm keys that open what is disclosed and nothing else (docs/formats/disclosure-pack.md, "The key of one message").

A session that is exported at an index opens every message from there on. So each message gets its own key, and a session is
given only from where on all of it that was captured is disclosed. Where a session used one index for two messages, the key of
one opens the other, too: it is given when both are disclosed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyarrow as pa

from underseal.core.crypto import megolm
from underseal.core.records import Secret
from underseal.errors import IntegrityError
from underseal.evidence.decrypt import Keyring
from underseal.evidence.disclosure.material import Material
from underseal.evidence.store import OpenSegment, earlier_rows

_SLOT = ["session", "index", "ciphertext_sha256"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKey:
    """A session that may be handed over from an index on.

    Attributes:
        session: its id. start: that index. exported: as it opens from there on, base64.
        opens: how many disclosed messages it opens.
    """

    session: str
    start: int
    exported: Secret
    opens: int


class Keys:
    """The keys of a disclosure.

    Args:
        material: what is disclosed. keyring: of the workspace.
        captured: everything that was ever captured, whoever may see it: what a key must not open beside the material.
    """

    def __init__(self, material: Material, keyring: Keyring, captured: Iterable[OpenSegment]) -> None:
        self._keyring = keyring
        self._opened: dict[str, list[tuple[int, str]]] = defaultdict(list)
        disclosed: dict[str, set[tuple[int, bytes]]] = defaultdict(set)
        for row in material.decrypted.select([*_SLOT, "key"]).to_pylist():
            self._opened[row["session"]].append((row["index"], row["key"]))
            disclosed[row["session"]].add((row["index"], row["ciphertext_sha256"]))
        self._others = _others(disclosed, captured)

    def of_messages(self, rows: Sequence[Mapping[str, object]]) -> dict[int, Secret]:
        """Return the key of each message that may be had, by the number of its record.

        Args:
            rows: decrypted ones, with `number`, `session`, `index` and `key`, the id of the key that opened it.

        Raises:
            IntegrityError: a key that opened one of them is not in the keyring any more.
        """
        slots = {
            int(str(row["number"])): (str(row["session"]), int(str(row["index"])), str(row["key"])) for row in rows
        }
        given = {number: slot for number, slot in slots.items() if not self.opens_more(*slot[:2])}
        held = _Held(self._keyring, {session for session, _, _ in given.values()})
        return {number: held.message_key(*slot) for number, slot in given.items()}

    def opens_more(self, session: str, index: int) -> bool:
        """Say whether the key of a message would open another one, which is not disclosed."""
        return index in self._others.get(session, ())

    def of_sessions(self) -> Iterator[SessionKey]:
        """Yield the sessions that may be handed over, in the order of their ids.

        Of such a session everything captured from some index on is disclosed, and it opens a disclosed message from there on
        with the key that opened it here: another export of it may be damaged, and of what was opened by keys of single
        messages there may be none.
        """
        held = _Held(self._keyring, self._opened.keys())
        for session in sorted(self._opened):
            beyond = max(self._others.get(session, ()), default=-1)
            given = sorted((index, key) for index, key in self._opened[session] if index > beyond)
            for place, (index, key) in enumerate(given):
                found = held.session(session, index, key)
                if found is not None:
                    exported = found.exported_at(index)
                    yield SessionKey(session=session, start=index, exported=exported, opens=len(given) - place)
                    break


class _Held:
    """The keys of some sessions.

    A message's key is found by the id of the key that opened the message. Where a session's key gave way to keys of single
    messages, these have its id, and so has what is left of it.
    """

    def __init__(self, keyring: Keyring, sessions: AbstractSet[str]) -> None:
        openers = keyring.openers(sessions)
        self._sessions = {
            session: {key.key: megolm.InboundSession(key.exported, session_id=session) for key in keys}
            for session, keys in openers.sessions.items()
        }
        self._messages = {
            (session, index, key.key): key.secret
            for session, messages in openers.messages.items()
            for index, keys in messages.items()
            for key in keys
        }

    def message_key(self, session: str, index: int, key: str) -> Secret:
        """Return the key of one message.

        Raises:
            IntegrityError: it is not in the keyring any more.
        """
        single = self._messages.get((session, index, key))
        if single is not None:
            return single
        whole = self._sessions.get(session, {}).get(key)
        if whole is None or whole.first_index > index:
            raise IntegrityError(
                f"The key {key} is not in the keyring any more, though messages were opened with it.",
                hint="Take in again the exhibit that it came from, or restore the folder keyring from a copy.",
            )
        return whole.message_key(index)

    def session(self, session: str, index: int, key: str) -> megolm.InboundSession | None:
        """Return a session that opens a message with the key that opened it; None where none is held that does."""
        reaching = [each for each in self._sessions.get(session, {}).values() if each.first_index <= index]
        own = self.message_key(session, index, key).reveal() if reaching else b""
        return next((each for each in reaching if each.message_key(index).reveal() == own), None)


def _others(opened: Mapping[str, set[tuple[int, bytes]]], captured: Iterable[OpenSegment]) -> dict[str, set[int]]:
    """Return for each session the indices of captured messages that are not disclosed.

    A row with the ciphertext of a disclosed message is that message once more.
    """
    found: dict[str, set[int]] = defaultdict(set)
    if not opened:
        return found
    rows = earlier_rows(captured, pa.array(sorted(opened), pa.string()), _SLOT)
    for session, index, sha256 in zip(*(rows.column(name).to_pylist() for name in _SLOT), strict=True):
        if index is not None and (index, sha256) not in opened[session]:
            found[session].add(index)
    return found
