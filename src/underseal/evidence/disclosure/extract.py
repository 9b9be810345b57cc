"""What the audit says of disclosed material, and nothing that it says of other things."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from underseal.core.ledger import Json, canonical
from underseal.core.verify.disclosure.listing import EXTRACT_FORMAT
from underseal.evidence.audit import Act, Audit, AuditEntry, Group

_OF_EXHIBITS: Final = frozenset(act.value for act in Act if act.group is Group.COLLECTION)
_OF_DOSSIERS: Final = frozenset(
    {
        Act.DOSSIER_OPENED,
        Act.DOSSIER_CHANGED,
        Act.DOSSIER_CLOSED,
        Act.DOSSIER_REOPENED,
        Act.CODED,
    }
)
"""Acts on the dossier that are told, where they name no record that is not disclosed. Who read it is not told, nor which other
dossiers it met, nor what the police did about threats, nor who else got a pack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touching:
    """Says which entries touch a disclosure.

    Attributes:
        exhibits: that its records and their keys came from. releases: that brought its records, and the disclosed one.
        dossier: what the audit calls it. records: that are used. contents: digest of this disclosure, hex.
    """

    exhibits: frozenset[str]
    releases: frozenset[int]
    dossier: str
    records: frozenset[int]
    contents: str

    def wanted(self, entry: AuditEntry) -> bool:
        """Say whether an entry is to be disclosed."""
        details = entry.details
        if entry.act in _OF_EXHIBITS:
            return details.get("exhibit") in self.exhibits
        if entry.act == Act.RELEASED:
            return details.get("release") in self.releases
        if details.get("dossier") != self.dossier:
            return False
        if entry.act == Act.DISCLOSED:
            return details.get("sha256") == self.contents
        return entry.act in _OF_DOSSIERS and ("record" not in details or details["record"] in self.records)

    def marks(self) -> list[bytes]:
        """Return what the line of every wanted entry holds one of."""
        acts = [*_OF_EXHIBITS, Act.RELEASED.value]
        return [*(b'"act":%b' % canonical(act) for act in acts), b'"dossier":%b' % canonical(self.dossier)]


def extract(audit: Audit, touching: Touching) -> Iterator[dict[str, Json]]:
    """Yield the objects of audit.jsonl: the signed checkpoint, then the entries with their proofs."""
    checkpoint, entries = audit.extract(touching.marks(), touching.wanted)
    yield {"checkpoint": checkpoint.document.to_json(), "format": EXTRACT_FORMAT}
    for entry, path in entries:
        yield {"entry": entry.data.decode(), "number": entry.number, "path": [node.hex() for node in path]}
