"""Persons: whom claims name, what is claimed of them, and two who turn out to be one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from underseal.evidence.server import identities, shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/persons", tags=["persons"], dependencies=[Depends(entering(Part.EVIDENCE))])


@router.get("")
def list_persons(reader: Reader) -> list[shapes.PersonLine]:
    """List the persons whom claims name."""
    return [shapes.PersonLine.model_validate(person) for person in reader.attributions.persons()]


@router.get("/{person}")
def read_person(
    reader: Reader,
    person: Annotated[str, Path(max_length=20, pattern=shapes.NO_NUL, description="Id of the person.")],
) -> shapes.PersonPage:
    """Read all that is claimed of a person."""
    return identities.person(reader.attributions.person(person), reader.zone)


@router.post("/merge")
def merge_persons(reader: Reader, new: shapes.NewMerge) -> shapes.PersonMerge:
    """Say that two persons are one."""
    union = reader.attributions.merge(new.kept, new.absorbed, why=new.why)
    return identities.merge(union, reader.zone)


@router.post("/part")
def part_persons(reader: Reader, new: shapes.NewParting) -> shapes.PersonMerge:
    """Undo a merge: the two are two persons again."""
    return identities.merge(reader.attributions.part(new.merge, why=new.why), reader.zone)
