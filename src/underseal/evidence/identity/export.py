"""Taking a claim out of the house, with all that anyone needs to check it (docs/formats/attribution.md)."""

from collections.abc import Sequence

from underseal.core.ledger import Json, canonical
from underseal.core.ledger.strict import parse_strict
from underseal.core.verify.attribution import PROOF_FORMAT
from underseal.evidence.identity.book import Book
from underseal.evidence.identity.state import Standing


def export_claim(book: Book, standing: Standing, records: Sequence[bytes]) -> bytes:
    """Make the proof file of a claim.

    Args:
        book: whose ledger. standing: the claim, and what came of it, which is enclosed.
        records: proof files of its messages, as far as they are to be handed over.

    Returns:
        Canonical JSON of format PROOF_FORMAT.

    Raises:
        IntegrityError: an entry was changed.
    """
    checkpoint = book.checkpoint()

    def enclosed(number: int) -> dict[str, Json]:
        entry, path = book.entry(number, checkpoint)
        return {"entry": entry, "number": number, "path": [node.hex() for node in path]}

    proof: dict[str, Json] = {
        "format": PROOF_FORMAT,
        **enclosed(standing.entry),
        "checkpoint": checkpoint.document.to_json(),
        "later": [] if standing.ended is None else [enclosed(standing.ended)],
        "records": [parse_strict(record) for record in records],
    }
    return canonical(proof) + b"\n"
