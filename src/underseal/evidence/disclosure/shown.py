"""Used messages as they may be shown: what every form of a pack, and who prepares one, sees of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import pyarrow as pa

from underseal.core.crypto import content_path
from underseal.core.ledger import leaf_hash
from underseal.core.records import Media
from underseal.evidence.authority.moments import iso
from underseal.evidence.disclosure.disclosed import PLACEHOLDER, Attached, Disclosed, Redaction
from underseal.evidence.disclosure.material import Material
from underseal.evidence.store import Directory, leaf_texts

MEDIA: Final = "media"
"""Folder of the attachments in a pack."""

Row: TypeAlias = Mapping[str, object]

_ANONYMOUS: Final = Attached(name=PLACEHOLDER, mime="", size=None, sha256="", file="", state="redacted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Shows the used messages of a disclosure.

    Attributes:
        material: what is disclosed. directory: who is called what. media: folder of the attachments of the workspace.
        zone: in which times are written.
    """

    material: Material
    directory: Directory
    media: Path
    zone: ZoneInfo

    def messages(self, rows: pa.Table, first: int) -> Iterator[tuple[Row, bytes, Disclosed]]:
        """Yield records, each with its leaf data and as it may be shown.

        Args:
            rows: all columns of used records, in the order of the schedule. first: line of the first of them, from 1.
        """
        records: list[Row] = rows.to_pylist()
        for line, (row, text) in enumerate(zip(records, leaf_texts(rows), strict=True), first):
            shown = self._shown(row, line=line, leaf=leaf_hash(text).hex())
            held_back = self.material.redactions.get(shown.record, ())
            yield row, text, redacted(shown, held_back) if held_back else shown

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
