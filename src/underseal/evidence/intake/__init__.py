"""Taking exhibits in: hash first, read with one reader per format, lose nothing."""

from underseal.evidence.casework import Arrival
from underseal.evidence.intake._files import machine_errors
from underseal.evidence.intake.checkpoint import FAILURES
from underseal.evidence.intake.formats import LOCKED_FORMATS, readers
from underseal.evidence.intake.reader import Batch, Growth, HoldsMedia, Reader, Source, UnderTerms
from underseal.evidence.intake.run import IntakeProgress, StoreKeys, find_reader, take

__all__ = [
    "FAILURES",
    "LOCKED_FORMATS",
    "Arrival",
    "Batch",
    "Growth",
    "HoldsMedia",
    "IntakeProgress",
    "Reader",
    "Source",
    "StoreKeys",
    "UnderTerms",
    "find_reader",
    "machine_errors",
    "readers",
    "take",
]
