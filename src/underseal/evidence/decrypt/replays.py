"""Replays: one index of a session used for more than one message.

A sender moves the ratchet on with every message, so a session uses each index once. The cipher itself opens a message
as often as it is given. Of all messages that claim one index and are signed by its session, the first is the original:
one that is published as opened, else the first by time, then by event. The same event with the same ciphertext, captured
again, is a copy of it; everything else is a replay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyarrow as pa

from underseal.core.crypto.megolm_columns import UNKNOWN
from underseal.core.records import OPENABLE, RECORDS, Verdict
from underseal.evidence.decrypt.sealed import VALID, Outcomes, Sealed, to_coded

EARLIER = pa.schema(
    [RECORDS.field(name) for name in ("session", "index", "event", "time", "ciphertext_sha256", "signature", "verdict")]
)
"""What decryption asks of rows that are known already, of earlier releases or of other parts: columns of RECORDS."""

SAME_CIPHERTEXT = "the same ciphertext came as another event before"
OTHER_CIPHERTEXT = "its session had used this index for another message before"

_LAST = 2**63 - 1

Slot: TypeAlias = tuple[str, int]
"""Session id and index."""


@dataclass(frozen=True, slots=True)
class Original:
    """The message that an index belongs to.

    Attributes:
        event: its event id, None where the source gives none.
        sha256: SHA-256 of its ciphertext.
    """

    event: str | None
    sha256: bytes | None


def originals_of(earlier: pa.Table | None) -> dict[Slot, Original]:
    """Return whose each index is, by the rows that are known already.

    Args:
        earlier: rows with the columns of EARLIER; those without a valid signature do not matter. None for none.
    """
    if earlier is None or not earlier.num_rows:
        return {}
    names, codes = to_coded(earlier.column("session"))
    columns = (earlier.column(name).to_pylist() for name in EARLIER.names[1:])
    best: dict[Slot, tuple[tuple[bool, int, str], Original]] = {}
    for code, index, event, time, sha256, signature, verdict in zip(codes.tolist(), *columns, strict=True):
        if signature != VALID or code == UNKNOWN or index is None:
            continue
        rank = (verdict != Verdict.OPENED, _LAST if time is None else time, event or "")
        slot = (names[code], index)
        if slot not in best or rank < best[slot][0]:
            best[slot] = (rank, Original(event, sha256))
    return {slot: original for slot, (_, original) in best.items()}


def settle(rows: Sequence[int], sealed: Sealed, outcomes: Outcomes, original: Original | None) -> None:
    """Change `opened` to `replayed` for every row that is not the original of its index, nor a copy of it.

    A row that a later key may open keeps its verdict, so that the key can show what it is; its reason says it.

    Args:
        rows: the signed rows that claim one index of one session.
        sealed: what all rows are.
        outcomes: what came of them so far; changed.
        original: whose the index is; None where that is for these rows to say.
    """
    if original is None:
        first = min(rows, key=lambda row: (sealed.time(row), sealed.text("event", row) or ""))
        original = Original(sealed.text("event", first), sealed.sha256[first])
    for row in rows:
        same = sealed.sha256[row] == original.sha256
        if not same or sealed.text("event", row) != original.event:
            _mark(outcomes, row, SAME_CIPHERTEXT if same else OTHER_CIPHERTEXT)


def _mark(outcomes: Outcomes, row: int, reason: str) -> None:
    if outcomes.get(row) is Verdict.OPENED:
        outcomes.set(row, Verdict.REPLAYED, reason)
    elif outcomes.get(row) in OPENABLE:
        outcomes.reason[row] += f"; {reason}"
