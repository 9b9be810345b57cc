"""The chronology, hypotheses and tasks of a dossier."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path

from underseal.evidence.dossier import Kind
from underseal.evidence.dossier.work import (
    Event,
    EventDraft,
    Hypothesis,
    HypothesisDraft,
    HypothesisState,
    Task,
    TaskDraft,
    TaskState,
    Work,
)
from underseal.evidence.server import dossier_answers, dossier_shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.dossier_paths import Reference
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/dossiers/{dossier}", tags=["dossiers"], dependencies=[Depends(entering(Part.EVIDENCE))])

Thing = Annotated[str, Path(pattern="^[0-9]{1,18}$", description="Number of it in the dossier.")]

_Work = TypeVar("_Work", bound=Work)


@router.get("/chronology")
def list_events(reader: Reader, dossier: Reference) -> list[dossier_shapes.DossierEvent]:
    """List what happened, the earliest first."""
    return [dossier_answers.event(each, reader.zone) for each in reader.dossiers.work.chronology(dossier)]


@router.post("/chronology", status_code=201)
def add_event(reader: Reader, dossier: Reference, new: dossier_shapes.NewEvent) -> dossier_shapes.DossierEvent:
    """Add something that happened."""
    return dossier_answers.event(_as(Event, reader.dossiers.work.add(dossier, _event(reader, new))), reader.zone)


@router.post("/chronology/{thing}")
def change_event(
    reader: Reader, dossier: Reference, thing: Thing, new: dossier_shapes.EventChange
) -> dossier_shapes.DossierEvent:
    """Say something else of what happened."""
    changed = reader.dossiers.work.change(dossier, thing, _event(reader, new), version=new.version)
    return dossier_answers.event(_as(Event, changed), reader.zone)


@router.post("/chronology/{thing}/remove", status_code=204)
def remove_event(reader: Reader, dossier: Reference, thing: Thing, said: dossier_shapes.Removal) -> None:
    """Take something out of the chronology; what was entered of it stays."""
    reader.dossiers.work.remove(dossier, Kind.EVENT, thing, why=said.why, version=said.version)


@router.get("/hypotheses")
def list_hypotheses(reader: Reader, dossier: Reference) -> list[dossier_shapes.DossierHypothesis]:
    """List what may have been."""
    return [dossier_answers.hypothesis(each, reader.zone) for each in reader.dossiers.work.hypotheses(dossier)]


@router.post("/hypotheses", status_code=201)
def add_hypothesis(
    reader: Reader, dossier: Reference, new: dossier_shapes.NewHypothesis
) -> dossier_shapes.DossierHypothesis:
    """Add what may have been."""
    return dossier_answers.hypothesis(_as(Hypothesis, reader.dossiers.work.add(dossier, _hypothesis(new))), reader.zone)


@router.post("/hypotheses/{thing}")
def change_hypothesis(
    reader: Reader, dossier: Reference, thing: Thing, new: dossier_shapes.HypothesisChange
) -> dossier_shapes.DossierHypothesis:
    """Say something else of a hypothesis; messages for and against it that one may not see stay."""
    changed = reader.dossiers.work.change(dossier, thing, _hypothesis(new), version=new.version)
    return dossier_answers.hypothesis(_as(Hypothesis, changed), reader.zone)


@router.post("/hypotheses/{thing}/remove", status_code=204)
def remove_hypothesis(reader: Reader, dossier: Reference, thing: Thing, said: dossier_shapes.Removal) -> None:
    """Take a hypothesis out; what was entered of it stays."""
    reader.dossiers.work.remove(dossier, Kind.HYPOTHESIS, thing, why=said.why, version=said.version)


@router.get("/tasks")
def list_tasks(reader: Reader, dossier: Reference) -> list[dossier_shapes.DossierTask]:
    """List what is to be done."""
    return [dossier_answers.task(each, reader.zone) for each in reader.dossiers.work.tasks(dossier)]


@router.post("/tasks", status_code=201)
def add_task(reader: Reader, dossier: Reference, new: dossier_shapes.NewTask) -> dossier_shapes.DossierTask:
    """Add what is to be done."""
    return dossier_answers.task(_as(Task, reader.dossiers.work.add(dossier, _task(reader, new))), reader.zone)


@router.post("/tasks/{thing}")
def change_task(
    reader: Reader, dossier: Reference, thing: Thing, new: dossier_shapes.TaskChange
) -> dossier_shapes.DossierTask:
    """Say something else of a task, such as that it is done."""
    changed = reader.dossiers.work.change(dossier, thing, _task(reader, new), version=new.version)
    return dossier_answers.task(_as(Task, changed), reader.zone)


@router.post("/tasks/{thing}/remove", status_code=204)
def remove_task(reader: Reader, dossier: Reference, thing: Thing, said: dossier_shapes.Removal) -> None:
    """Take a task out; what was entered of it stays."""
    reader.dossiers.work.remove(dossier, Kind.TASK, thing, why=said.why, version=said.version)


def _as(kind: type[_Work], work: Work) -> _Work:
    if not isinstance(work, kind):
        raise TypeError(f"{type(work).__name__} is no {kind.__name__}")
    return work


def _event(reader: Reader, new: dossier_shapes.NewEvent) -> EventDraft:
    return EventDraft(start=new.start, end=new.end, zone=reader.zone.key, words=new.words, record=new.record)


def _hypothesis(new: dossier_shapes.NewHypothesis) -> HypothesisDraft:
    return HypothesisDraft(
        words=new.words, state=HypothesisState(new.state), supporting=new.supporting, opposing=new.opposing
    )


def _task(reader: Reader, new: dossier_shapes.NewTask) -> TaskDraft:
    return TaskDraft(
        words=new.words, state=TaskState(new.state), assignee=new.assignee, due=new.due, zone=reader.zone.key
    )
