"""A person as the claims on them say: names, birth dates, accounts with their times, and how they were merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from underseal.core.verify.attribution.items import Interval
from underseal.evidence.identity.facts import Counted, counted, sent
from underseal.evidence.identity.shown import Eyes, Shown
from underseal.evidence.identity.state import Standing, Union, unknown_person
from underseal.evidence.search import parse
from underseal.evidence.search.nodes import format as query_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person in the list.

    Attributes:
        id: of the person, who is part of nobody else. parts: ids of whoever is one with them.
        names: as claims in force name them, the latest first; of all claims where none is in force.
        born: birth dates that they name. accounts: of claims in force, in the order of the claims. claims: how many in all.
    """

    id: str
    parts: tuple[str, ...]
    names: tuple[str, ...]
    born: tuple[str, ...]
    accounts: tuple[str, ...]
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What an account sent while a claim in force says that the person used it.

    Attributes:
        claim: its id. account: of the claim. counted: the messages, with the query for them.
    """

    claim: str
    account: str
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """All that is claimed of a person.

    Attributes:
        person: as in the list. claims: all that may be seen, in order; others may contradict them.
        rivals: claims in force that say of the same accounts that somebody else used them at the same time.
        uses: activity of each claim in force. unions: merges, those that were undone too.
    """

    person: Listed
    claims: tuple[Shown, ...]
    rivals: tuple[Shown, ...]
    uses: tuple[Use, ...]
    unions: tuple[Union, ...]


def list_persons(eyes: Eyes) -> list[Listed]:
    """Return all persons of whom the reader may know, those who were merged as one."""
    known = eyes.persons()
    wholes = {eyes.state.whole(person) for person in known}
    return [_listed(eyes, person) for person in eyes.state.persons if person in wholes]


def person_page(eyes: Eyes, person: str) -> PersonPage:
    """Return all that is claimed of a person.

    Raises:
        NotFoundError: there is none, or the reader may not know of them: the two answer alike.
    """
    if not eyes.knows_person(person):
        raise unknown_person(person)
    state = eyes.state
    standings = eyes.standings(state.of_person(person))
    parts = set(state.parts(person))
    in_force = [standing for standing in standings if standing.in_force]
    rivals = [
        other
        for account in dict.fromkeys(standing.claim.account for standing in in_force)
        for other in state.of_account(account)
        if other.in_force
        and other.claim.person.id not in parts
        and any(meet(other.claim.interval, s.claim.interval) for s in in_force if s.claim.account == account)
    ]
    return PersonPage(
        person=_listed(eyes, state.whole(person)),
        claims=tuple(eyes.shown(standings)),
        rivals=tuple(eyes.shown(rivals)),
        uses=tuple(_use(eyes, standing) for standing in in_force),
        unions=tuple(u for u in state.unions.values() if {u.merge.kept, u.merge.absorbed} & (parts | {person})),
    )


def meet(one: Interval, other: Interval) -> bool:
    """Say whether two intervals may have a moment in common; an end that is not known excludes nothing."""
    return (one.start is None or other.end is None or one.start < other.end) and (
        other.start is None or one.end is None or other.start < one.end
    )


def _listed(eyes: Eyes, person: str) -> Listed:
    standings = eyes.standings(eyes.state.of_person(person))
    telling: Sequence[Standing] = [found for found in standings if found.in_force] or standings
    named = [standing.claim.person for standing in reversed(telling)]
    return Listed(
        id=person,
        parts=eyes.state.parts(person)[1:],
        names=tuple(dict.fromkeys(claimed.name for claimed in named)),
        born=tuple(dict.fromkeys(claimed.born for claimed in named if claimed.born)),
        accounts=tuple(dict.fromkeys(found.claim.account for found in standings if found.in_force)),
        claims=len(standings),
    )


def _use(eyes: Eyes, standing: Standing) -> Use:
    claim = standing.claim
    query = query_text(sent(claim.account))
    if claim.interval.start is not None:
        query += f" after:{_bound(claim.interval.start)}"
    if claim.interval.end is not None:
        query += f" before:{_bound(claim.interval.end)}"
    return Use(claim=claim.id, account=claim.account, counted=counted(eyes.view, parse(query)))


def _bound(time: int) -> str:
    """Return a whole second as the query language writes it."""
    return datetime.fromtimestamp(time // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
