"""Megolm keys that open what is disclosed and nothing else (docs/formats/disclosure-pack.md, "The key of one message").

A session that is exported at an index opens every message from there on. So each message gets its own key, and a session is
given only from where on all of it that was captured is disclosed. Where a session used one index for two messages, the key of
one opens the other, too: it is given when both are disclosed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        given = [row for row in rows if not self.opens_more(str(row["session"]), int(str(row["index"])))]
        sessions = self._load({str(row["session"]) for row in given})
        return {
            int(str(row["number"])): _held(sessions, str(row["session"]), str(row["key"])).message_key(
                int(str(row["index"]))
            )
            for row in given
        }

    def opens_more(self, session: str, index: int) -> bool:
        """Say whether the key of a message would open another one, which is not disclosed."""
        return index in self._others.get(session, ())

    def of_sessions(self) -> Iterator[SessionKey]:
        """Yield the sessions of which everything captured from some index on is disclosed, in the order of their ids."""
        held = self._load(self._opened)
        for session in sorted(self._opened):
            beyond = max(self._others.get(session, ()), default=-1)
            given = [(index, key) for index, key in self._opened[session] if index > beyond]
            if given:
                start, key = min(
                    given
                )  # the key that opened this message: another export of the session may be damaged
                exported = _held(held, session, key).exported_at(start)
                yield SessionKey(session=session, start=start, exported=exported, opens=len(given))

    def _load(self, sessions: Iterable[str]) -> dict[str, dict[str, megolm.InboundSession]]:
        return {
            session: {key.key: megolm.InboundSession(key.exported, session_id=session) for key in keys}
            for session, keys in self._keyring.load(set(sessions)).items()
        }


def _held(sessions: Mapping[str, Mapping[str, megolm.InboundSession]], session: str, key: str) -> megolm.InboundSession:
    try:
        return sessions[session][key]
    except KeyError:
        raise IntegrityError(
            f"The key {key} is not in the keyring any more, though messages were opened with it.",
            hint="Take in again the exhibit that it came from, or restore the folder keyring from a copy.",
        ) from None


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
