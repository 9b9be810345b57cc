"""Threats to life: alert, acknowledged, action, outcome, each with its time. Figures are counted from the steps themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from underseal.errors import CallerError
from underseal.evidence.casework import Entry, NewEntry, Writing, words
from underseal.evidence.dossier.card import Kind


class Step(StrEnum):
    """How far a threat has come."""

    ALERT = "alert"
    ACKNOWLEDGED = "acknowledged"
    ACTION = "action"
    OUTCOME = "outcome"


class Outcome(StrEnum):
    """How a threat ended."""

    PREVENTED = "prevented"
    NOT_PREVENTED = "not_prevented"
    UNFOUNDED = "unfounded"


_NEXT: Final[Mapping[Step, frozenset[Step]]] = {
    Step.ALERT: frozenset({Step.ACKNOWLEDGED}),
    Step.ACKNOWLEDGED: frozenset({Step.ACTION, Step.OUTCOME}),
    Step.ACTION: frozenset({Step.ACTION, Step.OUTCOME}),
    Step.OUTCOME: frozenset({Step.ALERT}),
}
"""What may follow what. A threat that ended may rise again; one that ends without an action was unfounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreatStep:
    """A step.

    Attributes:
        step: which. words: what was seen or done. outcome: of the last one, None else.
        happened: when it took place; user, at: who entered it, and when. Times in ms since 1970.
        version: number of the step, from 1.
    """

    step: Step
    words: str
    outcome: Outcome | None
    happened: int
    user: str
    at: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """A threat to life.

    Attributes:
        dossier: number of the dossier in which it was raised. reference: of that.
        id: its name in the dossier. record: number of the message that shows it, None where none does.
        steps: all of them, in order. excluded: numbers of the judges' decisions that exclude the message.
    """

    dossier: str
    reference: str
    id: str
    record: int | None
    steps: tuple[ThreatStep, ...]
    excluded: tuple[str, ...] = ()

    @property
    def last(self) -> ThreatStep:
        """The latest step."""
        return self.steps[-1]

    @property
    def ended(self) -> bool:
        """Whether it has an outcome."""
        return self.last.step is Step.OUTCOME


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many steps of each kind were entered in a stretch of time, and how threats stood at its end.

    Attributes:
        alerts, acknowledged, actions: steps. prevented, not_prevented, unfounded: outcomes.
        waiting: threats whose alert nobody had acknowledged at the end, whenever it was raised. open: those without an outcome.
    """

    alerts: int
    acknowledged: int
    actions: int
    prevented: int
    not_prevented: int
    unfounded: int
    waiting: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """A step as a person enters it.

    Attributes:
        step: which. words: what was seen or done. outcome: of an outcome, None else.
        happened: when it took place, ms since 1970; None for now. version: the step that its author saw, None for the latest.
    """

    step: Step
    words: str
    outcome: Outcome | None = None
    happened: int | None = None
    version: int | None = None


def figures(threats: Iterable[Threat], *, since: int | None = None, until: int | None = None) -> Figures:
    """Count steps: the same rows give the same figures, whenever they are counted.

    Args:
        threats: of which. since, until: only what was entered from the one moment on and before the other (ms since 1970),
            None for no bound.
    """
    before = [[step for step in threat.steps if until is None or step.at < until] for threat in threats]
    last = [steps[-1].step for steps in before if steps]
    steps = [step for each in before for step in each if since is None or step.at >= since]

    def entered(step: Step) -> int:
        return sum(each.step is step for each in steps)

    def ended(outcome: Outcome) -> int:
        return sum(each.outcome is outcome for each in steps)

    return Figures(
        alerts=entered(Step.ALERT),
        acknowledged=entered(Step.ACKNOWLEDGED),
        actions=entered(Step.ACTION),
        prevented=ended(Outcome.PREVENTED),
        not_prevented=ended(Outcome.NOT_PREVENTED),
        unfounded=ended(Outcome.UNFOUNDED),
        waiting=last.count(Step.ALERT),
        open=len(last) - last.count(Step.OUTCOME),
    )


def raise_alert(writing: Writing, *, record: int | None, said: str) -> str | None:
    """Raise an alert; of a message that has one without an outcome, nothing more is raised.

    Args:
        writing: in which dossier. record: number of the message, None where none shows it. said: what is feared.

    Returns:
        The threat's name in the dossier; None where nothing was raised.

    Raises:
        CallerError: nothing is said of a threat that no message shows.
    """
    told = words.note(said, "words of the alert", field="words")
    if record is None:
        if not told:
            raise CallerError("The alert says nothing.", hint="Say who is in danger, of what, where and when.")
        return writing.enter(_entry(None, None, _body(Step.ALERT, told, writing.author.at), prefix="alert:")).thing
    thing = f"message:{record}"
    now = writing.now(Kind.THREAT, thing)
    if now is not None and now.body["step"] != Step.OUTCOME:
        return None
    new = _entry(thing, record, _body(Step.ALERT, told, writing.author.at), before=0 if now is None else now.version)
    entered = writing.enter_once(new)
    return None if entered is None else entered.thing


def take_step(writing: Writing, threat: Threat, draft: StepDraft) -> None:
    """Enter the next step of a threat.

    Raises:
        CallerError: it does not follow the last one, lies before it or in the future, says nothing, or an outcome is missing.
        ConflictError: somebody else entered one meanwhile.
    """
    last, at = threat.last, writing.author.at
    if draft.step not in _NEXT[last.step]:
        allowed = " or ".join(sorted(_NEXT[last.step]))
        raise CallerError(f"After {last.step} comes {allowed}, not {draft.step}.")
    told = words.note(draft.words, "words of the step", field="words")
    if not told:
        raise CallerError("The step says nothing.", hint="Say what was done, by whom.")
    if (draft.outcome is not None) is not (draft.step is Step.OUTCOME):
        raise CallerError(f"An outcome, and nothing else, is one of {', '.join(Outcome)}.")
    if draft.step is Step.OUTCOME and last.step is Step.ACKNOWLEDGED and draft.outcome is not Outcome.UNFOUNDED:
        raise CallerError("Without an action, a threat was at most unfounded.", hint="Enter first what was done.")
    happened = at if draft.happened is None else draft.happened
    if happened < last.happened or happened > at:
        raise CallerError("The step lies before the one before it, or in the future.")
    seen = last.version if draft.version is None else draft.version
    body = _body(draft.step, told, happened) | ({"outcome": draft.outcome} if draft.outcome else {})
    writing.enter(_entry(threat.id, threat.record, body, before=seen))


def threats_of(entries: Sequence[Entry], names: Mapping[int, tuple[str, str]]) -> list[Threat]:
    """Return the threats of dossiers, in the order of their alerts.

    Args:
        entries: all entries of this kind, in their order. names: number and reference of each dossier, by the id of its row.
    """
    found: dict[tuple[int, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.dossier, entry.thing), []).append(entry)
    return [
        Threat(
            dossier=names[dossier][0],
            reference=names[dossier][1],
            id=id_,
            record=steps[0].record,
            steps=tuple(map(_step, steps)),
        )
        for (dossier, id_), steps in found.items()
    ]


def _step(entry: Entry) -> ThreatStep:
    outcome = entry.body.get("outcome")
    return ThreatStep(
        step=Step(entry.body["step"]),
        words=entry.body["words"],
        outcome=None if outcome is None else Outcome(outcome),
        happened=entry.body["happened"],
        user=entry.user,
        at=entry.at,
        version=entry.version,
    )


def _body(step: Step, told: str, happened: int) -> dict[str, object]:
    return {"step": step, "words": told, "happened": happened}


def _entry(
    thing: str | None, record: int | None, body: Mapping[str, object], *, before: int = 0, prefix: str = ""
) -> NewEntry:
    return NewEntry(kind=Kind.THREAT, thing=thing, prefix=prefix, body=body, before=before, record=record)
