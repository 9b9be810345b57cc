"""The store: immutable segments, published by a chain of signed releases, read only through views under an authority."""

from underseal.evidence.store.again import COLUMNS as AGAIN
from underseal.evidence.store.again import destroyed_again, destroyed_before
from underseal.evidence.store.build import build
from underseal.evidence.store.conversation import EVERYTHING, MAX_PAGE, Conversation, Filter, Key, Page
from underseal.evidence.store.copies import earlier_rows
from underseal.evidence.store.destructions import Destructions, Document
from underseal.evidence.store.diff import Added, added_rows, diff
from underseal.evidence.store.directory import Directory, Summary
from underseal.evidence.store.gaps import Gap
from underseal.evidence.store.hide import hide
from underseal.evidence.store.inside import rows_inside
from underseal.evidence.store.leaves import leaf_hashes, leaf_texts
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.proof import Paths, Tree, prove_consistency, prove_record
from underseal.evidence.store.publish import Draft, Hidden, abandoned, publish, strays, sweep
from underseal.evidence.store.release import ExhibitEntry, Release, Releases, SegmentEntry
from underseal.evidence.store.verify import Counted, verify_release
from underseal.evidence.store.view import View

__all__ = [
    "AGAIN",
    "EVERYTHING",
    "MAX_PAGE",
    "Added",
    "Conversation",
    "Counted",
    "Destructions",
    "Directory",
    "Document",
    "Draft",
    "ExhibitEntry",
    "Filter",
    "Gap",
    "Hidden",
    "Key",
    "OpenSegment",
    "Page",
    "Paths",
    "Release",
    "Releases",
    "SegmentEntry",
    "SegmentPool",
    "Summary",
    "Tree",
    "View",
    "abandoned",
    "added_rows",
    "build",
    "destroyed_again",
    "destroyed_before",
    "diff",
    "earlier_rows",
    "hide",
    "leaf_hashes",
    "leaf_texts",
    "prove_consistency",
    "prove_record",
    "publish",
    "rows_inside",
    "strays",
    "sweep",
    "verify_release",
]
