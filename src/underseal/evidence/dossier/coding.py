"""Coding: what reviewers decide of messages. Each speaks for themselves, and what somebody decided before stays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from underseal.evidence.casework import StoredCoding
from underseal.evidence.casework.dossiers import Dossiers
from underseal.evidence.store import View


class Choice(StrEnum):
    """What a reviewer decides of a message."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not_relevant"
    PRIVILEGED = "privileged"
    THREAT_TO_LIFE = "threat_to_life"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A reviewer's decision on a message.

    Attributes:
        number: of the decision, among all. record: of the message. choice: what was decided. note: in words, may be "".
        user, at: by whom and when (ms since 1970). authority: under which.
    """

    number: int
    record: int
    choice: Choice
    note: str
    user: str
    at: int
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A message and what was decided of it. record: its number. codings: the latest of each reviewer, in their order."""

    record: int
    codings: tuple[Coding, ...]

    @property
    def disputed(self) -> bool:
        """Whether reviewers disagree."""
        return len({coding.choice for coding in self.codings}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedPage:
    """A page of coded messages. cursor: where the next one goes on, None on the last page."""

    messages: tuple[Coded, ...]
    cursor: int | None


class Codings:
    """The codings in one dossier of what one reader may see.

    Args:
        register: where they are kept. dossier: id of its row. view: of the reader.
    """

    def __init__(self, register: Dossiers, dossier: int, view: View) -> None:
        self._marks = register.marks
        self._dossier = dossier
        self._view = view

    def page(self, *, after: int = -1, limit: int = 100, disputed: bool = False) -> CodedPage:
        """Return coded messages in the order of their records.

        Args:
            after: cursor of the page before. limit: how many at most. disputed: only those on which reviewers disagree.
        """
        found: list[int] = []
        while len(found) <= limit:
            records = self._marks.coded_records(self._dossier, after=after, limit=limit + 1, split=disputed)
            if not records:
                break
            found += seen(self._view, records)
            after = records[-1]
        page = found[:limit]
        return CodedPage(messages=tuple(self.of(page)), cursor=page[-1] if len(found) > limit else None)

    def of(self, records: Sequence[int]) -> list[Coded]:
        """Return what was decided of some messages, as far as they may be seen; those that nobody coded are left out."""
        held = seen(self._view, records)
        return _grouped(self._marks.codings(self._dossier, records=held)) if held else []

    def history(self, record: int) -> tuple[Coding, ...]:
        """Return all that was ever decided of a message, in order.

        Raises:
            NotFoundError: there is no such record for these eyes.
        """
        self._view.record(record, ["number"])
        return tuple(map(coding_of, self._marks.codings(self._dossier, records=[record], history=True)))


def seen(view: View, records: Iterable[int]) -> list[int]:
    """Return those records that may be seen, in their order."""
    numbers: list[int] = view.records(sorted(set(records)), ["number"]).column("number").to_pylist()
    return numbers


def coding_of(stored: StoredCoding) -> Coding:
    """Return a decision as readers get it."""
    return Coding(
        number=stored.number,
        record=stored.record,
        choice=Choice(stored.choice),
        note=stored.note,
        user=stored.user,
        at=stored.at,
        authority=stored.authority,
    )


def _grouped(stored: Sequence[StoredCoding]) -> list[Coded]:
    by_record = groupby(map(coding_of, stored), key=lambda coding: coding.record)
    return [Coded(record=record, codings=tuple(codings)) for record, codings in by_record]
