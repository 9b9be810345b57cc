"""Who asks, and may they: what a route names to be handed somebody who may do what it does.

The chain is cookie -> session -> user and role -> part of the desk, and for evidence: authority -> consultation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from fastapi import Depends, Header, Query, Request

from underseal.core.records import Secret
from underseal.core.web.errors import ForgedError, LoginRequiredError
from underseal.core.web.forgery import repeats_token
from underseal.errors import CallerError, RefusedError
from underseal.evidence.audit import Act
from underseal.evidence.authority.gate import NOBODY
from underseal.evidence.casework import Role, WebSession
from underseal.evidence.investigation import Consultation, Investigation
from underseal.evidence.server.logins import find
from underseal.evidence.server.roles import Part, may_enter
from underseal.evidence.server.shared import Shared, SharedState, address_of

AUTHORITY: Final = "Underseal-Authority"
PURPOSE: Final = "Underseal-Purpose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Somebody who is logged in.

    Attributes:
        role: None for the one person of a workspace without named users.
        token, session: their session. shared: what all requests share.
        investigation: what they ask about; whatever is done through it is done in their name.
    """

    role: Role | None
    token: Secret
    session: WebSession
    shared: Shared
    investigation: Investigation

    @property
    def user(self) -> str:
        """Their name."""
        return self.investigation.user

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the workspace writes times."""
        return ZoneInfo(self.investigation.workspace.settings.timezone)

    def refuse(self, error: RefusedError, *, what: str, reason: str) -> RefusedError:
        """Write a refusal to the audit, and return it to be raised."""
        details: dict[str, str | int] = {"act": what, "reason": reason}
        self.investigation.gate.note(Act.REFUSED, user=self.user, details=details)
        return error


def asker(request: Request, shared: SharedState) -> Asker:
    """Return who asks; a changing request must repeat the session's token.

    Raises:
        LoginRequiredError: nobody is logged in. ForgedError: the token is missing or wrong.
    """
    try:
        token, session = find(shared, request)
    except LoginRequiredError:
        if request.url.path != "/api/session":  # a desk that opens asks for its session first
            shared.note(Act.REFUSED, "login", what=_place(request), user=NOBODY, address=address_of(request))
        raise
    investigation = shared.investigation.acting_as(session.actor)
    found = Asker(role=session.actor.role, token=token, session=session, shared=shared, investigation=investigation)
    if not repeats_token(request, session.csrf):
        raise found.refuse(ForgedError("The request lacks the session's token."), what=_place(request), reason="forged")
    return found


Asking = Annotated[Asker, Depends(asker)]


def entering(part: Part) -> Callable[[Asker], None]:
    """Return a dependency that lets those pass who may enter a part of the desk."""

    def enter(asking: Asking) -> None:
        if not may_enter(asking.role, part):
            error = RefusedError(f"The role {asking.role} does not open this part of the desk.")
            raise asking.refuse(error, what=part.value, reason="role")

    return enter


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Under what somebody says that they read; the gate judges it.

    Attributes:
        authority: number of the authority, "" where none is named. purpose: why, in words.
    """

    authority: str
    purpose: str


def claim(
    authority: Annotated[str, Header(alias=AUTHORITY, description="Number of the authority, percent-encoded.")] = "",
    purpose: Annotated[str, Header(alias=PURPOSE, description="Why, in words, percent-encoded.")] = "",
) -> Claim:
    """Return under what a request says that it reads."""
    return Claim(authority=decoded(authority), purpose=decoded(purpose))


def linked_claim(
    authority: Annotated[str, Query(description="Number of the authority.")] = "",
    purpose: Annotated[str, Query(description="Why, in words.")] = "",
) -> Claim:
    """Do as `claim`, for elements of a page that fetch by themselves and cannot send headers."""
    return Claim(authority=authority, purpose=purpose)


Claimed = Annotated[Claim, Depends(claim)]
WhichRelease = Annotated[int | None, Query(ge=1, lt=2**31, description="Release to read; the latest by default.")]


def consultation(asking: Asking, claimed: Claimed, release: WhichRelease = None) -> Consultation:
    """Return the evidence as it may be read under the authority that is named.

    Without one, the first thing that is read of it is refused by the gate, and the refusal is in the audit.
    """
    return asking.investigation.under(claimed.authority, purpose=claimed.purpose, release=release)


def linked_consultation(
    asking: Asking, claimed: Annotated[Claim, Depends(linked_claim)], release: WhichRelease = None
) -> Consultation:
    """Do as `consultation`, for elements of a page that fetch by themselves."""
    return asking.investigation.under(claimed.authority, purpose=claimed.purpose, release=release)


Reader = Annotated[Consultation, Depends(consultation)]
LinkedReader = Annotated[Consultation, Depends(linked_consultation)]


def decoded(header: str) -> str:
    """Return the text of a header value, which is percent-encoded UTF-8 (RFC 3986, section 2.1).

    Raises:
        CallerError: it is something else.
    """
    try:
        return unquote(header, errors="strict")
    except UnicodeDecodeError:
        raise CallerError("A header is not percent-encoded UTF-8.") from None


def _place(request: Request) -> str:
    """Return the route that was asked for, without the values in it."""
    return f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"
