"""Proofs about the records of a release, as files that anyone can check with `underseal verify` (docs/formats/proofs.md).

Nothing but block roots is stored: the leaves of a block are recomputed from its rows, so a proof also shows that the rows
on disk are those that were signed. Where the content of a row was destroyed, its leaf is the one that was kept.
"""

from base64 import b64encode
from collections.abc import Iterator
from functools import cached_property, lru_cache

import pyarrow as pa

from underseal.core.ledger import SignedDocument, canonical, consistency_path, inclusion_path, merkle_root
from underseal.core.ledger.merkle import node_hashes
from underseal.core.ledger.strict import parse_strict
from underseal.core.records import RECORDS
from underseal.errors import NotFoundError
from underseal.evidence.store.blocks import BLOCK
from underseal.evidence.store.leaves import leaf_texts
from underseal.evidence.store.pool import OpenSegment, SegmentPool
from underseal.evidence.store.release import Release, Releases

INCLUSION = "underseal/inclusion-proof/1"
CONSISTENCY = "underseal/consistency-proof/1"

BLOCKS_KEPT = 128
"""Blocks whose trees `Paths` keeps in memory: some 0.2 MB each."""


class Tree:
    """The Merkle tree over the records of one release.

    Args:
        release: whose records. pool: its segments.
    """

    def __init__(self, release: Release, pool: SegmentPool) -> None:
        self._release = release
        self._segments = [pool.get(entry) for entry in release.segments]

    def subtree(self, start: int, end: int) -> bytes:
        """Return the Merkle tree hash of the records start .. end-1, an aligned subtree (core.ledger.merkle.Subtree)."""
        if end - start < BLOCK:
            return merkle_root(self.leaves(start, end))
        return merkle_root([self._block(number) for number in range(start // BLOCK, -(-end // BLOCK))])

    def is_destroyed(self, number: int) -> bool:
        """Say whether the content of a record was destroyed."""
        return any(number in segment.destroyed.by_number for segment, _, _ in self._between(number, number + 1))

    def inclusion(self, number: int) -> list[bytes]:
        """Return the inclusion path of a record."""
        return inclusion_path(number, self._release.size, self.subtree)

    def leaves(self, start: int, end: int) -> list[bytes]:
        """Return the leaf hashes of the records start .. end-1; of those whose content was destroyed, the ones that are kept."""
        return [leaf for segment, low, high in self._between(start, end) for leaf in segment.leaves(low, high)]

    def rows(self, start: int, end: int) -> pa.Table:
        """Return the records start .. end-1 in the order of their numbers."""
        parts = [segment.read_range(low, high, RECORDS.names) for segment, low, high in self._between(start, end)]
        return pa.concat_tables(parts).unify_dictionaries()

    def _between(self, start: int, end: int) -> Iterator[tuple[OpenSegment, int, int]]:
        """Yield the segments that hold some of the records start .. end-1, and the offsets of these in them."""
        for segment in self._segments:
            first, last = segment.entry.first, segment.entry.first + segment.entry.rows
            if start < last and first < end:
                yield segment, max(start, first) - first, min(end, last) - first

    def _block(self, number: int) -> bytes:
        stored = self._stored.get(number)
        if stored is not None:
            return stored
        return merkle_root(self.leaves(number * BLOCK, min((number + 1) * BLOCK, self._release.size)))

    @cached_property
    def _stored(self) -> dict[int, bytes]:
        """The stored roots by number of block."""
        roots: dict[int, bytes] = {}
        for segment in self._segments:
            first = -(-segment.entry.first // BLOCK)
            data = (segment.folder / "blocks.bin").read_bytes()
            roots.update({first + at // 32: data[at : at + 32] for at in range(0, len(data), 32)})
        return roots


class Paths:
    """Inclusion paths of many records of one release: what they have in common is computed once.

    Fast where the records asked for lie near each other, as those of a conversation do.

    Args:
        release: whose records. pool: its segments.
    """

    def __init__(self, release: Release, pool: SegmentPool) -> None:
        self._size = release.size
        self._tree = Tree(release, pool)
        self._above: dict[tuple[int, int], bytes] = {}
        self._block = lru_cache(maxsize=BLOCKS_KEPT)(self._read)

    def inclusion(self, number: int) -> list[bytes]:
        """Return the inclusion path of a record, from leaf to root."""
        return inclusion_path(number, self._size, self._subtree)

    def leaf(self, number: int) -> bytes:
        """Return the leaf hash of a record, 32 bytes."""
        return self._block(number // BLOCK)[0][number % BLOCK]

    def _subtree(self, start: int, end: int) -> bytes:
        if end - start < BLOCK:
            block, offset = divmod(start, BLOCK)
            levels = self._block(block)
            height = (end - start - 1).bit_length()
            return levels[height][offset >> height]
        if (start, end) not in self._above:
            self._above[start, end] = self._tree.subtree(start, end)
        return self._above[start, end]

    def _read(self, block: int) -> list[list[bytes]]:
        """Return all levels of the tree over a block, leaf hashes first; an odd last node is carried up as it is."""
        first = block * BLOCK
        levels = [self._tree.leaves(first, min(first + BLOCK, self._size))]
        while len(levels[-1]) > 1:
            level = levels[-1]
            levels.append([*node_hashes(level), *level[len(level) & ~1 :]])
        return levels


def prove_record(
    number: int, *, releases: Releases, release: Release, pool: SegmentPool, ciphertext: bytes | None, raw: bytes | None
) -> bytes:
    """Make an inclusion proof of one record.

    Args:
        number: of the record. ciphertext, raw: its encrypted and decrypted bytes where the proof is to carry them.

    Returns:
        The proof file: canonical JSON of format `INCLUSION`.
    """
    if not 0 <= number < release.size:
        raise NotFoundError(f"Release {release.number} has no record {number}.")
    tree = Tree(release, pool)
    if tree.is_destroyed(number):
        raise NotFoundError(f"What record {number} said was destroyed; nothing but its digest is left to prove.")
    proof: dict[str, object] = {
        "format": INCLUSION,
        "record": next(leaf_texts(tree.rows(number, number + 1))).decode(),
        "number": number,
        "path": [node.hex() for node in tree.inclusion(number)],
        "release": _manifest(releases, release.number),
    }
    proof |= {"ciphertext": b64encode(ciphertext).decode()} if ciphertext is not None else {}
    proof |= {"raw": b64encode(raw).decode()} if raw is not None else {}
    return canonical(proof) + b"\n"  # type: ignore[arg-type]  # JSON by construction


def prove_consistency(old: Release, new: Release, *, releases: Releases, pool: SegmentPool) -> bytes:
    """Make a proof that `new` only adds to `old`: canonical JSON of format `CONSISTENCY`."""
    path = consistency_path(old.size, new.size, Tree(new, pool).subtree)
    proof = {
        "format": CONSISTENCY,
        "old": _manifest(releases, old.number),
        "new": _manifest(releases, new.number),
        "path": [node.hex() for node in path],
    }
    return canonical(proof) + b"\n"  # type: ignore[arg-type]  # JSON by construction


def _manifest(releases: Releases, number: int) -> dict[str, str]:
    return SignedDocument.from_json(parse_strict(releases.manifest(number))).to_json()
