"""What is true of every event that was sent, whoever may be able to read it.

Who can open what is worked out from whom each sender gave a key to and when, not from the exported keys, so that
the two can be compared.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

_SPOILT = {
    "no_session_id": "malformed",
    "not_base64": "malformed",
    "flipped_ciphertext": "bad_signature",
}


@dataclass(slots=True)
class KeyBook:
    """For every session, from which message index on each device can open it."""

    first: dict[str, dict[str, int]] = field(default_factory=dict)

    def give(self, session_id: str, phone: str, index: int) -> None:
        """Note that a device holds a session from an index on; a later and higher index changes nothing."""
        self.first.setdefault(session_id, {}).setdefault(phone, index)

    def openers(self, session_id: str, index: int) -> list[str]:
        """The devices that can open that message."""
        return sorted(phone for phone, first in self.first[session_id].items() if first <= index)

    def held_by(self, phone: str) -> dict[str, int]:
        """The sessions of a device and the first index of each."""
        return {session: holders[phone] for session, holders in self.first.items() if phone in holders}


@dataclass(slots=True, kw_only=True)
class Sent:
    """One event as it was sent. Written to truth.jsonl, one JSON object a line, fields without a value left out but `openable_by`."""

    n: int
    event_id: str
    room_id: str
    room: str
    sender: str
    device_id: str
    phone: str
    ts: int
    type: str
    kind: str
    encrypted: bool
    body: str
    language: str = ""
    session_id: str = ""
    message_index: int | None = None
    openable_by: list[str] = field(default_factory=list)
    verdict: str = "clear"
    in_reply_to: str = ""
    replaces: str = ""
    reacts_to: str = ""
    redacts: str = ""
    replays: str = ""
    replaced_by: list[str] = field(default_factory=list)
    redacted_by: str = ""
    spoken: str = ""
    filename: str = ""
    mimetype: str = ""
    mxc: str = ""
    sha256: str = ""
    sealed_sha256: str = ""

    def line(self) -> str:
        """The event as one line of JSON."""
        kept = {
            name: value for name, value in asdict(self).items() if value not in ("", None, []) or name == "openable_by"
        }
        return json.dumps(kept, ensure_ascii=False)


def settle(events: list[Sent], book: KeyBook, seized: Iterable[str]) -> None:
    """Fill in who of the seized devices can open each event, what its verdict must be, and what was edited or taken back."""
    phones = set(seized)
    by_id = {event.event_id: event for event in events}
    for event in events:
        if event.replaces:
            by_id[event.replaces].replaced_by.append(event.event_id)
        if event.redacts:
            by_id[event.redacts].redacted_by = event.event_id
        if event.encrypted:
            _judge(event, book, phones)


def _judge(event: Sent, book: KeyBook, phones: set[str]) -> None:
    if event.kind in _SPOILT:
        event.verdict = _SPOILT[event.kind]
        return
    holders = phones & book.first[event.session_id].keys()
    openers = sorted(phones.intersection(book.openers(event.session_id, event.message_index or 0)))
    if not openers:
        event.verdict = "key_too_late" if holders else "no_key"
    elif event.kind == "wrong_mac":
        event.verdict = "bad_mac"
    else:
        event.openable_by = openers
        event.verdict = "replayed" if event.kind == "replay" else "opened"


def write(events: list[Sent], path: Path) -> None:
    """Write truth.jsonl."""
    path.write_text("".join(event.line() + "\n" for event in events), "utf-8")
