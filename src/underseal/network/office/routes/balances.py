"""What resellers owe."""

from fastapi import APIRouter

from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating

router = APIRouter(prefix="/api/balances", tags=["balances"])


@router.get("")
def read_balances(asks: Operating) -> shapes.Balances:
    """Read what each reseller owes, and as of which entry of the ledger."""
    balances, entries = asks.licences.resellers.balances()
    return shapes.Balances(balances=answers.balances(balances), entries=entries)


@router.post("/recount")
def recount(asks: Operating) -> shapes.Recount:
    """Count what each reseller owes out of the ledger alone, and compare."""
    shown, entries = asks.licences.resellers.balances()
    counted = asks.licences.recounted(entries)
    return shapes.Recount(ok=counted == shown, entries=entries, balances=answers.balances(counted))
