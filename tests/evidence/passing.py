"""Passes without a gate, for the tests of what a pass allows to be seen."""

from underseal.evidence.audit import Act, Permit
from underseal.evidence.audit.permit import SEAL as PERMIT_SEAL
from underseal.evidence.authority import EVERYTHING, NOTHING, Access, Quarantine, Scope
from underseal.evidence.authority.scope import SEAL


def pass_to(scope: Scope = EVERYTHING, quarantine: Quarantine = NOTHING) -> Access:
    """Return a pass for a search."""
    permit = Permit(act=Act.SEARCHED, user="u", authority="A", purpose="p", seal=PERMIT_SEAL)
    return Access(authority="A", user="u", purpose="p", scope=scope, permit=permit, quarantine=quarantine, seal=SEAL)
