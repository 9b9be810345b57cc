"""The catalogue of acts: everything that the ledger of licences can say, and how an act becomes an entry and back.

An act carries what came of it (the PIN that was drawn, the end that was counted), never what it was counted from: to
read the ledger again needs no clock, no randomness and no table of zones. Names and fields are never reused or renamed,
since they stand in ledgers that are years old. No code stands in one, and no retry key: only their SHA-256.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Final, get_type_hints

from underseal.core.ledger import Json, JsonValue
from underseal.errors import IntegrityError
from underseal.network.licences.actors import Actor, Role, actor
from underseal.network.licences.periods import from_text, to_text

REPAIRED: Final = "repaired"
"""The ledger's own act: what a writer left behind without signing it was set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act.

    Attributes:
        at: when, UTC. by: who.
    """

    name: ClassVar[str] = ""

    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAdded(Act):
    """There is something to sell; price in minor units."""

    name: ClassVar[str] = "product_added"

    product: str
    months: int
    price: int
    currency: str
    kind: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerAdded(Act):
    """Somebody sells; password in its Argon2id form."""

    name: ClassVar[str] = "reseller_added"

    reseller: str
    quota: int
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerDisabled(Act):
    """A reseller is kept out."""

    name: ClassVar[str] = "reseller_disabled"

    reseller: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerEnabled(Act):
    """A reseller is let in again."""

    name: ClassVar[str] = "reseller_enabled"

    reseller: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSet(Act):
    """A reseller may hold more codes, or fewer."""

    name: ClassVar[str] = "quota_set"

    reseller: str
    quota: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSet(Act):
    """A reseller has another password, in its Argon2id form."""

    name: ClassVar[str] = "password_set"

    reseller: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(Act):
    """A reseller's payment came in; negative minor units take back one that was entered wrongly."""

    name: ClassVar[str] = "paid"

    reseller: str
    amount: int
    currency: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued(Act):
    """A batch of codes, by their SHA-256; its number is the entry's. Price of each in minor units."""

    name: ClassVar[str] = "issued"

    reseller: str
    product: str
    price: int
    currency: str
    codes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voided(Act):
    """An unused code is worth nothing any more, and its price is owed no more."""

    name: ClassVar[str] = "voided"

    batch: int
    position: int
    reseller: str
    price: int
    currency: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated(Act):
    """A code became a licence with a PIN of its own."""

    name: ClassVar[str] = "activated"

    pin: str
    product: str
    reseller: str
    code: bytes
    retry: bytes
    anchor: datetime
    months: int
    zone: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred(Act):
    """A transfer code moved a licence to another phone."""

    name: ClassVar[str] = "transferred"

    pin: str
    code: bytes
    retry: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Act):
    """The phone has uploaded its keys: its retry key works no more."""

    name: ClassVar[str] = "settled"

    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed(Act):
    """A code gave a licence more time."""

    name: ClassVar[str] = "renewed"

    pin: str
    code: bytes
    anchor: datetime
    months: int
    zone: str
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(Act):
    """The operator gave a licence more time without a code."""

    name: ClassVar[str] = "extended"

    pin: str
    anchor: datetime
    months: int
    zone: str
    ends: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Act):
    """A licence is paused; its time runs on."""

    name: ClassVar[str] = "suspended"

    pin: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Act):
    """A licence is paused no more."""

    name: ClassVar[str] = "resumed"

    pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked(Act):
    """A licence is over for good; transfer codes of it die."""

    name: ClassVar[str] = "revoked"

    pin: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferIssued(Act):
    """A code that moves a PIN to another phone; earlier ones of that PIN die."""

    name: ClassVar[str] = "transfer_issued"

    pin: str
    code: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Act):
    """A subscriber is told that the end is near; the notices of more days before this end are past with it."""

    name: ClassVar[str] = "noticed"

    pin: str
    days: int
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAdded(Act):
    """Somebody runs the network by name; password in its Argon2id form."""

    name: ClassVar[str] = "operator_added"

    operator: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDisabled(Act):
    """An operator is kept out."""

    name: ClassVar[str] = "operator_disabled"

    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEnabled(Act):
    """An operator is let in again."""

    name: ClassVar[str] = "operator_enabled"

    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorPasswordSet(Act):
    """An operator has another password, in its Argon2id form."""

    name: ClassVar[str] = "operator_password_set"

    operator: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn(Act):
    """An operator or a reseller came into the office: by which door, and from how far (`core.web.origins.Origin`)."""

    name: ClassVar[str] = "logged_in"

    door: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRefused(Act):
    """Somebody was not let in, or did not know the password that they wanted to change.

    Attributes:
        account: name of an operator or a reseller; "" for none: what is typed into a wrong field may be a password.
        reason: why, a word.
    """

    name: ClassVar[str] = "login_refused"

    account: str
    reason: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut(Act):
    """An operator or a reseller ended their session."""

    name: ClassVar[str] = "logged_out"

    origin: str


CATALOGUE: Final[Mapping[str, type[Act]]] = {
    act.name: act
    for act in (
        ProductAdded,
        ResellerAdded,
        ResellerDisabled,
        ResellerEnabled,
        QuotaSet,
        PasswordSet,
        Paid,
        Issued,
        Voided,
        Activated,
        Transferred,
        Settled,
        Renewed,
        Extended,
        Suspended,
        Resumed,
        Revoked,
        TransferIssued,
        Noticed,
        OperatorAdded,
        OperatorDisabled,
        OperatorEnabled,
        OperatorPasswordSet,
        LoggedIn,
        LoginRefused,
        LoggedOut,
    )
}
"""Every act by its name."""


def to_entry(act: Act) -> dict[str, Json]:
    """Return the ledger's entry of an act."""
    return {"act": act.name} | {field.name: _written(getattr(act, field.name)) for field in fields(act)}


def from_entry(value: Mapping[str, JsonValue], number: int) -> Act | None:
    """Return the act of an entry; None for the ledger's own.

    Args:
        value: the entry. number: of it, for the error.

    Raises:
        IntegrityError: it is none of the catalogue, or not written as one.
    """
    name = value.get("act")
    if name == REPAIRED:
        return None
    if not isinstance(name, str) or name not in CATALOGUE:
        raise IntegrityError(
            f"Entry {number} of the ledger of licences is no act that this version knows.",
            hint="A newer version may have written it.",
        )
    kind = CATALOGUE[name]
    readers = _FIELDS[kind]
    if value.keys() - {"act", "number"} != readers.keys():
        raise IntegrityError(f'Entry {number} of the ledger of licences has other fields than "{name}".')
    try:
        return kind(**{field: read(value[field]) for field, read in readers.items()})
    except (TypeError, ValueError):
        raise IntegrityError(f'Entry {number} of the ledger of licences is no "{name}".') from None


def _written(value: object) -> Json:
    if isinstance(value, Actor):
        return {"role": value.role.value, "name": value.name}
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if isinstance(value, str | int):
        return value
    raise TypeError(f"a {type(value).__name__} stands in no act")


def _read_text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _read_number(value: JsonValue) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a number")
    return value


def _read_digests(value: JsonValue) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(bytes.fromhex(_read_text(item)) for item in value)


def _read_actor(value: JsonValue) -> Actor:
    if not isinstance(value, dict) or value.keys() != {"role", "name"}:
        raise TypeError("not somebody")
    return actor(Role(_read_text(value["role"])), _read_text(value["name"]))


_READERS: Final[Mapping[object, Callable[[JsonValue], Any]]] = {
    str: _read_text,
    Actor: _read_actor,
    int: _read_number,
    datetime: lambda value: from_text(_read_text(value)),
    bytes: lambda value: bytes.fromhex(_read_text(value)),
    tuple[bytes, ...]: _read_digests,
}


_FIELDS: Final[Mapping[type[Act], Mapping[str, Callable[[JsonValue], Any]]]] = {
    kind: {name: _READERS[hint] for name, hint in get_type_hints(kind).items() if name != "name"}
    for kind in CATALOGUE.values()
}
"""For each act how its fields are read."""
