"""Only who had the answer first is paid: no copy of a claim is worth anything, and no order of acts changes that."""

import json
from dataclasses import replace

import pytest

from underseal.core.crypto import SigningKey
from underseal.core.ledger import SignedDocument, canonical, sign_document
from underseal.core.verify.reward import Answer, ClaimFile, Result, Standing, Term, commit_payload
from underseal.errors import CallerError, EvidenceError, IntegrityError, UnreadableError
from underseal.network.reward import commit, reveal

from .playing import HOURS, Game


def test_who_reads_the_message_is_paid(game: Game, ada: SigningKey) -> None:
    number = game.commits(ada)
    assert game.reveals(ada) == number
    verdict = game.reward.decide(number)
    assert verdict.pays
    assert {finding.result for finding in verdict.findings.values()} == {Result.HOLDS}
    assert game.now.standing is Standing.WON
    game.reward.pay(game.now, "transfer 17")
    assert game.reward.find(game.contest.challenge.id).standing is Standing.PAID
    assert game.now.winner is not None
    assert game.now.winner.commit.key == ada.public.raw


def test_a_copied_answer_comes_too_late(game: Game, ada: SigningKey, bob: SigningKey) -> None:
    number = game.commits(ada)
    game.reveals(ada)
    copied = game.commits(bob)
    game.reveals(bob)
    with pytest.raises(CallerError, match=f"Claim {number} was committed before claim {copied}"):
        game.reward.decide(copied)
    assert game.reward.decide(number).pays
    with pytest.raises(CallerError, match="is won, not open"):
        game.reward.decide(copied)
    finding = game.reward.judge(copied).findings[Term.FIRST]
    assert (finding.result, finding.words) == (Result.FAILS, f"Claim {number} has won.")


def test_a_copied_commitment_cannot_be_revealed(game: Game, ada: SigningKey, bob: SigningKey) -> None:
    original = commit(game.contest.challenge, game.held.answer, ada)
    payload = json.loads(original.document.payload)
    theft = sign_document(commit_payload(payload["challenge"], bytes.fromhex(payload["digest"])), bob)
    game.reward.enter(ClaimFile(document=theft, proof=""))
    game.reward.enter(original)
    game.reveals(ada)
    shown = reveal(game.contest.challenge, game.held.answer, ada, game.by_key(), stated=False)
    forged = sign_document(json.loads(shown.document.payload), bob)
    with pytest.raises(IntegrityError, match="do not make the digest"):
        game.reward.enter(ClaimFile(document=forged, proof=""))


def test_a_reveal_without_a_commitment_is_refused(game: Game, ada: SigningKey) -> None:
    with pytest.raises(CallerError, match="never entered"):
        game.reveals(ada)


def test_a_claim_on_another_challenge_does_not_count(game: Game, ada: SigningKey) -> None:
    first = game.contest.challenge
    game.opens(title="The same conversation once more")
    game.reward.enter(commit(first, game.held.answer, ada))
    with pytest.raises(CallerError, match="never entered"):
        game.reveals(ada)


def test_a_wrong_answer_is_refused_before_anything_is_written(game: Game, ada: SigningKey) -> None:
    wrong = replace(game.held.answer, secret=b"sixteen bytes ok")
    with pytest.raises(CallerError, match="does not open"):
        commit(game.contest.challenge, wrong, ada)


def test_a_wrong_answer_that_comes_in_all_the_same_is_not_paid(game: Game, ada: SigningKey, bob: SigningKey) -> None:
    wrong = Answer(bytes(32), b"sixteen bytes ok")
    guessed = replace(
        game.contest.challenge, commitment=wrong.commitment
    )  # what a program of the claimant's own can do
    guessed.__dict__["id"] = game.contest.challenge.id
    number = game.reward.enter(commit(guessed, wrong, ada))
    game.reward.enter(reveal(guessed, wrong, ada, game.by_key(), stated=False))
    verdict = game.reward.decide(number)
    assert not verdict.pays
    assert verdict.findings[Term.ANSWER].result is Result.FAILS
    assert verdict.findings[Term.CIPHERTEXT].words == (
        "The session key opens the ciphertext, but the answer does not stand in it."
    )
    right = game.commits(bob)
    game.reveals(bob)
    assert game.reward.decide(right).pays


def test_a_claim_that_is_never_revealed_holds_others_up_only_for_its_hours(
    game: Game, ada: SigningKey, bob: SigningKey
) -> None:
    silent = game.commits(ada)
    number = game.commits(bob)
    game.reveals(bob)
    waits = game.reward.judge(number)
    assert waits.findings[Term.FIRST].result is Result.UNKNOWN
    with pytest.raises(CallerError, match=f"Claim {silent} was committed before"):
        game.reward.decide(number)
    game.clock.forward(hours=HOURS)
    assert game.reward.decide(number).pays


def test_a_late_commitment_and_a_late_reveal_fail(game: Game, ada: SigningKey, bob: SigningKey) -> None:
    slow = game.commits(ada)
    game.clock.forward(hours=HOURS, minutes=1)
    game.reveals(ada)
    assert "was not revealed by" in game.reward.decide(slow).findings[Term.TIME].words
    game.clock.forward(days=30)
    late = game.commits(bob)
    game.reveals(bob)
    verdict = game.reward.decide(late)
    assert not verdict.pays
    assert "after 2026-04-08T12:00:00.000Z" in verdict.findings[Term.TIME].words


def test_the_same_step_is_entered_once(game: Game, ada: SigningKey) -> None:
    number = game.commits(ada)
    with pytest.raises(CallerError, match="entered already"):
        game.commits(ada)
    with pytest.raises(CallerError, match="not revealed yet"):
        game.reward.decide(number)
    game.reveals(ada)
    with pytest.raises(CallerError, match="revealed already"):
        game.reveals(ada)
    game.reward.decide(number)
    with pytest.raises(CallerError, match="won, not open"):
        game.reward.decide(number)


def test_a_step_that_was_changed_on_its_way_is_refused(game: Game, ada: SigningKey) -> None:
    step = commit(game.contest.challenge, game.held.answer, ada)
    assert ClaimFile.read(canonical(step.to_json())) == step
    payload = step.document.payload.replace('"digest":"', '"digest":"0')
    changed = SignedDocument(payload=payload, signature=step.document.signature, key=step.document.key)
    with pytest.raises(IntegrityError, match="does not fit"):
        game.reward.enter(ClaimFile(document=changed, proof=""))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format":"underseal/reward-claim/1"}', b"[" * 100_000, b"\xff"])
def test_a_file_that_is_no_claim_is_named_so(data: bytes) -> None:
    with pytest.raises(EvidenceError):
        ClaimFile.read(data)


def test_a_file_that_is_too_large_is_not_even_parsed() -> None:
    with pytest.raises(UnreadableError, match="at most"):
        ClaimFile.read(b" " * 900_001)


def test_an_answer_has_one_form(game: Game) -> None:
    answer = game.held.answer
    assert Answer.parse(answer.text) == answer
    assert Answer.find(f'{{"body":"{answer.text}"}}'.encode()) == answer
    for other in (answer.text.upper(), answer.text + "0", answer.text[:-1], " " + answer.text, "", answer.text + "é"):
        with pytest.raises(IntegrityError):
            Answer.parse(other)
    assert answer.text not in repr(answer)
