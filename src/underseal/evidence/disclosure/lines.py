"""The lines of messages.jsonl: each used message as it may be shown, with its proof.

Made some at a time, so that memory does not grow with the disclosure.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from underseal.core.ledger import Json
from underseal.core.records import RECORDS
from underseal.errors import InternalError
from underseal.evidence.disclosure.disclosed import Disclosed
from underseal.evidence.disclosure.keys import Keys
from underseal.evidence.disclosure.shown import Shown
from underseal.evidence.store import Paths

AT_ONCE: Final = 1_000
"""Messages that are held in memory together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of messages.jsonl.

    Attributes:
        shown: the message as every form shows it. row: leaf data of its record, None where something is redacted.
        path: inclusion path, from leaf to root.
        ciphertext, raw: the encrypted and the decrypted bytes. message_key: base64. None where there are none, or redacted.
    """

    shown: Disclosed
    row: str | None
    path: Sequence[bytes]
    ciphertext: bytes | None
    raw: bytes | None
    message_key: str | None

    def to_json(self) -> dict[str, Json]:
        """Return the object of the line."""
        shown: dict[str, Json] = asdict(self.shown)
        return shown | {
            "row": self.row,
            "path": [node.hex() for node in self.path],
            "ciphertext": _base64(self.ciphertext),
            "raw": _base64(self.raw),
            "message_key": self.message_key,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Makes the lines of a disclosure.

    Attributes:
        shown: the messages as they may be shown. paths: to the root of the release. keys: of the messages.
    """

    shown: Shown
    paths: Paths
    keys: Keys

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines in the order of the schedule."""
        numbers = self.shown.material.numbers
        for start in range(0, len(numbers), AT_ONCE):
            yield from self._some(start, numbers[start : start + AT_ONCE])

    def _some(self, start: int, numbers: Sequence[int]) -> Iterator[Line]:
        view = self.shown.material.view
        rows = view.records(numbers, RECORDS.names)
        ciphertexts = view.ciphertexts(numbers)
        messages = list(self.shown.messages(rows, start + 1))
        keys = self.keys.of_messages(
            [row for row, _, shown in messages if row["raw"] is not None and not shown.redactions]
        )
        for row, text, shown in messages:
            number, raw, whole = shown.record, row["raw"], not shown.redactions
            if shown.leaf != self.paths.leaf(number).hex():
                raise InternalError(f"Record {number} was read in two ways that differ.")
            yield Line(
                shown=shown,
                row=text.decode() if whole else None,
                path=self.paths.inclusion(number),
                ciphertext=ciphertexts.get(number) if whole else None,
                raw=raw if isinstance(raw, bytes) and whole else None,
                message_key=_base64(keys[number].reveal()) if number in keys else None,
            )


def _base64(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
