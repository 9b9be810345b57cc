"""Records acts without a gate, for the tests of what comes of an entry."""

from collections.abc import Mapping

from underseal.evidence.audit import Act, Audit, Permit
from underseal.evidence.audit.permit import SEAL


def record(
    audit: Audit,
    act: Act,
    *,
    user: str,
    authority: str = "",
    purpose: str = "",
    details: Mapping[str, str | int] | None = None,
) -> int:
    return audit.record(Permit(act=act, user=user, authority=authority, purpose=purpose, seal=SEAL), details)
