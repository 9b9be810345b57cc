"""The shapes of what hands a dossier over: transfers to other districts, packages for partner forces, and what came from such."""

from typing import Literal

from pydantic import Field

from underseal.core.web.shapes import Shape
from underseal.evidence.server.shapes import NO_NUL, Moment

_LINE = 500
_FILE = 32_768  # a notice or a confirmation has some hundred bytes
_HEX = "^[0-9a-fA-F]{64}$|^$"


class DossierOffer(Shape):
    """A dossier that is offered to the one who asks: nothing of its content. `reference` is what accepts or refuses it."""

    reference: str
    number: str
    title: str
    offence: str
    district: str
    from_district: str
    from_lead: str
    basis: str
    why: str
    offered_by: str
    offered_at: Moment


class Acceptance(Shape):
    """How to reach who accepts: all that leads of other dossiers learn."""

    contact: str = Field(default="", max_length=_LINE, pattern=NO_NUL)


class DossierTransfer(Shape):
    """A transfer; districts by their short names. `signed` says whether there is a document of it."""

    state: Literal["offered", "accepted", "refused", "withdrawn"]
    district: str
    from_district: str
    lead: str
    from_lead: str
    basis: str
    why: str
    keep: list[str]
    offered_by: str
    offered_at: Moment
    ended_by: str
    ended_at: Moment | None
    reason: str
    old_number: str
    new_number: str
    signed: bool


class NewTransfer(Shape):
    """A transfer to another district. Members who are not kept leave when it is accepted."""

    district: str = Field(max_length=200, pattern=NO_NUL)
    lead: str = Field(max_length=64, pattern=NO_NUL)
    basis: str = Field(max_length=_LINE, pattern=NO_NUL)
    why: str = Field(max_length=_LINE, pattern=NO_NUL)
    keep: list[str] = Field(default_factory=list, max_length=200)


class HandOverReason(Shape):
    """Why something is refused, withdrawn or recalled."""

    why: str = Field(max_length=_LINE, pattern=NO_NUL)


class SentPackage(Shape):
    """A package that was sent. `excluded` has the judges' decisions that exclude material of it: a reason to recall it."""

    number: str
    dossier: str
    reference: str
    thing: str
    to: str
    basis: str
    handling: list[str]
    note: str
    expires: str
    contents: str
    count: int
    state: Literal["sent", "recalled", "confirmed"]
    sent_by: str
    sent_at: Moment
    recalled_by: str
    recalled_at: Moment | None
    why: str
    confirmed_by: str
    confirmed_at: Moment | None
    words: str
    signer: str
    excluded: list[str]


class NewConfirmation(Shape):
    """That a recall was confirmed: in words, or by the text of a signed document, and the key that must have signed it."""

    words: str = Field(default="", max_length=_LINE, pattern=NO_NUL)
    document: str = Field(default="", max_length=_FILE)
    key: str = Field(default="", pattern=_HEX)


class PackageConsent(Shape):
    """What the sender of a package allows, or allows no longer."""

    code: str
    given: bool
    by: str
    reference: str
    user: str
    at: Moment


class HeldPackage(Shape):
    """An exhibit that came as a package of a partner force. `warning` is what is to be said of it now."""

    exhibit: str
    number: str
    sender: str
    receiver: str
    basis: str
    handling: list[str]
    note: str
    expires: str
    contact: str
    contents: str
    signer: str
    user: str
    at: Moment
    consents: list[PackageConsent]
    recalled: bool
    expired: bool
    warning: str


class NewConsent(Shape):
    """What the sender of a package allows, or allows no longer, and where they said so."""

    exhibit: str = Field(max_length=_LINE, pattern=NO_NUL)
    code: Literal["H1", "H2"]
    given: bool = True
    by: str = Field(max_length=_LINE, pattern=NO_NUL)
    reference: str = Field(max_length=_LINE, pattern=NO_NUL)


class NewRecall(Shape):
    """The text of a signed notice of recall."""

    notice: str = Field(max_length=_FILE)
