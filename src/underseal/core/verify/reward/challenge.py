"""What a challenge says: the reward, its terms, the sealed conversation, and the commitment to the answer.

Everything that a claimant, a sponsor or a third person needs stands in one canonical JSON object, whose SHA-256 is the
challenge's id: whoever signs the id signs all of it. Written down in docs/formats/reward.md.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final, Self

from underseal.core.ledger import Fields, Json, JsonValue, canonical
from underseal.core.verify.megolm import check_signature
from underseal.errors import IntegrityError, UnreadableError

CHALLENGE_FORMAT: Final = "underseal/reward-challenge/1"

MEGOLM: Final = "m.megolm.v1.aes-sha2"
"""Algorithm of every message of a transcript (Matrix client-server API, "m.megolm.v1.aes-sha2")."""

COMMITMENT_DOMAIN: Final = b"underseal/reward-commitment/1\n"
"""What is hashed before salt and secret, so that no other digest of the project can stand in for a commitment."""

SALT_BYTES: Final = 32

MAX_SECRET_BYTES: Final = 1024

MAX_TITLE: Final = 200
"""Longest title, in characters."""

MAX_TEXT: Final = 20_000
"""Longest wording of the terms, in characters."""

MAX_REVEAL_HOURS: Final = 24 * 90

MAX_MINOR: Final = 10**15
"""Largest amount, in minor units: ten million millions of a currency with two decimals."""

_ANSWER: Final = re.compile(rb"underseal-answer-1:([0-9a-f]{64}):((?:[0-9a-f]{2}){1,1024})(?![0-9a-f])")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sealed message hides. Its text carries the salt, so that whoever reads it can prove it with no one's help.

    Attributes:
        salt: SALT_BYTES random bytes.
        secret: 1 to MAX_SECRET_BYTES bytes.
    """

    salt: bytes
    secret: bytes

    @property
    def text(self) -> str:
        """Its one form: "underseal-answer-1:" salt ":" secret, in lowercase hexadecimal."""
        return f"underseal-answer-1:{self.salt.hex()}:{self.secret.hex()}"

    @property
    def commitment(self) -> bytes:
        """SHA-256 of COMMITMENT_DOMAIN, salt and secret, one behind the other: 32 bytes."""
        return hashlib.sha256(COMMITMENT_DOMAIN + self.salt + self.secret).digest()

    @classmethod
    def find(cls, data: bytes) -> Self | None:
        """Return the first answer that stands in some bytes, as a decrypted message; None where there is none."""
        found = _ANSWER.search(data)
        return cls(bytes.fromhex(found[1].decode()), bytes.fromhex(found[2].decode())) if found else None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an answer from its one form.

        Raises:
            IntegrityError: it has another form. The message does not repeat it.
        """
        found = cls.find(text.encode(errors="replace"))
        if found is None or found.text != text:
            raise IntegrityError("An answer has the form underseal-answer-1:SALT:SECRET, in lowercase hexadecimal.")
        return found

    def __repr__(self) -> str:
        return "Answer(***)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A sum of money.

    Attributes:
        minor: how many of the currency's smallest unit, from 1.
        currency: ISO 4217 code.
    """

    minor: int
    currency: str

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Read it. Raises UnreadableError: it is none."""
        fields = Fields(value, "The amount", required=("minor", "currency"))
        minor, currency = fields.integer("minor"), fields.text("currency")
        if not 0 < minor <= MAX_MINOR or not _CURRENCY.fullmatch(currency):
            raise UnreadableError(f"An amount is 1 to {MAX_MINOR} of the smallest unit of a currency of ISO 4217.")
        return cls(minor=minor, currency=currency)

    def to_json(self) -> dict[str, Json]:
        """Return its JSON form."""
        return {"minor": self.minor, "currency": self.currency}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a claim must keep to.

    Attributes:
        text: in the sponsor's words; may be empty.
        until: last instant at which a claim may be committed.
        reveal_hours: within how many hours of its commitment an answer must be revealed.
        session_key_required: a claim must show a session key that opens the ciphertext; the plaintext is not enough.
        participants_may_claim: a claim under a key of the transcript's devices or sessions counts.
        statement_required: the claimant must sign claim.STATEMENT.
    """

    text: str
    until: datetime
    reveal_hours: int
    session_key_required: bool
    participants_may_claim: bool
    statement_required: bool

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Read them. Raises UnreadableError: they cannot be."""
        fields = Fields(value, "The terms", required=cls.__slots__)
        text, hours = fields.text("text"), fields.integer("reveal_hours")
        if len(text) > MAX_TEXT or not 0 < hours <= MAX_REVEAL_HOURS:
            raise UnreadableError(
                f"Terms have at most {MAX_TEXT} characters, and 1 to {MAX_REVEAL_HOURS} hours for the reveal."
            )
        flags = {name: _flag(fields, name) for name in cls.__slots__ if name.endswith(("_required", "_claim"))}
        return cls(text=text, until=read_instant(fields, "until"), reveal_hours=hours, **flags)

    def to_json(self) -> dict[str, Json]:
        """Return their JSON form."""
        return {
            "text": self.text,
            "until": instant(self.until),
            "reveal_hours": self.reveal_hours,
            "session_key_required": self.session_key_required,
            "participants_may_claim": self.participants_may_claim,
            "statement_required": self.statement_required,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A device of the conversation, by its public keys.

    Attributes:
        user: Matrix user id. device: device id.
        ed25519: fingerprint key, unpadded base64 of 32 bytes.
        curve25519: identity key, unpadded base64 of 32 bytes.
    """

    user: str
    device: str
    ed25519: str
    curve25519: str

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Read one. Raises UnreadableError: it is none."""
        fields = Fields(value, "A device", required=cls.__slots__)
        found = cls(**{name: fields.text(name) for name in cls.__slots__})
        for key in (found.ed25519, found.curve25519):
            key_bytes(key)
        return found

    def to_json(self) -> dict[str, Json]:
        """Return its JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A message of the transcript, checked: it is one of Megolm, and signed by its session.

    Attributes:
        event: its event id.
        session: the session's Ed25519 public key, 32 bytes.
        ciphertext: the message's bytes.
    """

    event: str
    session: bytes
    ciphertext: bytes

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Read a Matrix event of type m.room.encrypted.

        Raises:
            UnreadableError: it is none. IntegrityError: its session did not sign it.
        """
        fields = Fields(value, "An event of the transcript")
        content = Fields(fields.value("content"), "The content of an event")
        if fields.text("type") != "m.room.encrypted" or content.text("algorithm") != MEGOLM:
            raise UnreadableError(f"An event of the transcript is not m.room.encrypted of {MEGOLM}.")
        found = cls(
            event=fields.text("event_id"),
            session=key_bytes(content.text("session_id")),
            ciphertext=_unpadded(content.text("ciphertext")),
        )
        check_signature(found.session, found.ciphertext)
        return found


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A challenge, checked in all that can be checked without a key.

    Attributes:
        title: what it is called.
        amount: the reward. terms: what a claim must keep to.
        commitment: the commitment to the answer, 32 bytes.
        participants: the devices of the conversation.
        to_device: what brought the session keys from device to device: Matrix events under Olm.
        events: the conversation: Matrix events under Megolm. messages: the same, read.
    """

    title: str
    amount: Amount
    terms: Terms
    commitment: bytes
    participants: Sequence[Participant]
    to_device: Sequence[JsonValue]
    events: Sequence[JsonValue]
    messages: Mapping[str, Sealed]

    @classmethod
    def from_json(cls, value: JsonValue) -> Self:
        """Read a challenge.

        Raises:
            UnreadableError: it is none. IntegrityError: a message is not signed by its session.
        """
        names = ("format", "title", "amount", "terms", "commitment", "devices", "to_device", "events")
        fields = Fields(value, "The challenge", required=names)
        title = fields.text("title")
        if fields.text("format") != CHALLENGE_FORMAT or not 0 < len(title) <= MAX_TITLE or not title.isprintable():
            raise UnreadableError(f"A challenge has the format {CHALLENGE_FORMAT}, and a title of one line.")
        events = _listed(fields, "events")
        messages = {message.event: message for message in map(Sealed.from_json, events)}
        if not events or len(messages) != len(events):
            raise UnreadableError("A transcript has at least one event, and no event id twice.")
        return cls(
            title=title,
            amount=Amount.from_json(fields.value("amount")),
            terms=Terms.from_json(fields.value("terms")),
            commitment=fields.hexadecimal("commitment"),
            participants=[Participant.from_json(item) for item in _listed(fields, "devices")],
            to_device=_listed(fields, "to_device"),
            events=events,
            messages=messages,
        )

    def to_json(self) -> dict[str, Json]:
        """Return the object whose digest is the id."""
        return {
            "format": CHALLENGE_FORMAT,
            "title": self.title,
            "amount": self.amount.to_json(),
            "terms": self.terms.to_json(),
            "commitment": self.commitment.hex(),
            "devices": [participant.to_json() for participant in self.participants],
            "to_device": self.to_device,
            "events": self.events,
        }

    @cached_property
    def id(self) -> str:
        """SHA-256 of the challenge's canonical JSON, 64 hexadecimal digits."""
        return hashlib.sha256(canonical(self.to_json())).hexdigest()

    def public_keys(self) -> frozenset[bytes]:
        """Return every Ed25519 public key of the transcript: of its devices and of its sessions."""
        devices = {key_bytes(participant.ed25519) for participant in self.participants}
        return frozenset(devices | {message.session for message in self.messages.values()})


def instant(moment: datetime) -> str:
    """Return a moment as the ledger writes it: UTC with milliseconds, "2026-03-09T04:00:00.000Z"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def read_instant(fields: Fields, name: str) -> datetime:
    """Read a moment in that form.

    Raises:
        UnreadableError: it has another.
    """
    text = fields.text(name)
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise UnreadableError(f'"{name}" is not a moment such as 2026-03-09T04:00:00.000Z.')


def key_bytes(text: str) -> bytes:
    """Return the 32 bytes of a public key in Matrix's form, unpadded base64.

    Raises:
        UnreadableError: it has another form.
    """
    data = _unpadded(text)
    if len(data) != 32:  # noqa: PLR2004  # RFC 8032 section 5.1.5 and RFC 7748 section 5
        raise UnreadableError("A public key is the unpadded base64 of 32 bytes.")
    return data


def _unpadded(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableError("A ciphertext or key is not base64.") from None
    if base64.b64encode(data).decode().rstrip("=") != text:
        raise UnreadableError("A ciphertext or key is not unpadded base64 in its one form.")
    return data


def _listed(fields: Fields, name: str) -> list[JsonValue]:
    value = fields.value(name)
    if not isinstance(value, list):
        raise UnreadableError(f'"{name}" of the challenge is not a list.')
    return value


def _flag(fields: Fields, name: str) -> bool:
    value = fields.value(name)
    if not isinstance(value, bool):
        raise UnreadableError(f'"{name}" is neither true nor false.')
    return value
