"""The entries of the ledger of attributions: a claim, its withdrawal, persons that are merged, and parted again.

An entry is canonical JSON with the ledger's own field `number`. Nothing in the ledger is ever changed: a claim is
superseded by another claim, or withdrawn, and both are entries of their own.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from underseal.core.ledger import Fields, Json, JsonValue
from underseal.core.verify.attribution.items import (
    Interval,
    Item,
    from_text,
    items_to_json,
    read_items,
    to_text,
)
from underseal.core.verify.attribution.scale import Grade
from underseal.errors import UnreadableError

LEDGER: Final = "attributions"
"""What the ledger calls itself in its checkpoints."""

ENTRY_FORMAT: Final = "underseal/attribution/1"

REPAIRED: Final = "repaired"
"""The ledger's own act: bytes that a writer who died had left behind were set aside."""

_ID: Final = {kind: re.compile(rf"{kind}[1-9]\d{{0,14}}", re.ASCII) for kind in "APM"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as a claim names them.

    Attributes:
        id: "P" and a number. name: as known to who claims. born: ISO date, None where it is not known.
    """

    id: str
    name: str
    born: str | None

    def __post_init__(self) -> None:
        _check_id(self.id, "P")
        if not self.name:
            raise ValueError("the person has no name")
        if self.born is not None and date.fromisoformat(self.born).isoformat() != self.born:
            raise ValueError("a birth date is written 1980-02-29")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What every act says of its making.

    Attributes:
        author: who. time: when, in milliseconds since 1970. authority: number of the authority under which.
    """

    author: str
    time: int
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Signed):
    """The claim that a person used an account during an interval.

    Attributes:
        id: "A" and a number. account: as found in the evidence. person, interval, grade: what is claimed.
        supporting, opposing: the evidence for and against, at least one item.
        supersedes: id of the claim that this one takes the place of, None for a new one.
    """

    id: str
    account: str
    person: Person
    interval: Interval
    grade: Grade
    supporting: tuple[Item, ...]
    opposing: tuple[Item, ...]
    supersedes: str | None = None

    def __post_init__(self) -> None:
        _check_id(self.id, "A")
        if self.supersedes is not None:
            _check_id(self.supersedes, "A")
        if not self.account:
            raise ValueError("the claim names no account")
        if not self.supporting and not self.opposing:
            raise ValueError("the claim rests on nothing: it needs at least one item of evidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal(Signed):
    """A claim is no longer upheld. claim: its id. reason: why."""

    claim: str
    reason: str

    def __post_init__(self) -> None:
        _check_id(self.claim, "A")
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Signed):
    """Two persons are one. id: "M" and a number. kept, absorbed: ids of the persons. reason: why."""

    id: str
    kept: str
    absorbed: str
    reason: str

    def __post_init__(self) -> None:
        _check_id(self.id, "M")
        _check_id(self.kept, "P")
        _check_id(self.absorbed, "P")
        if self.kept == self.absorbed:
            raise ValueError("a person cannot be merged with themselves")
        _check_reason(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting(Signed):
    """Two persons who were merged are two again. merge: id of the merge. reason: why."""

    merge: str
    reason: str

    def __post_init__(self) -> None:
        _check_id(self.merge, "M")
        _check_reason(self.reason)


Act: TypeAlias = Claim | Withdrawal | Merge | Parting


def to_entry(act: Act) -> dict[str, Json]:
    """Return an act as an entry of the ledger, without its number."""
    signed: dict[str, Json] = {
        "format": ENTRY_FORMAT,
        "author": act.author,
        "time": to_text(act.time),
        "authority": act.authority,
    }
    match act:
        case Claim():
            return {**signed, "act": "claim", **_claim_to_json(act)}
        case Withdrawal():
            return {**signed, "act": "withdraw", "claim": act.claim, "reason": act.reason}
        case Merge():
            persons: dict[str, Json] = {"kept": act.kept, "absorbed": act.absorbed}
            return {**signed, "act": "merge", "id": act.id, **persons, "reason": act.reason}
        case Parting():
            return {**signed, "act": "part", "merge": act.merge, "reason": act.reason}


def _claim_to_json(claim: Claim) -> dict[str, Json]:
    return {
        "id": claim.id,
        "account": claim.account,
        "person": {"id": claim.person.id, "name": claim.person.name, "born": claim.person.born},
        "interval": {
            "start": None if claim.interval.start is None else to_text(claim.interval.start),
            "end": None if claim.interval.end is None else to_text(claim.interval.end),
            "zone": claim.interval.zone,
        },
        "grade": claim.grade.value,
        "supporting": items_to_json(claim.supporting),
        "opposing": items_to_json(claim.opposing),
        "supersedes": claim.supersedes,
    }


_SIGNED: Final = ("format", "number", "act", "author", "time", "authority")
_OWN: Final = {
    "claim": ("id", "account", "person", "interval", "grade", "supporting", "opposing", "supersedes"),
    "withdraw": ("claim", "reason"),
    "merge": ("id", "kept", "absorbed", "reason"),
    "part": ("merge", "reason"),
}


def read_act(value: JsonValue, what: str) -> Act | None:
    """Read an entry of the ledger; None where it is the ledger's own note of a repair.

    Args:
        value: the entry. what: the subject of an error's sentence.

    Raises:
        UnreadableError: it is none of the entries of this ledger.
    """
    fields = Fields(value, what)
    name = fields.text("act")
    if name == REPAIRED:
        return None
    if name not in _OWN or fields.text("format") != ENTRY_FORMAT:
        raise UnreadableError(f"{what} is no act on attributions that is known here.")
    try:
        return _read(name, Fields(value, what, required=(*_SIGNED, *_OWN[name])), what)
    except ValueError as error:
        raise UnreadableError(f"{what}: {error}.") from error


def _read(name: str, fields: Fields, what: str) -> Act:
    author, time, authority = fields.text("author"), from_text(fields.text("time")), fields.text("authority")
    match name:
        case "claim":
            return Claim(
                author=author,
                time=time,
                authority=authority,
                id=fields.text("id"),
                account=fields.text("account"),
                person=_read_person(fields.value("person"), f"The person of {what}"),
                interval=_read_interval(fields.value("interval"), f"The interval of {what}"),
                grade=Grade(fields.text("grade")),
                supporting=read_items(fields.value("supporting"), f"The evidence for {what}"),
                opposing=read_items(fields.value("opposing"), f"The evidence against {what}"),
                supersedes=None if fields.value("supersedes") is None else fields.text("supersedes"),
            )
        case "withdraw":
            claim, reason = fields.text("claim"), fields.text("reason")
            return Withdrawal(author=author, time=time, authority=authority, claim=claim, reason=reason)
        case "merge":
            return Merge(
                author=author,
                time=time,
                authority=authority,
                id=fields.text("id"),
                kept=fields.text("kept"),
                absorbed=fields.text("absorbed"),
                reason=fields.text("reason"),
            )
        case _:
            merge, reason = fields.text("merge"), fields.text("reason")
            return Parting(author=author, time=time, authority=authority, merge=merge, reason=reason)


def _read_person(value: JsonValue, what: str) -> Person:
    fields = Fields(value, what, required=("id", "name", "born"))
    born = None if fields.value("born") is None else fields.text("born")
    return Person(id=fields.text("id"), name=fields.text("name"), born=born)


def _read_interval(value: JsonValue, what: str) -> Interval:
    fields = Fields(value, what, required=("start", "end", "zone"))
    start, end = (None if fields.value(name) is None else from_text(fields.text(name)) for name in ("start", "end"))
    return Interval(start=start, end=end, zone=fields.text("zone"))


def _check_id(text: str, kind: str) -> None:
    if not _ID[kind].fullmatch(text):
        raise ValueError(f"{text[:40]!a} is not written {kind} and a number")


def _check_reason(reason: str) -> None:
    if not reason:
        raise ValueError("no reason is given")
