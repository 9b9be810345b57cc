"""The public reward: challenges, claims and verdicts, and the one fold that says what the ledger of a reward amounts to.

It belongs to the standalone verifier, and needs no more than that: the network half enters acts through the same rules
by which anyone checks them. Written down in docs/formats/reward.md.
"""

from underseal.core.verify.reward.challenge import (
    CHALLENGE_FORMAT,
    MEGOLM,
    SALT_BYTES,
    Amount,
    Answer,
    Challenge,
    Participant,
    Sealed,
    Terms,
    instant,
)
from underseal.core.verify.reward.claim import (
    NONCE_BYTES,
    REVEAL_FORMAT,
    STATEMENT,
    ClaimFile,
    Commit,
    Reveal,
    claim_digest,
    commit_payload,
)
from underseal.core.verify.reward.contest import Claim, Contest, Finding, Result, Shown, Standing, Term, Verdict
from underseal.core.verify.reward.export import EXPORT_FORMAT
from underseal.core.verify.reward.fold import LEDGER_NAME, Act, Book
from underseal.core.verify.reward.verdict import judge

__all__ = [
    "CHALLENGE_FORMAT",
    "EXPORT_FORMAT",
    "LEDGER_NAME",
    "MEGOLM",
    "NONCE_BYTES",
    "REVEAL_FORMAT",
    "SALT_BYTES",
    "STATEMENT",
    "Act",
    "Amount",
    "Answer",
    "Book",
    "Challenge",
    "Claim",
    "ClaimFile",
    "Commit",
    "Contest",
    "Finding",
    "Participant",
    "Result",
    "Reveal",
    "Sealed",
    "Shown",
    "Standing",
    "Term",
    "Terms",
    "Verdict",
    "claim_digest",
    "commit_payload",
    "instant",
    "judge",
]
