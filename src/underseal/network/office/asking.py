"""Who asks, and may they: what a route names to be handed what they may use.

An operator is handed all licences. A reseller is handed their `Shop`, which has no method that takes the name of a
reseller: a route that works on it cannot show another's sales, whatever it is asked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from underseal.core.records import Secret
from underseal.core.web.errors import ForgedError
from underseal.core.web.forgery import repeats_token
from underseal.errors import RefusedError
from underseal.network.licences import Licences, Shop, Staff
from underseal.network.office.logins import find
from underseal.network.office.people import Part, Person
from underseal.network.office.sessions import Session
from underseal.network.office.shared import Shared, SharedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Somebody who is logged in.

    Attributes:
        token, session: their session. shared: what all requests share.
    """

    token: Secret
    session: Session
    shared: Shared

    @property
    def person(self) -> Person:
        """Who they are."""
        return self.session.person

    @property
    def now(self) -> datetime:
        """The present time."""
        return self.shared.now


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAsks:
    """An operator, and all licences.

    Attributes:
        licences: of the network. by: who the operator is, as the ledger names them. now: the present time.
    """

    licences: Licences
    by: Staff
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResellerAsks:
    """A reseller, and what is theirs."""

    shop: Shop
    now: datetime


def asker(request: Request, shared: SharedState) -> Asker:
    """Return who asks; a changing request must repeat the session's token.

    Raises:
        LoginRequiredError: nobody is logged in. ForgedError: the token is missing or wrong.
    """
    token, session = find(shared, request)
    if not repeats_token(request, session.csrf):
        raise ForgedError("The request lacks the session's token.")
    return Asker(token=token, session=session, shared=shared)


Asking = Annotated[Asker, Depends(asker)]


def operator(asking: Asking) -> OperatorAsks:
    """Return the licences for an operator.

    Raises:
        RefusedError: it is a reseller who asks.
    """
    by = asking.person.actor
    if not isinstance(by, Staff):
        raise RefusedError("This part of the office is not open to resellers.")
    return OperatorAsks(licences=asking.shared.licences, by=by, now=asking.now)


def reseller(asking: Asking) -> ResellerAsks:
    """Return the shop of a reseller.

    Raises:
        RefusedError: it is an operator who asks.
    """
    if asking.person.part is not Part.RESELLER:
        raise RefusedError("This part of the office belongs to resellers.")
    return ResellerAsks(shop=Shop(asking.shared.licences, asking.person.name), now=asking.now)


Operating = Annotated[OperatorAsks, Depends(operator)]
Selling = Annotated[ResellerAsks, Depends(reseller)]
