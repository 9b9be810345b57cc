"""Each term of a verdict says what holds, what fails, and what nobody can check."""

import base64
import hashlib
from dataclasses import replace

import pytest

from underseal.core.crypto import SigningKey
from underseal.core.ledger import Json, canonical, leaf_hash, sign_document
from underseal.core.records import Secret
from underseal.core.verify.reward import STATEMENT, Finding, Result, Term
from underseal.errors import IntegrityError
from underseal.network.reward import Showing

from .playing import Game


def finding(game: Game, key: SigningKey, term: Term, shown: Showing | None = None, *, stated: bool = False) -> Finding:
    number = game.commits(key)
    game.reveals(key, shown=shown, stated=stated)
    return game.reward.decide(number).findings[term]


def test_the_plaintext_alone_leaves_open_how_it_was_come_by(game: Game, ada: SigningKey) -> None:
    found = finding(game, ada, Term.CIPHERTEXT, Showing(event=game.held.event))
    assert found.result is Result.UNKNOWN
    assert game.now.winner is not None


def test_the_plaintext_alone_is_not_enough_where_a_session_key_is_asked_for(game: Game, ada: SigningKey) -> None:
    game.opens(session_key_required=True)
    assert finding(game, ada, Term.CIPHERTEXT, Showing(event=game.held.event)).result is Result.FAILS
    assert game.now.winner is None


def test_an_event_that_is_not_in_the_transcript_fails(game: Game, ada: SigningKey) -> None:
    found = finding(game, ada, Term.CIPHERTEXT, Showing(event="$other", session_key=game.session_key()))
    assert (found.result, found.words) == (Result.FAILS, "It names no event of the transcript.")


def test_a_session_key_of_the_other_device_fails(game: Game, ada: SigningKey) -> None:
    shown = Showing(event=game.held.event, session_key=game.session_key(other=True))
    found = finding(game, ada, Term.CIPHERTEXT, shown)
    assert (found.result, "another session" in found.words) == (Result.FAILS, True)


def test_a_session_key_that_is_made_up_fails(game: Game, ada: SigningKey) -> None:
    real = game.session_key().reveal()
    made_up = Secret(real[:5] + bytes(128) + real[-32:])
    found = finding(game, ada, Term.CIPHERTEXT, Showing(event=game.held.event, session_key=made_up))
    assert (found.result, "does not authenticate" in found.words) == (Result.FAILS, True)


def test_a_session_key_that_opens_another_message_fails(game: Game, ada: SigningKey) -> None:
    sealed = game.contest.challenge.messages
    other = next(
        event
        for event, message in sealed.items()
        if event != game.held.event and message.session == sealed[game.held.event].session
    )
    found = finding(game, ada, Term.CIPHERTEXT, Showing(event=other, session_key=game.session_key()))
    assert (found.result, "does not stand in it" in found.words) == (Result.FAILS, True)


@pytest.mark.parametrize(("allowed", "result"), [(True, Result.HOLDS), (False, Result.FAILS)])
def test_a_key_of_the_transcript_counts_only_where_the_terms_allow_it(
    game: Game, ada: SigningKey, *, allowed: bool, result: Result
) -> None:
    key = base64.b64encode(ada.public.raw).decode().rstrip("=")
    one, other = game.held.participants
    game.held = replace(game.held, participants=[replace(one, ed25519=key), other])
    game.opens(participants_may_claim=allowed)
    assert finding(game, ada, Term.PARTICIPANT).result is result
    assert (game.now.winner is not None) is allowed


def test_a_stranger_is_no_participant(game: Game, ada: SigningKey) -> None:
    assert finding(game, ada, Term.PARTICIPANT).result is Result.HOLDS


def test_a_statement_that_is_asked_for_can_be_missed_but_not_checked(
    game: Game, ada: SigningKey, bob: SigningKey
) -> None:
    game.opens(statement_required=True)
    assert finding(game, bob, Term.STATEMENT).result is Result.FAILS
    assert finding(game, ada, Term.STATEMENT, stated=True).result is Result.UNKNOWN
    winner = game.now.winner
    assert winner is not None
    assert winner.reveal is not None
    assert winner.reveal.statement == STATEMENT


def proof(ciphertext: bytes, raw: bytes, *, spoilt: bool = False) -> str:
    """Return a proof of a release of one record, as the evidence half makes it."""
    digests = {
        "ciphertext_sha256": hashlib.sha256(ciphertext).hexdigest(),
        "raw_sha256": hashlib.sha256(raw).hexdigest(),
    }
    record = canonical(digests)
    release: dict[str, Json] = {
        "format": "underseal/release/1",
        "number": 1,
        "size": 1,
        "root": leaf_hash(record).hex(),
    }
    value: dict[str, Json] = {
        "format": "underseal/inclusion-proof/1",
        "record": record.decode() + (" " if spoilt else ""),
        "number": 0,
        "path": [],
        "release": sign_document(release, SigningKey.generate()).to_json(),
        "raw": base64.b64encode(raw).decode(),
    }
    return canonical(value).decode()


def test_a_proof_of_the_evidence_half_supports_a_claim(game: Game, ada: SigningKey) -> None:
    ciphertext = game.contest.challenge.messages[game.held.event].ciphertext
    shown = Showing(event=game.held.event, proof=proof(ciphertext, game.held.answer.text.encode()))
    found = finding(game, ada, Term.PROOF, shown)
    assert (found.result, "leads from the ciphertext to the answer" in found.words) == (Result.HOLDS, True)


@pytest.mark.parametrize(
    ("words", "ciphertext", "raw", "spoilt"),
    [
        ("another ciphertext", b"other", None, False),
        ("does not stand in the decrypted message", None, b"hello", False),
        ("is refuted", None, None, True),
    ],
)
def test_a_proof_that_fails_is_refused_while_it_can_be_mended(
    game: Game, ada: SigningKey, words: str, ciphertext: bytes | None, raw: bytes | None, *, spoilt: bool
) -> None:
    real = game.contest.challenge.messages[game.held.event].ciphertext
    text = proof(ciphertext or real, raw or game.held.answer.text.encode(), spoilt=spoilt)
    number = game.commits(ada)
    with pytest.raises(IntegrityError, match=words):
        game.reveals(ada, shown=Showing(event=game.held.event, proof=text))
    game.reveals(ada)
    assert game.reward.decide(number).pays


def test_a_proof_that_is_no_proof_is_refused(game: Game, ada: SigningKey) -> None:
    game.commits(ada)
    for text in ("[]", "nonsense", "[" * 100_000):
        with pytest.raises(IntegrityError):
            game.reveals(ada, shown=Showing(event=game.held.event, proof=text))
