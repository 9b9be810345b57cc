"""Persons: whom claims name, what is claimed of them, and two who turn out to be one."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from underseal.errors import CallerError
from underseal.evidence.identity import Listed
from underseal.evidence.server import identities, identity_shapes, shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.store import MAX_PAGE

_ID: Final = re.compile(r"P[1-9]\d{0,14}", re.ASCII)

router = APIRouter(prefix="/api/persons", tags=["persons"], dependencies=[Depends(entering(Part.EVIDENCE))])


@router.get("")
def list_persons(
    reader: Reader,
    find: Annotated[str, Query(max_length=500, description="Words in ids, names, birth dates and accounts.")] = "",
    after: Annotated[str, Query(max_length=20, description="Cursor of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 60,
) -> identity_shapes.Persons:
    """List the persons whom claims name."""
    words = find.casefold().split()
    found = [person for person in reader.attributions.persons() if all(word in _called(person) for word in words)]
    rest = [person for person in found if not after or _number(person.id) > _number(after)]
    page = rest[:limit]
    return identity_shapes.Persons(
        persons=[identity_shapes.PersonLine.model_validate(person) for person in page],
        total=len(found),
        cursor=page[-1].id if len(page) < len(rest) else None,
    )


@router.get("/{person}")
def read_person(
    reader: Reader,
    person: Annotated[str, Path(max_length=20, pattern=shapes.NO_NUL, description="Id of the person.")],
) -> identity_shapes.PersonPage:
    """Read all that is claimed of a person."""
    return identities.person(reader.attributions.person(person), reader.zone)


@router.post("/merge")
def merge_persons(reader: Reader, new: identity_shapes.NewMerge) -> identity_shapes.PersonMerge:
    """Say that two persons are one."""
    union = reader.attributions.merge(new.kept, new.absorbed, why=new.why)
    return identities.merge(union, reader.zone)


@router.post("/part")
def part_persons(reader: Reader, new: identity_shapes.NewParting) -> identity_shapes.PersonMerge:
    """Undo a merge: the two are two persons again."""
    return identities.merge(reader.attributions.part(new.merge, why=new.why), reader.zone)


def _called(person: Listed) -> str:
    """Return all that a person may be found by."""
    return " ".join((person.id, *person.parts, *person.names, *person.born, *person.accounts)).casefold()


def _number(person: str) -> int:
    """Return the number of a person's id, by which persons are in order.

    Raises:
        CallerError: it is no such id.
    """
    if not _ID.fullmatch(person):
        raise CallerError("The cursor is none of this list.")
    return int(person[1:])
