"""The shapes of every answer and request of the office's API: the one place where pydantic describes them.

Times are ISO 8601 in UTC with milliseconds. Money is an amount and its currency as people write it, "1200.00 EUR".
"""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from underseal.core.web.shapes import Shape

State = Literal["active", "expired", "suspended", "revoked"]
CodeState = Literal["unused", "activated", "renewed", "void"]
Notice = Literal[30, 7, 1] | None
Role = Literal["operator", "link", "command_line", "reseller", "subscriber", "network", "stranger"]
Kind = Literal["device", "subscription"]

MAX_BATCH = 500
"""Most codes of a batch that is issued here: its sheet takes some 4 s, 8 ms for each code. The command line issues more."""

Password = Annotated[SecretStr, Field(max_length=1024)]
Words = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(max_length=200)]


class Login(Shape):
    """A login by name and password."""

    name: str = Field(max_length=200)
    password: Password


class Session(Shape):
    """Who is logged in, and as what."""

    user: str
    """"" for whoever runs a network without named operators."""
    part: Literal["operator", "reseller"]
    csrf: str
    network: str
    """The network's server name."""


class OwnPassword(Shape):
    """Another password of one's own; all one's other sessions end."""

    old: Password
    new: Password


class NewPassword(Shape):
    """Another password of a reseller; their sessions end."""

    password: Password


class Product(Shape):
    """What is sold."""

    name: str
    kind: Kind
    months: int
    price: str
    zone: str


class NewProduct(Shape):
    """A product to be added; it never changes."""

    name: Name
    price: str = Field(max_length=40, description='"1200.00 EUR"')
    kind: Kind = "device"
    months: int = 6
    zone: str = Field(default="UTC", max_length=100)


class Reseller(Shape):
    """Who sells."""

    name: str
    quota: int
    unused: int
    disabled: bool


class NewReseller(Shape):
    """A reseller to be added."""

    name: Name
    password: Password
    quota: int


class Quota(Shape):
    """How many unused codes a reseller may hold."""

    quota: int


class Reason(Shape):
    """Why something is done; it stands in the ledger."""

    why: Words


class Payment(Shape):
    """A payment that came in; negative to take back one that was entered wrongly."""

    amount: str = Field(max_length=40)
    note: Words = ""


class Entered(Shape):
    """Number of the ledger's entry that was made."""

    number: int


class NewBatch(Shape):
    """Codes that an operator issues for a reseller."""

    reseller: Name
    product: Name
    count: int = Field(ge=1, le=MAX_BATCH)


class OwnBatch(Shape):
    """Codes that a reseller issues for themselves."""

    product: Name
    count: int = Field(ge=1, le=MAX_BATCH)


class IssuedCode(Shape):
    """A code, and its name that is no secret."""

    serial: str
    code: str


class Batch(Shape):
    """Codes that were issued. They are in no other answer: whoever loses them makes the batch void."""

    number: int
    reseller: str
    product: str
    price: str
    at: str
    codes: list[IssuedCode]


class Sheet(Shape):
    """All codes of a batch in their order, to be printed."""

    batch: int = Field(ge=0, lt=2**53)
    codes: list[Annotated[str, Field(max_length=24)]] = Field(min_length=1, max_length=MAX_BATCH)


class Sale(Shape):
    """A code, without the code."""

    serial: str
    reseller: str
    product: str
    price: str
    state: CodeState
    at: str
    used: str | None
    pin: str | None


class SalePage(Shape):
    """Codes, the newest first; the cursor goes on, null on the last page."""

    sales: list[Sale]
    cursor: str | None


class Voided(Shape):
    """Serials of the codes that were made void."""

    serials: list[str]


class Licence(Shape):
    """A subscription."""

    pin: str
    state: State
    ends: str
    activated: str
    product: str
    reseller: str
    notice: Notice
    """Days of the notice that is due now."""


class LicencePage(Shape):
    """Licences in the order of their end; the cursor goes on, null on the last page."""

    licences: list[Licence]
    total: int
    """How many are found in all."""
    cursor: str | None


class Who(Shape):
    """Who did something: two are the same only where role and name are."""

    role: Role
    name: str
    """Login of an operator or a reseller, account of the machine at the command line, PIN of a subscriber; else ""."""


class LedgerLine(Shape):
    """An entry of the ledger."""

    number: int
    at: str | None
    act: str
    by: Who
    details: dict[str, str]


class LicenceDetail(Shape):
    """A subscription with everything that was done to it, oldest first."""

    licence: Licence
    history: list[LedgerLine]


class MoreTime(Shape):
    """Months that a licence is given without a code, and why."""

    months: int = Field(ge=1, le=120)
    why: Words


class TransferCode(Shape):
    """A code that moves a licence to another phone; earlier ones of that licence are dead. It is in no other answer."""

    pin: str
    code: str


class Balance(Shape):
    """What a reseller owes in one currency."""

    reseller: str
    issued: str
    voided: str
    paid: str
    due: str


class Balances(Shape):
    """What is owed, counting in the first `entries` entries of the ledger."""

    balances: list[Balance]
    entries: int


class AccountLine(Shape):
    """What changed what a reseller owes."""

    number: int
    at: str
    act: str
    by: Who
    owed: str
    """By how much; negative where less is owed."""
    words: str


class Statement(Shape):
    """A reseller's account, the newest line first; the cursor goes on, null on the last page."""

    lines: list[AccountLine]
    cursor: int | None


class Recount(Shape):
    """Whether the balances are those that the ledger alone gives."""

    ok: bool
    entries: int
    balances: list[Balance]
    """As counted from the ledger."""


class LedgerPage(Shape):
    """Entries, the newest first; the cursor goes on, null on the last page."""

    lines: list[LedgerLine]
    size: int
    root: str
    key: str
    """Public key that signs the ledger, as hexadecimal digits."""
    cursor: int | None


class LoginPage(Shape):
    """Entries about who came, who did not and who may, the newest first; the cursor goes on, null on the last page."""

    lines: list[LedgerLine]
    cursor: int | None


class Verified(Shape):
    """What came of checking the whole ledger, and the database against it."""

    ok: bool
    size: int
    root: str
    detail: str


class Month(Shape):
    """What was sold in a calendar month of UTC, in one currency."""

    month: str
    codes: int
    price: str


class Overview(Shape):
    """How things stand."""

    licences: dict[State, int]
    codes: dict[CodeState, int]
    ending: int
    """Active licences that end within 30 days."""
    months: list[Month]
    balances: list[Balance]
    entries: int
    at: str


class ShopOverview(Overview):
    """How things stand for a reseller."""

    reseller: Reseller
