"""Coming in and going out, and who one is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from underseal.core.web.errors import LoginRequiredError
from underseal.core.web.forgery import own_page
from underseal.errors import RefusedError
from underseal.network.office import logins, shapes
from underseal.network.office.asking import Asking
from underseal.network.office.sessions import Session
from underseal.network.office.shared import Shared, SharedState

doors = APIRouter(tags=["session"])
"""The only routes that need no session."""

router = APIRouter(prefix="/api", tags=["session"])

LINK_USED = "/link-used"
"""The office's page for a link that opens nothing any more."""


@doors.get("/login", status_code=303, response_class=RedirectResponse)
def follow_link(
    request: Request, shared: SharedState, token: Annotated[str, Query(max_length=200)] = ""
) -> RedirectResponse:
    """Log in by a one-time link, and lead to the office. A used link leads there only who is logged in already."""
    try:
        secret, session = logins.by_link(shared, token, address=logins.address_of(request))
    except RefusedError:
        return RedirectResponse("/" if _is_in(shared, request) else LINK_USED, status_code=303)
    response = RedirectResponse("/", status_code=303)
    logins.keep(shared, response, secret, session)
    return response


@doors.post("/api/login", dependencies=[Depends(own_page)])
def log_in(request: Request, response: Response, shared: SharedState, asked: shapes.Login) -> shapes.Session:
    """Log in by name and password, as an operator or a reseller."""
    password, address = logins.secret(asked.password), logins.address_of(request)
    secret, session = logins.by_password(shared, asked.name, password, address=address)
    logins.keep(shared, response, secret, session)
    return _session(shared, session)


@router.post("/logout", status_code=204)
def log_out(request: Request, response: Response, asking: Asking) -> None:
    """End the session."""
    logins.end(asking.shared, request, response)


@router.get("/session")
def read_session(asking: Asking) -> shapes.Session:
    """Say who is logged in, and as what."""
    return _session(asking.shared, asking.session)


@router.post("/password", status_code=204)
def change_password(request: Request, asking: Asking, asked: shapes.OwnPassword) -> None:
    """Change one's own password; all one's other sessions end."""
    old, new = logins.secret(asked.old), logins.secret(asked.new)
    address = logins.address_of(request)
    logins.change_password(asking.shared, asking.token, asking.session, old, new, address=address)


def _is_in(shared: Shared, request: Request) -> bool:
    try:
        logins.find(shared, request)
    except LoginRequiredError:
        return False
    return True


def _session(shared: Shared, session: Session) -> shapes.Session:
    return shapes.Session(
        user=session.person.name,
        part=session.person.part.value,
        csrf=session.csrf,
        network=shared.network.settings.server_name,
    )
