"""Sources that a judge excluded, or admitted again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from underseal.evidence.dossier import ExclusionDraft, Source, SourceKind
from underseal.evidence.server import dossier_answers, dossier_shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.server.shapes import NO_NUL

router = APIRouter(prefix="/api/exclusions", tags=["exclusions"], dependencies=[Depends(entering(Part.EVIDENCE))])


@router.get("")
def list_exclusions(
    reader: Reader,
    history: Annotated[bool, Query(description="All decisions instead of those that hold.")] = False,  # noqa: FBT002
) -> list[dossier_shapes.Exclusion]:
    """List what judges excluded."""
    found = reader.dossiers.sources.list(history=history)
    return [dossier_answers.exclusion(each, reader.zone) for each in found]


@router.get("/preview")
def preview_exclusion(
    reader: Reader,
    source: Annotated[dossier_shapes.SourceKind, Query(description="Kind of the source.")],
    value: Annotated[str, Query(max_length=500, pattern=NO_NUL, description="Which.")],
) -> dossier_shapes.ExclusionPreview:
    """Say what the exclusion of a source would mark; nothing is entered."""
    found = reader.dossiers.sources.preview(Source(kind=SourceKind(source), value=value))
    return dossier_answers.exclusion_preview(found)


@router.post("", status_code=201)
def exclude_source(reader: Reader, new: dossier_shapes.NewExclusion) -> dossier_shapes.Exclusion:
    """Enter that a judge excluded a source: all that is derived from it is marked, and leaves the house no more."""
    return dossier_answers.exclusion(reader.dossiers.sources.exclude(_source(new), _draft(new)), reader.zone)


@router.post("/readmit", status_code=201)
def readmit_source(reader: Reader, new: dossier_shapes.NewExclusion) -> dossier_shapes.Exclusion:
    """Enter that a judge admitted a source again."""
    return dossier_answers.exclusion(reader.dossiers.sources.readmit(_source(new), _draft(new)), reader.zone)


def _source(new: dossier_shapes.NewExclusion) -> Source:
    return Source(kind=SourceKind(new.source), value=new.value)


def _draft(new: dossier_shapes.NewExclusion) -> ExclusionDraft:
    return ExclusionDraft(decision=new.decision, judge=new.judge, why=new.why)
