"""The legal power under which evidence is read: who granted it, for what, and until when."""

from underseal.evidence.authority.authority import ALL, Authority, AuthorityState
from underseal.evidence.authority.door import Door
from underseal.evidence.authority.gate import Gate
from underseal.evidence.authority.mask import in_scope, scope_mask
from underseal.evidence.authority.register import Draft, Register
from underseal.evidence.authority.roles import may
from underseal.evidence.authority.scope import EVERYTHING, Access, Scope

__all__ = [
    "ALL",
    "EVERYTHING",
    "Access",
    "Authority",
    "AuthorityState",
    "Door",
    "Draft",
    "Gate",
    "Register",
    "Scope",
    "in_scope",
    "may",
    "scope_mask",
]
