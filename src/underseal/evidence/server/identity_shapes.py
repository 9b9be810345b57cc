"""The shapes of accounts, persons and attributions; see `shapes`."""

from typing import Literal

from pydantic import Field, JsonValue

from underseal.core.web.shapes import Shape
from underseal.evidence.server.shapes import Bucket, Gap, Moment, Party

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


class AccountLine(Shape):
    """An account in the list, with whom claims in force name: ids and names of persons."""

    account: str
    name: str
    conversations: int
    sent: int
    persons: list[ClaimedPerson]


class Accounts(Shape):
    """A page of accounts, the one that sent most first; `total` is how many fit, `unclaimed` of how many nobody is claimed."""

    accounts: list[AccountLine]
    total: int
    unclaimed: int
    cursor: str | None


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
