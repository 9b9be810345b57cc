"""Dossiers: case files that are built from messages, by those who need to know of them."""

from underseal.evidence.dossier.card import Card, Field, Kind, Member, OpeningDraft, unknown_dossier
from underseal.evidence.dossier.items import Item, ItemDraft, ItemKind, ItemPage, Items, window

__all__ = [
    "Card",
    "Field",
    "Item",
    "ItemDraft",
    "ItemKind",
    "ItemPage",
    "Items",
    "Kind",
    "Member",
    "OpeningDraft",
    "unknown_dossier",
    "window",
]
