"""The work on a dossier: events of its chronology, hypotheses and tasks. What is said of one says which of them it is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from underseal.evidence.dossier import Kind
from underseal.evidence.dossier.work import (
    EventDraft,
    HypothesisDraft,
    HypothesisState,
    TaskDraft,
    TaskState,
    WorkDraft,
)
from underseal.evidence.server import dossier_answers, dossier_shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.dossier_paths import Reference
from underseal.evidence.server.roles import Part

router = APIRouter(
    prefix="/api/dossiers/{dossier}/work", tags=["dossiers"], dependencies=[Depends(entering(Part.EVIDENCE))]
)

Thing = Annotated[
    str, Path(pattern="^[0-9]{1,18}$", description="Number of it in the dossier, among those of its kind.")
]


@router.get("")
def list_work(
    reader: Reader,
    dossier: Reference,
    kind: Annotated[dossier_shapes.WorkKind, Query(description="Of which kind.")],
) -> list[dossier_shapes.DossierWork]:
    """List what happened, the earliest first; what may have been; or what is to be done."""
    return [dossier_answers.work(each, reader.zone) for each in reader.dossiers.work.list(dossier, Kind(kind))]


@router.post("", status_code=201)
def add_work(reader: Reader, dossier: Reference, new: dossier_shapes.NewWork) -> dossier_shapes.DossierWork:
    """Add what happened, what may have been, or what is to be done."""
    return dossier_answers.work(reader.dossiers.work.add(dossier, _draft(reader, new)), reader.zone)


@router.post("/{thing}")
def change_work(
    reader: Reader, dossier: Reference, thing: Thing, new: dossier_shapes.WorkChange
) -> dossier_shapes.DossierWork:
    """Say something else of it; messages for and against a hypothesis that one may not see stay."""
    changed = reader.dossiers.work.change(dossier, thing, _draft(reader, new), version=new.version)
    return dossier_answers.work(changed, reader.zone)


@router.post("/{thing}/remove", status_code=204)
def remove_work(reader: Reader, dossier: Reference, thing: Thing, said: dossier_shapes.WorkRemoval) -> None:
    """Take it out; what was entered of it stays."""
    reader.dossiers.work.remove(dossier, Kind(said.kind), thing, why=said.why, version=said.version)


def _draft(reader: Reader, new: dossier_shapes.NewWork) -> WorkDraft:
    zone = reader.zone.key
    match new:
        case dossier_shapes.NewEvent():
            return EventDraft(start=new.start, end=new.end, zone=zone, words=new.words, record=new.record)
        case dossier_shapes.NewHypothesis():
            return HypothesisDraft(
                words=new.words, state=HypothesisState(new.state), supporting=new.supporting, opposing=new.opposing
            )
        case dossier_shapes.NewTask():
            return TaskDraft(words=new.words, state=TaskState(new.state), assignee=new.assignee, due=new.due, zone=zone)
