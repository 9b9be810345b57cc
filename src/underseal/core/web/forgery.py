"""Requests that another site's page makes in the name of somebody who is logged in."""

import secrets
from typing import Final

from fastapi import Request

from underseal.core.web.errors import ForgedError

CSRF: Final = "X-CSRF-Token"
"""Header in which a changing request repeats the session's token."""

_READING: Final = frozenset({"GET", "HEAD"})
_OWN_PAGE: Final = frozenset({"same-origin", "none"})


def own_page(request: Request) -> None:
    """Let a changing request pass only when no other site's page made it (Fetch Metadata, "Sec-Fetch-Site").

    Raises:
        ForgedError: another site's page made it.
    """
    site = request.headers.get("Sec-Fetch-Site", "none")
    if request.method not in _READING and site not in _OWN_PAGE:
        raise ForgedError("This request was made by a page of another site.")


def repeats_token(request: Request, csrf: str) -> bool:
    """Say whether a request changes nothing, or repeats the token of its session."""
    token = request.headers.get(CSRF, "")
    return request.method in _READING or secrets.compare_digest(token.encode(), csrf.encode())
