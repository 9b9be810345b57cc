"""The register of privilege: declared by lawful users, suspected by whoever reads, decided by the filter team.

A decision is an act that is only ever added to; of each thing the latest one holds. What it withholds is gone for everybody
but the filter team with the next thing that they read, whichever release it is in.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.evidence.audit import Act, Permit
from underseal.evidence.authority import Access, Gate, in_force, may_reach
from underseal.evidence.casework import (
    CaseWork,
    Decision,
    Declaration,
    PrivilegeState,
    Profession,
    Role,
    Subject,
    SubjectKind,
    words,
)
from underseal.evidence.privilege import rules as rules_of
from underseal.evidence.privilege.rules import BUILT_IN, PrivilegeRule, RulesRun, read_rules
from underseal.evidence.privilege.subjects import Named, account_of, check_account, find
from underseal.evidence.store import Release, Releases, SegmentPool, View

_ACTS: Final = {
    PrivilegeState.SUSPECTED: Act.PRIVILEGE_SUSPECTED,
    PrivilegeState.CONFIRMED: Act.PRIVILEGE_CONFIRMED,
    PrivilegeState.REJECTED: Act.PRIVILEGE_REJECTED,
}

DeclarationState = Literal["received", "verified", "rejected"]

_STATES: Final[Mapping[PrivilegeState, DeclarationState]] = {
    PrivilegeState.SUSPECTED: "received",
    PrivilegeState.CONFIRMED: "verified",
    PrivilegeState.REJECTED: "rejected",
}
"""What a declaration is said to be, by the latest decision that stands on it."""

_Tell = Callable[[Mapping[str, str | int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A declaration and what has become of it.

    Attributes:
        declaration: as it was entered. state: "received", "verified" or "rejected".
        why, user, at: of that state: the reason, who decided and when (ms since 1970).
    """

    declaration: Declaration
    state: DeclarationState
    why: str
    user: str
    at: int


class Privilege:
    """Privileged material, in the hands of one user.

    Every act is one on evidence: it names the authority that it stands on, raises RefusedError where that or the role does
    not allow it, and is in the audit before it is done. The audit tells of a decision its number and a digest, and not of
    whom it is: the register does, to the filter team.

    Args:
        casework: where it is kept. gate: judges and records. releases, pool: where what is named is looked for.
        user: who acts. rules: file of the workspace's own rules, which need not exist.
    """

    def __init__(
        self, casework: CaseWork, gate: Gate, *, releases: Releases, pool: SegmentPool, user: str, rules: Path
    ) -> None:
        self._register = casework.privilege
        self._users = casework.users
        self._gate = gate
        self._releases = releases
        self._pool = pool
        self._user = user
        self._rules = rules

    # --- declarations ------------------------------------------------------------------------------------------------

    def declare(
        self,
        profession: Profession,
        named: Named,
        *,
        proof: str,
        authority: str,
        purpose: str = "",
        unseen: bool = False,
    ) -> Declared:
        """Enter what a lawful user declared; their account is withheld from now on, until the filter team decides.

        Args:
            profession: what they are. named: their account, with its period. proof: what they showed for it.
            authority: its number. purpose: why, in words.
            unseen: that no record has to name the account yet, or none that may be seen.

        Raises:
            NotFoundError: no record names the account; the hint says which are written like it.
            CallerError: no account is named, the period is reversed, or a text is empty or unusable.
        """
        subject, proof = account_of(named), _proof(proof)
        with self._changing(Act.PRIVILEGE_DECLARED, authority, purpose) as (access, tell):
            if not unseen:
                hint = "To enter an account that is not seen yet: --unseen."
                check_account(subject.account, self._view(access), hint=hint)
            declaration = Declaration(
                profession=profession,
                account=subject.account,
                start=subject.start,
                end=subject.end,
                proof=proof,
                authority=access.authority,
                user=self._user,
                at=self._gate.clock(),
            )
            decision = self._decision(PrivilegeState.SUSPECTED, subject, why=f"declared: {profession}", access=access)
            kept, decided = self._register.declare(declaration, decision, announce=partial(_announce, tell))
        return _declared(kept, decided)

    def verify(self, number: int, *, why: str, authority: str, purpose: str = "") -> Declared:
        """Verify a declaration: the privilege of its account is confirmed.

        Args:
            number: of the declaration. why: the reason, in words.

        Raises:
            NotFoundError: there is none of that number. ConflictError: it is verified already. CallerError: no reason.
        """
        return self._settle(number, PrivilegeState.CONFIRMED, why=why, authority=authority, purpose=purpose)

    def reject(self, number: int, *, why: str, authority: str, purpose: str = "") -> Declared:
        """Reject a declaration: its account is given back, as far as nothing else withholds it; raises as `verify`."""
        return self._settle(number, PrivilegeState.REJECTED, why=why, authority=authority, purpose=purpose)

    def list(self, *, authority: str, purpose: str = "") -> tuple[Declared, ...]:
        """Return all declarations in the order in which they were entered."""
        with self._gate.acting(authority, user=self._user, act=Act.PRIVILEGE_LISTED, purpose=purpose) as (_, details):
            latest = {each.declaration: each for each in self._register.decisions() if each.declaration is not None}
            found = tuple(_declared(each, latest[each.number]) for each in self._register.declarations())
            details["count"] = len(found)
        return found

    # --- decisions ---------------------------------------------------------------------------------------------------

    def suspect(self, named: Named, *, why: str, authority: str, purpose: str = "") -> Decision:
        """Suspect privilege of something that one may see: it is withheld at once, until the filter team decides.

        Args:
            named: an account, a conversation or a message. why: the reason, in words.

        Raises:
            NotFoundError: it is not there, or not for these eyes. ConflictError: it is withheld already.
            CallerError: nothing or several things are named, a period is reversed, or no reason is given.
        """
        return self._decide(PrivilegeState.SUSPECTED, named, why=why, authority=authority, purpose=purpose)[0]

    def confirm(self, named: Named, *, why: str, authority: str, purpose: str = "") -> tuple[Decision, ...]:
        """Confirm a privilege; of an account named without a period, in every period of which it is suspected.

        Raises:
            NotFoundError, ConflictError, CallerError: as `suspect`.
        """
        return self._decide(PrivilegeState.CONFIRMED, named, why=why, authority=authority, purpose=purpose)

    def release(self, named: Named, *, why: str, authority: str, purpose: str = "") -> tuple[Decision, ...]:
        """Give something back to the investigation: there is no privilege.

        A message that is released by itself is shown, whatever had been decided of its account or conversation before.
        An account that is named without a period is given back in every period in which it is withheld.

        Raises:
            NotFoundError: it is not there. ConflictError: it is not withheld. CallerError: as `suspect`.
        """
        return self._decide(PrivilegeState.REJECTED, named, why=why, authority=authority, purpose=purpose)

    def decisions(self, *, authority: str, purpose: str = "", history: bool = False) -> tuple[Decision, ...]:
        """Return what holds: the latest decision of each subject, in the order of their numbers.

        A decision is left out whose conversation, time or period lies outside the authority's scope. One on an account is
        listed whichever accounts the scope names, since it may have written to one of them.

        Args:
            history: all decisions instead.
        """
        listing = self._gate.acting(authority, user=self._user, act=Act.QUARANTINE_LISTED, purpose=purpose)
        with listing as (access, details):
            found = tuple(each for each in self._register.decisions() if may_reach(access.scope, each.subject))
            if not history:
                found = tuple(sorted(in_force(found).values(), key=lambda decision: decision.number))
            details["count"] = len(found)
        return found

    def suspected_in(self, release: Release) -> int:
        """Say how many accounts the rules have come to suspect by what a release added."""
        first = release.size - release.added
        return sum(
            1
            for each in self._register.decisions()
            if each.rule and each.record is not None and first <= each.record < release.size
        )

    def withheld(self) -> Mapping[SubjectKind, int]:
        """Say of how many accounts, conversations and messages something is withheld at present."""
        holding = Counter(
            each.subject.kind for each in in_force(self._register.decisions()).values() if each.state.withholds
        )
        return {kind: holding[kind] for kind in SubjectKind}

    def has_officer(self) -> bool:
        """Say whether there is somebody who can decide: a filter officer."""
        return any(user.role is Role.FILTER and not user.disabled for user in self._users.list())

    # --- rules -------------------------------------------------------------------------------------------------------

    @property
    def rules_file(self) -> Path:
        """The file of the rules that are run: the workspace's own, or the one that comes with the program."""
        return self._rules if self._rules.exists() else BUILT_IN

    def rules(self, file: Path | None = None) -> tuple[PrivilegeRule, ...]:
        """Return the rules of a file, by default of `rules_file`.

        Raises:
            CallerError: it cannot be read; it says where.
        """
        return read_rules(file or self.rules_file)

    def run_rules(self, *, file: Path | None = None) -> RulesRun:
        """Run the rules over all of the latest release.

        Args:
            file: of other rules; by default those of `rules`.

        Raises:
            CallerError: the file cannot be read. NotFoundError: nothing has been released yet.
        """
        rules, release = self.rules(file), self._latest()
        permit = self._gate.grant(user=self._user, act=Act.PRIVILEGE_RULES_RUN)
        return self._run(rules, release, first=0, permit=permit)

    def check_release(self, release: Release, *, permit: Permit) -> RulesRun:
        """Run the rules over what a release adds, before anybody reads it.

        Args:
            release: just published. permit: to have made it.

        Raises:
            CallerError: the file of the rules cannot be read.
        """
        return self._run(self.rules(), release, first=release.size - release.added, permit=permit)

    def _run(self, rules: Sequence[PrivilegeRule], release: Release, *, first: int, permit: Permit) -> RulesRun:
        segments = (self._pool.get(entry) for entry in release.segments if entry.first >= first)
        found = rules_of.run(rules, segments)
        decided = {each.subject.account for each in self._register.decisions() if each.subject.account}
        new = [each for each in found if each.account not in decided]
        suspicions = [
            Decision(
                state=PrivilegeState.SUSPECTED,
                subject=Subject(kind=SubjectKind.ACCOUNT, account=each.account),
                why=f"{each.rule.name} ({each.rule.profession})",
                rule=each.rule.name,
                record=each.record,
                authority="",
                user=self._user,
                at=self._gate.clock(),
            )
            for each in new
        ]
        self._register.decide(
            *suspicions,
            announce=partial(_announce, partial(self._gate.record, permit.outcome(Act.PRIVILEGE_SUSPECTED))),
        )
        own = permit if permit.act is Act.PRIVILEGE_RULES_RUN else permit.outcome(Act.PRIVILEGE_RULES_RUN)
        self._gate.record(own, {"release": release.number, "rules": len(rules), "suspicions": len(new)})
        return RulesRun(rules=len(rules), suspicions=len(new), known=len(found) - len(new))

    # --- how --------------------------------------------------------------------------------------------------------

    def _settle(self, number: int, state: PrivilegeState, *, why: str, authority: str, purpose: str) -> Declared:
        why = words.line(why, "reason", field="why")
        with self._changing(_ACTS[state], authority, purpose) as (access, tell):
            declaration = self._register.declaration(number)
            latest = [each for each in self._register.decisions() if each.declaration == number][-1]
            if latest.state is state:
                raise ConflictError(f"The declaration {number} is {_STATES[state]} already.")
            decision = self._decision(state, latest.subject, why=why, access=access, declaration=number)
            (decided,) = self._register.decide(decision, announce=partial(_announce, tell))
        return _declared(declaration, decided)

    def _decide(
        self, state: PrivilegeState, named: Named, *, why: str, authority: str, purpose: str
    ) -> tuple[Decision, ...]:
        why, named = words.line(why, "reason", field="why"), named.checked()
        with self._changing(_ACTS[state], authority, purpose) as (access, tell):
            holding = in_force(self._register.decisions())
            subjects = self._subjects(state, named, access, holding)
            decisions = [
                self._decision(state, subject, why=why, access=access, record=named.record) for subject in subjects
            ]
            return self._register.decide(*decisions, announce=partial(_announce, tell))

    def _subjects(
        self, state: PrivilegeState, named: Named, access: Access, holding: Mapping[Subject, Decision]
    ) -> Sequence[Subject]:
        """Return what is decided on: of an account without a period, each period in which it is withheld."""
        found = [
            subject
            for subject, decision in holding.items()
            if subject.kind is SubjectKind.ACCOUNT
            and subject.account == named.account.strip()
            and decision.state.withholds
        ]
        if state is PrivilegeState.SUSPECTED or not found or named.start or named.end:
            found = [find(named, self._view(access))]
        # Who does not see what is withheld is not told that it is, either: their suspicion is one more.
        changed = [each for each in found if access.quarantine or not _is(holding.get(each), state)]
        if not changed:
            raise ConflictError(f"That is {_ALREADY[state]} already.")
        if state is PrivilegeState.REJECTED and changed[0].kind is not SubjectKind.MESSAGE:
            changed = [subject for subject in changed if subject in holding]
            if not changed:
                raise ConflictError("That is not withheld.", hint="See what is: underseal privilege list")
        return changed

    def _decision(
        self,
        state: PrivilegeState,
        subject: Subject,
        *,
        why: str,
        access: Access,
        declaration: int | None = None,
        record: int | None = None,
    ) -> Decision:
        return Decision(
            state=state,
            subject=subject,
            why=why,
            declaration=declaration,
            record=record,
            authority=access.authority,
            user=self._user,
            at=self._gate.clock(),
        )

    def _changing(self, act: Act, authority: str, purpose: str) -> AbstractContextManager[tuple[Access, _Tell]]:
        return self._gate.changing(authority, user=self._user, act=act, purpose=purpose)

    def _view(self, access: Access) -> View:
        return View(self._latest(), access, self._pool)

    def _latest(self) -> Release:
        release = self._releases.latest()
        if release is None:
            raise NotFoundError(
                "Nothing has been released yet.", hint="Take in an exhibit first: underseal intake PATH --exhibit NO"
            )
        return release


_ALREADY: Final = {
    PrivilegeState.SUSPECTED: "suspected",
    PrivilegeState.CONFIRMED: "confirmed",
    PrivilegeState.REJECTED: "given back",
}


def _proof(text: str) -> str:
    proof = words.note(text, "proof", field="proof")
    if not proof:
        raise CallerError(
            "The proof is empty.",
            hint="Say what they showed: a card of the bar, a letter, a call back.",
            field="proof",
        )
    return proof


def _is(decision: Decision | None, state: PrivilegeState) -> bool:
    """Say whether a decision changes nothing: what is confirmed is not suspected again."""
    if decision is None:
        return False
    return decision.state is state or (state is PrivilegeState.SUSPECTED and decision.state.withholds)


def _announce(tell: _Tell, decision: Decision) -> None:
    """Write a decision to the audit: that there is one and what holds it fast, and not of whom."""
    details: dict[str, str | int] = {"decision": decision.number, "subject": decision.subject.kind.value}
    if decision.declaration is not None:
        details["declaration"] = decision.declaration
    if decision.rule:
        details["rule"] = decision.rule
    tell({**details, "sha256": decision.sha256})


def _declared(declaration: Declaration, decision: Decision) -> Declared:
    return Declared(
        declaration=declaration,
        state=_STATES[decision.state],
        why=decision.why,
        user=decision.user,
        at=decision.at,
    )
