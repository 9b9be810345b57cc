"""A published challenge with what has come of it: the claims in the order of the ledger, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from underseal.core.ledger import Json
from underseal.core.verify.reward.challenge import Answer, Challenge
from underseal.core.verify.reward.claim import Commit, Reveal


class Standing(StrEnum):
    """Where a challenge stands."""

    OPEN = "open"
    WON = "won"
    PAID = "paid"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Result(StrEnum):
    """What can be said of a term."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "cannot be checked"


class Term(StrEnum):
    """What a claim is judged by."""

    ANSWER = "answer"
    TIME = "time"
    FIRST = "first"
    CIPHERTEXT = "ciphertext"
    PARTICIPANT = "participant"
    STATEMENT = "statement"
    PROOF = "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One term of a verdict.

    Attributes:
        result: what can be said. words: why, for a person.
    """

    result: Result
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a claim is worth.

    Attributes:
        findings: by term; a term that does not apply is missing.
    """

    findings: Mapping[Term, Finding]

    @property
    def pays(self) -> bool:
        """Whether the answer opens the commitment and no term fails."""
        return self.findings[Term.ANSWER].result is Result.HOLDS and not any(
            finding.result is Result.FAILS for finding in self.findings.values()
        )

    def to_json(self) -> dict[str, Json]:
        """Return what the ledger keeps of it: results, not words."""
        return {
            "pays": self.pays,
            "terms": {term.value: found.result.value for term, found in self.findings.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim on a challenge.

    Attributes:
        number: of the ledger's entry that holds its commitment; the claim's name.
        commit: the first step. committed: when it was entered.
        reveal: the second step. proof: text of the proof that came with it. revealed: when it was entered.
        verdict: what was decided. decided: when.
    """

    number: int
    commit: Commit
    committed: datetime
    reveal: Reveal | None = None
    proof: str = ""
    revealed: datetime | None = None
    verdict: Verdict | None = None
    decided: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a sponsor shows of a challenge that nobody has broken, checked.

    Attributes:
        answer: opens the commitment.
        event: id of the message that holds it; "" where it is not said.
        session_key: an exported session that opens that message to the answer; b"" where the keys were burnt.
    """

    answer: Answer
    event: str
    session_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A challenge and what has come of it.

    Attributes:
        number: of the ledger's entry that opened it. opened: when.
        challenge: what was published.
        standing: where it stands.
        claims: in the order of their commitments.
        ended: when it was paid, withdrawn or closed. words: reference of the payment, or reason of the withdrawal.
        shown: what the sponsor showed when it was closed unbroken.
    """

    number: int
    opened: datetime
    challenge: Challenge
    standing: Standing = Standing.OPEN
    claims: tuple[Claim, ...] = ()
    ended: datetime | None = None
    words: str = ""
    shown: Shown | None = None

    @property
    def winner(self) -> Claim | None:
        """The claim that the reward goes to."""
        return next((claim for claim in self.claims if claim.verdict is not None and claim.verdict.pays), None)

    def reveal_by(self, claim: Claim) -> datetime:
        """Return the last instant at which a claim's answer may be revealed."""
        return claim.committed + timedelta(hours=self.challenge.terms.reveal_hours)

    def waiting(self, at: datetime) -> Iterator[Claim]:
        """Yield the claims that may still come to something: revealed in time and not decided, or still to be revealed."""
        for claim in self.claims:
            if claim.verdict is None and (claim.revealed or at) <= self.reveal_by(claim):
                yield claim
