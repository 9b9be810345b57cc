"""The audit: who did what, when, under which authority and why. Append-only, signed, verifiable by anyone offline."""

from underseal.evidence.audit.acts import Act, Group
from underseal.evidence.audit.audit import Audit, now
from underseal.evidence.audit.entry import AuditEntry, timestamp
from underseal.evidence.audit.export import Format
from underseal.evidence.audit.permit import OF_THE_SYSTEM, Permit

__all__ = ["OF_THE_SYSTEM", "Act", "Audit", "AuditEntry", "Format", "Group", "Permit", "now", "timestamp"]
