"""The audit: who did what, when, under which authority and why. Append-only, signed, verifiable by anyone offline."""

from underseal.evidence.audit.acts import Act, Group
from underseal.evidence.audit.audit import Audit, now
from underseal.evidence.audit.entry import AuditEntry, timestamp
from underseal.evidence.audit.export import Format

__all__ = ["Act", "Audit", "AuditEntry", "Format", "Group", "now", "timestamp"]
