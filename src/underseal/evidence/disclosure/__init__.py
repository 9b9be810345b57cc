"""Disclosure: what leaves the house for the defence, with proofs that it checks without us."""

from underseal.evidence.disclosure.disclosed import PLACEHOLDER, Attached, Disclosed, Head, Redaction
from underseal.evidence.disclosure.selection import Excluded, Selection

__all__ = ["PLACEHOLDER", "Attached", "Disclosed", "Excluded", "Head", "Redaction", "Selection"]
