"""Claims as a reader may see them.

A claim is shown to whoever may see a record of its account. Of an item that is a message outside the reader's authority,
they learn that there is one, and nothing more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias
from zoneinfo import ZoneInfo

from underseal.core.records import Kind
from underseal.core.verify.attribution import Grade, Item, Message
from underseal.core.verify.attribution.scale import MEANING
from underseal.errors import NotFoundError
from underseal.evidence.authority.moments import zone_of
from underseal.evidence.identity.facts import values
from underseal.evidence.identity.state import Standing, State, unknown_claim
from underseal.evidence.search import And, Is, Or, count
from underseal.evidence.store import Directory, View
from underseal.evidence.store.index import MAX_FACT


@dataclass(frozen=True, slots=True)
class Outside:
    """A message outside the reader's authority."""


ShownItem: TypeAlias = Item | Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A claim as a reader may see it.

    Attributes:
        standing: the claim and what came of it; its own items are not for the reader's eyes.
        supporting, opposing: its items, as far as they may be seen.
    """

    standing: Standing
    supporting: tuple[ShownItem, ...]
    opposing: tuple[ShownItem, ...]

    @property
    def outside(self) -> int:
        """How many of its messages lie outside the reader's authority."""
        return sum(isinstance(item, Outside) for item in (*self.supporting, *self.opposing))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which its interval was meant."""
        return zone_of(self.standing.claim.interval.zone)

    @property
    def meaning(self) -> str:
        """What its grade means."""
        return MEANING[Grade(self.standing.claim.grade)]


_EVERY = (Or(parts=tuple(Is(field="kind", value=kind.value) for kind in Kind)), Is(field="copies", value="all"))
"""Records of every kind, copies included."""

_MANY = 200


class Eyes:
    """What one reader may see of the attributions.

    Args:
        view: under which they read. state: what stands.
    """

    def __init__(self, view: View, state: State) -> None:
        self.view = view
        self.state = state
        self._accounts: dict[str, bool] = {}

    def knows(self, account: str) -> bool:
        """Say whether a record in scope names an account, as sender or recipient."""
        known = self._accounts.get(account)
        if known is None:
            named = Or(parts=(Is(field="from", value=account), Is(field="to", value=account)))
            known = self._accounts[account] = count(self.view, And(parts=(named, *_EVERY))).total > 0
        return known

    def knows_person(self, person: str) -> bool:
        """Say whether a claim on somebody, or on who is one with them, is shown to the reader."""
        return person in self.state.persons and bool(self.standings(self.state.of_person(person)))

    def standings(self, standings: Iterable[Standing]) -> list[Standing]:
        """Return those claims whose account the reader knows."""
        found = list(standings)
        self._look_at({standing.claim.account for standing in found} - self._accounts.keys())
        return [standing for standing in found if self.knows(standing.claim.account)]

    def _look_at(self, accounts: set[str]) -> None:
        """Learn of many accounts at once: counting all of the view costs as much as asking for some hundred of them."""
        if len(accounts) <= _MANY:
            return
        named = {name for field in ("sender", "recipients") for name in values(self.view, And(parts=_EVERY), field)}
        short = (account for account in accounts if len(account) <= MAX_FACT // 4)  # whose facts are never cut
        self._accounts.update({account: account in named for account in short})

    def standing(self, claim: str) -> Standing:
        """Return a claim.

        Raises:
            NotFoundError: there is none of that id, or its account is out of scope: the two answer alike.
        """
        found = self.state.standing(claim)
        if not self.knows(found.claim.account):
            raise unknown_claim(claim)
        return found

    def persons(self) -> list[str]:
        """Return the persons of whom the reader may know: a claim on them is shown, or on who is one with them."""
        shown = {standing.claim.person.id for standing in self.standings(self.state.claims.values())}
        wholes = {self.state.whole(person) for person in shown}
        return [person for person in self.state.persons if self.state.whole(person) in wholes]

    def shown(self, standings: Sequence[Standing]) -> list[Shown]:
        """Return claims as the reader may see them."""
        claims = [standing.claim for standing in standings]
        items = [item for claim in claims for item in (*claim.supporting, *claim.opposing)]
        numbers = sorted({item.record for item in items if isinstance(item, Message)})
        inside = set(self.view.records(numbers, ["number"]).column("number").to_pylist())

        def masked(items: Sequence[Item]) -> tuple[ShownItem, ...]:
            return tuple(
                Outside() if isinstance(item, Message) and item.record not in inside else item for item in items
            )

        return [
            Shown(
                standing=standing,
                supporting=masked(standing.claim.supporting),
                opposing=masked(standing.claim.opposing),
            )
            for standing in standings
        ]


def unknown_account(account: str, directory: Directory) -> NotFoundError:
    """Return the error for an account that no record in scope names, with those that are written most like it."""
    accounts = {member for summary in directory.conversations.values() for member in summary.members}
    near = get_close_matches(account, sorted(accounts), 3, cutoff=0.5)
    return NotFoundError(
        f"No record within the authority's scope names the account {account!a}.",
        hint=f"Did you mean {' or '.join(near)}?" if near else "Accounts are written as found: @name:server.",
    )
