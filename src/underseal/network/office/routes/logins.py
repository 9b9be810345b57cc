"""Who came into the office, who was refused, and who may come."""

from typing import Annotated

from fastapi import APIRouter, Query

from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating
from underseal.network.office.routes.ledger import BeforeEntry, Limit

router = APIRouter(prefix="/api/logins", tags=["logins"])

NameStart = Annotated[str, Query(max_length=200, description="How the name of the operator or reseller begins.")]


@router.get("")
def list_logins(
    asks: Operating, name: NameStart = "", before: BeforeEntry = None, limit: Limit = 100
) -> shapes.LoginPage:
    """List logins, refused logins, logouts, new accounts and new passwords out of the ledger, the newest first."""
    found = asks.licences.entrances.page(name=name, before=before, limit=limit + 1)
    page = found[:limit]
    return shapes.LoginPage(
        lines=[answers.told(entry) for entry in page], cursor=page[-1].number if len(found) > limit else None
    )
