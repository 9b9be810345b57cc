"""Who sells."""

from typing import Annotated

from fastapi import APIRouter, Path

from underseal.network.licences import Money
from underseal.network.office import answers, shapes
from underseal.network.office.asking import Operating, OperatorAsks
from underseal.network.office.logins import secret
from underseal.network.office.routes.ledger import BeforeEntry, Limit

router = APIRouter(prefix="/api/resellers", tags=["resellers"])

Name = Annotated[str, Path(max_length=200)]


@router.get("")
def list_resellers(asks: Operating) -> list[shapes.Reseller]:
    """List all resellers."""
    return [answers.reseller(reseller) for reseller in asks.licences.resellers.all()]


@router.post("", status_code=201)
def add_reseller(asks: Operating, new: shapes.NewReseller) -> shapes.Reseller:
    """Add a reseller."""
    added = asks.licences.resellers.add(new.name, secret(new.password), quota=new.quota, at=asks.now, by=asks.by)
    return answers.reseller(added)


@router.post("/{name}/disable")
def disable_reseller(asks: Operating, name: Name, asked: shapes.Reason) -> shapes.Reseller:
    """Keep a reseller out, and end their sessions; what they sold goes on working."""
    asks.licences.resellers.disable(name, why=asked.why, at=asks.now, by=asks.by)
    return _one(asks, name)


@router.post("/{name}/enable")
def enable_reseller(asks: Operating, name: Name) -> shapes.Reseller:
    """Let a reseller in again."""
    asks.licences.resellers.enable(name, at=asks.now, by=asks.by)
    return _one(asks, name)


@router.post("/{name}/quota")
def set_quota(asks: Operating, name: Name, asked: shapes.Quota) -> shapes.Reseller:
    """Change how many unused codes a reseller may hold."""
    asks.licences.resellers.set_quota(name, asked.quota, at=asks.now, by=asks.by)
    return _one(asks, name)


@router.post("/{name}/password", status_code=204)
def set_password(asks: Operating, name: Name, new: shapes.NewPassword) -> None:
    """Give a reseller another password, and end their sessions."""
    asks.licences.resellers.set_password(name, secret(new.password), at=asks.now, by=asks.by)


@router.post("/{name}/payments", status_code=201)
def enter_payment(asks: Operating, name: Name, asked: shapes.Payment) -> shapes.Entered:
    """Enter a payment that came in."""
    number = asks.licences.resellers.pay(name, Money.parse(asked.amount), note=asked.note, at=asks.now, by=asks.by)
    return shapes.Entered(number=number)


@router.get("/{name}/account")
def read_account(asks: Operating, name: Name, before: BeforeEntry = None, limit: Limit = 100) -> shapes.Statement:
    """Read a reseller's account line by line, the newest first."""
    return answers.lines(asks.licences.resellers.statement(name, before=before, limit=limit + 1), limit)


def _one(asks: OperatorAsks, name: str) -> shapes.Reseller:
    return answers.reseller(asks.licences.resellers.get(name))
