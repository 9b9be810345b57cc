"""A claim as a person types it, and its checking. What is not known is said to be unknown; nothing is assumed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from underseal.core.verify.attribution import Claim, Grade, Interval, Person
from underseal.errors import CallerError, at_field
from underseal.evidence.authority.moments import moment, zone_of
from underseal.evidence.casework import words
from underseal.evidence.identity.items import Find, read_items
from underseal.evidence.identity.state import State, unknown_person

UNKNOWN: Final = "unknown"
"""How a person says that the start or the end of an interval is not known."""

EARLIEST: Final = 0
LATEST: Final = 32_503_680_000_000
"""Times between which the bounds of an interval lie: from 1970 to the end of 2999."""

_SECOND: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The claim that a person used an account during an interval, as typed.

    Attributes:
        account: as found in the evidence.
        person: id of a person who is known, "" for a new one.
        name, born: name and birth date (None where it is not known) of a new person; of a known one, "" and None stand for
            what the last claim on them says.
        start, end: of the interval, dates or times in whole seconds, or "unknown". An end that is a date includes that day.
        zone: IANA name of the time zone in which dates and times without an offset are meant.
        grade: a word of the scale (docs/reference/attribution-scale.md).
        supporting, opposing: evidence for and against, each item an object as docs/formats/attribution.md says.
    """

    account: str
    person: str = ""
    name: str = ""
    born: str | None = None
    start: str
    end: str
    zone: str
    grade: str
    supporting: Sequence[object] = ()
    opposing: Sequence[object] = ()


def read_account(draft: Draft) -> str:
    """Return the account that a draft is about."""
    return words.line(draft.account, "account", field="account")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """What the program itself says of a claim.

    Attributes:
        author: who. time: when, in ms since 1970. authority: under which. supersedes: id of the claim that it replaces.
    """

    author: str
    time: int
    authority: str
    supersedes: str | None = None


def read_draft(draft: Draft, *, maker: Maker, state: State, known: Callable[[str], bool], find: Find) -> Claim:
    """Check what a person typed.

    Args:
        draft: as typed. maker: of the claim. state: what stands.
        known: says whether the author may know of a person. find: makes the item of a message.

    Raises:
        CallerError: a field is empty or wrong, the interval is reversed, a place is a point; it names the field.
            NotFoundError: a person or a record is not known.
    """
    with at_field("zone"):
        zone = zone_of(draft.zone)
    try:
        return Claim(
            author=maker.author,
            time=maker.time,
            authority=maker.authority,
            id=state.next_claim,
            account=read_account(draft),
            person=_person(draft, state, known),
            interval=_interval(draft, zone),
            grade=_grade(draft.grade),
            supporting=read_items(draft.supporting, side="for", zone=zone, find=find),
            opposing=read_items(draft.opposing, side="against", zone=zone, find=find),
            supersedes=maker.supersedes,
        )
    except ValueError as error:
        raise CallerError(f"That cannot be claimed: {error}.") from error


def _person(draft: Draft, state: State, known: Callable[[str], bool]) -> Person:
    with at_field("born"):
        born = None if draft.born is None else _birth_date(draft.born)
    name = words.line(draft.name, "name of the person", empty=bool(draft.person), field="name")
    if not draft.person:
        return Person(id=state.next_person, name=name, born=born)
    with at_field("person"):
        if not known(draft.person):
            raise unknown_person(draft.person)
    last = state.claims[state.persons[draft.person][-1]].claim.person
    return Person(id=draft.person, name=name or last.name, born=born or last.born)


def _birth_date(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise CallerError(f"{text!r} is no birth date.", hint="Write 1980-02-29, or leave it out.") from error


def _interval(draft: Draft, zone: ZoneInfo) -> Interval:
    with at_field("start"):
        start = None if draft.start == UNKNOWN else _second(moment(draft.start, zone), draft.start)
    with at_field("end"):
        end = None if draft.end == UNKNOWN else _second(moment(draft.end, zone, end=True), draft.end)
    with at_field("end"):
        try:
            return Interval(start=start, end=end, zone=zone.key)
        except ValueError as error:
            raise CallerError("The interval ends before it starts, or is empty.") from error


def _second(time: int, typed: str) -> int:
    if not EARLIEST <= time < LATEST:
        raise CallerError(f"No account was used at {typed}.", hint=f'Write "{UNKNOWN}" where it is not known.')
    return time // _SECOND * _SECOND


def _grade(text: str) -> Grade:
    try:
        return Grade(text)
    except ValueError as error:
        raise CallerError(
            f"{text!r} is no grade of the scale.", hint=f"From the weakest: {', '.join(Grade)}."
        ) from error
