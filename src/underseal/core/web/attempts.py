"""How attempts to log in are counted, wherever the count is kept: in memory, or in the database of either half."""

import hashlib
from collections.abc import Sequence
from typing import Final

BUCKET_BYTES: Final = 2
"""Bytes of a name's SHA-256 that are kept. People type passwords into the wrong field: this is enough to count by, and too
little to tell what was typed."""


def bucket(name: str) -> bytes:
    """Return under what attempts at a name are counted: BUCKET_BYTES bytes."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:BUCKET_BYTES]


def wait_after(passed: Sequence[int], *, at: int, times: int, per: int) -> int:
    """Return 0 where one more may pass, else milliseconds until it may.

    Args:
        passed: when others passed within `per` before `at`, in ms, oldest first. at: now.
        times: how many may pass in any `per` milliseconds.
    """
    return passed[-times] + per - at if len(passed) >= times else 0
