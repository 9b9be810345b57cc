"""Disclosure: what leaves the house for the defence, with proofs that it checks without us."""

from underseal.evidence.disclosure.disclosed import PLACEHOLDER, Attached, Disclosed, Head, Redaction

__all__ = ["PLACEHOLDER", "Attached", "Disclosed", "Head", "Redaction"]
