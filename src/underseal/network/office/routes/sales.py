"""Codes, and what became of them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from underseal.network.licences import CodeState
from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating

router = APIRouter(prefix="/api/sales", tags=["sales"])

MAX_PAGE = 500
"""Most codes of a page."""

Serial = Annotated[str, Path(max_length=40, description="Serial of a code, or number of a batch.")]
Before = Annotated[str | None, Query(max_length=40, description="Cursor of the page before.")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Name = Annotated[str | None, Query(max_length=200)]
WhichState = Annotated[CodeState | None, Query(alias="state")]


@router.get("")
def list_sales(
    asks: Operating,
    *,
    reseller: Name = None,
    product: Name = None,
    state: WhichState = None,
    before: Before = None,
    limit: Limit = 100,
) -> shapes.SalePage:
    """List codes, the newest first."""
    found = asks.licences.codes.sales(reseller=reseller, product=product, state=state, before=before, limit=limit + 1)
    return answers.sales(found, limit)


@router.post("/{serial}/void")
def void_code(asks: Operating, serial: Serial, asked: shapes.Reason) -> shapes.Voided:
    """Make an unused code void, or all unused codes of a batch: their price is owed no more."""
    voided = asks.licences.codes.void(serial, why=asked.why, at=asks.now, by=asks.by)
    return shapes.Voided(serials=[sale.serial for sale in voided])
