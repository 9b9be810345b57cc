"""Try the keys that the exhibits hold on everything that was captured, and give every record its verdict."""

from underseal.evidence.decrypt.closed import Closed, closed_sessions
from underseal.evidence.decrypt.held import HeldKey, HeldMessageKey, Openers, key_id
from underseal.evidence.decrypt.keyring import Keyring
from underseal.evidence.decrypt.locator import Locator
from underseal.evidence.decrypt.media import Locate, MediaFolder
from underseal.evidence.decrypt.part import DECIDED, decrypt_part
from underseal.evidence.decrypt.parts import Decryption, decrypt_parts
from underseal.evidence.decrypt.replays import EARLIER
from underseal.evidence.decrypt.sealed import KEYS_BETWEEN
from underseal.evidence.decrypt.verdicts import decide

__all__ = [
    "DECIDED",
    "EARLIER",
    "KEYS_BETWEEN",
    "Closed",
    "Decryption",
    "HeldKey",
    "HeldMessageKey",
    "Keyring",
    "Locate",
    "Locator",
    "MediaFolder",
    "Openers",
    "closed_sessions",
    "decide",
    "decrypt_part",
    "decrypt_parts",
    "key_id",
]
