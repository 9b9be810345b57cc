"""Coming in: by the one-time link or by name and password, each attempt counted by name and by address."""

import threading
from typing import Final

from fastapi import Request, Response
from pydantic import SecretStr

from underseal.core.records import Secret
from underseal.core.web.allowance import Allowance
from underseal.core.web.cookies import clear_cookie, set_cookie
from underseal.core.web.errors import LoginRequiredError
from underseal.core.web.tokens import NAMED, OWN, Lasting
from underseal.errors import NotFoundError, RefusedError, ThrottledError
from underseal.network.licences import Shop
from underseal.network.office.people import Part, Person
from underseal.network.office.sessions import Session
from underseal.network.office.shared import Shared

_WRONG: Final = "The name or the password is wrong."

_hashing = threading.BoundedSemaphore(2)
"""Passwords that are checked at the same time: each takes 64 MiB (core.crypto.passwords)."""


def lasting(person: Person) -> Lasting:
    """Return how long somebody's session lasts: longer for whoever would have to go to the terminal for a new link."""
    return NAMED if person.name else OWN


def by_password(shared: Shared, name: str, password: Secret, *, address: str) -> tuple[Secret, Session]:
    """Log an operator or a reseller in.

    Both are asked, so that the time it takes tells nothing; where a name is both, the password says which is meant.

    Returns:
        The token for the cookie, and the session.

    Raises:
        ThrottledError: too many attempts at this name or from this address. LoginRequiredError: the name or the password
            is wrong, or they are kept out: it does not say which.
    """
    name = name.strip()
    _count(shared, shared.addresses, address)
    count_name(shared, name)
    with _hashing:
        people = [person for person in (_operator(shared, name, password), _reseller(shared, name, password)) if person]
    if not people:
        raise LoginRequiredError(_WRONG)
    shared.addresses.take_back(address)
    shared.names.forget(name.casefold())
    return _begin(shared, people[0])


def by_link(shared: Shared, token: str, *, address: str) -> tuple[Secret, Session]:
    """Log in the operator of a network without named ones; raises as `by_password`."""
    _count(shared, shared.addresses, address)
    shared.books.links.redeem(Secret(token.encode("utf-8", "surrogatepass")), at=shared.millis)
    shared.addresses.take_back(address)
    return _begin(shared, Person(part=Part.OPERATOR, name=""))


def find(shared: Shared, request: Request) -> tuple[Secret, Session]:
    """Return the session of a request's cookie, if whose it is may still come in with the password of then.

    Raises:
        LoginRequiredError: there is none, it has ended, or they may not.
    """
    token = Secret(request.cookies.get(shared.cookie, "").encode("utf-8", "surrogatepass"))
    session = shared.books.sessions.find(token, at=shared.millis)
    if _mark(shared, session.person) != session.mark:
        shared.books.sessions.end(token)
        raise LoginRequiredError("The session has ended.", hint="Log in again.")
    shared.books.sessions.touch(token, session, lasting(session.person), at=shared.millis)
    return token, session


def end(shared: Shared, request: Request, response: Response) -> None:
    """End the session of a request, and have the browser forget it."""
    token, _ = find(shared, request)
    shared.books.sessions.end(token)
    clear_cookie(response, shared.cookie, secure=shared.secure)


def keep(shared: Shared, response: Response, token: Secret, session: Session) -> None:
    """Give the browser its session."""
    set_cookie(response, shared.cookie, token, lasts=session.expires - session.created, secure=shared.secure)


def secret(typed: SecretStr) -> Secret:
    """Return a password as bytes; JSON can spell lone surrogates, so they have bytes too."""
    return Secret(typed.get_secret_value().encode("utf-8", "surrogatepass"))


def address_of(request: Request) -> str:
    """Return the address of the browser, as the nearest trusted hop says."""
    return request.client.host if request.client else "(unknown)"


def count_name(shared: Shared, name: str) -> None:
    """Count an attempt at somebody's password.

    Raises:
        ThrottledError: there were too many.
    """
    _count(shared, shared.names, name.casefold())


def _operator(shared: Shared, name: str, password: Secret) -> Person | None:
    try:
        shared.books.operators.check(name, password)
    except RefusedError:
        return None
    return Person(part=Part.OPERATOR, name=name)


def _reseller(shared: Shared, name: str, password: Secret) -> Person | None:
    try:
        shop = Shop.enter(shared.licences, name, password)
    except RefusedError:
        return None
    return Person(part=Part.RESELLER, name=shop.name)


def _mark(shared: Shared, person: Person) -> str | None:
    """Return what a session of somebody must bear now, None where they may not come in."""
    if person.part is Part.OPERATOR:
        return shared.books.operators.mark(person.name)
    try:
        Shop(shared.licences, person.name).reseller()
    except (NotFoundError, RefusedError):
        return None
    return shared.licences.resellers.password_mark(person.name)


def _count(shared: Shared, allowance: Allowance, key: str) -> None:
    if wait := allowance.wait(key, at=shared.millis):
        raise ThrottledError("There were too many attempts to log in.", wait=-(-wait // 1000))


def _begin(shared: Shared, person: Person) -> tuple[Secret, Session]:
    mark = _mark(shared, person)
    if mark is None:
        raise LoginRequiredError(_WRONG)
    return shared.books.sessions.start(person, mark, at=shared.millis, lasts=lasting(person).whole)
