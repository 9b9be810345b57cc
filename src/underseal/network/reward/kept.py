"""What the sponsor keeps of a challenge, outside the ledger: a file of mode 0600, under a passphrase where one is given.

    {"format": "underseal/reward-kept/1", "challenge": "<id>", "kept": "<JSON>"}         or "sealed" instead of "kept"

It holds the answer and, unless they were burnt, the keys of the sessions. Whoever holds it can claim the reward through
somebody else; whose hands it belongs into is said in docs/howto/publish-a-reward.md.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from underseal.core.crypto import sealed
from underseal.core.crypto.megolm import export_bytes
from underseal.core.crypto.private_files import read_private, write_new
from underseal.core.ledger import Fields, canonical, parse_strict
from underseal.core.records import Secret
from underseal.core.verify.reward import Answer, Challenge, Shown
from underseal.errors import EvidenceError, IntegrityError, KeyFileError
from underseal.network.reward.conversation import KeptSession

KEPT_FORMAT: Final = "underseal/reward-kept/1"

_SESSION = ("room_id", "session_id", "sender_key", "session_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The content of the file.

    Attributes:
        challenge: id of the challenge.
        answer: opens its commitment.
        event: id of the message that holds the answer.
        sessions: keys of the conversation; none where they were burnt.
    """

    challenge: str
    answer: Answer
    event: str
    sessions: Sequence[KeptSession]


def shown_by(kept: Kept, challenge: Challenge) -> Shown:
    """Return what a sponsor can show with it: the answer, and the key that opens its message unless it was burnt."""
    message = challenge.messages.get(kept.event)
    keys = [export_bytes(one.exported) for one in kept.sessions]
    fitting = (key for key in keys if message is not None and key.endswith(message.session))
    return Shown(answer=kept.answer, event=kept.event, session_key=next(fitting, b""))


def write_kept(path: Path, kept: Kept, passphrase: Secret | None) -> None:
    """Write the file; whole or not at all, and never over another.

    Raises:
        ConflictError: there is such a file already. OSError: the folder cannot be written.
    """
    sessions = [
        dict(
            zip(
                _SESSION,
                (one.room, one.session, one.sender_key, one.exported.reveal().decode()),
                strict=True,
            )
        )
        for one in kept.sessions
    ]
    content = canonical({"answer": kept.answer.text, "event": kept.event, "sessions": sessions})
    head: dict[str, object] = {"format": KEPT_FORMAT, "challenge": kept.challenge}
    if passphrase is None:
        body: dict[str, object] = {"kept": content.decode()}
    else:
        body = {"sealed": sealed.seal(Secret(content), passphrase, head)}
    write_new(path, json.dumps({**head, **body}, indent=2).encode() + b"\n")


def read_kept(path: Path, passphrase: Secret | None) -> Kept:
    """Read the file.

    Raises:
        KeyFileError: it is missing, open to others, damaged, or under a passphrase that is missing or wrong.
    """
    data = read_private(path)
    try:
        fields = Fields(parse_strict(data), "The file", required=("format", "challenge"), optional=("kept", "sealed"))
        content = Fields(parse_strict(_content(fields, path, passphrase)), "Its content")
        return Kept(
            challenge=fields.hexadecimal("challenge").hex(),
            answer=Answer.parse(content.text("answer")),
            event=content.text("event"),
            sessions=_sessions(content),
        )
    except KeyFileError:
        raise
    except EvidenceError as error:  # what its parser says names a field, never a value
        raise KeyFileError(f"{path} cannot be read: {error.message}") from None


def _content(fields: Fields, path: Path, passphrase: Secret | None) -> bytes:
    if fields.text("format") != KEPT_FORMAT:
        raise KeyFileError(f"{path} is not what was kept of a challenge.")
    if "sealed" not in fields:
        return fields.text("kept").encode()
    if passphrase is None:
        raise KeyFileError(f"{path} is under a passphrase.", hint="Name a file that holds it with --passphrase-file.")
    head: dict[str, object] = {name: fields.text(name) for name in ("format", "challenge")}
    try:
        return sealed.unseal(fields.value("sealed"), passphrase, head).reveal()
    except IntegrityError:
        raise KeyFileError(f"{path} cannot be opened: the passphrase is wrong, or the file is damaged.") from None


def _sessions(content: Fields) -> list[KeptSession]:
    listed = content.value("sessions")
    found = [Fields(item, "A session", required=_SESSION) for item in (listed if isinstance(listed, list) else [])]
    return [
        KeptSession(
            room=one.text("room_id"),
            session=one.text("session_id"),
            sender_key=one.text("sender_key"),
            exported=Secret(one.text("session_key").encode()),
        )
        for one in found
    ]
