"""Attributions in the hands of somebody who reads under an authority: what is claimed, by whom, and claiming it oneself.

An act has its turn; within it, what a person typed is checked against what stands, the audit gets its entry, and then the ledger
gets its own. A process that dies between the two has announced a claim that was never made.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from underseal.core.verify.attribution import Claim, Merge, Message, Parting, Withdrawal
from underseal.errors import CallerError, RefusedError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.casework import words
from underseal.evidence.dossier.terms import Leaving
from underseal.evidence.identity import (
    Draft,
    Eyes,
    Listed,
    Maker,
    PersonPage,
    Shown,
    Standing,
    Union,
    export_claim,
    list_persons,
    person_page,
    read_account,
    read_draft,
    unknown_account,
)
from underseal.evidence.identity.state import unknown_merge, unknown_person
from underseal.evidence.investigation.proving import leaf_of, proof_of
from underseal.evidence.store import View

if TYPE_CHECKING:
    from underseal.evidence.investigation.investigation import Investigation

Acting: TypeAlias = Callable[..., AbstractContextManager[tuple[View, dict[str, str | int]]]]
"""`Consultation._acting`: admits an act, and takes its details until its entry is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """A page of claims. total: how many there are on all pages. more: whether there is a further one."""

    claims: Sequence[Shown]
    total: int
    more: bool


class Attributing:
    """The attributions, under one authority. Every method raises RefusedError where it or the role does not allow it.

    Args:
        investigation: whose. acting: admits acts.
    """

    def __init__(self, investigation: "Investigation", *, acting: Acting) -> None:
        self._investigation = investigation
        self._book = investigation.book
        self._acting = acting

    def list(
        self,
        *,
        account: str = "",
        person: str = "",
        at: int | None = None,
        ended: bool = False,
        after: str = "",
        limit: int | None = None,
    ) -> ClaimPage:
        """Return claims side by side, in the order in which they were made; no winner is computed.

        Args:
            account: only claims on this account. person: only on this person, and who is one with them. "" for all.
            at: only claims whose interval may hold this moment, in ms since 1970.
            ended: also those that were superseded or withdrawn.
            after: id of the last claim of the page before, "" for the first page. limit: claims of the page, None for all.

        Raises:
            NotFoundError: there is no such person, or no claim `after`, of which the reader may know.
        """
        with self._acting(Act.ATTRIBUTIONS_READ, account=account, person=person) as (view, details):
            eyes = self._eyes(view)
            if person and not eyes.knows_person(person):
                raise unknown_person(person)
            standings = eyes.state.of_person(person) if person else eyes.state.claims.values()
            found = eyes.standings(
                standing
                for standing in standings
                if (not account or standing.claim.account == account)
                and (ended or standing.in_force)
                and (at is None or standing.claim.interval.covers(at))
            )
            details["count"] = len(found)
            place = eyes.standing(after).entry if after else -1
            rest = [standing for standing in found if standing.entry > place]
            page = rest[:limit]
            return ClaimPage(claims=eyes.shown(page), total=len(found), more=len(page) < len(rest))

    def show(self, claim: str) -> Sequence[Shown]:
        """Return a claim within the chain of those that superseded each other, the first one first.

        Raises:
            NotFoundError: there is none of that id, or its account is out of scope.
        """
        with self._acting(Act.ATTRIBUTIONS_READ, attribution=claim) as (view, _):
            eyes = self._eyes(view)
            eyes.standing(claim)
            return eyes.shown(eyes.state.history(claim))

    def claim(self, draft: Draft) -> Shown:
        """Claim that a person used an account.

        Raises:
            CallerError: a field is wrong; it says which. NotFoundError: the account, a person or a record is not known in
                scope. Nothing is stored then.
        """
        return self._claim(draft, supersedes=None)

    def supersede(self, claim: str, draft: Draft) -> Shown:
        """Put a claim in the place of another on the same account; raises as `claim`.

        Raises:
            ConflictError: it is about another account, or is not in force any more.
        """
        return self._claim(draft, supersedes=claim)

    def _claim(self, draft: Draft, *, supersedes: str | None) -> Shown:
        known: dict[str, str] = {} if supersedes is None else {"supersedes": supersedes}
        with self._book.turn() as turn:
            with self._acting(Act.ATTRIBUTED, **known) as (view, details):
                eyes = Eyes(view, turn.state)
                account = read_account(draft)
                with at_field("account"):
                    if not eyes.knows(account):
                        raise unknown_account(account, self._investigation.directory(view))
                if supersedes is not None:
                    eyes.standing(supersedes)
                made = read_draft(
                    draft,
                    maker=self._maker(view, supersedes),
                    state=turn.state,
                    known=eyes.knows_person,
                    find=lambda record, said: self._message(view, record, said),
                )
                turn.check(made)
                details.update(_said(made))
            number = turn.enter(made)
        return eyes.shown([Standing(claim=made, entry=number)])[0]

    def withdraw(self, claim: str, *, why: str) -> None:
        """Say that a claim is no longer upheld.

        Raises:
            NotFoundError: there is none of that id in scope. ConflictError: it is not in force any more.
            CallerError: no reason is given.
        """
        with self._book.turn() as turn:
            with self._acting(Act.ATTRIBUTION_WITHDRAWN, attribution=claim) as (view, details):
                Eyes(view, turn.state).standing(claim)
                maker, reason = self._maker(view), _reason(why)
                act = Withdrawal(
                    author=maker.author, time=maker.time, authority=maker.authority, claim=claim, reason=reason
                )
                turn.check(act)
                details["reason"] = reason
            turn.enter(act)

    def persons(self) -> Sequence[Listed]:
        """Return all persons of whom the reader may know; persons who were merged are one."""
        with self._acting(Act.PERSON_READ) as (view, details):
            found = list_persons(self._eyes(view))
            details["count"] = len(found)
            return found

    def person(self, person: str) -> PersonPage:
        """Return all that is claimed of a person.

        Raises:
            NotFoundError: there is none of whom the reader may know.
        """
        with self._acting(Act.PERSON_READ, person=person) as (view, _):
            return person_page(self._eyes(view), person)

    def merge(self, kept: str, absorbed: str, *, why: str) -> Union:
        """Say that two persons are one.

        Raises:
            NotFoundError: one of them is not known. ConflictError: one is part of another already.
            CallerError: they are the same, or no reason is given.
        """
        with self._book.turn() as turn:
            with self._acting(Act.PERSONS_MERGED, kept=kept, absorbed=absorbed) as (view, details):
                eyes = Eyes(view, turn.state)
                for person in (kept, absorbed):
                    if not eyes.knows_person(person):
                        raise unknown_person(person)
                if kept == absorbed:
                    raise CallerError("A person cannot be merged with themselves.")
                maker, reason = self._maker(view), _reason(why)
                act = Merge(
                    author=maker.author,
                    time=maker.time,
                    authority=maker.authority,
                    id=turn.state.next_merge,
                    kept=kept,
                    absorbed=absorbed,
                    reason=reason,
                )
                turn.check(act)
                details.update({"merge": act.id, "reason": reason})
            turn.enter(act)
        return Union(merge=act)

    def part(self, merge: str, *, why: str) -> Union:
        """Undo a merge: the two are two persons again.

        Raises:
            NotFoundError: there is no such merge. ConflictError: it was undone already. CallerError: no reason is given.
        """
        with self._book.turn() as turn:
            with self._acting(Act.PERSONS_PARTED, merge=merge) as (view, details):
                union = turn.state.union(merge)
                if not Eyes(view, turn.state).knows_person(union.merge.kept):
                    raise unknown_merge(merge)
                maker, reason = self._maker(view), _reason(why)
                act = Parting(
                    author=maker.author, time=maker.time, authority=maker.authority, merge=merge, reason=reason
                )
                turn.check(act)
                details["reason"] = reason
            turn.enter(act)
        return Union(merge=union.merge, parting=act)

    def export(self, claim: str, *, messages: bool = False) -> bytes:
        """Make a file from which anyone can check a claim with `underseal verify`.

        Args:
            claim: its id. messages: whether to enclose the messages that it rests on, with their proofs.

        Raises:
            NotFoundError: there is none of that id in scope.
            RefusedError: it, or the claim that superseded it, which is enclosed, rests on messages outside the authority, of
                which the file would tell; or it encloses one that comes from a source that a judge excluded, or that its
                sender keeps in the house.
        """
        with self._acting(Act.PROOF_MADE, attribution=claim) as (view, details):
            eyes = self._eyes(view)
            standing = eyes.standing(claim)
            enclosed = [standing, *([] if standing.superseded is None else [eyes.state.standing(standing.superseded)])]
            outside = sum(shown.outside for shown in eyes.shown(enclosed))
            if outside:
                raise RefusedError(
                    f"The file of {claim} would tell of messages outside the authority's scope on which it, or what superseded it,"
                    f" rests: {outside}.",
                    hint="Export it under an authority that covers them.",
                )
            items = (*standing.claim.supporting, *standing.claim.opposing)
            numbers = sorted({item.record for item in items if isinstance(item, Message)}) if messages else []
            details["messages"] = len(numbers)
            self._investigation.leaving_without(Leaving.AS_EVIDENCE).expect_none(view, numbers)
            releases, pool = self._investigation.releases, self._investigation.pool
            records = [proof_of(view, number, releases=releases, pool=pool) for number in numbers]
            return export_claim(self._book, standing, records)

    def _eyes(self, view: View) -> Eyes:
        return Eyes(view, self._book.state())

    def _maker(self, view: View, supersedes: str | None = None) -> Maker:
        return Maker(
            author=view.access.user,
            time=self._investigation.gate.clock(),
            authority=view.access.authority,
            supersedes=supersedes,
        )

    def _message(self, view: View, record: int, said: str) -> Message:
        leaf = leaf_of(view, record, pool=self._investigation.pool)
        return Message(record=record, release=view.release.number, leaf=leaf, words=said)


def _said(claim: Claim) -> dict[str, str | int]:
    return {
        "attribution": claim.id,
        "account": claim.account,
        "person": claim.person.id,
        "grade": claim.grade.value,
    }


def _reason(why: str) -> str:
    reason = words.note(why, "reason", field="why")
    if not reason:
        raise CallerError("No reason is given.", hint="Say why; it stands in the ledger for ever.")
    return reason
