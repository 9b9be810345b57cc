"""Subscriptions, and what an operator does to them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from underseal.network.licences import State, Wanted
from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating, OperatorAsks
from underseal.network.pins import parse_pin

router = APIRouter(prefix="/api/licences", tags=["licences"])

MAX_PAGE = 500
"""Most licences of a page."""

Pin = Annotated[str, Path(max_length=20)]
PinStart = Annotated[str, Query(max_length=20, description="How the PIN begins.")]
Name = Annotated[str | None, Query(max_length=200)]
LatestFirst = Annotated[bool, Query(description="Those that end last come first.")]
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@router.get("")
def list_licences(
    asks: Operating,
    *,
    pin: PinStart = "",
    state: State | None = None,
    reseller: Name = None,
    product: Name = None,
    latest_first: LatestFirst = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> shapes.LicencePage:
    """List licences in the order of their end."""
    wanted = Wanted(pin=pin.strip(), state=state, reseller=reseller, product=product)
    after = answers.place(cursor)
    found = asks.licences.search(wanted, at=asks.now, latest_first=latest_first, after=after, limit=limit + 1)
    return answers.licence_page(found, limit, asks.licences.count(wanted, asks.now), asks.now)


@router.get("/ending")
def list_ending(asks: Operating, cursor: Cursor = None, limit: Limit = 100) -> shapes.LicencePage:
    """List the active licences that end within 30 days, with the notice that is due."""
    wanted = Wanted(state=State.ACTIVE, until=asks.now + answers.SOON)
    found = asks.licences.search(wanted, at=asks.now, after=answers.place(cursor), limit=limit + 1)
    return answers.licence_page(found, limit, asks.licences.count(wanted, asks.now), asks.now)


@router.get("/{pin}")
def read_licence(asks: Operating, pin: Pin) -> shapes.LicenceDetail:
    """Read a licence and everything that was done to it."""
    return _detail(asks, parse_pin(pin))


@router.post("/{pin}/renew")
def renew_licence(asks: Operating, pin: Pin, asked: shapes.MoreTime) -> shapes.LicenceDetail:
    """Give a licence more time without a code."""
    asks.licences.extend(parse_pin(pin), asked.months, why=asked.why, at=asks.now, by=asks.by)
    return _detail(asks, parse_pin(pin))


@router.post("/{pin}/suspend")
def suspend_licence(asks: Operating, pin: Pin, asked: shapes.Reason) -> shapes.LicenceDetail:
    """Pause a licence; its time runs on meanwhile."""
    asks.licences.suspend(parse_pin(pin), why=asked.why, at=asks.now, by=asks.by)
    return _detail(asks, parse_pin(pin))


@router.post("/{pin}/resume")
def resume_licence(asks: Operating, pin: Pin) -> shapes.LicenceDetail:
    """Let a paused licence go on."""
    asks.licences.resume(parse_pin(pin), at=asks.now, by=asks.by)
    return _detail(asks, parse_pin(pin))


@router.post("/{pin}/revoke")
def revoke_licence(asks: Operating, pin: Pin, asked: shapes.Reason) -> shapes.LicenceDetail:
    """End a licence for good."""
    asks.licences.revoke(parse_pin(pin), why=asked.why, at=asks.now, by=asks.by)
    return _detail(asks, parse_pin(pin))


@router.post("/{pin}/transfer")
def transfer_licence(asks: Operating, pin: Pin) -> shapes.TransferCode:
    """Issue a code that moves a licence to another phone. This answer is the only place where it is shown."""
    code = asks.licences.transfer(parse_pin(pin), at=asks.now, by=asks.by)
    return shapes.TransferCode(pin=parse_pin(pin), code=code.text)


def _detail(asks: OperatorAsks, pin: str) -> shapes.LicenceDetail:
    found, history = asks.licences.get(pin), asks.licences.history(pin)
    return shapes.LicenceDetail(
        licence=answers.licence(found, asks.now), history=[answers.told(entry) for entry in history]
    )
