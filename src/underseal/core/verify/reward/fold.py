"""The state of all challenges, folded out of the ledger: act by act, and each only where the rules allow it.

The network's own entries and the standalone verifier go through the same fold: a decision that the terms do not give, a
withdrawal behind a claimant's back, or a time that runs backwards is no state at all, but an error.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from underseal.core.ledger import Fields, JsonValue, SignedDocument
from underseal.core.verify.reward.challenge import Answer, Challenge, instant, read_instant
from underseal.core.verify.reward.claim import Commit, Reveal
from underseal.core.verify.reward.contest import Claim, Contest, Shown, Standing
from underseal.core.verify.reward.verdict import check_opens, judge
from underseal.errors import CallerError, IntegrityError, UndersealError, UnreadableError

LEDGER_NAME: Final = "reward"
"""What the ledger calls itself in its checkpoints."""

MAX_WORDS: Final = 1000
"""Longest reason or reference, in characters."""

_REPAIRED: Final = "repaired"
"""The ledger's own note of bytes that a dead writer left behind (core.ledger)."""


class Act(StrEnum):
    """What an entry of the ledger tells."""

    OPENED = "challenge_opened"
    COMMITTED = "claim_committed"
    REVEALED = "claim_revealed"
    DECIDED = "decided"
    PAID = "paid"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Book:
    """Every challenge, with what has come of it.

    Attributes:
        time: when the newest act was entered; nothing can be entered before it.
    """

    def __init__(self) -> None:
        self._contests: dict[str, Contest] = {}
        self.time = datetime.min.replace(tzinfo=UTC)

    @classmethod
    def of(cls, entries: Iterable[JsonValue]) -> "Book":
        """Fold the entries of a ledger, from its first on.

        Raises:
            IntegrityError: an entry is not allowed; names it.
        """
        book = cls()
        book.extend(entries)
        return book

    def extend(self, entries: Iterable[JsonValue]) -> None:
        """Fold the entries that follow. Raises as `of`."""
        for entry in entries:
            try:
                self.enter(entry)
            except UndersealError as error:
                number = entry.get("number") if isinstance(entry, dict) else None
                raise IntegrityError(
                    f"Entry {number} of the reward's ledger is not allowed: {error.message}"
                ) from error

    def copy(self) -> "Book":
        """Return a book that goes on from here by itself."""
        fresh = Book()
        fresh._contests, fresh.time = dict(self._contests), self.time  # its own class
        return fresh

    @property
    def contests(self) -> Mapping[str, Contest]:
        """The challenges by id, in the order in which they were opened."""
        return MappingProxyType(self._contests)

    def find(self, number: int) -> tuple[Contest, Claim]:
        """Return a claim by its number, with its challenge.

        Raises:
            CallerError: there is none.
        """
        for contest in self._contests.values():
            for claim in contest.claims:
                if claim.number == number:
                    return contest, claim
        raise CallerError(f"There is no claim {number}.", hint="A claim is named by the entry that committed it.")

    def enter(self, entry: JsonValue) -> None:
        """Take in the next entry.

        Raises:
            CallerError, UnreadableError, IntegrityError: the rules do not allow it; nothing has changed.
        """
        fields = Fields(entry, "The entry")
        if fields.text("act") == _REPAIRED:
            return
        try:
            act = Act(fields.text("act"))
        except ValueError:
            raise UnreadableError("The entry is of no act of the reward.") from None
        names, step = _STEPS[act]
        fields = Fields(entry, "The entry", required=("number", "act", "time", *names))
        at = read_instant(fields, "time")
        if at < self.time:
            raise CallerError(f"Its time {instant(at)} lies before the entry before it, {instant(self.time)}.")
        contest = step(self, fields, at)
        self._contests[contest.challenge.id] = contest
        self.time = at

    def contest(self, challenge: str, *standings: Standing) -> Contest:
        """Return a challenge that has one of these standings.

        Raises:
            CallerError: there is none, or it stands otherwise.
        """
        contest = self._contests.get(challenge)
        if contest is None:
            raise CallerError(f"There is no challenge {challenge[:12]}.", hint="underseal network reward status")
        if contest.standing not in standings:
            raise CallerError(f"The challenge {challenge[:12]} is {contest.standing}, not {standings[0]}.")
        return contest


Step: TypeAlias = Callable[[Book, Fields, datetime], Contest]


def _opened(book: Book, fields: Fields, at: datetime) -> Contest:
    challenge = Challenge.from_json(fields.value("challenge"))
    if challenge.id in book.contests:
        raise CallerError("This very challenge is open already.")
    if challenge.terms.until <= at:
        raise CallerError("The last day for claims lies in the past.")
    return Contest(number=fields.integer("number"), opened=at, challenge=challenge)


def _committed(book: Book, fields: Fields, at: datetime) -> Contest:
    commit = Commit.read(SignedDocument.from_json(fields.value("document")))
    contest = book.contest(commit.challenge, Standing.OPEN)
    if any(claim.commit == commit for claim in contest.claims):
        raise CallerError("This commitment is entered already.")
    claim = Claim(number=fields.integer("number"), commit=commit, committed=at)
    return replace(contest, claims=(*contest.claims, claim))


def _revealed(book: Book, fields: Fields, at: datetime) -> Contest:
    reveal = Reveal.read(SignedDocument.from_json(fields.value("document")))
    proof = fields.text("proof")
    if (hashlib.sha256(proof.encode()).digest() if proof else b"") != reveal.proof_sha256:
        raise IntegrityError("The proof is not the one that the claimant has signed for.")
    contest = book.contest(reveal.challenge, Standing.OPEN)
    for claim in contest.claims:
        if (claim.commit.key, claim.commit.digest) == (reveal.key, reveal.digest):
            if claim.reveal is not None:
                raise CallerError(f"Claim {claim.number} is revealed already.")
            return _changed(contest, replace(claim, reveal=reveal, proof=proof, revealed=at))
    raise CallerError(
        "The commitment that it reveals was never entered.", hint="Enter the commitment first, then wait."
    )


def _decided(book: Book, fields: Fields, at: datetime) -> Contest:
    contest, claim = book.find(fields.integer("claim"))
    book.contest(contest.challenge.id, Standing.OPEN)
    if claim.verdict is not None:
        raise CallerError(f"Claim {claim.number} is decided already.")
    verdict = judge(contest, claim, at)
    earlier = next((other for other in contest.waiting(at) if other.number < claim.number), None)
    if earlier is not None:
        raise CallerError(
            f"Claim {earlier.number} was committed before claim {claim.number} and comes first.",
            hint=f"Decide it, or wait until {instant(contest.reveal_by(earlier))}, when it lapses unless it is revealed.",
        )
    if fields.value("verdict") != verdict.to_json():
        raise IntegrityError(f"The decision on claim {claim.number} is not the one that commitment and terms give.")
    standing = Standing.WON if verdict.pays else Standing.OPEN
    return replace(_changed(contest, replace(claim, verdict=verdict, decided=at)), standing=standing)


def _paid(book: Book, fields: Fields, at: datetime) -> Contest:
    contest = book.contest(fields.text("challenge"), Standing.WON)
    return replace(contest, standing=Standing.PAID, ended=at, words=_words(fields, "reference"))


def _withdrawn(book: Book, fields: Fields, at: datetime) -> Contest:
    contest = book.contest(fields.text("challenge"), Standing.OPEN)
    if contest.claims:
        raise CallerError(
            "A challenge with a claim on it cannot be withdrawn.", hint="It can be closed when its time is over."
        )
    return replace(contest, standing=Standing.WITHDRAWN, ended=at, words=_words(fields, "reason"))


def _closed(book: Book, fields: Fields, at: datetime) -> Contest:
    contest = book.contest(fields.text("challenge"), Standing.OPEN)
    until = contest.challenge.terms.until
    if at <= until:
        raise CallerError(f"Claims may be committed until {instant(until)}; it cannot be closed before.")
    waiting = next(contest.waiting(at), None)
    if waiting is not None:
        raise CallerError(f"Claim {waiting.number} is not decided yet.")
    shown = _shown(contest.challenge, fields)
    return replace(contest, standing=Standing.CLOSED, ended=at, shown=shown)


def _shown(challenge: Challenge, fields: Fields) -> Shown | None:
    """Read and check what the sponsor shows of the answer; None for nothing."""
    text, event, session_key = fields.text("answer"), fields.text("event"), fields.base64("session_key")
    if not text:
        if event or session_key:
            raise UnreadableError("A message or a session key is shown without an answer.")
        return None
    shown = Shown(answer=Answer.parse(text), event=event, session_key=session_key)
    if shown.answer.commitment != challenge.commitment:
        raise IntegrityError("The answer does not open the commitment.")
    if session_key:
        check_opens(challenge, event, session_key, shown.answer)
    return shown


def _changed(contest: Contest, claim: Claim) -> Contest:
    return replace(contest, claims=tuple(claim if old.number == claim.number else old for old in contest.claims))


def _words(fields: Fields, name: str) -> str:
    text = fields.text(name)
    if not text.strip() or len(text) > MAX_WORDS:
        raise UnreadableError(f'"{name}" is a text of 1 to {MAX_WORDS} characters.')
    return text


_STEPS: Final[Mapping[Act, tuple[tuple[str, ...], Step]]] = MappingProxyType(
    {
        Act.OPENED: (("challenge",), _opened),
        Act.COMMITTED: (("document",), _committed),
        Act.REVEALED: (("document", "proof"), _revealed),
        Act.DECIDED: (("claim", "verdict"), _decided),
        Act.PAID: (("challenge", "reference"), _paid),
        Act.WITHDRAWN: (("challenge", "reason"), _withdrawn),
        Act.CLOSED: (("challenge", "answer", "event", "session_key"), _closed),
    }
)
"""For each act the fields of its entry beside number, act and time, and what it does."""
