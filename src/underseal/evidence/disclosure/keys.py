"""Megolm keys that open what is disclosed and nothing else (docs/formats/disclosure-pack.md, "The key of one message").

A session that is exported at an index opens every message from there on. So each message gets its own key, and a session is
given only from where on all of it that was captured is disclosed.
"""

import base64
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from underseal.core.crypto import megolm
from underseal.core.records import Secret, Verdict
from underseal.errors import IntegrityError
from underseal.evidence.decrypt import Keyring
from underseal.evidence.disclosure.material import Material
from underseal.evidence.store import OpenSegment, earlier_rows

_NEEDED = ["session", "index", "ciphertext_sha256"]


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
        keyring: of the workspace.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def of_messages(self, rows: Sequence[Mapping[str, object]]) -> dict[int, Secret]:
        """Return the key of each opened message by the number of its record.

        Args:
            rows: with `number`, `verdict`, `session`, `index` and `key`, the id of the key that opened it.

        Raises:
            IntegrityError: a key that opened one of them is not in the keyring any more.
        """
        opened = [row for row in rows if row["verdict"] == Verdict.OPENED]
        sessions = self._load({str(row["session"]) for row in opened})
        return {
            int(str(row["number"])): _held(sessions, str(row["session"]), str(row["key"])).message_key(
                int(str(row["index"]))
            )
            for row in opened
        }

    def of_sessions(self, material: Material, captured: Iterable[OpenSegment]) -> Iterator[SessionKey]:
        """Yield the sessions of which everything captured from some index on is disclosed, in the order of their ids.

        Args:
            material: what is disclosed. captured: everything that was ever captured, whoever may see it.
        """
        disclosed: dict[str, dict[int, bytes]] = defaultdict(dict)
        columns = ["number", "verdict", *_NEEDED]
        for row in material.used.select(columns).to_pylist():
            if row["verdict"] == Verdict.OPENED and row["number"] not in material.redactions:
                disclosed[row["session"]][row["index"]] = row["ciphertext_sha256"]
        if not disclosed:
            return
        held = self._load(disclosed)
        others = _others(disclosed, captured)
        for session in sorted(disclosed):
            start = min((index for index in disclosed[session] if index > others.get(session, -1)), default=None)
            ratchets = [ratchet for ratchet in held.get(session, {}).values() if start is not None]
            able = next((ratchet for ratchet in ratchets if start is not None and ratchet.first_index <= start), None)
            if start is not None and able is not None:
                opens = sum(index >= start for index in disclosed[session])
                yield SessionKey(session=session, start=start, exported=able.exported_at(start), opens=opens)

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


def _others(disclosed: Mapping[str, Mapping[int, bytes]], captured: Iterable[OpenSegment]) -> dict[str, int]:
    """Return for each session the last index of a captured message that is not disclosed; those without are left out.

    A row with the ciphertext of a disclosed message is that message once more.
    """
    last: dict[str, int] = {}
    rows = earlier_rows(captured, pa.array(sorted(disclosed), pa.string()), _NEEDED)
    if not rows.num_rows:
        return last
    for session, index, sha256 in zip(*(rows.column(name).to_pylist() for name in _NEEDED), strict=True):
        if index is not None and disclosed[session].get(index) != sha256:
            last[session] = max(last.get(session, -1), index)
    return last


def standard_base64(key: Secret) -> str:
    """Return a key of one message in base64."""
    return base64.b64encode(key.reveal()).decode()
