"""Handing a dossier over: transfers to other districts, and packages that were sent to partner forces."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from underseal.core.web.files import DOCUMENT
from underseal.evidence.dossier.transfers import TransferDraft
from underseal.evidence.server import dossier_answers, dossier_shapes, hand_over_answers, hand_over_shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.dossier_paths import Reference
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api", tags=["hand-over"], dependencies=[Depends(entering(Part.EVIDENCE))])

Thing = Annotated[str, Path(pattern="^P[1-9][0-9]{0,8}$", description="Name of the package in its dossier.")]


class HandOverDocument(Response):
    """A signed document as a file to be kept and checked by anyone: `underseal verify FILE`."""

    media_type = "application/json"


@router.get("/offers")
def list_offers(reader: Reader) -> list[hand_over_shapes.DossierOffer]:
    """List the dossiers that are offered to the one who asks."""
    return [hand_over_answers.offer(each, reader.zone) for each in reader.dossiers.transfers.offers()]


@router.post("/offers/{dossier}/accept")
def accept_dossier(reader: Reader, dossier: Reference, said: hand_over_shapes.Acceptance) -> dossier_shapes.Dossier:
    """Take over a dossier that is offered; it gets the next number of its new district."""
    return dossier_answers.card(reader.dossiers.transfers.accept(dossier, contact=said.contact), reader.zone)


@router.post("/offers/{dossier}/refuse", status_code=204)
def refuse_dossier(reader: Reader, dossier: Reference, said: hand_over_shapes.HandOverReason) -> None:
    """Refuse a dossier that is offered."""
    reader.dossiers.transfers.refuse(dossier, why=said.why)


@router.get("/dossiers/{dossier}/transfers")
def list_transfers(reader: Reader, dossier: Reference) -> list[hand_over_shapes.DossierTransfer]:
    """List the transfers of a dossier, in the order of offering."""
    return [hand_over_answers.transfer(each, reader.zone) for each in reader.dossiers.transfers.list(dossier)]


@router.post("/dossiers/{dossier}/transfers", status_code=201)
def offer_dossier(
    reader: Reader, dossier: Reference, new: hand_over_shapes.NewTransfer
) -> hand_over_shapes.DossierTransfer:
    """Offer a dossier to the lead of another district."""
    made = reader.dossiers.transfers.offer(dossier, TransferDraft(**new.model_dump()))
    return hand_over_answers.transfer(made, reader.zone)


@router.post("/dossiers/{dossier}/transfers/withdraw")
def withdraw_offer(
    reader: Reader, dossier: Reference, said: hand_over_shapes.HandOverReason
) -> hand_over_shapes.DossierTransfer:
    """Withdraw the offer of a dossier."""
    return hand_over_answers.transfer(reader.dossiers.transfers.withdraw(dossier, why=said.why), reader.zone)


@router.get("/dossiers/{dossier}/transfers/document", response_class=HandOverDocument, responses=DOCUMENT)
def read_transfer_document(reader: Reader, dossier: Reference) -> HandOverDocument:
    """Read the signed document of the latest transfer."""
    return file_of(reader.dossiers.transfers.document(dossier), "transfer.json")


@router.get("/packages")
def list_all_packages(reader: Reader) -> list[hand_over_shapes.SentPackage]:
    """List the packages that were sent of all dossiers of which one may know."""
    return [hand_over_answers.package(each, reader.zone) for each in reader.dossiers.packages.list()]


@router.get("/dossiers/{dossier}/packages")
def list_packages(reader: Reader, dossier: Reference) -> list[hand_over_shapes.SentPackage]:
    """List the packages that were sent of a dossier."""
    return [hand_over_answers.package(each, reader.zone) for each in reader.dossiers.packages.list(dossier)]


@router.post("/dossiers/{dossier}/packages/{package}/recall")
def recall_package(
    reader: Reader, dossier: Reference, package: Thing, said: hand_over_shapes.HandOverReason
) -> hand_over_shapes.SentPackage:
    """Recall a package; its notice is to be sent to who got it."""
    return hand_over_answers.package(reader.dossiers.packages.recall(f"{dossier}-{package}", why=said.why), reader.zone)


@router.get("/dossiers/{dossier}/packages/{package}/notice", response_class=HandOverDocument, responses=DOCUMENT)
def read_notice(reader: Reader, dossier: Reference, package: Thing) -> HandOverDocument:
    """Read the signed notice of a recall."""
    return file_of(reader.dossiers.packages.notice(f"{dossier}-{package}"), "recall.json")


@router.post("/dossiers/{dossier}/packages/{package}/confirm")
def confirm_recall(
    reader: Reader, dossier: Reference, package: Thing, said: hand_over_shapes.NewConfirmation
) -> hand_over_shapes.SentPackage:
    """Enter that a recall was confirmed, in words or by a signed document."""
    file = said.document.encode() if said.document else None
    made = reader.dossiers.packages.confirm(f"{dossier}-{package}", said=said.words, file=file, key=said.key)
    return hand_over_answers.package(made, reader.zone)


def file_of(data: bytes, name: str) -> HandOverDocument:
    """Return a signed document under a file's name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HandOverDocument(data, headers=headers)
