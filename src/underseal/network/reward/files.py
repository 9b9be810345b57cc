"""A challenge as files: what a claimant downloads, and its transcript for the readers of Matrix events."""

from collections.abc import Mapping
from pathlib import Path

from underseal.core.ledger import Json, canonical, parse_strict
from underseal.core.verify.reward import Challenge, Claim, Contest, instant
from underseal.errors import CallerError, EvidenceError
from underseal.network.licences.money import Money


def challenge_bytes(challenge: Challenge) -> bytes:
    """Return the challenge's file: the canonical JSON whose SHA-256 is the id, and nothing else."""
    return canonical(challenge.to_json())


def event_lines(challenge: Challenge) -> bytes:
    """Return the conversation as JSON lines, one Matrix event a line (docs/formats/matrix-jsonl.md)."""
    return b"".join(canonical(event) + b"\n" for event in challenge.events)


def read_challenge(path: Path) -> Challenge:
    """Read a challenge's file.

    Raises:
        CallerError: it cannot be read, or is none.
    """
    try:
        return Challenge.from_json(parse_strict(path.read_bytes()))
    except OSError as error:
        raise CallerError(f"{path} cannot be read: {error.strerror}.") from None
    except EvidenceError as error:
        raise CallerError(f"{path} is no challenge: {error.message}", hint="Download it anew.") from None


def amount_of(challenge: Challenge) -> Money:
    """Return the reward.

    Raises:
        CallerError: ISO 4217 knows no such currency.
    """
    return Money(challenge.amount.minor, challenge.amount.currency)


def summary(contest: Contest) -> Mapping[str, Json]:
    """Return what a program wants to know of a challenge, without its transcript."""
    challenge = contest.challenge
    return {
        "id": challenge.id,
        "title": challenge.title,
        "standing": contest.standing.value,
        "amount": {**challenge.amount.to_json(), "text": str(amount_of(challenge))},
        "opened": instant(contest.opened),
        "ended": instant(contest.ended) if contest.ended else None,
        "words": contest.words,
        "terms": challenge.terms.to_json(),
        "commitment": challenge.commitment.hex(),
        "messages": len(challenge.messages),
        "answer": contest.shown.answer.text if contest.shown else None,
        "claims": [_claim(claim) for claim in contest.claims],
    }


def _claim(claim: Claim) -> Mapping[str, Json]:
    return {
        "number": claim.number,
        "key": claim.commit.key.hex(),
        "committed": instant(claim.committed),
        "revealed": instant(claim.revealed) if claim.revealed else None,
        "decided": instant(claim.decided) if claim.decided else None,
        "verdict": claim.verdict.to_json() if claim.verdict else None,
    }
