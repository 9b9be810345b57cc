"""Tokens of sessions and one-time links. Only the SHA-256 of a token is ever stored."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

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
