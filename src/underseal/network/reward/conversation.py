"""A sealed conversation between two devices, made to be published: real Olm, real Megolm, and an answer in one message.

The devices exist in this process alone. Their private keys are forgotten when it ends; only the keys of the sessions
come out of here, for the sponsor to keep or to burn.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from underseal.core.crypto.megolm import ALGORITHM as MEGOLM
from underseal.core.crypto.olm import ALGORITHM as OLM
from underseal.core.crypto.olm import OlmAccount, OutboundSession, exported_of
from underseal.core.ledger import Json, canonical
from underseal.core.records import Secret
from underseal.core.verify.reward import SALT_BYTES, Answer, Participant
from underseal.errors import CallerError

SECRET_BYTES: Final = 32
"""Bytes of a secret that nobody chose: 256 random bits."""

MIN_SECRET_BYTES: Final = 16
"""Fewest bytes of a secret that somebody chose."""

MAX_LINES: Final = 400
"""Most messages of a conversation: its entry in the ledger has at most 1 MiB."""

MAX_LINE_BYTES: Final = 1000
"""Longest message, in bytes of UTF-8."""

_NAMES: Final = ("first", "second")
"""Local parts of the two user ids; no PIN is written like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSession:
    """A Megolm session of the conversation, as a key export holds it.

    Attributes:
        room: its room. session: its id. sender_key: Curve25519 key of its device, unpadded base64.
        exported: the session from index 0 on, base64.
    """

    room: str
    session: str
    sender_key: str
    exported: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What came of it.

    Attributes:
        answer: what one message hides. event: id of that message.
        participants: the devices. to_device: Olm messages that carry the session keys. events: the messages.
        sessions: the keys that open all of them.
    """

    answer: Answer
    event: str
    participants: Sequence[Participant]
    to_device: Sequence[dict[str, Json]]
    events: Sequence[dict[str, Json]]
    sessions: Sequence[KeptSession]


class _Speaker:
    """One of the two devices, with its one Megolm session."""

    def __init__(self, name: str, server_name: str) -> None:
        self.account = OlmAccount()
        self.session = OutboundSession()
        self.key = self.session.key
        self.participant = Participant(
            user=f"@{name}:{server_name}",
            device=secrets.token_hex(5).upper(),
            ed25519=self.account.ed25519,
            curve25519=self.account.curve25519,
        )

    def hand_over(self, other: "_Speaker", room: str) -> dict[str, Json]:
        """Return the to-device event that carries the session's key to the other (client-server API, "m.room_key")."""
        (one_time_key,) = other.account.new_one_time_keys(1).values()
        other.account.mark_published()
        payload: dict[str, Json] = {
            "type": "m.room_key",
            "content": {
                "algorithm": MEGOLM,
                "room_id": room,
                "session_id": self.session.session_id,
                "session_key": self.key.reveal().decode(),
            },
            "sender": self.participant.user,
            "recipient": other.participant.user,
            "keys": {"ed25519": self.participant.ed25519},
            "recipient_keys": {"ed25519": other.participant.ed25519},
        }
        message = self.account.start(other.account.curve25519, one_time_key).encrypt(canonical(payload))
        sealed: dict[str, Json] = {other.account.curve25519: {"type": message.kind, "body": message.body}}
        content: dict[str, Json] = {"algorithm": OLM, "sender_key": self.account.curve25519, "ciphertext": sealed}
        return {"type": "m.room.encrypted", "sender": self.participant.user, "content": content}

    def say(self, line: str, room: str, at: datetime) -> dict[str, Json]:
        """Return a message of the room (client-server API, "m.room.encrypted")."""
        payload: dict[str, Json] = {
            "type": "m.room.message",
            "content": {"msgtype": "m.text", "body": line},
            "room_id": room,
        }
        return {
            "type": "m.room.encrypted",
            "event_id": f"${secrets.token_urlsafe(32)}",
            "room_id": room,
            "sender": self.participant.user,
            "origin_server_ts": round(at.timestamp() * 1000),
            "content": {
                "algorithm": MEGOLM,
                "ciphertext": self.session.encrypt(canonical(payload)),
                "session_id": self.session.session_id,
                "sender_key": self.account.curve25519,
                "device_id": self.participant.device,
            },
        }

    def kept(self, room: str) -> KeptSession:
        session, exported = exported_of(self.key)
        return KeptSession(room=room, session=session, sender_key=self.account.curve25519, exported=exported)


def converse(lines: Sequence[str], secret: Secret | None, *, server_name: str, ends: datetime) -> Conversation:
    """Hold a conversation and hide an answer in it, at a place drawn at random.

    Args:
        lines: what is said beside the answer, by both in turn.
        secret: MIN_SECRET_BYTES bytes or more; None draws SECRET_BYTES.
        server_name: right half of the two user ids.
        ends: when the last message was sent; the others lie up to a minute before each other.

    Raises:
        CallerError: no lines, too many, one too long, or a secret too short.
    """
    answer = Answer(secrets.token_bytes(SALT_BYTES), _checked(secret))
    said = list(_checked_lines(lines))
    hidden = secrets.randbelow(len(said) + 1)
    said.insert(hidden, answer.text)
    room = f"!{secrets.token_hex(9)}:{server_name}"
    speakers = [_Speaker(name, server_name) for name in _NAMES]
    one, other = speakers
    to_device = [one.hand_over(other, room), other.hand_over(one, room)]
    moments = _moments(len(said), ends)
    events = [speakers[number % 2].say(line, room, moments[number]) for number, line in enumerate(said)]
    return Conversation(
        answer=answer,
        event=str(events[hidden]["event_id"]),
        participants=[speaker.participant for speaker in speakers],
        to_device=to_device,
        events=events,
        sessions=[speaker.kept(room) for speaker in speakers],
    )


def _checked(secret: Secret | None) -> bytes:
    if secret is None:
        return secrets.token_bytes(SECRET_BYTES)
    data = secret.reveal()
    if not MIN_SECRET_BYTES <= len(data) <= MAX_LINE_BYTES:
        raise CallerError(f"A secret has {MIN_SECRET_BYTES} to {MAX_LINE_BYTES} bytes.")
    return data


def _checked_lines(lines: Sequence[str]) -> Sequence[str]:
    if not 0 < len(lines) <= MAX_LINES:
        raise CallerError(f"A conversation has 1 to {MAX_LINES} lines beside the answer.")
    for number, line in enumerate(lines, 1):
        if len(line.encode()) > MAX_LINE_BYTES:
            raise CallerError(f"Line {number} of the conversation is longer than {MAX_LINE_BYTES} bytes.")
    return lines


def _moments(count: int, ends: datetime) -> list[datetime]:
    """Return when each message was sent, the last one at `ends`."""
    moments = [ends]
    while len(moments) < count:
        moments.append(moments[-1] - timedelta(milliseconds=1000 + secrets.randbelow(59_000)))
    return moments[::-1]
