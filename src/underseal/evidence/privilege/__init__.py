"""Privileged material: what lawful users declared, what is suspected, and what the filter team decides of it."""

from underseal.evidence.privilege.privilege import Declared, Privilege
from underseal.evidence.privilege.rules import PrivilegeRule, RulesRun, read_rules
from underseal.evidence.privilege.subjects import Named

__all__ = ["Declared", "Named", "Privilege", "PrivilegeRule", "RulesRun", "read_rules"]
