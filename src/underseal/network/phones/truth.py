"""What is true of everything that was sent: each plaintext with its event id, and who could read it.

    truth.jsonl     one JSON object for each thing that was sent, in the order of sending; see `Told`
    rooms.json      the conversations: room id, name as sent (encrypted), members
    cast.json       the people: PIN, device, languages, what became of their phones

truth.jsonl grows while the scenario plays, so that what was played is there when it is stopped; at the end it is written anew
with what only then is known. A field without a value is left out.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

TRUTH_FILE: Final = "truth.jsonl"


@dataclass(slots=True, kw_only=True)
class Told:
    """One thing that was sent, or that the server refused.

    Attributes:
        n: its place in the order of sending, from 0.
        event_id, room_id, type: as the server has it; no event id where it was refused.
        room: name of the conversation in the scenario. phone: name in the cast.
        sender, pin, device_id: who sent it, from which device.
        kind: text, picture, voice, reaction, redaction or conversation (its name and timer).
        sent_at: milliseconds since 1970 by the phone's clock, when the server had answered.
        ts: milliseconds since 1970 by the server's clock.
        encrypted: whether it was.
        session_id, message_index: its place in a Megolm session.
        body, language: what it says; a conversation's name, a reaction's sign.
        in_reply_to, reacts_to, redacts: event id that it points at. redacted_by: that deleted it.
        timer: seconds after which it goes once shown. due: milliseconds since 1970 when it goes at the latest.
        spoken, filename, mimetype, size, mxc, sha256, sealed_sha256: of an attachment: words spoken, digests in hex of the file
            in clear and as stored.
        given_to: phones that were given the key. withheld: devices of members that were not, with the reason.
        opened_by: phones that have opened it. openable_by: seized phones whose export opens it.
        refused: the server's code, where it took nothing.
    """

    n: int
    event_id: str = ""
    room_id: str
    room: str
    phone: str
    sender: str
    pin: str
    device_id: str
    type: str
    kind: str
    sent_at: int
    ts: int = 0
    encrypted: bool
    session_id: str = ""
    message_index: int | None = None
    body: str = ""
    language: str = ""
    in_reply_to: str = ""
    reacts_to: str = ""
    redacts: str = ""
    redacted_by: str = ""
    timer: int = 0
    due: int = 0
    spoken: str = ""
    filename: str = ""
    mimetype: str = ""
    size: int = 0
    mxc: str = ""
    sha256: str = ""
    sealed_sha256: str = ""
    given_to: list[str] = field(default_factory=list)
    withheld: list[dict[str, str]] = field(default_factory=list)
    opened_by: list[str] = field(default_factory=list)
    openable_by: list[str] = field(default_factory=list)
    refused: str = ""

    def line(self) -> str:
        """Return it as one line of JSON."""
        value = asdict(self)
        kept = {
            name: found
            for name, found in value.items()
            if name in {"n", "encrypted", "message_index"} or found not in ("", 0, [], None)
        }
        if self.message_index is None:
            del kept["message_index"]
        return json.dumps(kept, ensure_ascii=False)


class Truth:
    """The truth of a scenario while it plays.

    Args:
        folder: where it is written; exists.

    Attributes:
        told: everything so far.
    """

    def __init__(self, folder: Path) -> None:
        self.told: list[Told] = []
        self._folder = folder
        self._file = (folder / TRUTH_FILE).open("x", encoding="utf-8")

    def add(self, told: Told) -> None:
        """Note something that was sent, on the disk as well."""
        self.told.append(told)
        self._file.write(told.line() + "\n")
        self._file.flush()

    def settle(self, **others: Mapping[str, Any]) -> None:
        """Write everything anew, and further files of JSON beside it by name; each whole or not at all."""
        self._file.close()
        self._write(TRUTH_FILE, "".join(told.line() + "\n" for told in self.told))
        for name, value in others.items():
            self._write(f"{name}.json", json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def _write(self, name: str, text: str) -> None:
        fresh = self._folder / f".{name}.new"
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._folder / name)
