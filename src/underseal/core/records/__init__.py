"""The nouns of the field as frozen records, and the columns in which they are kept."""

from underseal.core.records.failure import Failure
from underseal.core.records.key import MessageKey, RoomKey, Secret
from underseal.core.records.place import Place
from underseal.core.records.record import MESSAGE_KINDS, Kind, Media, Record, Relation
from underseal.core.records.schema import CAPTURED, RECORDS, captured_batch
from underseal.core.records.verdict import LOCKED, OPENABLE, READABLE, Verdict

__all__ = [
    "CAPTURED",
    "LOCKED",
    "MESSAGE_KINDS",
    "OPENABLE",
    "READABLE",
    "RECORDS",
    "Failure",
    "Kind",
    "Media",
    "MessageKey",
    "Place",
    "Record",
    "Relation",
    "RoomKey",
    "Secret",
    "Verdict",
    "captured_batch",
]
