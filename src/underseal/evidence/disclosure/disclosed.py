"""A disclosed message as every form of a pack shows it: made once, so that no two forms can tell a row or a second apart."""

from dataclasses import dataclass
from typing import Final

PLACEHOLDER: Final = "█████"
"""Stands in a text for whatever was redacted, however long it was: a length would tell something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the first page of every form says.

    Attributes:
        dossier: its number. title: of the dossier.
        to: who gets it. by: who disclosed it. authority: number of the authority under which.
        release: number of the release that everything is taken from. root: of its Merkle tree, 32 bytes as hex.
        at: when, ISO 8601 with offset. zone: name of the time zone in which every time is written.
        signer: the public key that signed the pack, 32 bytes as hex.
    """

    dossier: str
    title: str
    to: str
    by: str
    authority: str
    release: int
    root: str
    at: str
    zone: str
    signer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """Something that is held back of a message.

    Attributes:
        field: which column of the record: "text", "media", "sender", ...
        why: the reason, in words. by: who redacted it.
    """

    field: str
    why: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """The attachment of a message.

    Attributes:
        name, mime: as the sender claims them. size: of the bytes; None where they are not held.
        sha256: of the bytes as hex, "" where they are not held. file: path inside the pack, "" where they are not in it.
        state: as in `core.records.Media`, or "redacted".
    """

    name: str
    mime: str
    size: int | None
    sha256: str
    file: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """A message of the schedule of used material, in the order of conversations and time.

    Attributes:
        line: its number in the schedule, from 1. record: number of its record. leaf: leaf hash of the record, as hex.
        item: whether the dossier stands on it; else it is there as context of one that does.
        event: identifier of its source, "" where there is none. conversation: likewise.
        sender: account. name: what the account called itself, "" where that is unknown.
        recipients: accounts.
        time: ms since 1970. iso: the same, ISO 8601 with milliseconds and offset, in the zone of the head.
        clock: whose clock. uncertainty: half width in ms.
        kind: as in `core.records.Kind`. verdict: as in `core.records.Verdict`. reason: why it is not opened, "" else.
        text: what may be read, with `PLACEHOLDER` for what may not; None where there is nothing to read.
        relation, target: how it refers to which other event, "" else.
        attached: its attachment. redactions: what was held back.
        exhibit: its number. ciphertext_sha256: as hex, "" for what never was encrypted.
    """

    line: int
    record: int
    leaf: str
    item: bool
    event: str
    conversation: str
    sender: str
    name: str
    recipients: tuple[str, ...]
    time: int
    iso: str
    clock: str
    uncertainty: int
    kind: str
    verdict: str
    reason: str
    text: str | None
    relation: str
    target: str
    attached: Attached | None
    redactions: tuple[Redaction, ...]
    exhibit: str
    ciphertext_sha256: str
