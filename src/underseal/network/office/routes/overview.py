"""How things stand."""

from fastapi import APIRouter

from underseal.network.licences import State, Wanted
from underseal.network.licences.periods import to_text
from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating

router = APIRouter(prefix="/api/overview", tags=["overview"])


@router.get("")
def read_overview(asks: Operating) -> shapes.Overview:
    """Count licences, codes and money."""
    licences, codes = asks.licences, asks.licences.codes
    balances, entries = licences.resellers.balances()
    soon = Wanted(state=State.ACTIVE, until=asks.now + answers.SOON)
    return shapes.Overview.model_validate(
        {
            "licences": {state.value: count for state, count in licences.counts(asks.now).items()},
            "codes": {state.value: count for state, count in codes.counts().items()},
            "ending": licences.count(soon, asks.now),
            "months": answers.months(codes.months()),
            "balances": answers.balances(balances),
            "entries": entries,
            "at": to_text(asks.now),
        }
    )
