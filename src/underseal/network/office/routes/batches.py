"""Codes in batches, and their sheets."""

from fastapi import APIRouter

from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating
from underseal.network.office.sheets import SheetFile, sheet

router = APIRouter(prefix="/api/batches", tags=["batches"])


@router.post("", status_code=201)
def issue_batch(asks: Operating, new: shapes.NewBatch) -> shapes.Batch:
    """Issue codes for a reseller. This answer is the only place where they are ever shown."""
    return answers.batch(asks.licences.codes.issue(new.reseller, new.product, new.count, at=asks.now, by=asks.by))


@router.post("/sheet", response_class=SheetFile)
def draw_sheet(asks: Operating, held: shapes.Sheet) -> SheetFile:
    """Draw the sheet of a batch (PDF) from its codes, which are not kept."""
    return sheet(asks.licences.codes.issued(held.batch, held.codes, by=asks.by))
