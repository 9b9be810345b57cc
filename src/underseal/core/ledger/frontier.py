"""The frontier of a growing Merkle tree: what must be remembered of n leaves to go on, log2(n) hashes."""

from collections.abc import Sequence

from underseal.core.ledger.merkle import EMPTY_ROOT, HASH_BYTES, node_hash, node_hashes
from underseal.errors import IntegrityError

_SIZE_BYTES = 8
_AT_ONCE = 1 << 16


class Frontier:
    """The roots of the complete subtrees that a tree of `size` leaves falls into, one per 1 bit of `size`.

    Attributes:
        size: leaves so far.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: dict[int, bytes] = {}  # by height: the root of a complete subtree of 2**height leaves

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash (32 bytes)."""
        node, height = leaf, 0
        while height in self._peaks:
            node = node_hash(self._peaks.pop(height), node)
            height += 1
        self._peaks[height] = node
        self.size += 1

    def extend(self, hashes: Sequence[bytes], *, height: int = 0) -> None:
        """Add many hashes in order, at one hash operation each.

        Args:
            hashes: leaf hashes, or roots of complete subtrees of 2**height leaves each (`block_roots`).
            height: of those subtrees; 0 for leaves.

        Raises:
            ValueError: the tree so far does not end where such a subtree may begin.
        """
        if self.size % (1 << height):
            raise ValueError(f"subtrees of {1 << height} leaves cannot begin after {self.size} leaves")
        for start in range(0, len(hashes), _AT_ONCE):
            self._extend(hashes[start : start + _AT_ONCE], height)

    def _extend(self, level: Sequence[bytes], height: int) -> None:
        self.size += len(level) << height
        while level:
            if height in self._peaks:
                level = [self._peaks.pop(height), *level]
            if len(level) & 1:
                self._peaks[height] = level[-1]
            level = node_hashes(level)
            height += 1

    def root(self) -> bytes:
        """Return the Merkle tree hash of all leaves so far, 32 bytes."""
        root = b""
        for height in sorted(self._peaks):
            root = node_hash(self._peaks[height], root) if root else self._peaks[height]
        return root or EMPTY_ROOT

    def copy(self) -> "Frontier":
        """Return a frontier of the same leaves that grows on its own."""
        other = Frontier()
        other.size = self.size
        other._peaks = dict(self._peaks)
        return other

    def to_bytes(self) -> bytes:
        """Return the state: `size` as 8 bytes big-endian, then the subtree roots from the largest to the smallest."""
        peaks = (self._peaks[height] for height in sorted(self._peaks, reverse=True))
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read the form of `to_bytes`.

        Raises:
            IntegrityError: `data` has the wrong length for its size.
        """
        frontier = cls()
        frontier.size = int.from_bytes(data[:_SIZE_BYTES], "big")
        heights = [height for height in range(_SIZE_BYTES * 8 - 1, -1, -1) if frontier.size >> height & 1]
        if len(data) != _SIZE_BYTES + HASH_BYTES * len(heights):
            raise IntegrityError("The stored state of the ledger's tree has the wrong length.")
        for number, height in enumerate(heights):
            start = _SIZE_BYTES + HASH_BYTES * number
            frontier._peaks[height] = data[start : start + HASH_BYTES]
        return frontier
