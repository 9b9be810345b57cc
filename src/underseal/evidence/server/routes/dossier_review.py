"""Coding of messages in a dossier, threats to life, and deconfliction."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from underseal.evidence.dossier import Choice, Outcome, Step, StepDraft
from underseal.evidence.dossier.identifiers import IdentifierKind
from underseal.evidence.server import dossier_answers, dossier_shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.dossier_paths import Cursor, ItemId, Limit, Reference
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api", tags=["dossiers"], dependencies=[Depends(entering(Part.EVIDENCE))])

Record = Annotated[int, Path(ge=0, lt=2**63, description="Number of the record.")]
Since = Annotated[int | None, Query(ge=0, lt=2**53, description="Figures of what was entered from this moment on, ms.")]
Until = Annotated[int | None, Query(ge=0, lt=2**53, description="Figures of what was entered before this moment, ms.")]


@router.get("/dossiers/{dossier}/codings")
def list_codings(
    reader: Reader,
    dossier: Reference,
    disputed: Annotated[bool, Query(description="Only those on which reviewers disagree.")] = False,  # noqa: FBT002
    after: Cursor = "",
    limit: Limit = 60,
) -> dossier_shapes.CodedMessages:
    """List coded messages, each with the latest decision of each reviewer."""
    place = dossier_answers.place(after, -1)
    found = reader.dossiers.codings.page(dossier, after=place, limit=limit, disputed=disputed)
    return dossier_answers.coded_page(found, reader.zone)


@router.post("/dossiers/{dossier}/codings", status_code=201)
def code_message(reader: Reader, dossier: Reference, new: dossier_shapes.NewCoding) -> dossier_shapes.DossierCoding:
    """Decide of a message. What is privileged is withheld at once; a threat to life raises an alert."""
    made = reader.dossiers.codings.code(dossier, new.record, Choice(new.choice), note=new.note)
    return dossier_answers.coding(made, reader.zone)


@router.get("/dossiers/{dossier}/codings/{record}")
def read_codings(reader: Reader, dossier: Reference, record: Record) -> list[dossier_shapes.DossierCoding]:
    """Read all that was ever decided of a message."""
    return [dossier_answers.coding(each, reader.zone) for each in reader.dossiers.codings.history(dossier, record)]


@router.get("/dossiers/{dossier}/threats")
def list_dossier_threats(
    reader: Reader, dossier: Reference, since: Since = None, until: Until = None
) -> dossier_shapes.Threats:
    """List the threats to life of a dossier, and their figures."""
    return dossier_answers.threats(reader.dossiers.threats.list(dossier, since=since, until=until), reader.zone)


@router.post("/dossiers/{dossier}/threats", status_code=201)
def raise_alert(reader: Reader, dossier: Reference, new: dossier_shapes.NewAlert) -> dossier_shapes.Threat:
    """Raise an alert of a threat that no message shows."""
    return dossier_answers.threat(reader.dossiers.threats.alert(dossier, new.words), reader.zone)


@router.post("/dossiers/{dossier}/threats/{item}")
def take_step(reader: Reader, dossier: Reference, item: ItemId, new: dossier_shapes.NewStep) -> dossier_shapes.Threat:
    """Enter the next step of a threat: acknowledged, action, outcome."""
    draft = StepDraft(
        step=Step(new.step),
        words=new.words,
        outcome=None if new.outcome is None else Outcome(new.outcome),
        happened=new.happened,
        version=new.version,
    )
    return dossier_answers.threat(reader.dossiers.threats.step(dossier, item, draft), reader.zone)


@router.get("/threats")
def list_threats(reader: Reader, since: Since = None, until: Until = None) -> dossier_shapes.Threats:
    """List the threats to life of all dossiers of which one may know, and their figures."""
    return dossier_answers.threats(reader.dossiers.threats.list(since=since, until=until), reader.zone)


@router.get("/dossiers/{dossier}/identifiers")
def list_identifiers(reader: Reader, dossier: Reference) -> list[dossier_shapes.DossierIdentifier]:
    """List by what a dossier may meet others."""
    return [dossier_answers.identified(each) for each in reader.dossiers.meetings.identifiers(dossier)]


@router.post("/dossiers/{dossier}/identifiers", status_code=201)
def add_identifier(
    reader: Reader, dossier: Reference, new: dossier_shapes.NewIdentifier
) -> dossier_shapes.DossierIdentifier:
    """Enter a phone number, an address or a container number by hand."""
    found = reader.dossiers.meetings.add(dossier, IdentifierKind(new.kind), new.value, why=new.why)
    return dossier_shapes.DossierIdentifier(kind=found.kind.value, value=found.value, sources=[], excluded=[])


@router.post("/dossiers/{dossier}/identifiers/remove", status_code=204)
def remove_identifier(reader: Reader, dossier: Reference, said: dossier_shapes.NewIdentifier) -> None:
    """Take out an identifier that was entered by hand."""
    reader.dossiers.meetings.remove(dossier, IdentifierKind(said.kind), said.value, why=said.why)


@router.get("/dossiers/{dossier}/notices")
def list_dossier_notices(
    reader: Reader, dossier: Reference, after: Cursor = "", limit: Limit = 60
) -> dossier_shapes.Notices:
    """List who leads other dossiers that have the same as one, to any member of it."""
    found = reader.dossiers.meetings.list(dossier, after=dossier_answers.place(after, 0), limit=limit)
    return dossier_answers.notices(found, reader.zone)


@router.get("/notices")
def list_notices(reader: Reader, after: Cursor = "", limit: Limit = 60) -> dossier_shapes.Notices:
    """List who leads other dossiers that have the same as those that one leads."""
    found = reader.dossiers.meetings.list(after=dossier_answers.place(after, 0), limit=limit)
    return dossier_answers.notices(found, reader.zone)
