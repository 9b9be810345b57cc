"""Coming in and going out, and who one is."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from underseal.core.web.errors import LoginRequiredError
from underseal.core.web.forgery import own_page
from underseal.errors import RefusedError
from underseal.evidence.casework import Role, WebSession
from underseal.evidence.server import answers, logins, shapes
from underseal.evidence.server.asking import Asking
from underseal.evidence.server.roles import Part, may_enter
from underseal.evidence.server.shared import Shared, SharedState, address_of

doors = APIRouter(tags=["session"])
"""The only routes that need no session."""

router = APIRouter(prefix="/api", tags=["session"])

LINK_USED = "/link-used"
"""The desk's page for a link that opens nothing any more."""


@doors.get("/login", status_code=303, response_class=RedirectResponse)
def follow_link(
    request: Request, shared: SharedState, token: Annotated[str, Query(max_length=200)] = ""
) -> RedirectResponse:
    """Log in by a one-time link, and lead to the desk. A link that was used leads there only who is logged in already."""
    try:
        secret, session = logins.by_link(shared, token, address=address_of(request))
    except RefusedError:
        return RedirectResponse("/" if _is_in(shared, request) else LINK_USED, status_code=303)
    response = RedirectResponse("/", status_code=303)
    logins.set_cookie(shared, response, secret, session)
    return response


@doors.post("/api/login", dependencies=[Depends(own_page)])
def log_in(request: Request, response: Response, shared: SharedState, asked: shapes.Login) -> shapes.Session:
    """Log in by name and password."""
    secret, session = logins.by_password(shared, asked, address=address_of(request))
    logins.set_cookie(shared, response, secret, session)
    return _session(shared, session)


@router.post("/logout", status_code=204)
def log_out(request: Request, response: Response, asking: Asking) -> None:
    """End the session."""
    logins.end(asking.shared, request, response)


@router.get("/session")
def read_session(asking: Asking) -> shapes.Session:
    """Say who is logged in, and under which authorities they may read."""
    return _session(asking.shared, asking.session)


@router.post("/password", status_code=204)
def change_password(request: Request, asking: Asking, asked: shapes.OwnPassword) -> None:
    """Change one's own password; all one's other sessions end."""
    old, new = logins.secret(asked.old), logins.secret(asked.new)
    asking.investigation.people.change_password(old, new, address=address_of(request), keep=asking.token)


def _is_in(shared: Shared, request: Request) -> bool:
    try:
        logins.find(shared, request)
    except LoginRequiredError:
        return False
    return True


def _session(shared: Shared, session: WebSession) -> shapes.Session:
    investigation, actor = shared.investigation, session.actor
    zone, latest = ZoneInfo(investigation.workspace.settings.timezone), investigation.releases.latest()
    offered = investigation.authorities.offer(user=actor.name) if may_enter(actor.role, Part.EVIDENCE) else ()
    return shapes.Session(
        user=actor.name,
        role=(actor.role or Role.INVESTIGATOR).value,
        csrf=session.csrf,
        workspace=investigation.name,
        timezone=zone.key,
        single_user=actor.role is None,
        release=latest.number if latest else None,
        authorities=[answers.authority(found, at=shared.now(), zone=zone) for found in offered],
    )
