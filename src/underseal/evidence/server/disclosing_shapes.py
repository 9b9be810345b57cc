"""The shapes of disclosing a dossier; see `shapes`."""

from typing import Literal

from pydantic import Field

from underseal.core.web.shapes import ErrorBody, Shape
from underseal.evidence.server.shapes import NO_NUL, Moment

Redactable = Literal["text", "media", "sender", "recipients", "conversation", "message"]
FormName = Literal["pdf", "xlsx", "csv", "rsmf", "case", "ftm", "graphml"]
PackState = Literal["none", "making", "made", "failed", "others"]
PackStage = Literal["reading", "messages", "proofs", "forms", "sealing"]

_LINE = 500


class ScheduleCounts(Shape):
    """How many lines each schedule has."""

    used: int
    unused: int
    sensitive: int


class DisclosureHolding(Shape):
    """What is held back of a message; `field` is empty where that is all of it. `record` is what giving it back must name."""

    record: int
    field: Redactable | Literal[""]
    why: str
    user: str
    at: Moment


class UsedLine(Shape):
    """A message as its receiver would see it, with placeholders for what is held back."""

    line: int
    record: int
    item: bool
    conversation: str
    sender: str
    name: str
    recipients: list[str]
    iso: str
    kind: str
    verdict: str
    reason: str
    text: str | None
    attachment: str | None
    redactions: list[DisclosureHolding]


class UsedSchedule(Shape):
    """A page of the schedule of used material."""

    counts: ScheduleCounts
    lines: list[UsedLine]
    cursor: str | None


class UnusedLine(Shape):
    """A message that is listed without its content."""

    line: int
    record: int
    conversation: str
    iso: str
    kind: str


class UnusedSchedule(Shape):
    """A page of the schedule of unused material."""

    counts: ScheduleCounts
    lines: list[UnusedLine]
    cursor: str | None


class SensitiveLine(Shape):
    """A message of which its receiver would see the number of the line and the reason."""

    line: int
    record: int
    held: DisclosureHolding


class SensitiveSchedule(Shape):
    """A page of the schedule of sensitive material."""

    counts: ScheduleCounts
    lines: list[SensitiveLine]
    cursor: str | None


class HeldBack(Shape):
    """All that a dossier holds back, in the order of the records."""

    redactions: list[DisclosureHolding]
    sensitive: list[DisclosureHolding]


class NewRedaction(Shape):
    """A part of a message that is to be held back, or no longer."""

    record: int = Field(ge=0, lt=2**63)
    field: Redactable
    why: str = Field(max_length=_LINE, pattern=NO_NUL)


class NewHolding(Shape):
    """A message that is to be held back as a whole, or no longer."""

    record: int = Field(ge=0, lt=2**63)
    why: str = Field(max_length=_LINE, pattern=NO_NUL)


class DisclosureCounts(Shape):
    """How much leaves the house."""

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


class SessionGiven(Shape):
    """A session that would be handed over from an index on, and how many disclosed messages it opens."""

    session: str
    start: int
    opens: int


class ExcludedSource(Shape):
    """A source that a judge excluded."""

    exhibit: str
    decision: str
    judge: str
    why: str


class NeverDisclosed(Shape):
    """What no pack holds, and why."""

    what: str
    why: str


class DisclosurePreview(Shape):
    """What would leave the house; `size` in bytes, without forms. `reader`: whether the reader can be enclosed."""

    release: int
    counts: DisclosureCounts
    sessions: list[SessionGiven]
    redactions: dict[str, int]
    exclusions: list[ExcludedSource]
    beside_redacted: list[int]
    claims: list[str]
    never: list[NeverDisclosed]
    size: int
    reader: bool


class NewPack(Shape):
    """A pack that is to be made; `since` is the release of an earlier one."""

    to: str = Field(max_length=_LINE, pattern=NO_NUL)
    since: int | None = Field(default=None, ge=1, lt=2**31)
    forms: list[FormName] = Field(default_factory=list, max_length=7)
    reader: bool = True


class MadePack(Shape):
    """A pack that waits to be fetched; `size` of the file, in bytes. `key` signed it, and `kept` is how long it waits, in seconds."""

    counts: DisclosureCounts
    release: int
    size: int
    contents: str
    key: str
    kept: int


class PackProgress(Shape):
    """What has come of the pack that one asked for; "others": somebody else is having one made."""

    state: PackState
    to: str = ""
    by: str = ""
    started: Moment | None = None
    stage: PackStage = "reading"
    done: int = 0
    total: int = 0
    made: MadePack | None = None
    error: ErrorBody | None = None


class EarlierDisclosure(Shape):
    """A disclosure, as the audit says it; counts are null where it does not. `contents` is the digest that the pack states."""

    number: int
    to: str
    by: str
    at: str
    authority: str
    purpose: str
    contents: str
    records: int | None
    release: int | None
    redacted: int | None
    unused: int | None
    sensitive: int | None
    waited: bool
    fetched_at: str | None
    discarded_at: str | None


class EarlierDisclosures(Shape):
    """The disclosures of a dossier, the latest first; `sealed` where the audit cannot be read here. `key` signs the packs."""

    disclosures: list[EarlierDisclosure]
    key: str
    sealed: bool
