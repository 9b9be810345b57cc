"""Dossiers: case files that are built from messages, by those who need to know of them."""

from underseal.evidence.dossier.card import Card, CardVersion, Field, Kind, Member, OpeningDraft, unknown_dossier
from underseal.evidence.dossier.coding import Choice, Coded, CodedPage, Coding
from underseal.evidence.dossier.contents import Contents, read_contents
from underseal.evidence.dossier.exclusions import Exclusion, ExclusionDraft, Exclusions, Source, SourceKind
from underseal.evidence.dossier.items import Item, ItemDraft, ItemKind, ItemPage, Items, window
from underseal.evidence.dossier.threats import Figures, Outcome, Step, StepDraft, Threat, ThreatStep

__all__ = [
    "Card",
    "CardVersion",
    "Choice",
    "Coded",
    "CodedPage",
    "Coding",
    "Contents",
    "Exclusion",
    "ExclusionDraft",
    "Exclusions",
    "Field",
    "Figures",
    "Item",
    "ItemDraft",
    "ItemKind",
    "ItemPage",
    "Items",
    "Kind",
    "Member",
    "OpeningDraft",
    "Outcome",
    "Source",
    "SourceKind",
    "Step",
    "StepDraft",
    "Threat",
    "ThreatStep",
    "read_contents",
    "unknown_dossier",
    "window",
]
