"""Whatever comes in, in whatever order: at most one claim wins, and it is the first that could."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.crypto import SigningKey
from underseal.core.ledger import Json, JsonValue, canonical, parse_strict
from underseal.core.verify.reward import (
    CHALLENGE_FORMAT,
    Act,
    Amount,
    Answer,
    Book,
    Challenge,
    Result,
    Standing,
    Term,
    instant,
    judge,
)
from underseal.errors import CallerError, IntegrityError, UnreadableError
from underseal.network.reward import Conversation, Showing, commit, reveal

from .playing import HOURS, NOON, conversation, terms

CLAIMANTS = 3

Move: TypeAlias = tuple[str, int]
moves = st.lists(
    st.tuples(st.sampled_from(["commit", "reveal", "decide", "wait"]), st.integers(0, CLAIMANTS - 1)), max_size=24
)


@cache
def opened() -> tuple[Challenge, Conversation, list[SigningKey]]:
    held = conversation()
    value: dict[str, Json] = {
        "format": CHALLENGE_FORMAT,
        "title": "Read one message",
        "amount": Amount(minor=1, currency="EUR").to_json(),
        "terms": terms().to_json(),
        "commitment": held.answer.commitment.hex(),
        "devices": [participant.to_json() for participant in held.participants],
        "to_device": held.to_device,
        "events": held.events,
    }
    challenge = Challenge.from_json(parse_strict(canonical(value)))
    return challenge, held, [SigningKey.generate() for _ in range(CLAIMANTS)]


class Table:
    """A book, and who plays at it."""

    def __init__(self) -> None:
        self.challenge, self.held, self.keys = opened()
        self.book = Book()
        self.at: datetime = NOON
        self.entries: list[JsonValue] = []
        self.numbers: dict[int, int] = {}
        self.enter(Act.OPENED, challenge=self.challenge.to_json())

    def enter(self, act: Act, **more: Json) -> int:
        self.at += timedelta(minutes=1)
        number = len(self.entries)
        entry = parse_strict(canonical({"act": act.value, "time": instant(self.at), "number": number, **more}))
        self.book.enter(entry)
        self.entries.append(entry)
        return number

    def commit(self, who: int) -> None:
        step = commit(self.challenge, self.held.answer, self.keys[who])
        self.numbers[who] = self.enter(Act.COMMITTED, document=step.document.to_json())

    def reveal(self, who: int) -> None:
        shown = Showing(event=self.held.event)
        step = reveal(self.challenge, self.held.answer, self.keys[who], shown, stated=False)
        self.enter(Act.REVEALED, document=step.document.to_json(), proof="")

    def decide(self, who: int) -> None:
        contest, claim = self.book.find(self.numbers.get(who, -1))
        verdict = judge(contest, claim, self.at + timedelta(minutes=1))
        self.enter(Act.DECIDED, claim=claim.number, verdict=verdict.to_json())

    def wait(self, _: int) -> None:
        self.at += timedelta(hours=HOURS / 2)


@given(moves)
def test_the_winner_is_the_first_who_revealed_in_time(played: list[Move]) -> None:
    table = Table()
    acts: dict[str, Callable[[int], None]] = {
        name: getattr(table, name) for name in ("commit", "reveal", "decide", "wait")
    }
    for name, who in played:
        before = list(table.entries)
        try:
            acts[name](who)
        except CallerError:
            assert table.entries == before
    (contest,) = table.book.contests.values()
    winners = [claim for claim in contest.claims if claim.verdict and claim.verdict.pays]
    assert len(winners) <= 1
    assert (contest.standing is Standing.WON) is bool(winners)
    for claim in contest.claims:
        if winners and claim.number < winners[0].number:
            late = claim.revealed is None or claim.revealed > contest.reveal_by(claim)
            assert late, "an earlier claim that was revealed in time must have won"
    again = Book.of(table.entries)
    assert again.contests == table.book.contests


@given(st.data())
def test_an_entry_with_a_changed_character_is_not_the_same_state(data: st.DataObject) -> None:
    table = Table()
    table.commit(0)
    table.reveal(0)
    table.decide(0)
    number = data.draw(st.integers(0, len(table.entries) - 1))
    text = json.dumps(table.entries[number])
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
    try:
        entry = parse_strict(changed.encode())
        book = Book.of([*table.entries[:number], entry, *table.entries[number + 1 :]])
    except (IntegrityError, UnreadableError):  # the second: it is no JSON any more
        return
    assert book.contests != table.book.contests


def test_a_verdict_names_what_it_cannot_know() -> None:
    table = Table()
    table.commit(0)
    table.reveal(0)
    contest, claim = table.book.find(1)
    assert judge(contest, claim, table.at).findings[Term.CIPHERTEXT].result is Result.UNKNOWN


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=1, max_size=64))
def test_an_answer_is_found_in_any_message_around_it(salt: bytes, secret: bytes) -> None:
    answer = Answer(salt, secret)
    assert Answer.find(b'{"body":"' + answer.text.encode() + b'"}') == answer
    assert Answer.parse(answer.text) == answer


@pytest.mark.parametrize("number", [0, 1, 2])
def test_an_entry_that_comes_twice_is_not_allowed(number: int) -> None:
    table = Table()
    table.commit(0)
    table.reveal(0)
    with pytest.raises(IntegrityError, match="is not allowed"):
        Book.of([*table.entries, table.entries[number]])
