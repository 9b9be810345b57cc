"""The signed ledger of licences."""

from typing import Annotated

from fastapi import APIRouter, Query

from underseal.errors import IntegrityError
from underseal.network.office import answers, shapes
from underseal.network.office.asking import Asking, Operating

router = APIRouter(prefix="/api/ledger", tags=["ledger"])

MAX_PAGE = 500
"""Most entries of a page."""

BeforeEntry = Annotated[int | None, Query(ge=0, lt=2**53, description="Cursor of the page before.")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@router.get("")
def read_ledger(
    asks: Operating,
    asking: Asking,
    before: BeforeEntry = None,
    limit: Limit = 100,
) -> shapes.LedgerPage:
    """Read entries, the newest first."""
    found, checkpoint = asks.licences.told(before=before, limit=limit), asks.licences.checkpoint()
    return shapes.LedgerPage(
        lines=[answers.told(entry) for entry in found],
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        key=asking.shared.network.signing_key.public.hex,
        cursor=found[-1].number if found and found[-1].number > 0 else None,
    )


@router.post("/verify")
def verify_ledger(asks: Operating) -> shapes.Verified:
    """Check every entry against the signed root, and the database against the entries."""
    try:
        checkpoint = asks.licences.verify()
    except IntegrityError as error:
        shown = asks.licences.checkpoint()
        return shapes.Verified(ok=False, size=shown.size, root=shown.root.hex(), detail=error.message)
    detail = "Every entry has the signed root, and the database says what the entries say."
    return shapes.Verified(ok=True, size=checkpoint.size, root=checkpoint.root.hex(), detail=detail)
