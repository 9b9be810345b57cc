"""The shapes of dossiers; see `shapes`. A dossier is addressed by its reference, which tells nothing to who may not know of it."""

from typing import Annotated, Literal

from pydantic import Field

from underseal.core.web.shapes import Shape
from underseal.evidence.server.shapes import NO_NUL, Line, Moment

ItemKind = Literal["message", "media", "account", "person", "note", "document"]
Choice = Literal["relevant", "not_relevant", "privileged", "threat_to_life"]
Step = Literal["alert", "acknowledged", "action", "outcome"]
Outcome = Literal["prevented", "not_prevented", "unfounded"]
IdentifierKind = Literal["account", "person", "phone", "address", "container"]
SourceKind = Literal["exhibit", "conversation", "account", "record", "document"]
HypothesisState = Literal["open", "supported", "refuted"]
TaskState = Literal["open", "doing", "done", "dropped"]
EntryKind = Literal[
    "field",
    "member",
    "standing",
    "item",
    "event",
    "hypothesis",
    "task",
    "threat",
    "identifier",
    "redaction",
    "sensitive",
    "transfer",
    "package",
]
WorkKind = Literal["event", "hypothesis", "task"]
CardField = Literal["title", "offence", "lead", "contact", "parent"]

_LINE = 500
_NOTE = 10_000
_RECORDS = 500


class District(Shape):
    """A district that a dossier may belong to."""

    short: str
    name: str


class DossierMember(Shape):
    """Who may know of a dossier."""

    user: str
    added_by: str
    added_at: Moment


class Dossier(Shape):
    """The card of a dossier. `versions` is what a change of a field must name; `former` has numbers that it had before."""

    reference: str
    number: str
    former: list[str]
    district: str
    title: str
    offence: str
    lead: str
    contact: str
    parent: str
    versions: dict[str, int]
    members: list[DossierMember]
    open: bool
    why: str
    changed_by: str
    changed_at: Moment | None
    record: int | None
    authority: str
    opened_by: str
    opened_at: Moment


class DossierVersion(Shape):
    """What was said of a thing once, by the names of what people say of it; `stands` is false where it was taken out."""

    kind: EntryKind
    thing: str
    version: int
    stands: bool
    said: dict[str, str]
    user: str
    at: Moment


class DossierVersions(Shape):
    """A page of versions, the latest first."""

    versions: list[DossierVersion]
    cursor: str | None


class Dossiers(Shape):
    """A page of dossiers, and the districts that a new one may belong to."""

    dossiers: list[Dossier]
    total: int
    cursor: str | None
    districts: list[District]


class NewDossier(Shape):
    """A dossier that is to be opened; without a lead, who opens it leads it."""

    title: str = Field(max_length=_LINE, pattern=NO_NUL)
    offence: str = Field(max_length=_LINE, pattern=NO_NUL)
    district: str = Field(max_length=200, pattern=NO_NUL)
    lead: str = Field(default="", max_length=64, pattern=NO_NUL)
    contact: str = Field(default="", max_length=_LINE, pattern=NO_NUL)
    members: list[str] = Field(default_factory=list, max_length=200)
    parent: str = Field(default="", max_length=_LINE, pattern=NO_NUL)
    record: int | None = Field(default=None, ge=0, lt=2**63)
    before: int = Field(default=0, ge=0, le=100)
    after: int = Field(default=0, ge=0, le=100)


class CardChange(Shape):
    """Another value of a field of the card, and the version that its author saw."""

    field: CardField
    value: str = Field(max_length=_LINE, pattern=NO_NUL)
    version: int = Field(ge=0, lt=2**31)


class NewMember(Shape):
    """Who may know of a dossier from now on."""

    user: str = Field(max_length=64, pattern=NO_NUL)


class DossierReason(Shape):
    """Why something is closed or reopened."""

    why: str = Field(max_length=_NOTE, pattern=NO_NUL)


class Removal(Shape):
    """Why something is taken out, and the version of it that its author saw."""

    why: str = Field(max_length=_NOTE, pattern=NO_NUL)
    version: int = Field(ge=1, lt=2**31)


class Obstacle(Shape):
    """What keeps a dossier from being closed."""

    what: str
    why: str


class DossierItem(Shape):
    """An item. Fields that its kind has not are empty. `excluded` has the judges' decisions that exclude what it comes from."""

    id: str
    kind: ItemKind
    why: str
    version: int
    record: int | None
    current: int | None
    time: Moment | None
    before: int
    after: int
    account: str
    person: str
    claims: list[str]
    text: str
    sha256: str
    name: str
    size: int
    added_by: str
    added_at: Moment
    changed_by: str
    changed_at: Moment
    excluded: list[str]


class DossierItems(Shape):
    """A page of items, in the order in which they were put in."""

    items: list[DossierItem]
    cursor: str | None


class DossierLines(Shape):
    """A message that is an item: its line, or that and the lines around it, in the order of the conversation."""

    item: str
    lines: list[Line]


class NewDossierItem(Shape):
    """What is to be put in; a document comes with its bytes instead."""

    kind: Literal["message", "media", "account", "person", "note"]
    record: int | None = Field(default=None, ge=0, lt=2**63)
    before: int = Field(default=0, ge=0, le=100)
    after: int = Field(default=0, ge=0, le=100)
    account: str = Field(default="", max_length=_LINE, pattern=NO_NUL)
    person: str = Field(default="", max_length=40, pattern=NO_NUL)
    text: str = Field(default="", max_length=_NOTE, pattern=NO_NUL)
    why: str = Field(default="", max_length=_NOTE, pattern=NO_NUL)


class ItemChange(Shape):
    """How much context a message has, or why something is there; None stays as it is."""

    before: int | None = Field(default=None, ge=0, le=100)
    after: int | None = Field(default=None, ge=0, le=100)
    why: str | None = Field(default=None, max_length=_NOTE, pattern=NO_NUL)
    version: int = Field(ge=1, lt=2**31)


class DossierCoding(Shape):
    """A reviewer's decision on a message."""

    number: int
    record: int
    choice: Choice
    note: str
    user: str
    at: Moment


class CodedMessage(Shape):
    """A message with the latest decision of each reviewer."""

    record: int
    codings: list[DossierCoding]
    disputed: bool


class CodedMessages(Shape):
    """A page of coded messages, in the order of their records."""

    messages: list[CodedMessage]
    cursor: str | None


class NewCoding(Shape):
    """What a reviewer decides of a message."""

    record: int = Field(ge=0, lt=2**63)
    choice: Choice
    note: str = Field(default="", max_length=_NOTE, pattern=NO_NUL)


class ThreatStep(Shape):
    """A step of a threat: when it took place, and when it was entered."""

    step: Step
    words: str
    outcome: Outcome | None
    happened: Moment
    user: str
    at: Moment
    version: int


class Threat(Shape):
    """A threat to life, with all of its steps."""

    dossier: str
    reference: str
    id: str
    record: int | None
    steps: list[ThreatStep]
    ended: bool
    excluded: list[str]


class ThreatFigures(Shape):
    """How many steps of each kind were entered in a stretch of time, and how many threats waited or were open at its end."""

    alerts: int
    acknowledged: int
    actions: int
    prevented: int
    not_prevented: int
    unfounded: int
    waiting: int
    open: int


class Threats(Shape):
    """The threats to life that may be seen, and their figures."""

    threats: list[Threat]
    figures: ThreatFigures


class NewAlert(Shape):
    """A threat that no message shows."""

    words: str = Field(max_length=_NOTE, pattern=NO_NUL)


class NewStep(Shape):
    """The next step of a threat, the step that its author saw, and when it took place (ms, None for now)."""

    step: Step
    words: str = Field(max_length=_NOTE, pattern=NO_NUL)
    outcome: Outcome | None = None
    happened: int | None = Field(default=None, ge=0, lt=2**53)
    version: int = Field(ge=1, lt=2**31)


class DossierEvent(Shape):
    """An event of a chronology."""

    kind: Literal["event"]
    id: str
    version: int
    words: str
    start: Moment
    end: Moment | None
    record: int | None
    made_by: str
    changed_by: str
    changed_at: Moment
    excluded: list[str]


class NewEvent(Shape):
    """An event. Dates and times without an offset are meant in the workspace's time zone."""

    kind: Literal["event"]
    start: str = Field(max_length=40)
    end: str = Field(default="", max_length=40)
    words: str = Field(max_length=_NOTE, pattern=NO_NUL)
    record: int | None = Field(default=None, ge=0, lt=2**63)


class EventChange(NewEvent):
    """All that is said of an event from now on, and the version that its author saw."""

    version: int = Field(ge=1, lt=2**31)


class DossierHypothesis(Shape):
    """A hypothesis, with the messages for and against it as far as they may be seen."""

    kind: Literal["hypothesis"]
    id: str
    version: int
    words: str
    state: HypothesisState
    supporting: list[int]
    opposing: list[int]
    made_by: str
    changed_by: str
    changed_at: Moment
    excluded: list[str]


class NewHypothesis(Shape):
    """A hypothesis."""

    kind: Literal["hypothesis"]
    words: str = Field(max_length=_NOTE, pattern=NO_NUL)
    state: HypothesisState = "open"
    supporting: list[int] = Field(default_factory=list, max_length=_RECORDS)
    opposing: list[int] = Field(default_factory=list, max_length=_RECORDS)


class HypothesisChange(NewHypothesis):
    """All that is said of a hypothesis from now on, and the version that its author saw."""

    version: int = Field(ge=1, lt=2**31)


class DossierTask(Shape):
    """A task."""

    kind: Literal["task"]
    id: str
    version: int
    words: str
    state: TaskState
    assignee: str
    due: Moment | None
    made_by: str
    changed_by: str
    changed_at: Moment


class NewTask(Shape):
    """A task."""

    kind: Literal["task"]
    words: str = Field(max_length=_NOTE, pattern=NO_NUL)
    state: TaskState = "open"
    assignee: str = Field(default="", max_length=64, pattern=NO_NUL)
    due: str = Field(default="", max_length=40)


class TaskChange(NewTask):
    """All that is said of a task from now on, and the version that its author saw."""

    version: int = Field(ge=1, lt=2**31)


DossierWork = Annotated[DossierEvent | DossierHypothesis | DossierTask, Field(discriminator="kind")]
NewWork = Annotated[NewEvent | NewHypothesis | NewTask, Field(discriminator="kind")]
WorkChange = Annotated[EventChange | HypothesisChange | TaskChange, Field(discriminator="kind")]


class WorkRemoval(Removal):
    """Of which kind it is, why it is taken out, and the version of it that its author saw."""

    kind: WorkKind


class DossierIdentifier(Shape):
    """By what a dossier may meet others, and what in it has it."""

    kind: IdentifierKind
    value: str
    sources: list[str]
    excluded: list[str]


class NewIdentifier(Shape):
    """An identifier that is entered by hand."""

    kind: Literal["phone", "address", "container"]
    value: str = Field(max_length=_LINE, pattern=NO_NUL)
    why: str = Field(default="", max_length=_NOTE, pattern=NO_NUL)


class Notice(Shape):
    """That another dossier has the same: who leads it, and how to reach them. `dossier` is the reference of one's own."""

    number: int
    dossier: str
    kind: IdentifierKind
    value: str
    lead: str
    contact: str
    at: Moment


class Notices(Shape):
    """A page of notices."""

    notices: list[Notice]
    cursor: str | None


class Exclusion(Shape):
    """A judge's decision on a source; `excluded` is false where it was admitted again."""

    number: int
    source: SourceKind
    value: str
    excluded: bool
    decision: str
    judge: str
    why: str
    entered_by: str
    entered_at: Moment


class TouchedDossier(Shape):
    """A dossier that an exclusion would mark, and how many of its items."""

    reference: str
    number: str
    title: str
    items: int


class ExclusionPreview(Shape):
    """What an exclusion would mark: messages that come from the source, items of dossiers, attributions by their ids."""

    source: SourceKind
    value: str
    messages: int
    dossiers: list[TouchedDossier]
    attributions: list[str]


class NewExclusion(Shape):
    """A judge's decision on a source, with its number."""

    source: SourceKind
    value: str = Field(max_length=_LINE, pattern=NO_NUL)
    decision: str = Field(max_length=_LINE, pattern=NO_NUL)
    judge: str = Field(max_length=_LINE, pattern=NO_NUL)
    why: str = Field(max_length=_LINE, pattern=NO_NUL)
