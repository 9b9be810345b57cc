"""The shapes of privileged material; see `shapes`."""

from typing import Literal

from pydantic import Field

from underseal.core.web.shapes import Shape
from underseal.evidence.server.shapes import NO_NUL

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
    """A decision. Fields that its subject has not are empty; `sha256` is what the audit holds of it.

    `destroyed` is how many records were destroyed under it.
    """

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
    destroyed: int


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


class AttachmentFates(Shape):
    """How many attachments go, and how many stay since another message has them, too."""

    removed: int
    kept: int


class KeyFates(Shape):
    """What becomes of room keys.

    How many go, open later messages only, and give way to keys of single messages beside what opens later ones.
    """

    removed: int
    shortened: int
    replaced: int = 0
    kept: int = 0
    """Of documents of the first format: how many stayed for messages between which what was destroyed lay."""


class DestructionPreview(Shape):
    """What a destruction would destroy. `words` have to be sent to have it done."""

    decision: int
    records: int
    attachments: AttachmentFates
    keys: KeyFates
    exhibits: list[str]
    """Exhibits whose originals hold it; they lie outside the workspace and are not touched."""
    words: str


class NewDestruction(Shape):
    """That a destruction is to be done, in the words of its preview."""

    confirm: str = Field(max_length=200, pattern=NO_NUL)


class Destruction(Shape):
    """What was destroyed under a decision; `sha256` is that of its signed document."""

    number: int
    decision: int
    records: int
    attachments: AttachmentFates
    keys: KeyFates
    exhibits: list[str]
    user: str
    created: str
    sha256: str
