"""The legal power under which evidence is read: who granted it, for what, and until when."""

from underseal.evidence.authority.authority import ALL, Authority, AuthorityState
from underseal.evidence.authority.decisions import in_force, may_reach, quarantine_of
from underseal.evidence.authority.door import Door
from underseal.evidence.authority.gate import Gate
from underseal.evidence.authority.mask import in_scope, scope_mask
from underseal.evidence.authority.people import People
from underseal.evidence.authority.quarantine import (
    NOTHING,
    AccountHeld,
    ConversationHeld,
    MessageHeld,
    Quarantine,
)
from underseal.evidence.authority.register import Draft, Register
from underseal.evidence.authority.roles import may
from underseal.evidence.authority.scope import EVERYTHING, Access, Scope, Sight
from underseal.evidence.authority.trail import Trail, TrailPage

__all__ = [
    "ALL",
    "EVERYTHING",
    "NOTHING",
    "Access",
    "AccountHeld",
    "Authority",
    "AuthorityState",
    "ConversationHeld",
    "Door",
    "Draft",
    "Gate",
    "MessageHeld",
    "People",
    "Quarantine",
    "Register",
    "Scope",
    "Sight",
    "Trail",
    "TrailPage",
    "in_force",
    "in_scope",
    "may",
    "may_reach",
    "quarantine_of",
    "scope_mask",
]
