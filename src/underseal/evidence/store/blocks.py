"""Blocks: the aligned runs of 1,024 records whose Merkle roots are stored, so that leaves need not be.

A proof recomputes the leaves of one block from its rows and takes everything above from the stored roots.
"""

from dataclasses import dataclass

from underseal.core.ledger import Frontier, block_roots

BLOCK = 1_024
"""Records per block: 32 bytes of root for them cost 0.03 bytes each, and a proof reads no more rows than this."""

HEIGHT = BLOCK.bit_length() - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The leaf hashes of consecutive records, with every whole aligned block folded into its root.

    Attributes:
        first: number of the first record.
        head: leaf hashes before the first aligned block. roots: roots of the whole blocks. tail: leaf hashes after them.
    """

    first: int
    head: tuple[bytes, ...]
    roots: tuple[bytes, ...]
    tail: tuple[bytes, ...]

    @classmethod
    def of(cls, hashes: list[bytes], *, first: int) -> "Blocks":
        """Fold the leaf hashes of the records from number `first` on."""
        start = min(-first % BLOCK, len(hashes))
        end = start + (len(hashes) - start) // BLOCK * BLOCK
        return cls(
            first=first,
            head=tuple(hashes[:start]),
            roots=tuple(block_roots(hashes[start:end], BLOCK)),
            tail=tuple(hashes[end:]),
        )

    def grow(self, frontier: Frontier) -> None:
        """Add the records to a tree.

        Raises:
            ValueError: the tree does not end at number `first`.
        """
        if frontier.size != self.first:
            raise ValueError(f"records from number {self.first} on do not follow a tree of {frontier.size}")
        frontier.extend(self.head)
        if self.roots:
            frontier.extend(self.roots, height=HEIGHT)
        frontier.extend(self.tail)

    @property
    def stored(self) -> bytes:
        """The content of blocks.bin: the roots of the whole blocks, 32 bytes each, in order."""
        return b"".join(self.roots)
