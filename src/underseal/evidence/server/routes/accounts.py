"""Accounts: what the evidence shows of one, and who is claimed to have used it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from underseal.evidence.identity import LIMIT
from underseal.evidence.server import identities, identity_shapes, shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/accounts", tags=["accounts"], dependencies=[Depends(entering(Part.EVIDENCE))])

MAX_LIST: Final = 200
"""Entries of each list of a profile at most: each conversation is read."""

Account = Annotated[str, Path(max_length=1000, pattern=shapes.NO_NUL, description="Account, as found.")]


@router.get("/{account}")
def read_account(
    reader: Reader,
    account: Account,
    limit: Annotated[int, Query(ge=1, le=MAX_LIST, description="Entries of each list.")] = LIMIT,
) -> identity_shapes.AccountPage:
    """Describe an account: activity, contacts, names, languages, hours, gaps, co-presence, and the claims in force."""
    profile = identities.profile(reader.account(account, limit=limit), names=reader.names(), zone=reader.zone)
    claims = reader.attributions.list(account=account).claims
    return identity_shapes.AccountPage(profile=profile, attributions=identities.attributions(claims, reader.zone))


@router.get("/{account}/hours/{hour}")
def read_hour(
    reader: Reader, account: Account, hour: Annotated[int, Path(ge=0, le=23, description="Hour of the day.")]
) -> identity_shapes.HourQueries:
    """Lead to what an account sent in an hour of the day, in the time zone of the workspace."""
    return identity_shapes.HourQueries(account=account, hour=hour, queries=reader.account_hour(account, hour))
