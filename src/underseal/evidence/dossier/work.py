"""The work on a dossier: a chronology of events, hypotheses with what speaks for and against them, and tasks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from underseal.errors import CallerError, at_field
from underseal.evidence.authority.moments import moment, zone_of
from underseal.evidence.casework import Latest, words
from underseal.evidence.dossier.card import Kind
from underseal.evidence.dossier.exclusions import merged


class HypothesisState(StrEnum):
    """What is thought of a hypothesis."""

    OPEN = "open"
    SUPPORTED = "supported"
    REFUTED = "refuted"


class TaskState(StrEnum):
    """How far a task has come."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """Something that happened, as typed.

    Attributes:
        start, end: dates or times; an end of "" for a moment. An end that is a date includes that day.
        zone: IANA name of the time zone of those without an offset. words: what happened.
        record: number of the message that shows it, None where none does.
    """

    start: str
    end: str = ""
    zone: str
    words: str
    record: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HypothesisDraft:
    """What may have been. words: in words. state: what is thought of it. supporting, opposing: numbers of messages."""

    words: str
    state: HypothesisState = HypothesisState.OPEN
    supporting: Sequence[int] = ()
    opposing: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """What is to be done.

    Attributes:
        words: what. state: how far it has come. assignee: the member whose it is, "" for nobody's.
        due: date or time until when, "" for none. zone: IANA name of the time zone of one without an offset.
    """

    words: str
    state: TaskState = TaskState.OPEN
    assignee: str = ""
    due: str = ""
    zone: str = "UTC"


WorkDraft: TypeAlias = EventDraft | HypothesisDraft | TaskDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What all have.

    Attributes:
        id: name in the dossier. version: of what is said. made_*, changed_*: by whom and when (ms since 1970).
        excluded: numbers of the judges' decisions that exclude a message which it rests on.
    """

    id: str
    version: int
    words: str
    made_by: str
    made_at: int
    changed_by: str
    changed_at: int
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(_Work):
    """Something that happened. start, end: ms since 1970, an end of None for a moment. record: of the message that shows it."""

    start: int
    end: int | None
    record: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis(_Work):
    """What may have been. state: what is thought of it. supporting, opposing: messages, as far as they may be seen."""

    state: HypothesisState
    supporting: tuple[int, ...]
    opposing: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(_Work):
    """What is to be done. due: ms since 1970, None for none; the rest as in `TaskDraft`."""

    state: TaskState
    assignee: str
    due: int | None


Work: TypeAlias = Event | Hypothesis | Task

SIDES: Final = ("supporting", "opposing")
"""What speaks for a hypothesis, and what against it."""

KINDS: Final[Mapping[type[WorkDraft], Kind]] = {
    EventDraft: Kind.EVENT,
    HypothesisDraft: Kind.HYPOTHESIS,
    TaskDraft: Kind.TASK,
}
"""What kind of entry a draft becomes."""


def read_work(draft: WorkDraft, *, members: Collection[str]) -> dict[str, Any]:
    """Check what a person typed, and return what is entered of it; that its records may be seen is checked with `records_in`.

    Args:
        draft: as typed. members: of the dossier.

    Raises:
        CallerError: nothing is said, a date is wrong, an interval is reversed, or the assignee is no member.
    """
    told = words.note(draft.words, "words", field="words")
    if not told:
        raise CallerError(
            "Nothing is said.", hint="Say in words what happened, may have been, or is to be done.", field="words"
        )
    match draft:
        case EventDraft():
            return {"words": told, **_interval(draft), "record": draft.record}
        case HypothesisDraft():
            sides: dict[str, Any] = {side: sorted(set(getattr(draft, side))) for side in SIDES}
            return {"words": told, "state": draft.state, **sides}
        case TaskDraft():
            assignee = draft.assignee.strip()
            if assignee and assignee not in members:
                raise CallerError(
                    f"{assignee!a} is no member of the dossier.", hint="Make them one first.", field="assignee"
                )
            with at_field("due"):
                due = moment(draft.due, zone_of(draft.zone), end=True) if draft.due.strip() else None
            return {"words": told, "state": draft.state, "assignee": assignee, "due": due}


def records_in(body: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the messages that an entry speaks of."""
    own = [body["record"]] if body.get("record") is not None else []
    return [*own, *body.get("supporting", ()), *body.get("opposing", ())]


def keeping_unseen(new: dict[str, Any], old: Mapping[str, Any], seen: Collection[int]) -> dict[str, Any]:
    """Return what is entered, with the messages of the version before that its author may not see."""
    kept: dict[str, Any] = {
        side: sorted({*new[side], *(record for record in old.get(side, ()) if record not in seen)})
        for side in SIDES
        if side in new
    }
    return {**new, **kept}


def work_of(latest: Latest, seen: Collection[int], excluded: Mapping[int, tuple[str, ...]]) -> Work | None:
    """Return a thing as its reader sees it; None where the message that shows it is not to be seen.

    Args:
        latest: as it is. seen: numbers of the messages that the reader may see.
        excluded: for each of these that comes from an excluded source the numbers of the decisions.
    """
    body = latest.entry.body
    common: dict[str, Any] = {
        "id": latest.entry.thing,
        "version": latest.entry.version,
        "words": body["words"],
        "made_by": latest.made_by,
        "made_at": latest.made_at,
        "changed_by": latest.entry.user,
        "changed_at": latest.entry.at,
        "excluded": merged(excluded.get(record, ()) for record in records_in(body)),
    }
    match latest.entry.kind:
        case Kind.EVENT:
            if body["record"] is not None and body["record"] not in seen:
                return None
            return Event(start=body["start"], end=body["end"], record=body["record"], **common)
        case Kind.HYPOTHESIS:
            return Hypothesis(
                state=HypothesisState(body["state"]),
                supporting=tuple(record for record in body["supporting"] if record in seen),
                opposing=tuple(record for record in body["opposing"] if record in seen),
                **common,
            )
        case _:
            return Task(state=TaskState(body["state"]), assignee=body["assignee"], due=body["due"], **common)


def _interval(draft: EventDraft) -> dict[str, int | None]:
    zone = zone_of(draft.zone)
    with at_field("start"):
        start = moment(draft.start, zone)
    with at_field("end"):
        end = moment(draft.end, zone, end=True) if draft.end.strip() else None
    if end is not None and end <= start:
        raise CallerError(
            f"The interval is reversed or empty: it starts at {draft.start} and ends at {draft.end}.", field="end"
        )
    return {"start": start, "end": end}
