"""What stands: the ledger of attributions folded, act by act.

No winner is computed. Claims that contradict each other stand side by side until somebody supersedes or withdraws one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod

from underseal.core.verify.attribution import Act, Claim, Merge, Parting, Withdrawal
from underseal.errors import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A claim, and what came of it.

    Attributes:
        claim: as it was entered. entry: number of its entry.
        superseded: id of the claim that took its place, withdrawal: why it is no longer upheld; None while it is in force.
        ended: number of the entry that did either.
    """

    claim: Claim
    entry: int
    superseded: str | None = None
    withdrawal: Withdrawal | None = None
    ended: int | None = None

    @property
    def in_force(self) -> bool:
        """Whether it is neither superseded nor withdrawn."""
        return self.ended is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """A merge of two persons, and the act that parted them again, None while they are one."""

    merge: Merge
    parting: Parting | None = None


@dataclass(slots=True, kw_only=True)
class State:
    """All claims, persons and merges after some entries of the ledger. Whoever applies an act applies it to a copy of their own.

    Attributes:
        size: entries that are folded. claims: by id, in the order of their entries.
        persons: for each person the ids of the claims that name them; the first one made them.
        unions: by id of the merge. absorbed: for each person who is now part of another the id of the merge.
    """

    size: int = 0
    claims: dict[str, Standing] = field(default_factory=dict)
    persons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unions: dict[str, Union] = field(default_factory=dict)
    absorbed: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "State":
        """Return the same state, to apply acts to."""
        return State(
            size=self.size,
            claims=dict(self.claims),
            persons=dict(self.persons),
            unions=dict(self.unions),
            absorbed=dict(self.absorbed),
        )

    @property
    def next_claim(self) -> str:
        """The id of the claim to come."""
        return f"A{len(self.claims) + 1}"

    @property
    def next_person(self) -> str:
        """The id of the next person whom a claim makes."""
        return f"P{len(self.persons) + 1}"

    @property
    def next_merge(self) -> str:
        """The id of the merge to come."""
        return f"M{len(self.unions) + 1}"

    def standing(self, claim: str) -> Standing:
        """Return a claim.

        Raises:
            NotFoundError: there is none of that id.
        """
        found = self.claims.get(claim)
        if found is None:
            raise unknown_claim(claim)
        return found

    def union(self, merge: str) -> Union:
        """Return a merge.

        Raises:
            NotFoundError: there is none of that id.
        """
        found = self.unions.get(merge)
        if found is None:
            raise unknown_merge(merge)
        return found

    def whole(self, person: str) -> str:
        """Return the person whom somebody is now part of: themselves, unless they were merged into another."""
        while person in self.absorbed:
            person = self.unions[self.absorbed[person]].merge.kept
        return person

    def parts(self, person: str) -> tuple[str, ...]:
        """Return all persons who are one with somebody, the one who was kept first."""
        kept = self.whole(person)
        return (kept, *(other for other in self.persons if other != kept and self.whole(other) == kept))

    def of_account(self, account: str) -> list[Standing]:
        """Return all claims on an account, in the order of their entries."""
        return [found for found in self.claims.values() if found.claim.account == account]

    def of_person(self, person: str) -> list[Standing]:
        """Return all claims on somebody and whoever is one with them, in the order of their entries."""
        ids = {claim for part in self.parts(person) for claim in self.persons[part]}
        return [found for id_, found in self.claims.items() if id_ in ids]

    def history(self, claim: str) -> list[Standing]:
        """Return the chain of claims that superseded each other which a claim belongs to, the first one first."""
        first = self.standing(claim)
        while first.claim.supersedes is not None:
            first = self.claims[first.claim.supersedes]
        return list(self._chain(first))

    def _chain(self, standing: Standing) -> Iterator[Standing]:
        yield standing
        while standing.superseded is not None:
            standing = self.claims[standing.superseded]
            yield standing

    def apply(self, act: Act | None, number: int) -> None:
        """Do what an entry says; where it raises, nothing was done.

        Args:
            act: what was entered, None for an entry that changes nothing. number: of the entry.

        Raises:
            NotFoundError, ConflictError: the act contradicts an earlier one.
        """
        if act is not None:
            self._apply(act, number)
        self.size = number + 1

    @singledispatchmethod
    def _apply(self, act: Act, number: int) -> None:  # noqa: ARG002
        raise TypeError(f"nobody says what {type(act).__name__} does")

    @_apply.register
    def _(self, act: Claim, number: int) -> None:
        if act.id != self.next_claim:
            raise ConflictError(f"The attribution to come is {self.next_claim}, not {act.id}.")
        if act.person.id not in self.persons and act.person.id != self.next_person:
            raise unknown_person(act.person.id)
        if act.supersedes is not None:
            before = self._in_force(act.supersedes)
            if before.claim.account != act.account:
                raise ConflictError(
                    f"{act.supersedes} is about {before.claim.account!a}, not {act.account!a}.",
                    hint="What names the wrong account is withdrawn, and claimed anew.",
                )
            self.claims[act.supersedes] = replace(before, superseded=act.id, ended=number)
        self.claims[act.id] = Standing(claim=act, entry=number)
        self.persons[act.person.id] = (*self.persons.get(act.person.id, ()), act.id)

    @_apply.register
    def _(self, act: Withdrawal, number: int) -> None:
        self.claims[act.claim] = replace(self._in_force(act.claim), withdrawal=act, ended=number)

    @_apply.register
    def _(self, act: Merge, number: int) -> None:  # noqa: ARG002  # the signature of all
        if act.id != self.next_merge:
            raise ConflictError(f"The merge to come is {self.next_merge}, not {act.id}.")
        for person in (act.kept, act.absorbed):
            if person not in self.persons:
                raise unknown_person(person)
            if person in self.absorbed:
                merge = self.absorbed[person]
                kept = self.unions[merge].merge.kept
                raise ConflictError(f"{person} is part of {kept} already.", hint=f"The merge is {merge}.")
        self.unions[act.id] = Union(merge=act)
        self.absorbed[act.absorbed] = act.id

    @_apply.register
    def _(self, act: Parting, number: int) -> None:  # noqa: ARG002
        union = self.union(act.merge)
        if union.parting is not None:
            raise ConflictError(f"The merge {act.merge} was undone already.")
        self.unions[act.merge] = replace(union, parting=act)
        del self.absorbed[union.merge.absorbed]

    def _in_force(self, claim: str) -> Standing:
        found = self.standing(claim)
        if found.superseded is not None:
            raise ConflictError(f"{claim} was superseded by {found.superseded} already.")
        if found.withdrawal is not None:
            raise ConflictError(f"{claim} was withdrawn already: {found.withdrawal.reason}")
        return found


def unknown_claim(claim: str) -> NotFoundError:
    """Return the error for a claim that nobody has made, or that is not for the asker's eyes: the two answer alike."""
    return NotFoundError(f"There is no attribution {claim!a}.", hint="See them with: underseal attribute list")


def unknown_person(person: str) -> NotFoundError:
    """Return the error for a person whom nobody has made, or of whom the asker may not know: the two answer alike."""
    return NotFoundError(
        f"There is no person {person!a}.",
        hint="See them with: underseal person. A new one is made by the first claim, by name.",
    )


def unknown_merge(merge: str) -> NotFoundError:
    """Return the error for a merge that nobody has made, or of which the asker may not know."""
    return NotFoundError(f"There is no merge {merge!a}.", hint="A person's page names theirs: underseal person PERSON")
