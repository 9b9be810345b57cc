"""The shapes of every answer and request of the HTTP API: the one place where pydantic describes them.

Times are milliseconds since 1970-01-01T00:00:00Z beside an ISO 8601 text with its offset. Digests are lowercase hex.
"""

from typing import Literal

from pydantic import Field, JsonValue, SecretStr

from underseal.core.web.shapes import ErrorBody, Shape

NO_NUL = r"^[^\x00]*$"
"""What a text that goes into the case work may hold: PostgreSQL keeps everything but U+0000."""


# --- who asks -------------------------------------------------------------------------------------------------------

Role = Literal["investigator", "filter", "magistrate", "administrator"]


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


# --- accounts -------------------------------------------------------------------------------------------------------


class Counted(Shape):
    """Messages, exactly counted, with the query that finds them."""

    query: str
    count: int
    locked: int
    first: Moment | None
    last: Moment | None


class AccountDay(Bucket):
    """A day on which the account sent messages, with the query that finds them."""

    query: str


class AccountHour(Shape):
    """An hour of the day, 0 to 23: messages that the account sent in it, and on how many days."""

    hour: int
    count: int
    days: int


class ZoneEstimate(Shape):
    """An estimate of the offset from UTC, in minutes to the east; null where nothing can be said, and `words` says why."""

    offset: int | None
    uncertainty: int | None
    messages: int
    days: int
    quiet_from: float | None
    quiet_share: float | None
    words: str


class Nickname(Shape):
    """A name of the account in a conversation, who gave it, and the numbers of the records that say so."""

    name: str
    by: Party
    own: bool
    conversation: str
    first: Moment
    last: Moment
    records: list[int]


class Contact(Shape):
    """An account that wrote to the account, or was written to."""

    account: str
    name: str
    sent: int
    received: int
    direct: int
    shared: int
    counted: Counted


class AccountPlace(Shape):
    """A conversation of the account."""

    conversation: str
    title: str
    direct: bool
    sent: int
    received: int
    counted: Counted


class Copresence(Shape):
    """Another account that wrote in the same conversation at the same time; one query for each conversation."""

    account: str
    name: str
    messages: int
    first: Moment
    last: Moment
    queries: list[str]


class AccountDevice(Shape):
    """A device that the account wrote with: numbers of the first and last record, and who else wrote with one of this name."""

    device: str
    messages: int
    first: Moment
    last: Moment
    records: tuple[int, int]
    others: list[str]


class AccountGap(Gap):
    """Messages of the account that are missing from a conversation."""

    conversation: str


class AccountLanguage(Shape):
    """A language (ISO 639-1; "" for those not determined) and the numbers of the messages of the sample that are in it."""

    language: str
    records: list[int]


class AccountProfile(Shape):
    """What the evidence shows of an account. Of each list the most frequent are given; the counts say how many there are."""

    account: str
    name: str
    zone: str
    sent: Counted
    received: Counted
    days: list[AccountDay]
    hours: list[AccountHour]
    estimate: ZoneEstimate
    nicknames: list[Nickname]
    contacts: list[Contact]
    contact_count: int
    conversations: list[AccountPlace]
    conversation_count: int
    copresence: list[Copresence]
    copresence_minutes: int
    devices: list[AccountDevice]
    gaps: list[AccountGap]
    languages: list[AccountLanguage]
    languages_looked_at: int


class HourQueries(Shape):
    """Queries that together find what an account sent in an hour of the day, each message once."""

    account: str
    hour: int
    queries: list[str]


# --- attributions ---------------------------------------------------------------------------------------------------

Grade = Literal["inconclusive", "weak", "moderate", "moderately_strong", "strong", "very_strong", "extremely_strong"]
"""The scale; docs/reference/attribution-scale.md says what its words mean."""


class GradeMeaning(Shape):
    """A grade of the scale, and what it means."""

    grade: Grade
    meaning: str


class EvidenceItem(Shape):
    """An item that a claim rests on; the fields that its kind has not are null.

    Of kind `outside` is a message outside the authority, of which nothing more is told.
    """

    kind: Literal["message", "document", "location", "statement", "outside"]
    words: str | None = None
    record: int | None = None
    release: int | None = None
    leaf: str | None = None
    sha256: str | None = None
    name: str | None = None
    page: int | None = None
    start: Moment | None = None
    end: Moment | None = None
    area: dict[str, JsonValue] | None = None
    source: str | None = None


class ClaimedPerson(Shape):
    """A person as a claim names them; `born` is null where it is not known."""

    id: str
    name: str
    born: str | None


class Attribution(Shape):
    """A claim and what came of it. Ends of the interval are null where they are not known."""

    id: str
    entry: int
    account: str
    person: ClaimedPerson
    start: Moment | None
    end: Moment | None
    zone: str
    grade: Grade
    meaning: str
    author: str
    time: Moment
    authority: str
    supporting: list[EvidenceItem]
    opposing: list[EvidenceItem]
    outside: int
    supersedes: str | None
    superseded_by: str | None
    withdrawn: Moment | None
    withdrawn_by: str | None
    withdrawn_why: str | None
    in_force: bool


class Attributions(Shape):
    """A page of claims side by side, in the order in which they were made, and the scale of their grades."""

    attributions: list[Attribution]
    total: int
    cursor: str | None
    scale: list[GradeMeaning]


class AttributionHistory(Shape):
    """A claim within the chain of those that superseded each other, the first one first."""

    id: str
    history: list[Attribution]


class NewItem(Shape):
    """An item of evidence, as docs/formats/attribution.md says."""

    kind: str = Field(max_length=20)
    words: str | None = Field(default=None, max_length=10_000)
    record: int | None = None
    sha256: str | None = Field(default=None, max_length=64)
    name: str | None = Field(default=None, max_length=500)
    page: int | None = None
    start: str | None = Field(default=None, max_length=100)
    end: str | None = Field(default=None, max_length=100)
    area: dict[str, JsonValue] | None = None
    source: str | None = Field(default=None, max_length=500)


class NewAttribution(Shape):
    """A claim to make. Ends of the interval are dates or times, or "unknown"; `person` is the id of one who is known."""

    account: str = Field(max_length=1000)
    person: str = Field(default="", max_length=20)
    name: str = Field(default="", max_length=500)
    born: str | None = Field(default=None, max_length=10)
    start: str = Field(max_length=100)
    end: str = Field(max_length=100)
    zone: str = Field(max_length=100)
    grade: Grade
    supporting: list[NewItem]
    opposing: list[NewItem]


class Withdrawal(Shape):
    """Why a claim is no longer upheld."""

    why: str = Field(max_length=10_000)


class AccountPage(Shape):
    """An account: its profile, and all claims on it that are in force."""

    profile: AccountProfile
    attributions: list[Attribution]


class PersonLine(Shape):
    """A person in the list; `parts` are the ids of whoever is one with them."""

    id: str
    parts: list[str]
    names: list[str]
    born: list[str]
    accounts: list[str]
    claims: int


class Persons(Shape):
    """A page of persons, in the order in which they were first named."""

    persons: list[PersonLine]
    total: int
    cursor: str | None


class AccountUse(Shape):
    """What an account sent while a claim in force says that the person used it."""

    claim: str
    account: str
    counted: Counted


class PersonMerge(Shape):
    """A merge of two persons; `parted` is null while they are one."""

    id: str
    kept: str
    absorbed: str
    author: str
    time: Moment
    why: str
    parted: Moment | None
    parted_by: str | None
    parted_why: str | None


class PersonPage(Shape):
    """All that is claimed of a person; `rivals` say of the same accounts and times that it was somebody else."""

    person: PersonLine
    attributions: list[Attribution]
    rivals: list[Attribution]
    uses: list[AccountUse]
    merges: list[PersonMerge]


class NewMerge(Shape):
    """Two persons to be made one."""

    kept: str = Field(max_length=20)
    absorbed: str = Field(max_length=20)
    why: str = Field(max_length=10_000)


class NewParting(Shape):
    """A merge to be undone."""

    merge: str = Field(max_length=20)
    why: str = Field(max_length=10_000)


# --- privileged material ---------------------------------------------------------------------------------------------

Profession = Literal["lawyer", "doctor", "journalist", "other"]
PrivilegeState = Literal["suspected", "confirmed", "rejected"]


class NewDeclaration(Shape):
    """What a lawful user declared. Dates and times without an offset are meant in the workspace's time zone."""

    profession: Profession
    account: str = Field(max_length=500, pattern=NO_NUL)
    start: str | None = Field(default=None, max_length=40)
    end: str | None = Field(default=None, max_length=40)
    proof: str = Field(max_length=10_000, pattern=NO_NUL)
    unseen: bool = False
    """Enter it although no record that may be seen names the account."""


class Declaration(Shape):
    """A declaration, and what has become of it."""

    number: int
    state: Literal["received", "verified", "rejected"]
    profession: Profession
    account: str
    start: str | None
    end: str | None
    proof: str
    entered_by: str
    entered: str
    why: str
    decided_by: str
    decided: str


class Reason(Shape):
    """Why something is decided."""

    why: str = Field(max_length=500, pattern=NO_NUL)


class PrivilegeSubject(Shape):
    """What is decided on: an account with its period, a conversation, or the message of a record; one of the three."""

    account: str = Field(default="", max_length=500, pattern=NO_NUL)
    start: str | None = Field(default=None, max_length=40)
    end: str | None = Field(default=None, max_length=40)
    conversation: str = Field(default="", max_length=500, pattern=NO_NUL)
    record: int | None = Field(default=None, ge=0, lt=2**63)
    why: str = Field(max_length=500, pattern=NO_NUL)


class PrivilegeDecision(Shape):
    """A decision. Fields that its subject has not are empty; `sha256` is what the audit holds of it."""

    number: int
    state: PrivilegeState
    subject: Literal["account", "conversation", "message"]
    account: str
    start: str | None
    end: str | None
    conversation: str
    event: str
    sender: str
    time: str | None
    record: int | None
    declaration: int | None
    rule: str
    why: str
    decided_by: str
    decided: str
    sha256: str


class Suspected(Shape):
    """That something is withheld now: its number in the register, and nothing of what it was."""

    number: int


class Privilege(Shape):
    """The declarations, and of how many things something is withheld."""

    declarations: list[Declaration]
    accounts: int
    conversations: int
    messages: int
    filter_officer: bool
    """Whether there is somebody who can decide."""


class PrivilegeRuleLine(Shape):
    """A rule that suspects privilege."""

    name: str
    profession: Profession
    phrases: int
    accounts: int


class PrivilegeRulesRun(Shape):
    """What came of running the rules: accounts that are withheld from now on, and such as had been decided on before."""

    rules: int
    suspicions: int
    known: int
