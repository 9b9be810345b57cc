"""The nouns of licences: what is sold, by whom, to which PIN, and how a subscription stands."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from underseal.errors import CallerError
from underseal.network.licences.actors import Actor
from underseal.network.licences.codes import Code
from underseal.network.licences.money import Money
from underseal.network.pins import Pin

MAX_NAME: Final = 60
"""Longest name of a product or reseller, in characters."""

MAX_WORDS: Final = 500
"""Longest reason or note, in characters."""


MAX_PAGE: Final = 1_000
"""Most rows of one page of a list."""


class State(StrEnum):
    """How the subscription of a PIN stands; the later word wins where several are true."""

    NONE = "none"
    ACTIVE = "active"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Kind(StrEnum):
    """What a product is; a code of either kind activates or renews."""

    DEVICE = "device"
    SUBSCRIPTION = "subscription"


class CodeState(StrEnum):
    """What became of a code."""

    UNUSED = "unused"
    ACTIVATED = "activated"
    RENEWED = "renewed"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is sold. It never changes: another price or another time is another product.

    Attributes:
        name: what people call it.
        months: calendar months that it gives.
        price: what a reseller owes for one.
        kind: with a handset or without.
        zone: IANA name of the zone on whose calendar its months are counted.
    """

    name: str
    months: int
    price: Money
    kind: Kind
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseller:
    """Who sells.

    Attributes:
        name: also the login.
        quota: most codes that they may hold unused when they issue for themselves. Codes that are used or void do not
            count; transfer codes never do. What the operator issues for them counts, but is not held to it.
        unused: how many they hold.
        disabled: they may neither log in nor issue; what they sold goes on working.
    """

    name: str
    quota: int
    unused: int
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who runs the network by name.

    Attributes:
        name: login name. disabled: whether they are kept out. since: when they were added.
    """

    name: str
    disabled: bool
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Codes that were issued together.

    Attributes:
        number: of the ledger's entry that issued them.
        reseller: who sells them. product: what they are for. price: of each.
        codes: shown this once; only their digests are kept.
        at: when.
    """

    number: int
    reseller: str
    product: str
    price: Money
    codes: tuple[Code, ...] = field(repr=False)
    at: datetime

    def serial(self, position: int) -> str:
        """Return the name of a code that is no secret: "17-3" for the third one of batch 17."""
        return f"{self.number}-{position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A code as its seller sees it, which is without the code.

    Attributes:
        batch: number of its batch. position: in it, from 1.
        reseller: who sells it. product: what it is for. price: what the reseller owes for it.
        state: what became of it.
        at: when it was issued. used: when it was spent or made void. pin: on which PIN it was spent.
    """

    batch: int
    position: int
    reseller: str
    product: str
    price: Money
    state: CodeState
    at: datetime
    used: datetime | None
    pin: Pin | None

    @property
    def serial(self) -> str:
        """Name of the code that is no secret: "17-3"."""
        return f"{self.batch}-{self.position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a PIN's subscription stands at a time.

    Attributes:
        pin: the PIN. state: how it stands.
        ends: when it ends or ended, UTC; None where there never was one.
    """

    pin: str
    state: State
    ends: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Time without a gap: the end of a licence is `months` after `anchor` on the calendar of `zone`.

    Renewing adds months to the run and not to its end, so that a licence of the 31st does not become one of the 28th.
    """

    anchor: datetime
    months: int
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """The subscription of a PIN.

    Attributes:
        pin: the PIN. product: with which it began. reseller: who sold that.
        activated: when it began. run: what its end is counted from. ends: when it ends, UTC.
        suspended: paused by the operator; the time runs on meanwhile. revoked: for good.
        code: SHA-256 of the code that the present phone was activated with.
        retry: SHA-256 of that phone's retry key; None from when it has uploaded its keys.
        replacement: the present phone took the place of another.
    """

    pin: Pin
    product: str
    reseller: str
    activated: datetime
    run: Run
    ends: datetime
    suspended: bool
    revoked: bool
    code: bytes = field(repr=False)
    retry: bytes | None = field(repr=False)
    replacement: bool

    def standing(self, at: datetime) -> Standing:
        """Return how it stands at a time; at its very end it is over."""
        return Standing(pin=self.pin, state=state_at(self.ends, at, self.suspended, self.revoked), ends=self.ends)


def state_at(ends: datetime, at: datetime, suspended: bool, revoked: bool) -> State:  # noqa: FBT001  # two facts of a row
    """Return the state of a licence at a time."""
    if revoked:
        return State.REVOKED
    if suspended:
        return State.SUSPENDED
    return State.ACTIVE if at < ends else State.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """What an activated phone gets.

    Attributes:
        pin: its PIN. ends: when its subscription ends, UTC.
        fresh: False where the same phone asks again for an answer that was lost.
        replacement: earlier devices of this PIN must be logged out.
    """

    pin: Pin
    ends: datetime
    fresh: bool
    replacement: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A subscriber is to hear that the end is near.

    Attributes:
        pin: whose. days: 30, 7 or 1. ends: when it ends, UTC.
    """

    pin: Pin
    days: int
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a reseller owes in one currency.

    Attributes:
        reseller: who. issued: price of all codes. voided: price of those made void unused. paid: payments entered.
    """

    reseller: str
    issued: Money
    voided: Money
    paid: Money

    @property
    def due(self) -> Money:
        """What is still to be paid; negative where too much was."""
        return self.issued - self.voided - self.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a reseller's account.

    Attributes:
        number: of the ledger's entry. at: when. act: its name in the catalogue. by: who.
        owed: by how much it changed what is owed. words: the codes, the reason or the note.
    """

    number: int
    at: datetime
    act: str
    by: Actor
    owed: Money
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which licences are looked for; what is empty or None is not asked for.

    Attributes:
        pin: how their PIN begins, in either case. state: how they stand. until: they end before that time.
        reseller: who sold them. product: with which they began.
    """

    pin: str = ""
    state: State | None = None
    until: datetime | None = None
    reseller: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What was sold in a calendar month of UTC, in one currency.

    Attributes:
        month: "2026-03". codes: issued and not made void. price: of all of them.
    """

    month: str
    codes: int
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry of the ledger, as it may be shown: without digests and passwords.

    Attributes:
        number: of the entry. at: when; None where the ledger itself writes. act: its name in the catalogue. by: who.
        details: what else it says, by name: the amounts with their currency, times in UTC.
    """

    number: int
    at: datetime | None
    act: str
    by: Actor
    details: dict[str, str]

    @property
    def words(self) -> str:
        """What it says beside who did it, when and to which PIN."""
        return ", ".join(f"{name} {text}" for name, text in self.details.items() if name != "pin")


def checked_name(text: str, what: str) -> str:
    """Return a name without white space around it, in Unicode's form NFC, so that one name has one form.

    Args:
        text: in any script. what: how to call it in the error: "product".

    Raises:
        CallerError: it is empty, too long or does not print.
    """
    name = normalize("NFC", text.strip())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise CallerError(f"The name of a {what} has 1 to {MAX_NAME} characters that print, on one line.")
    return name


def checked_reseller(text: str) -> str:
    """Return the name of a reseller, which can be one step of an address and the name of a file; raises as `checked_name`."""
    name = checked_name(text, "reseller")
    if name in (".", "..") or any(sign in name for sign in "/\\"):
        raise CallerError(
            f'"{name}" cannot be part of an address or the name of a file.',
            hint='Choose a name without / and \\, other than "." and "..".',
        )
    return name


def alike(name: str) -> str:
    """Return a text that is the same for names that people, files or addresses may take for one another.

    Unicode's compatibility caseless form (The Unicode Standard, section 3.13, D146): neither the case nor the width of
    letters tells two names apart.
    """
    return normalize("NFKC", normalize("NFKC", normalize("NFD", name).casefold()).casefold())


def shown(name: str) -> str:
    """Return a name that somebody asks for, fit for an error: short, and printable."""
    return name if name.isprintable() and len(name) <= MAX_NAME else ascii(name[:MAX_NAME])


def checked_words(text: str, what: str, *, empty: bool = False) -> str:
    """Return a reason or note without white space around it.

    Args:
        text: what was typed. what: how to call it in the error: "reason". empty: whether nothing at all will do.

    Raises:
        CallerError: it is empty, too long or does not print.
    """
    words = text.strip()
    if (not words and not empty) or len(words) > MAX_WORDS or not words.isprintable():
        raise CallerError(f"The {what} has 1 to {MAX_WORDS} characters that print, on one line.")
    return words
