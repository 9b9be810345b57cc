"""The reward of a network: acts are entered into its ledger through the rules, by one process after another."""

import base64
import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from underseal.core.crypto.private_files import write_new
from underseal.core.ledger import Checkpoint, Json, Ledger, Signer, canonical, parse_strict
from underseal.core.verify.reward import (
    EXPORT_FORMAT,
    LEDGER_NAME,
    Act,
    Book,
    Challenge,
    Claim,
    ClaimFile,
    Commit,
    Contest,
    Result,
    Reveal,
    Shown,
    Term,
    Verdict,
    instant,
    judge,
)
from underseal.errors import CallerError, IntegrityError, NotFoundError

MIN_PREFIX: Final = 6
"""Fewest digits of an id by which a challenge can be named."""


def _now() -> datetime:
    return datetime.now(UTC)


class Reward:
    """The challenges of a network.

    Args:
        folder: DIR/reward of the network.
        key: the network's key, which signs the ledger.
        clock: tells the time, with its zone.

    Raises:
        IntegrityError: the ledger is missing or damaged.
    """

    def __init__(self, folder: Path, key: Signer, *, clock: Callable[[], datetime] = _now) -> None:
        self._folder = folder
        self._clock = clock
        self._ledger = Ledger(folder / "ledger", key, name=LEDGER_NAME)
        self._folding = threading.Lock()
        self._folded: Checkpoint | None = None
        self._book = Book()

    @classmethod
    def create(cls, folder: Path, key: Signer) -> "Reward":
        """Begin the ledger.

        Raises:
            ConflictError: there is one already.
        """
        Ledger.create(folder / "ledger", key, name=LEDGER_NAME)
        return cls(folder, key)

    def book(self) -> Book:
        """Return the state of all challenges: what was entered since the last call is checked and folded.

        Raises:
            IntegrityError: the ledger was changed.
        """
        with self._folding:
            checkpoint = self._ledger.checkpoint()
            if not self._goes_on():
                self._folded, self._book = None, Book()
            done = self._folded.size if self._folded else 0
            fresh = self._ledger.read(after=done - 1, limit=checkpoint.size - done)
            self._folded = None  # until all of it is folded
            self._book.extend(entry.value() for entry in fresh)
            self._folded = checkpoint
            return self._book.copy()

    def _goes_on(self) -> bool:
        """Say whether the ledger extends what was folded; not so where an older copy of the folder was put back."""
        if self._folded is None:
            return False
        try:
            self._ledger.consistency_proof(self._folded)
        except IntegrityError:
            return False
        return True

    def find(self, name: str) -> Contest:
        """Return a challenge by its id, or by the first digits of it.

        Raises:
            NotFoundError: there is none. CallerError: there are several, or too few digits are given.
        """
        digits = name.strip().lower()
        if len(digits) < MIN_PREFIX:
            raise CallerError(f"A challenge is named by {MIN_PREFIX} digits of its id or more.")
        found = [contest for id_, contest in self.book().contests.items() if id_.startswith(digits)]
        if not found:
            raise NotFoundError(f"There is no challenge {name}.", hint="underseal network reward status")
        if len(found) > 1:
            raise CallerError(f"{len(found)} challenges begin with {name}.", hint="Give more digits of the id.")
        return found[0]

    def open(self, challenge: Challenge) -> Contest:
        """Enter a challenge. Raises CallerError: its time is over already, or it is open already."""
        with self._turn():
            self._enter(Act.OPENED, {"challenge": challenge.to_json()})
        return self.find(challenge.id)

    def enter(self, claim: ClaimFile) -> int:
        """Enter one step of a claim, and return the claim's number.

        Raises:
            CallerError: there is no such challenge, it is not open, or the step was entered already.
            EvidenceError: it is not signed, does not open its commitment, or comes with a proof that fails.
        """
        step = claim.step
        more: dict[str, Json] = {"document": claim.document.to_json()}
        if isinstance(step, Reveal):
            more["proof"] = claim.proof
        elif claim.proof:
            raise CallerError(
                "A proof belongs to the reveal of a claim.", hint="Before, it would give the answer away."
            )
        with self._turn():
            act = Act.REVEALED if isinstance(step, Reveal) else Act.COMMITTED
            self._enter(act, more, check=lambda book: _check_proof(book, step))
            return _claim_of(self.book(), step).number

    def judge(self, number: int) -> Verdict:
        """Judge a claim as of now, entering nothing. Raises CallerError: there is none, or it is not revealed."""
        contest, claim = self.book().find(number)
        return claim.verdict or judge(contest, claim, self._clock())

    def decide(self, number: int) -> Verdict:
        """Judge a claim and enter the decision.

        Raises:
            CallerError: there is none, it is not revealed, it is decided, or an earlier one may still win.
        """
        with self._turn():
            book = self.book()
            contest, claim = book.find(number)
            at = self._moment(book)
            verdict = judge(contest, claim, at)
            self._enter(Act.DECIDED, {"claim": number, "verdict": verdict.to_json()}, at=at)
        return verdict

    def pay(self, challenge: Contest, reference: str) -> None:
        """Enter that the winner was paid. Raises CallerError: nobody has won, or it is paid."""
        self._end(Act.PAID, challenge, {"reference": reference})

    def withdraw(self, challenge: Contest, reason: str) -> None:
        """Take a challenge back. Raises CallerError: there is a claim on it, or it is not open."""
        self._end(Act.WITHDRAWN, challenge, {"reason": reason})

    def close(self, challenge: Contest, shown: Shown | None) -> None:
        """Close a challenge that nobody has won in its time.

        Args:
            shown: published with it; shows that there was an answer, and with a session key that it could be read.

        Raises:
            CallerError: its time is not over, or a claim waits.
            IntegrityError: the answer is not the one, or the key does not open the message to it.
        """
        self._end(
            Act.CLOSED,
            challenge,
            {
                "answer": shown.answer.text if shown else "",
                "event": shown.event if shown else "",
                "session_key": base64.b64encode(shown.session_key).decode() if shown else "",
            },
        )

    def export(self, destination: Path) -> Checkpoint:
        """Write everything that anyone needs to check the reward; see docs/formats/reward.md.

        Raises:
            ConflictError: there is such a file. IntegrityError: the ledger is not as it was signed.
        """
        checkpoint = self._ledger.verify()
        lines = [canonical({"format": EXPORT_FORMAT, "checkpoint": checkpoint.document.to_json()})]
        lines += [entry.data for entry in self._ledger.read(limit=checkpoint.size)]
        write_new(destination, b"".join(line + b"\n" for line in lines))
        return checkpoint

    def _end(self, act: Act, challenge: Contest, more: Mapping[str, Json]) -> None:
        with self._turn():
            self._enter(act, {"challenge": challenge.challenge.id, **more})

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the lock that acts are entered under."""
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)  # closing the file, or the death of the process, gives it back
            yield
        finally:
            os.close(descriptor)

    def _enter(
        self,
        act: Act,
        more: Mapping[str, Json],
        *,
        at: datetime | None = None,
        check: Callable[[Book], None] = lambda _: None,
    ) -> None:
        """Enter an act once the rules allow it, and `check`, which is given the state that it makes."""
        book = self.book()
        entry: dict[str, Json] = {"act": act.value, "time": instant(at or self._moment(book)), **more}
        book.enter(parse_strict(canonical({**entry, "number": self._ledger.checkpoint().size})))
        check(book)
        self._ledger.append(entry)

    def _moment(self, book: Book) -> datetime:
        """Return the time of the next entry, as exact as entries are; a clock that was set back does not stop them."""
        now = self._clock()
        return max(now.replace(microsecond=now.microsecond // 1000 * 1000), book.time)


def _claim_of(book: Book, step: Commit | Reveal) -> Claim:
    """Return the claim that a step belongs to, once it is entered."""
    claims = book.contests[step.challenge].claims
    return next(claim for claim in claims if (claim.commit.key, claim.commit.digest) == (step.key, step.digest))


def _check_proof(book: Book, step: Commit | Reveal) -> None:
    """Refuse a proof that fails while the claimant can still mend it: once entered, it would cost the claim."""
    claim = _claim_of(book, step)
    if claim.proof:
        finding = judge(book.contests[step.challenge], claim, book.time).findings[Term.PROOF]
        if finding.result is Result.FAILS:
            raise IntegrityError(finding.words, hint="Reveal without the proof, or with another one.")
