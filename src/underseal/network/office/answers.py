"""From what the licences return to what the HTTP API answers."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from underseal.core.web import cursors
from underseal.errors import CallerError
from underseal.network import licences
from underseal.network.licences.periods import from_text, to_text
from underseal.network.office import shapes

SOON: Final = timedelta(days=30)
"""How long before its end a licence counts as ending soon."""


def product(found: licences.Product) -> shapes.Product:
    """Return a product."""
    return shapes.Product(
        name=found.name, kind=found.kind.value, months=found.months, price=str(found.price), zone=found.zone
    )


def reseller(found: licences.Reseller) -> shapes.Reseller:
    """Return a reseller."""
    return shapes.Reseller.model_validate(found)


def batch(found: licences.Batch) -> shapes.Batch:
    """Return codes, this once."""
    codes = [
        shapes.IssuedCode(serial=found.serial(position), code=code.text)
        for position, code in enumerate(found.codes, start=1)
    ]
    return shapes.Batch(
        number=found.number,
        reseller=found.reseller,
        product=found.product,
        price=str(found.price),
        at=to_text(found.at),
        codes=codes,
    )


def sales(found: Sequence[licences.Sale], limit: int) -> shapes.SalePage:
    """Return a page of codes.

    Args:
        found: one more than `limit`, if there is more.
    """
    page = found[:limit]
    return shapes.SalePage(sales=[_sale(sale) for sale in page], cursor=page[-1].serial if len(found) > limit else None)


def _sale(found: licences.Sale) -> shapes.Sale:
    return shapes.Sale(
        serial=found.serial,
        reseller=found.reseller,
        product=found.product,
        price=str(found.price),
        state=found.state.value,
        at=to_text(found.at),
        used=to_text(found.used) if found.used else None,
        pin=found.pin,
    )


def licence(found: licences.Licence, at: datetime) -> shapes.Licence:
    """Return a licence as it stands at a time."""
    state = found.standing(at).state
    due = licences.due_notice(found.ends, at) if state is licences.State.ACTIVE else None
    return shapes.Licence(
        pin=found.pin,
        state=cast("shapes.State", state.value),
        ends=to_text(found.ends),
        activated=to_text(found.activated),
        product=found.product,
        reseller=found.reseller,
        notice=cast("shapes.Notice", due),
    )


def licence_page(found: Sequence[licences.Licence], limit: int, total: int, at: datetime) -> shapes.LicencePage:
    """Return a page of licences.

    Args:
        found: one more than `limit`, if there is more. total: on all pages. at: now.
    """
    page = found[:limit]
    cursor = cursors.encode(to_text(page[-1].ends), page[-1].pin) if len(found) > limit else None
    return shapes.LicencePage(licences=[licence(one, at) for one in page], total=total, cursor=cursor)


def place(cursor: str | None) -> tuple[datetime, str] | None:
    """Return where a page of licences ended.

    Raises:
        CallerError: the cursor comes from somewhere else.
    """
    if cursor is None:
        return None
    ends, pin = cursors.decode(cursor, str, str)
    try:
        return from_text(str(ends)), str(pin)
    except ValueError:
        raise CallerError("This is no place to read on from.", hint="Begin at the first page again.") from None


def balances(found: Iterable[licences.Balance]) -> list[shapes.Balance]:
    """Return what is owed."""
    return [
        shapes.Balance(
            reseller=one.reseller,
            issued=str(one.issued),
            voided=str(one.voided),
            paid=str(one.paid),
            due=str(one.due),
        )
        for one in found
    ]


def months(found: Iterable[licences.Month]) -> list[shapes.Month]:
    """Return what was sold."""
    return [shapes.Month(month=one.month, codes=one.codes, price=str(one.price)) for one in found]


def who(found: licences.Actor) -> shapes.Who:
    """Return who did something."""
    return shapes.Who(role=found.role.value, name=found.name)


def told(found: licences.Told) -> shapes.LedgerLine:
    """Return an entry of the ledger."""
    return shapes.LedgerLine(
        number=found.number,
        at=to_text(found.at) if found.at else None,
        act=found.act,
        by=who(found.by),
        details=found.details,
    )


def lines(found: Sequence[licences.Line], limit: int) -> shapes.Statement:
    """Return a page of an account.

    Args:
        found: one more than `limit`, if there is more.
    """
    page = [
        shapes.AccountLine(
            number=line.number,
            at=to_text(line.at),
            act=line.act,
            by=who(line.by),
            owed=str(line.owed),
            words=line.words,
        )
        for line in found[:limit]
    ]
    return shapes.Statement(lines=page, cursor=page[-1].number if len(found) > limit else None)
