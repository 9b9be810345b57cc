"""Coming in and going out: by the one-time link or by name and password, each attempt counted, each outcome in the ledger."""

import threading
from typing import Final

from fastapi import Request, Response
from pydantic import SecretStr

from underseal.core.records import Secret
from underseal.core.web.cookies import clear_cookie, set_cookie
from underseal.core.web.errors import LoginRequiredError
from underseal.core.web.origins import origin_of
from underseal.core.web.tokens import NAMED, OWN, Lasting
from underseal.errors import NotFoundError, RefusedError, ThrottledError
from underseal.network.licences import STRANGER, Actor, Seller, Shop, Staff
from underseal.network.office.attempts import Attempts
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
    _count(shared, shared.books.addresses, address, name=name, address=address)
    _count(shared, shared.books.names, name, name=name, address=address)
    with _hashing:
        people = [person for person in (_operator(shared, name, password), _reseller(shared, name, password)) if person]
    if not people:
        _refused(shared, _why(shared, name), name=name, address=address)
        raise LoginRequiredError(_WRONG)
    shared.books.addresses.take_back(address)
    shared.books.names.forget(name)
    return _begin(shared, people[0], door="password", address=address)


def by_link(shared: Shared, token: str, *, address: str) -> tuple[Secret, Session]:
    """Log in the operator of a network without named ones; raises as `by_password`."""
    _count(shared, shared.books.addresses, address, name="", address=address)
    try:
        shared.books.links.redeem(Secret(token.encode("utf-8", "surrogatepass")), at=shared.millis)
    except RefusedError:
        _refused(shared, "wrong_link", name="", address=address)
        raise
    shared.books.addresses.take_back(address)
    return _begin(shared, Person(part=Part.OPERATOR, name=""), door="link", address=address)


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
    token, session = find(shared, request)
    shared.licences.entrances.left(session.person.actor, origin=origin_of(address_of(request)), at=shared.now)
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


def change_password(shared: Shared, token: Secret, session: Session, old: Secret, new: Secret, *, address: str) -> None:
    """Give whoever is logged in another password; all their sessions end but this one.

    Args:
        token, session: of this one. old: whoever finds a browser open does not know it. new: as a new account's.
        address: where from.

    Raises:
        NotFoundError: they came by a link and have no password. ThrottledError: too many attempts at their password.
        RefusedError: the old one is wrong. CallerError: the new one cannot be used.
    """
    person = session.person
    if not person.name:
        raise NotFoundError("Who came by a link has no password.", hint="underseal network operator add NAME")
    _count(shared, shared.books.names, person.name, name=person.name, address=address)
    is_right = _reseller if person.part is Part.RESELLER else _operator
    with _hashing:
        if is_right(shared, person.name, old) is None:
            _refused(shared, "wrong_old_password", name=person.name, address=address, by=person.actor)
            raise RefusedError("The present password is wrong.")
    shared.books.names.forget(person.name)
    match person.actor:
        case Staff() as by:
            shared.licences.operators.set_password(person.name, new, at=shared.now, by=by)
        case Seller() as by:
            shared.licences.resellers.set_password(person.name, new, at=shared.now, by=by)
    shared.books.sessions.keep_only(token, person, mark=_mark(shared, person) or "")


def _operator(shared: Shared, name: str, password: Secret) -> Person | None:
    try:
        shared.licences.operators.check(name, password)
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
        return shared.licences.operators.mark(person.name)
    try:
        Shop(shared.licences, person.name).reseller()
    except (NotFoundError, RefusedError):
        return None
    return shared.licences.resellers.password_mark(person.name)


def _count(shared: Shared, attempts: Attempts, key: str, *, name: str, address: str) -> None:
    if wait := attempts.wait(key, at=shared.millis):
        _refused(shared, "throttled", name=name, address=address)
        raise ThrottledError("There were too many attempts to log in.", wait=-(-wait // 1000))


def _refused(shared: Shared, reason: str, *, name: str, address: str, by: Actor = STRANGER) -> None:
    """Enter in the ledger that somebody was not let in.

    What was typed is entered only where it is a name: people type passwords into the wrong field. What a stranger can
    cause without end is entered once a minute and origin: nobody shall fill the disk by asking.
    """
    account, origin = _known(shared, name), origin_of(address)
    is_bounded = account and reason != "throttled"
    if is_bounded or shared.notes.wait(f"{reason} {account} {origin}", at=shared.millis) == 0:
        shared.licences.entrances.refused(by, account=account, reason=reason, origin=origin, at=shared.now)


def _known(shared: Shared, name: str) -> str:
    """Return a name that an operator or a reseller has, else ""."""
    return name if name and shared.licences.entrances.knows(name) else ""


def _why(shared: Shared, name: str) -> str:
    """Return why a name and a password let nobody in, a word."""
    if not _known(shared, name):
        return "unknown_name"
    return "wrong_password" if any(_mark(shared, Person(part=part, name=name)) for part in Part) else "kept_out"


def _begin(shared: Shared, person: Person, *, door: str, address: str) -> tuple[Secret, Session]:
    mark = _mark(shared, person)
    if mark is None:
        _refused(shared, "wrong_link", name="", address=address)
        raise LoginRequiredError(_WRONG)
    shared.licences.entrances.came(person.actor, door=door, origin=origin_of(address), at=shared.now)
    return shared.books.sessions.start(person, mark, at=shared.millis, lasts=lasting(person).whole)
