"""What a verification found, step by step, in words for people who were not there when the file was made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, TypeAlias

from underseal.core.ledger import Json
from underseal.errors import EvidenceError

Opening: TypeAlias = Callable[[], BinaryIO]
"""Opens what is to be verified, from its first byte."""

Say: TypeAlias = Callable[[str], None]

FILE = "The file can be read"
FORM = "The file has the form of a proof"


class Outcome(StrEnum):
    """What came of it."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One check.

    Attributes:
        name: what was checked; the same words for the same check, always.
        ok: whether it held.
        detail: what was found, with its digests.
    """

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of verifying one file. Only `VERIFIED` means that every step held.

    Attributes:
        outcome: what came of it.
        summary: one or two sentences for a person.
        steps: the checks in their order; the first that fails is the last.
        signers: the keys that signed, in lowercase hex, each once.
        signer_compared: whether they were compared with a key that the reader trusts.
    """

    outcome: Outcome
    summary: str
    steps: tuple[Step, ...]
    signers: tuple[str, ...]
    signer_compared: bool

    @property
    def ok(self) -> bool:
        """Whether the file is proved."""
        return self.outcome is Outcome.VERIFIED

    @property
    def exit_code(self) -> int:
        """0 verified, 1 refuted, 2 the file cannot be read as a proof."""
        return {Outcome.VERIFIED: 0, Outcome.REFUTED: 1, Outcome.UNREADABLE: 2}[self.outcome]

    def to_json(self) -> dict[str, Json]:
        """Return the report for a machine."""
        return {
            "outcome": self.outcome.value,
            "summary": self.summary,
            "steps": [{"name": step.name, "ok": step.ok, "detail": step.detail} for step in self.steps],
            "signers": list(self.signers),
            "signer_compared": self.signer_compared,
        }


class StoppedError(Exception):
    """A step failed; it is the last of the report."""


class Course:
    """The steps of a verification while it goes on.

    Attributes:
        trusted: key that must have signed, lowercase hex; "" when there is none to compare with.
    """

    def __init__(self, trusted: str) -> None:
        self.trusted = trusted
        self.steps: list[Step] = []
        self.signers: dict[str, None] = {}
        self.claims: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[Say]:
        """Do one check inside the block; an evidence error there, or an unreadable file, fails it and ends the course.

        Yields:
            A function that adds a sentence to the step's detail.
        """
        sentences: list[str] = []
        try:
            yield sentences.append
        except EvidenceError as error:
            self.steps.append(Step(name=name, ok=False, detail=error.message))
            raise StoppedError from error
        except OSError as error:
            self.steps.append(Step(name=name, ok=False, detail=f"A file cannot be read: {error.strerror}."))
            raise StoppedError from error
        self.steps.append(Step(name=name, ok=True, detail=" ".join(sentences)))

    def report(self) -> Report:
        """Close the course."""
        outcome, summary = self._conclude()
        return Report(
            outcome=outcome,
            summary=summary,
            steps=tuple(self.steps),
            signers=tuple(self.signers),
            signer_compared=bool(self.trusted) and bool(self.signers),
        )

    def _conclude(self) -> tuple[Outcome, str]:
        last = self.steps[-1]
        if last.ok:
            signer = "the key that you trust" if self.trusted else f"the key {', '.join(self.signers)}"
            warning = "" if self.trusted else " Nothing here says whose key that is: compare it with one you trust."
            return Outcome.VERIFIED, f"{' '.join(self.claims)} Signed by {signer}.{warning}"
        if last.name in (FILE, FORM):
            return Outcome.UNREADABLE, f"Nothing was verified. {last.detail}"
        return Outcome.REFUTED, f"Not proved: {last.name.lower()}. {last.detail}"
