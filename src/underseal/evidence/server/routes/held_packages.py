"""The packages of partner forces that are held: their terms, their recalls, their senders' consents."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from underseal.core.web.files import DOCUMENT
from underseal.evidence.dossier.terms import ConsentDraft
from underseal.evidence.server import hand_over_answers, hand_over_shapes
from underseal.evidence.server.asking import Asking, Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.server.routes.hand_over import HandOverDocument, file_of

router = APIRouter(prefix="/api/held-packages", tags=["hand-over"], dependencies=[Depends(entering(Part.EVIDENCE))])


@router.get("")
def list_held_packages(asking: Asking, reader: Reader) -> list[hand_over_shapes.HeldPackage]:
    """List the packages that are held."""
    now = asking.investigation.gate.clock()
    return [hand_over_answers.held(each, reader.zone, now=now) for each in reader.held_packages.list()]


@router.post("/consents", status_code=201)
def enter_consent(asking: Asking, reader: Reader, new: hand_over_shapes.NewConsent) -> hand_over_shapes.HeldPackage:
    """Enter what the sender of a package allows, or allows no longer."""
    draft = ConsentDraft(code=new.code, given=new.given, by=new.by, reference=new.reference)
    made = reader.held_packages.consent(new.exhibit, draft)
    return hand_over_answers.held(made, reader.zone, now=asking.investigation.gate.clock())


@router.post("/recalls", status_code=201)
def take_recall(asking: Asking, reader: Reader, new: hand_over_shapes.NewRecall) -> list[hand_over_shapes.HeldPackage]:
    """Take a notice of recall, where who signed the package signed it: what came with it leaves the house no more."""
    now = asking.investigation.gate.clock()
    taken = reader.held_packages.take_recall(new.notice.encode())
    return [hand_over_answers.held(each, reader.zone, now=now) for each in taken]


@router.get("/confirmation", response_class=HandOverDocument, responses=DOCUMENT)
def read_confirmation(
    reader: Reader, exhibit: Annotated[str, Query(max_length=500, description="Number of the exhibit.")]
) -> HandOverDocument:
    """Read the signed confirmation of a recall that was taken."""
    return file_of(reader.held_packages.confirmation(exhibit), "recall-confirmation.json")
