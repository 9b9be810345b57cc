"""Coming in: by a one-time link or by name and password, each attempt counted and each outcome in the audit."""

from fastapi import Request, Response
from pydantic import SecretStr

from underseal.core.records import Secret
from underseal.core.web import cookies
from underseal.core.web.errors import LoginRequiredError
from underseal.core.web.tokens import NAMED, OWN, Lasting
from underseal.errors import RefusedError, ThrottledError
from underseal.evidence.audit import Act
from underseal.evidence.authority.gate import NOBODY
from underseal.evidence.casework import Actor, WebSession
from underseal.evidence.server import shapes
from underseal.evidence.server.shared import Shared


def lasting(actor: Actor) -> Lasting:
    """Return how long somebody's session lasts."""
    return OWN if actor.role is None else NAMED


def by_password(shared: Shared, asked: shapes.Login, *, address: str) -> tuple[Secret, WebSession]:
    """Log a named user in.

    Returns:
        The token for the cookie, and the session.

    Raises:
        ThrottledError: too many attempts at this name or from this address. RefusedError: it is the wrong password, or
            there is no such user: it does not say which.
    """
    _check_address(shared, address, name=asked.name)
    try:
        actor = shared.investigation.door.enter(asked.name, secret(asked.password), door="password", address=address)
    except ThrottledError:
        raise
    except RefusedError as error:
        raise LoginRequiredError(error.message, hint=error.hint) from None
    shared.addresses.take_back(address)
    return _begin(shared, actor)


def by_link(shared: Shared, token: str, *, address: str) -> tuple[Secret, WebSession]:
    """Log in whom a one-time link was made for; raises as `by_password`."""
    _check_address(shared, address, name="")
    door = shared.investigation.door
    try:
        user = shared.investigation.casework.links.redeem(Secret(token.encode()), at=shared.now()).name
    except RefusedError:
        door.failed("wrong link", user=NOBODY, address=address)
        raise
    shared.addresses.take_back(address)
    return _begin(shared, door.welcome(user, door="link"))


def secret(typed: SecretStr) -> Secret:
    """Return a password as bytes; JSON can spell lone surrogates, so they have bytes too."""
    return Secret(typed.get_secret_value().encode("utf-8", "surrogatepass"))


def find(shared: Shared, request: Request) -> tuple[Secret, WebSession]:
    """Return the session of a request's cookie.

    Raises:
        LoginRequiredError: there is none, or it has ended.
    """
    token = Secret(request.cookies.get(shared.cookie, "").encode())
    sessions, now = shared.investigation.casework.sessions, shared.now()
    try:
        session = sessions.find(token, at=now)
    except RefusedError as error:
        raise LoginRequiredError(error.message, hint=error.hint) from None
    if now - session.last_seen > lasting(session.actor).idle:
        sessions.end(token)
        raise LoginRequiredError("The session has ended, since it was not used.", hint="Log in again.")
    return token, session


def end(shared: Shared, request: Request, response: Response) -> None:
    """End the session of a request, and have the browser forget it."""
    token, session = find(shared, request)
    shared.investigation.gate.permit(user=session.actor.name, act=Act.LOGOUT)
    shared.investigation.casework.sessions.end(token)
    cookies.clear_cookie(response, shared.cookie, secure=shared.secure)


def set_cookie(shared: Shared, response: Response, token: Secret, session: WebSession) -> None:
    """Give the browser its session."""
    lasts = session.expires - session.created
    cookies.set_cookie(response, shared.cookie, token, lasts=lasts, secure=shared.secure)


def _check_address(shared: Shared, address: str, *, name: str) -> None:
    if wait := shared.addresses.wait(address, at=shared.now()):
        shared.investigation.door.throttled(name, address=address)
        raise ThrottledError("There were too many attempts to log in.", wait=-(-wait // 1000))


def _begin(shared: Shared, actor: Actor) -> tuple[Secret, WebSession]:
    return shared.investigation.casework.sessions.start(actor.name, at=shared.now(), lasts=lasting(actor).whole)
