"""The lines of messages.jsonl: each used message as it may be shown, with its proof.

Made some at a time, so that memory does not grow with the disclosure.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from underseal.core.crypto import content_path
from underseal.core.ledger import Json, leaf_hash
from underseal.core.records import RECORDS, Media
from underseal.errors import InternalError
from underseal.evidence.authority.moments import iso
from underseal.evidence.disclosure.disclosed import PLACEHOLDER, Attached, Disclosed, Redaction
from underseal.evidence.disclosure.keys import Keys
from underseal.evidence.disclosure.material import Material
from underseal.evidence.store import Directory, Paths, leaf_texts

AT_ONCE: Final = 1_000
"""Messages that are held in memory together."""

MEDIA: Final = "media"
"""Folder of the attachments in a pack."""

Row: TypeAlias = Mapping[str, object]

_ANONYMOUS: Final = Attached(name=PLACEHOLDER, mime="", size=None, sha256="", file="", state="redacted")


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
        material: what is disclosed. directory: who is called what. paths: to the root of the release.
        keys: of the messages. media: folder of the attachments. zone: in which times are written.
    """

    material: Material
    directory: Directory
    paths: Paths
    keys: Keys
    media: Path
    zone: ZoneInfo

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines in the order of the schedule."""
        numbers = self.material.numbers
        for start in range(0, len(numbers), AT_ONCE):
            yield from self._some(start, numbers[start : start + AT_ONCE])

    def _some(self, start: int, numbers: Sequence[int]) -> Iterator[Line]:
        view = self.material.view
        rows = view.records(numbers, RECORDS.names)
        ciphertexts = view.ciphertexts(numbers)
        records: list[Row] = rows.to_pylist()
        redactions = self.material.redactions
        decrypted = [row for row in records if row["raw"] is not None and row["number"] not in redactions]
        keys = self.keys.of_messages(decrypted)
        for line, (row, text) in enumerate(zip(records, leaf_texts(rows), strict=True), start + 1):
            number = int(str(row["number"]))
            leaf = leaf_hash(text)
            if leaf != self.paths.leaf(number):
                raise InternalError(f"Record {number} was read in two ways that differ.")
            held_back = redactions.get(number, ())
            raw = row["raw"]
            shown = self._shown(row, line=line, leaf=leaf.hex())
            yield Line(
                shown=redacted(shown, held_back) if held_back else shown,
                row=None if held_back else text.decode(),
                path=self.paths.inclusion(number),
                ciphertext=None if held_back else ciphertexts.get(number),
                raw=raw if isinstance(raw, bytes) and not held_back else None,
                message_key=_base64(keys[number].reveal()) if number in keys else None,
            )

    def _shown(self, row: Row, *, line: int, leaf: str) -> Disclosed:
        number, time = int(str(row["number"])), int(str(row["time"]))
        sender, recipients, sha256 = _word(row, "sender"), row["recipients"], row["ciphertext_sha256"]
        return Disclosed(
            line=line,
            record=number,
            leaf=leaf,
            item=number in self.material.items,
            event=_word(row, "event"),
            conversation=_word(row, "conversation"),
            sender=sender,
            name=self.directory.name(sender) if sender else "",
            recipients=tuple(recipients) if isinstance(recipients, list) else (),
            time=time,
            iso=iso(time, self.zone),
            clock=_word(row, "clock"),
            uncertainty=int(str(row["uncertainty"] or 0)),
            kind=_word(row, "kind"),
            verdict=_word(row, "verdict"),
            reason=_word(row, "reason"),
            text=None if row["text"] is None else str(row["text"]),
            relation=_word(row, "relation"),
            target=_word(row, "target"),
            attached=attached(row["media"], self.media),
            redactions=(),
            exhibit=_word(row, "exhibit"),
            ciphertext_sha256=sha256.hex() if isinstance(sha256, bytes) else "",
        )


def attached(held: object, folder: Path) -> Attached | None:
    """Return an attachment as it is shown.

    Args:
        held: the column `media`. folder: of the attachments of the workspace.
    """
    if not held:
        return None
    media = Media.from_json(str(held))
    file = content_path(folder, bytes.fromhex(media.sha256)) if media.sha256 else None
    size = file.stat().st_size if file is not None and file.is_file() else None
    return Attached(
        name=media.name,
        mime=media.mime,
        size=size,
        sha256=media.sha256,
        file="" if size is None else f"{MEDIA}/{media.sha256}",
        state=media.state,
    )


def redacted(shown: Disclosed, redactions: Sequence[Redaction]) -> Disclosed:
    """Return a message without what is held back of it."""
    fields = {redaction.field for redaction in redactions}
    whole = "message" in fields
    hidden = replace(shown, redactions=tuple(redactions), ciphertext_sha256="")
    if whole:
        hidden = replace(hidden, event="", relation="", target="", reason="")
    if whole or "text" in fields:
        hidden = replace(hidden, text=PLACEHOLDER)
    if whole or "sender" in fields:
        hidden = replace(hidden, sender=PLACEHOLDER, name=PLACEHOLDER)
    if whole or "recipients" in fields:
        hidden = replace(hidden, recipients=(PLACEHOLDER,))
    if whole or "conversation" in fields:
        hidden = replace(hidden, conversation=PLACEHOLDER)
    if whole or "media" in fields:
        hidden = replace(hidden, attached=_ANONYMOUS)
    return hidden


def _word(row: Row, name: str) -> str:
    value = row[name]
    return "" if value is None else str(value)


def _base64(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
