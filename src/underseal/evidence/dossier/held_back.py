"""What a dossier holds back of its messages when it is disclosed: redactions, and messages that are sensitive as a whole.

Each is a thing of the dossier with versions, as its items are: who held it back, why, and when, stays even after it was given
back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from underseal.errors import CallerError, ConflictError
from underseal.evidence.casework import Latest, NewEntry, Writing, words
from underseal.evidence.dossier.card import Kind

REDACTABLE: Final = ("text", "media", "sender", "recipients", "conversation", "message")
"""What a redaction may hold back of a message; "message" is all of it."""

KINDS: Final = (Kind.REDACTION, Kind.SENSITIVE)
"""The kinds of things that hold something back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Something that is held back.

    Attributes:
        record: number of the message. field: which part of it, one of REDACTABLE; "" for a message that is sensitive.
        why: the reason, which is disclosed. user, at: by whom and when (ms since 1970).
    """

    record: int
    field: str
    why: str
    user: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """All that a dossier holds back. redactions: by the number of the record. sensitive: likewise."""

    redactions: Mapping[int, tuple[Holding, ...]] = field(default_factory=dict)
    sensitive: Mapping[int, Holding] = field(default_factory=dict)

    @classmethod
    def of(cls, latest: Iterable[Latest]) -> "HeldBack":
        """Read it.

        Args:
            latest: the things of KINDS of a dossier, those that were given back too.
        """
        redactions: dict[int, tuple[Holding, ...]] = {}
        sensitive: dict[int, Holding] = {}
        for each in latest:
            entry = each.entry
            if not entry.stands or entry.record is None:
                continue
            which = str(entry.body.get("field", ""))
            held = Holding(record=entry.record, field=which, why=str(entry.body["why"]), user=entry.user, at=entry.at)
            if entry.kind == Kind.SENSITIVE:
                sensitive[entry.record] = held
            else:
                redactions[entry.record] = (*redactions.get(entry.record, ()), held)
        return cls(redactions=redactions, sensitive=sensitive)


def hold_back(writing: Writing, record: int, which: str, why: str) -> None:
    """Hold something back.

    Args:
        writing: where. record: number of the message. which: one of REDACTABLE, or "" for a sensitive message. why: reason.

    Raises:
        CallerError: no reason is given, or there is no such part. ConflictError: it is held back already.
    """
    _enter(writing, record, which, why, stands=True)


def give_back(writing: Writing, record: int, which: str, why: str) -> None:
    """Hold something back no longer; raises as `hold_back`, and ConflictError where it is not held back."""
    _enter(writing, record, which, why, stands=False)


def _enter(writing: Writing, record: int, which: str, why: str, *, stands: bool) -> None:
    if which not in ("", *REDACTABLE):
        raise CallerError(f"There is no {which!a} of a message to redact.", hint=f"There is: {', '.join(REDACTABLE)}.")
    reason = words.line(why, "reason", field="why")
    kind, thing = (Kind.REDACTION, f"{record} {which}") if which else (Kind.SENSITIVE, str(record))
    now = writing.now(kind, thing)
    if stands is (now is not None and now.stands):
        raise ConflictError("That is held back already." if stands else "That is not held back.")
    body = {"field": which, "why": reason} if which else {"why": reason}
    before = 0 if now is None else now.version
    writing.enter(NewEntry(kind=kind, thing=thing, body=body, before=before, stands=stands, record=record))
