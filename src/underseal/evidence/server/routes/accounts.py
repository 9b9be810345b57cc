"""Accounts: what the evidence shows of one, and who is claimed to have used it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query

from underseal.core.web import cursors
from underseal.evidence.identity import LIMIT, ListedAccount
from underseal.evidence.server import identities, identity_shapes, shapes
from underseal.evidence.server.asking import Reader, entering
from underseal.evidence.server.roles import Part
from underseal.evidence.store import MAX_PAGE

router = APIRouter(prefix="/api/accounts", tags=["accounts"], dependencies=[Depends(entering(Part.EVIDENCE))])

MAX_LIST: Final = 200
"""Entries of each list of a profile at most: each conversation is read."""

Account = Annotated[str, Path(max_length=1000, pattern=shapes.NO_NUL, description="Account, as found.")]


@router.get("")
def list_accounts(
    reader: Reader,
    find: Annotated[str, Query(max_length=500, description="Words in accounts, their names and claimed persons.")] = "",
    unclaimed: Annotated[bool, Query(description="Only accounts of which nobody is claimed.")] = False,  # noqa: FBT002
    after: Annotated[str | None, Query(max_length=2000, description="Cursor of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 60,
) -> identity_shapes.Accounts:
    """List the accounts in scope: the one that sent most first."""
    words = find.casefold().split()
    fitting = [found for found in reader.accounts() if all(word in _called(found) for word in words)]
    found = [account for account in fitting if not (unclaimed and account.persons)]
    sent, name = cursors.decode(after, int, str) if after else (0, "")
    rest = [each for each in found if not after or (-each.sent, each.account) > (-int(sent), str(name))]
    page = rest[:limit]
    return identity_shapes.Accounts(
        accounts=[identities.account_line(account) for account in page],
        total=len(found),
        unclaimed=sum(not account.persons for account in fitting),
        cursor=cursors.encode(page[-1].sent, page[-1].account) if len(rest) > limit else None,
    )


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


def _called(found: ListedAccount) -> str:
    """Return all that an account may be found by."""
    persons = (word for person in found.persons for word in (person.id, *person.names))
    return " ".join((found.account, found.name, *persons)).casefold()
