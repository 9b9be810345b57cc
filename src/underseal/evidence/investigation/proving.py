"""Leaf hashes and proofs of records, for those who may see them: each is asked for with a view."""

from underseal.core.ledger import leaf_hash
from underseal.evidence.store import Releases, SegmentPool, Tree, View, leaf_texts, prove_record


def leaf_of(view: View, number: int, *, pool: SegmentPool) -> bytes:
    """Return the leaf hash (32 bytes) of a record.

    Raises:
        NotFoundError: no such record in scope.
    """
    view.record(number, ["number"])
    return leaf_hash(next(leaf_texts(Tree(view.release, pool).rows(number, number + 1))))


def proof_of(view: View, number: int, *, releases: Releases, pool: SegmentPool) -> bytes:
    """Make the proof file of a record, with its ciphertext and decrypted bytes.

    Raises:
        NotFoundError: no such record in scope.
    """
    raw = view.record(number, ["raw"])["raw"]
    return prove_record(
        number,
        releases=releases,
        release=view.release,
        pool=pool,
        ciphertext=view.ciphertext(number),
        raw=raw if isinstance(raw, bytes) else None,
    )
