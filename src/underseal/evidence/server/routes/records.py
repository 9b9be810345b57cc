"""One record: its line, the way it came, and its proof."""

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Depends, Path, Response

from underseal.core.records import RECORDS
from underseal.core.web.files import DOCUMENT
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/records", tags=["records"], dependencies=[Depends(entering(Part.EVIDENCE))])

Number = Annotated[int, Path(ge=0, lt=2**63, description="Number of the record.")]


class ProofFile(Response):
    """A proof, as a file to be kept and checked by anyone: `underseal verify FILE`."""

    media_type = "application/json"


@router.get("/{number}")
def read_record(reader: Reader, number: Number) -> shapes.Line:
    """Read one record as a line."""
    rows = pa.Table.from_pylist([reader.record(number)], schema=RECORDS)
    return answers.line(reader.lines(rows)[0])


@router.get("/{number}/provenance")
def read_provenance(reader: Reader, number: Number) -> shapes.Provenance:
    """Follow a record from the captured bytes to the line."""
    steps = [shapes.ProvenanceStep.model_validate(step) for step in reader.provenance(number)]
    return shapes.Provenance(number=number, steps=steps)


@router.get("/{number}/proof", response_class=ProofFile, responses=DOCUMENT)
def make_proof(reader: Reader, number: Number) -> ProofFile:
    """Make the proof file of a record."""
    name = f"proof-{reader.release.number}-{number}.json"
    return ProofFile(reader.prove(number), headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post("/{number}/prove")
def check_proof(reader: Reader, number: Number) -> shapes.Check:
    """Make the proof of a record and check it, step by step."""
    return answers.check(reader.check(number))
