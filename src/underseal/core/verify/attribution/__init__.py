"""Attributions as anyone can check them: the documents of their ledger, the scale of grades, and the proof of a claim.

Format: docs/formats/attribution.md.
"""

from underseal.core.verify.attribution.documents import (
    ENTRY_FORMAT,
    LEDGER,
    Act,
    Claim,
    Merge,
    Parting,
    Person,
    Withdrawal,
    read_act,
    to_entry,
)
from underseal.core.verify.attribution.items import (
    Area,
    Circle,
    Document,
    Interval,
    Item,
    Location,
    Message,
    Polygon,
    Statement,
)
from underseal.core.verify.attribution.proof import PROOF_FORMAT, check_attribution
from underseal.core.verify.attribution.scale import MEANING, Grade

__all__ = [
    "ENTRY_FORMAT",
    "LEDGER",
    "MEANING",
    "PROOF_FORMAT",
    "Act",
    "Area",
    "Circle",
    "Claim",
    "Document",
    "Grade",
    "Interval",
    "Item",
    "Location",
    "Merge",
    "Message",
    "Parting",
    "Person",
    "Polygon",
    "Statement",
    "Withdrawal",
    "check_attribution",
    "read_act",
    "to_entry",
]
