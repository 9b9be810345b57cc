"""The outermost layer: which name the server answers to, how much it reads, and the headers that every answer carries."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from underseal.core.web.errors import answer, incident
from underseal.core.web.shapes import ErrorBody

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""Names under which a browser on the same machine asks."""

MAX_BODY: Final = 65_536
"""Longest body of a request in bytes: a login, a user and a reading position are far shorter."""

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of answers that are no pages."""

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": NOTHING,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer carries unless its route says otherwise."""

_YEAR: Final = 31_536_000


class BrokenAnswerError(Exception):
    """An answer broke off after it had begun; the connection is closed. Carries nothing of what happened."""


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: what it guards.
        hosts: names that a request may be addressed to, lowercase; any other is an attempt at DNS rebinding.
        secure: whether browsers come over TLS.
        uploads: addresses whose PUT requests carry files, and the longest of these in bytes; None where there are none.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        secure: bool,
        uploads: tuple[re.Pattern[str], int] | None = None,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._uploads = uploads
        self._headers = dict(HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = f"max-age={_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if _host(headers.get("host", "")) not in self._hosts:
            body = ErrorBody(code="host", message="This server does not answer to that name.")
            await answer(400, body)(scope, receive, sending)
            return
        limit = self._limit(scope)
        if _length(headers) > limit:
            body = ErrorBody(code="request", message="The request is too large.")
            await answer(413, body)(scope, receive, sending)
            return
        try:
            await self._app(scope, _limited(receive, limit), sending)
        except Exception as error:  # noqa: BLE001  # the outer door: nothing that went wrong inside may leave it
            response = incident(error, method=scope["method"], route=_template(scope))
            if begun:
                raise BrokenAnswerError from None
            await response(scope, receive, sending)

    def _limit(self, scope: Scope) -> int:
        """Return how many bytes a request may have."""
        if self._uploads and scope["method"] == "PUT" and self._uploads[0].fullmatch(scope["path"]):
            return max(MAX_BODY, self._uploads[1])
        return MAX_BODY


def _host(header: str) -> str:
    """Return the name in a Host header (RFC 9110, section 7.2) without port and brackets, "" where it has none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _length(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _limited(receive: Receive, limit: int) -> Receive:
    """Stop reading a body that has no length of its own and does not end."""
    total = 0

    async def receiving() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise HTTPException(413)
        return message

    return receiving


def _template(scope: Scope) -> str:
    """Return the route's path with its parameters unfilled: what was asked for is not the log's business."""
    return str(getattr(scope.get("route"), "path", "(no route)"))
