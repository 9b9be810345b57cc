"""Places to read on from, as opaque words: base64url (RFC 4648, section 5, unpadded) of a list in JSON."""

import base64
import json

from underseal.errors import CallerError


def encode(*parts: int | str) -> str:
    """Return the cursor of a place."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode(cursor: str, *types: type) -> list[int | str]:
    """Return the place of a cursor.

    Args:
        cursor: from an earlier page. types: of its parts, in order.

    Raises:
        CallerError: it comes from somewhere else.
    """
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list) or [type(part) for part in parts] != list(types) or not _small(parts):
        raise CallerError("This is no place to read on from.", hint="Begin at the first page again.")
    return parts


def _small(parts: list[int | str]) -> bool:
    """Whether the store can count as far: its numbers have 64 bits."""
    return all(-(2**63) <= part < 2**63 for part in parts if isinstance(part, int))
