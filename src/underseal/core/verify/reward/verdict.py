"""Judging a claim: by the commitment alone whether its answer is right, and term by term whether it keeps the terms.

What can only be believed is called "cannot be checked", never "holds".
"""

import hashlib
from datetime import datetime

from underseal.core.ledger import Fields, parse_strict
from underseal.core.verify.megolm import open_message
from underseal.core.verify.proofs import check_inclusion
from underseal.core.verify.report import Course, StoppedError
from underseal.core.verify.reward.challenge import Answer, Challenge, instant
from underseal.core.verify.reward.claim import Reveal
from underseal.core.verify.reward.contest import Claim, Contest, Finding, Result, Term, Verdict
from underseal.errors import CallerError, IntegrityError, UnreadableError


def judge(contest: Contest, claim: Claim, at: datetime) -> Verdict:
    """Judge a claim that is revealed.

    Args:
        contest: with every claim before it. claim: one of them. at: the instant for which to judge.

    Raises:
        CallerError: it is not revealed yet.
    """
    reveal = claim.reveal
    if reveal is None:
        raise CallerError(
            f"Claim {claim.number} is not revealed yet.",
            hint=f"It may be until {instant(contest.reveal_by(claim))}; nothing can be said of it before.",
        )
    challenge = contest.challenge
    findings = {
        Term.ANSWER: _answer(challenge, reveal),
        Term.TIME: _time(contest, claim),
        Term.FIRST: _first(contest, claim, at),
        Term.CIPHERTEXT: _ciphertext(challenge, reveal),
        Term.PARTICIPANT: _participant(challenge, reveal),
    }
    if challenge.terms.statement_required:
        findings[Term.STATEMENT] = _statement(reveal)
    if claim.proof:
        findings[Term.PROOF] = _proof(challenge, reveal, claim.proof)
    return Verdict(findings=findings)


def _answer(challenge: Challenge, reveal: Reveal) -> Finding:
    if reveal.answer.commitment == challenge.commitment:
        return _holds(f"Salt and secret have the digest {challenge.commitment.hex()} that was published.")
    return _fails(f"Salt and secret have the digest {reveal.answer.commitment.hex()}, not the published one.")


def _time(contest: Contest, claim: Claim) -> Finding:
    until, last = contest.challenge.terms.until, contest.reveal_by(claim)
    if claim.committed > until:
        return _fails(f"It was committed at {instant(claim.committed)}, after {instant(until)}.")
    if claim.revealed is None or claim.revealed > last:
        return _fails(f"It was not revealed by {instant(last)}.")
    return _holds(
        f"It was committed at {instant(claim.committed)} and revealed at {instant(claim.revealed)}, both in time."
    )


def _first(contest: Contest, claim: Claim, at: datetime) -> Finding:
    winner = contest.winner
    if winner is not None and winner.number != claim.number:
        return _fails(f"Claim {winner.number} has won.")
    earlier = [other for other in contest.waiting(at) if other.number < claim.number]
    if earlier:
        return _unknown(
            f"Claim {earlier[0].number} was committed earlier and is not decided; it may be revealed until"
            f" {instant(contest.reveal_by(earlier[0]))}."
        )
    return _holds("No claim that was committed earlier can still win.")


def _ciphertext(challenge: Challenge, reveal: Reveal) -> Finding:
    if reveal.event not in challenge.messages:
        return _fails("It names no event of the transcript.")
    if not reveal.session_key:
        words = "It shows the plaintext only; which way led from the ciphertext to it cannot be seen."
        return _fails(words) if challenge.terms.session_key_required else _unknown(words)
    try:
        check_opens(challenge, reveal.event, reveal.session_key, reveal.answer)
    except IntegrityError as error:
        return _fails(error.message)
    return _holds("The session key opens the ciphertext that it names, and the answer stands in it.")


def check_opens(challenge: Challenge, event: str, session_key: bytes, answer: Answer) -> None:
    """Return when an exported session opens a message of the transcript, and the answer stands in it.

    Raises:
        IntegrityError: there is no such message, it does not open it, or the answer is not in it.
    """
    message = challenge.messages.get(event)
    if message is None:
        raise IntegrityError("There is no such event in the transcript.")
    if session_key[-len(message.session) :] != message.session:
        raise IntegrityError("The session key is of another session than the ciphertext that it names.")
    if answer.text.encode() not in open_message(session_key, message.ciphertext):
        raise IntegrityError("The session key opens the ciphertext, but the answer does not stand in it.")


def _participant(challenge: Challenge, reveal: Reveal) -> Finding:
    if reveal.key not in challenge.public_keys():
        return _holds("It is not signed by a key of the conversation's devices or sessions.")
    if challenge.terms.participants_may_claim:
        return _holds("It is signed by a participant's own key, which the terms allow.")
    return _fails("It is signed by a participant's own key.")


def _statement(reveal: Reveal) -> Finding:
    if reveal.statement:
        return _unknown("The claimant has signed that no participant helped. Nobody can check it.")
    return _fails("The claimant has not signed that no participant helped.")


def _proof(challenge: Challenge, reveal: Reveal, proof: str) -> Finding:
    """Check a proof of the evidence half: of a record with this very ciphertext, whose decrypted bytes hold the answer."""
    course = Course("")
    try:
        value = parse_strict(proof.encode(), what="The proof")
        check_inclusion(course, value)
        fields = Fields(value, "The proof")
        record = Fields(parse_strict(fields.text("record").encode(), what="The record"), "The record")
        named = record.hexadecimal("ciphertext_sha256")
        raw = fields.base64("raw") if "raw" in fields else b""
    except StoppedError:
        return _fails(f"The proof is refuted: {course.steps[-1].detail}")
    except UnreadableError as error:
        return _fails(error.message)
    message = challenge.messages.get(reveal.event)
    if message is None or hashlib.sha256(message.ciphertext).digest() != named:
        return _fails("The proof is about another ciphertext than the event that the claim names.")
    if reveal.answer.text.encode() not in raw:
        return _fails("The answer does not stand in the decrypted message that the proof encloses.")
    signer = ", ".join(course.signers)
    return _holds(f"The proof leads from the ciphertext to the answer, in a release signed by {signer}.")


def _holds(words: str) -> Finding:
    return Finding(result=Result.HOLDS, words=words)


def _fails(words: str) -> Finding:
    return Finding(result=Result.FAILS, words=words)


def _unknown(words: str) -> Finding:
    return Finding(result=Result.UNKNOWN, words=words)
