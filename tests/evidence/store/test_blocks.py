from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from underseal.core.ledger import Frontier, merkle_root
from underseal.evidence.store.blocks import BLOCK, Blocks

LEAVES = [sha256(bytes([n % 256, n // 256])).digest() for n in range(5 * BLOCK)]


@given(st.lists(st.integers(0, 2 * BLOCK), max_size=4))
def test_segments_of_any_size_grow_the_same_tree(sizes: list[int]) -> None:
    tree = Frontier()
    for size in sizes:
        Blocks.of(LEAVES[tree.size : tree.size + size], first=tree.size).grow(tree)
    assert tree.root() == merkle_root(LEAVES[: tree.size])


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_only_whole_aligned_blocks_are_stored(first: int, count: int) -> None:
    hashes = LEAVES[first : first + count]
    stored = Blocks.of(hashes, first=first).stored
    aligned = [n for n in range(0, len(LEAVES), BLOCK) if first <= n and n + BLOCK <= first + len(hashes)]
    assert stored == b"".join(merkle_root(LEAVES[n : n + BLOCK]) for n in aligned)
