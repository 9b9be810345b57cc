"""Where packs are made, and what is said of one before and after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from underseal.core.ledger import SignedDocument
from underseal.evidence.audit import Audit
from underseal.evidence.disclosure.keys import SessionKey
from underseal.evidence.disclosure.selection import Excluded, Selection
from underseal.evidence.identity import Book
from underseal.evidence.store import Releases, SegmentPool
from underseal.evidence.workspace import Workspace


class Stage(StrEnum):
    """What is being done of a pack, in this order."""

    READING = "reading"
    MESSAGES = "messages"
    PROOFS = "proofs"
    FORMS = "forms"
    SEALING = "sealing"


Progress: TypeAlias = Callable[[Stage, int, int], None]
"""Called with what is being done, and how much of it is done and in all; 0 and 0 where that is not counted. What it raises
stops the making."""

Page: TypeAlias = Callable[[Path, SignedDocument], object]
"""Writes `reader.html` into the folder of a pack, in which every file but `pack.json` is; the document is what `pack.json` says
without the page, of format `PAGE_FORMAT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Where packs are made.

    Attributes:
        workspace: whose signing key, keyring and attachments. audit: of which an extract is enclosed.
        book: the attributions. releases, pool: the evidence. clock: tells the time, in ms since 1970.
    """

    workspace: Workspace
    audit: Audit
    book: Book
    releases: Releases
    pool: SegmentPool
    clock: Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much leaves the house: the counts of `pack.json`."""

    used: int
    items: int
    context: int
    redacted: int
    locked: int
    unused: int
    sensitive: int
    message_keys: int
    session_keys: int
    attributions: int
    media: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would leave the house.

    Attributes:
        counts: of the pack. sessions: those that would be handed over, with the index from which each opens.
        redactions: how many there are of each field. exclusions: excluded sources, as the pack would name them.
        beside_redacted: records that refer to a redacted one and are not redacted: a reply may quote it.
        claims: ids of the attributions. size: an estimate in bytes, without forms and reader.
    """

    counts: Counts
    sessions: Sequence[SessionKey]
    redactions: Mapping[str, int]
    exclusions: Sequence[Excluded]
    beside_redacted: Sequence[int]
    claims: Sequence[str]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A pack that was made.

    Attributes:
        path: where. selection: what was disclosed. release: number of the one that it was taken from. counts: of it.
        size: of its files in bytes. contents: digest of what is disclosed, hex. key: public key that signed it, hex.
    """

    path: Path
    selection: Selection
    release: int
    counts: Counts
    size: int
    contents: str
    key: str
