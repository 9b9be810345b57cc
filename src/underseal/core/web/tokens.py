"""Tokens of sessions and one-time links, and the cookie that carries one. Only the SHA-256 of a token is ever stored."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from fastapi import Response

from underseal.core.records import Secret

TOKEN_BYTES: Final = 32
"""Random bytes in a token."""

MINUTE: Final = 60_000
"""Milliseconds in a minute."""

HOUR: Final = 60 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """How long a session lasts, in milliseconds.

    Attributes:
        idle: without a request. whole: in all.
    """

    idle: int
    whole: int


NAMED: Final = Lasting(idle=30 * MINUTE, whole=12 * HOUR)
"""Of named users, who share machines: NIST SP 800-63B, 4.2.3."""

OWN: Final = Lasting(idle=8 * HOUR, whole=24 * HOUR)
"""Of the one person at their own machine, who would have to go to the terminal for a new link."""


def new_token() -> Secret:
    """Draw a token: 43 ASCII characters."""
    return Secret(secrets.token_urlsafe(TOKEN_BYTES).encode())


def hashed(token: Secret) -> bytes:
    """Return what is stored of a token: its SHA-256, 32 bytes."""
    return hashlib.sha256(token.reveal()).digest()


def set_cookie(response: Response, name: str, token: Secret, *, lasts: int, secure: bool) -> None:
    """Give the browser its session: out of reach for scripts, and sent along by our own pages only.

    Args:
        response: that carries it. name: of the cookie. token: of the session. lasts: for how long, in ms.
        secure: whether it may be sent over TLS only.
    """
    response.set_cookie(
        name,
        token.reveal().decode(),
        max_age=lasts // 1000,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def clear_cookie(response: Response, name: str, *, secure: bool) -> None:
    """Have the browser forget its session."""
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")
