"""The shapes of every answer and request of the HTTP API: the one place where pydantic describes them.

Times are milliseconds since 1970-01-01T00:00:00Z beside an ISO 8601 text with its offset. Digests are lowercase hex.
"""

from typing import Literal

from pydantic import Field, SecretStr

from underseal.core.web.shapes import ErrorBody, Shape

NO_NUL = r"^[^\x00]*$"
"""What a text that goes into the case work may hold: PostgreSQL keeps everything but U+0000."""


# --- who asks -------------------------------------------------------------------------------------------------------

Role = Literal["investigator", "filter", "magistrate", "prosecutor", "administrator"]


class AuthoritySummary(Shape):
    """An authority that can be chosen in the head of the page."""

    number: str
    magistrate: str
    legal_basis: str
    valid_from: str
    valid_to: str
    state: Literal["valid", "not_yet", "expired", "withdrawn"]
    accounts: int | None
    """How many accounts are in scope; None means all."""
    rooms: int | None
    start: str | None
    end: str | None


class Session(Shape):
    """Who is logged in, where, and under what they may act.

    With `single_user` the workspace has no named users: its one person may do everything, whatever `role` says.
    """

    user: str
    role: Role
    csrf: str
    workspace: str
    timezone: str
    single_user: bool
    release: int | None
    authorities: list[AuthoritySummary]


class Login(Shape):
    """A named user's login."""

    name: str = Field(max_length=64, pattern=NO_NUL)
    password: SecretStr = Field(max_length=1024)


# --- a message as it is read ----------------------------------------------------------------------------------------


class Party(Shape):
    """An account, with the name that it gave itself last."""

    account: str
    name: str


class Moment(Shape):
    """A time as evidence."""

    utc: int
    iso: str
    clock: str
    found: str
    uncertainty: int


class MediaLine(Shape):
    """An attachment. `url` is null where the bytes are not held."""

    mime: str
    name: str
    size: int | None
    state: str
    url: str | None
    duration: int | None
    waveform: list[int]
    width: int | None
    height: int | None


class Quote(Shape):
    """The message that a reply answers; text is null where it is locked, absent or out of scope."""

    number: int | None
    sender: Party | None
    text: str | None
    verdict: str | None


class EditLine(Shape):
    """One later wording of a message."""

    number: int
    time: Moment
    text: str | None


class ReactionLine(Shape):
    """One reaction and who gave it."""

    key: str
    senders: list[str]


class RedactionLine(Shape):
    """Who took a message back, and when; its captured text stays."""

    number: int
    sender: Party
    time: Moment
    reason: str


class Line(Shape):
    """One message in its place in a conversation."""

    number: int
    event: str
    conversation: str
    sender: Party
    device: str
    recipients: list[str]
    time: Moment
    kind: str
    verdict: str
    reason: str
    text: str | None
    detail: str
    media: MediaLine | None
    reply: Quote | None
    edits: list[EditLine]
    reactions: list[ReactionLine]
    redaction: RedactionLine | None
    copies: int
    exhibit: str


# --- search ---------------------------------------------------------------------------------------------------------


class Hit(Shape):
    """A found message with where the words stand in its text (code points, end exclusive)."""

    line: Line
    title: str
    highlights: list[tuple[int, int]]


class SearchPage(Shape):
    """One page of a result. `total` and `locked` count the whole result, exactly."""

    query: str
    explained: str
    total: int
    locked: int
    hits: list[Hit]
    cursor: str | None
    release: int
    milliseconds: int


class Bucket(Shape):
    """One day."""

    day: str
    count: int
    locked: int


class Histogram(Shape):
    """Hits per day, days without hits left out."""

    days: list[Bucket]


class FacetValue(Shape):
    """One value of a facet with its exact count."""

    value: str
    label: str
    count: int


class Facets(Shape):
    """Counts of the result by field."""

    sender: list[FacetValue]
    conversation: list[FacetValue]
    kind: list[FacetValue]
    verdict: list[FacetValue]
    exhibit: list[FacetValue]


class Completion(Shape):
    """A proposal for the query line: replace characters start..end by text."""

    start: int
    end: int
    text: str
    label: str


class Completions(Shape):
    """Proposals at a position of the query line, and the fault in it, if any."""

    completions: list[Completion]
    fault: ErrorBody | None
    explained: str


# --- conversations --------------------------------------------------------------------------------------------------


class ConversationSummary(Shape):
    """A conversation in the list."""

    id: str
    title: str
    direct: bool
    members: list[Party]
    messages: int
    locked: int
    first: Moment | None
    last: Moment | None


class Conversations(Shape):
    """A page of conversations, latest first."""

    conversations: list[ConversationSummary]
    total: int
    cursor: str | None


class ConversationPage(Shape):
    """Messages of a conversation in order; the cursors go on in both directions, null at an end."""

    lines: list[Line]
    before: str | None
    after: str | None


class Gap(Shape):
    """Messages that are missing between two that were captured; `missing` is how many at least, `reason` says it in words."""

    start: Moment
    end: Moment
    sender: Party
    missing: int
    reason: str


class Density(Shape):
    """Messages per day of a conversation, for its scrubber."""

    days: list[Bucket]
    gaps: list[Gap]


class Position(Shape):
    """Where a reader stopped; null where they never began."""

    number: int | None


class Bookmark(Shape):
    """A conversation that one has begun to read: the record where one stopped, and when."""

    conversation: ConversationSummary
    number: int
    stopped: str


class NewPosition(Shape):
    """Where a reader stops."""

    number: int = Field(ge=0, lt=2**63)


# --- provenance and proof -------------------------------------------------------------------------------------------


class ProvenanceStep(Shape):
    """One of the steps from the captured bytes to the line on the screen."""

    name: str
    words: str
    facts: list[tuple[str, str]]
    digest: str | None


class Provenance(Shape):
    """All steps of one record."""

    number: int
    steps: list[ProvenanceStep]


class CheckStep(Shape):
    """One check and whether it held."""

    name: str
    ok: bool
    detail: str


class Check(Shape):
    """A verification, step by step."""

    ok: bool
    steps: list[CheckStep]


class Progress(Shape):
    """A line of a long verification: records done and in all."""

    done: int
    total: int


class Verified(Shape):
    """The last line of a long verification."""

    check: Check


# --- overview, releases, audit --------------------------------------------------------------------------------------


class ExhibitCard(Shape):
    """An exhibit with its sums."""

    number: str
    title: str
    reader: str
    custodian: str
    condition: str
    taken: str
    files: int
    bytes: int
    sha256: str
    state: str
    total: int
    read: int
    failed: int
    keys: int


class Unreadable(Shape):
    """What cannot be read, and why."""

    code: str
    words: str
    count: int
    query: str | None
    """A search that shows them; null for failures, which are no records."""


class Coverage(Shape):
    """Messages by verdict."""

    verdict: str
    count: int


class Overview(Shape):
    """The first page."""

    release: int | None
    released: str | None
    records: int
    messages: int
    conversations: int
    accounts: int
    coverage: list[Coverage]
    activity: list[Bucket]
    unreadable: list[Unreadable]
    exhibits: list[ExhibitCard]
    new_since_last_visit: int
    last_visit: str | None
    last_release: int | None
    """The latest release at one's last visit."""


class SegmentLine(Shape):
    """A segment of a release."""

    id: str
    rows: int
    bytes: int
    sha256: str
    locked: bool


class ReleaseSummary(Shape):
    """A release in the list."""

    number: int
    created: str
    records: int
    added: int
    root: str
    parent: str | None
    key: str
    verdicts: dict[str, int]
    reason: str


class ReleaseDetail(ReleaseSummary):
    """One release with its parts."""

    segments: list[SegmentLine]
    exhibits: list[str]
    tools: dict[str, str]
    failures: int


class DiffLine(Shape):
    """Why records differ between two releases."""

    reason: str
    exhibit: str
    verdict: str
    count: int


class ReleaseDiff(Shape):
    """What release `new` adds to `old`."""

    old: int
    new: int
    added: int
    lines: list[DiffLine]
    consistent: Check


class AuditEntry(Shape):
    """One act."""

    number: int
    time: str
    user: str
    authority: str
    act: str
    group: str
    purpose: str
    details: dict[str, str | int]


class AuditPage(Shape):
    """Acts, latest first."""

    entries: list[AuditEntry]
    total: int
    cursor: int | None


class UserLine(Shape):
    """A named user."""

    name: str
    role: Role
    disabled: bool
    created: str


class NewUser(Shape):
    """A user to add."""

    name: str = Field(max_length=64)
    role: Role
    password: SecretStr = Field(min_length=12, max_length=1024)


class OwnPassword(Shape):
    """Another password of one's own; all one's other sessions end."""

    old: SecretStr = Field(max_length=1024)
    new: SecretStr = Field(max_length=1024)


class NewPassword(Shape):
    """Another password for another user."""

    password: SecretStr = Field(min_length=12, max_length=1024)
