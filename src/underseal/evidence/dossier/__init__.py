"""Dossiers: case files that are built from messages, by those who need to know of them."""

from underseal.evidence.dossier.card import Card, Field, Kind, Member, OpeningDraft, unknown_dossier
from underseal.evidence.dossier.coding import Choice, Coded, CodedPage, Coding
from underseal.evidence.dossier.contents import Contents, read_contents
from underseal.evidence.dossier.exclusions import Exclusion, ExclusionDraft, Exclusions, Source, SourceKind
from underseal.evidence.dossier.held_back import REDACTABLE, HeldBack, Holding
from underseal.evidence.dossier.items import Item, ItemDraft, ItemKind, ItemPage, Items, window
from underseal.evidence.dossier.threats import Figures, Outcome, Step, StepDraft, Threat, ThreatStep
from underseal.evidence.dossier.versions import Version, VersionPage, read_versions

__all__ = [
    "REDACTABLE",
    "Card",
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
    "HeldBack",
    "Holding",
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
    "Version",
    "VersionPage",
    "read_contents",
    "read_versions",
    "unknown_dossier",
    "window",
]
