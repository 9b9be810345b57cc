"""The tree of RFC 9162: published vectors, the recursive definition, and proofs that must not pass."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.ledger import (
    EMPTY_ROOT,
    Subtree,
    block_roots,
    consistency_path,
    inclusion_path,
    leaf_hash,
    merkle_root,
    node_hash,
    subset_path,
    verify_consistency,
    verify_inclusion,
    verify_subset,
)
from underseal.errors import IntegrityError

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "rfc6962.json").read_text())
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]

MANY = [leaf_hash(number.to_bytes(4, "big")) for number in range(300)]
sizes = st.integers(0, len(MANY))


def reference_root(hashes: Sequence[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 defines it."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = reference_split(len(hashes))
    return hashlib.sha256(b"\x01" + reference_root(hashes[:k]) + reference_root(hashes[k:])).digest()


def reference_split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def reference_inclusion(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH as section 2.1.3.1 defines it."""
    if len(hashes) == 1:
        return []
    k = reference_split(len(hashes))
    if m < k:
        return [*reference_inclusion(m, hashes[:k]), reference_root(hashes[k:])]
    return [*reference_inclusion(m - k, hashes[k:]), reference_root(hashes[:k])]


def reference_consistency(m: int, hashes: Sequence[bytes], *, known: bool = True) -> list[bytes]:
    """SUBPROOF as section 2.1.4.1 defines it."""
    if m == len(hashes):
        return [] if known else [reference_root(hashes)]
    k = reference_split(len(hashes))
    if m <= k:
        return [*reference_consistency(m, hashes[:k], known=known), reference_root(hashes[k:])]
    return [*reference_consistency(m - k, hashes[k:], known=False), reference_root(hashes[:k])]


def subtree_of(hashes: Sequence[bytes]) -> Subtree:
    return lambda start, end: merkle_root(hashes[start:end])


def test_published_leaf_hashes_and_roots() -> None:
    assert [leaf.hex() for leaf in LEAVES] == VECTORS["leaf_hashes"]
    assert [merkle_root(LEAVES[:size]) for size in range(len(LEAVES) + 1)] == ROOTS
    assert merkle_root([]) == EMPTY_ROOT


@pytest.mark.parametrize("case", VECTORS["inclusion"])
def test_published_inclusion_paths(case: dict[str, Any]) -> None:
    number, size = case["number"], case["size"]
    path = inclusion_path(number, size, subtree_of(LEAVES))
    assert [step.hex() for step in path] == case["path"]
    verify_inclusion(LEAVES[number], number, size, path, ROOTS[size])


@pytest.mark.parametrize("case", VECTORS["consistency"])
def test_published_consistency_paths(case: dict[str, Any]) -> None:
    old, new = case["old"], case["new"]
    path = consistency_path(old, new, subtree_of(LEAVES))
    assert [step.hex() for step in path] == case["path"]
    verify_consistency(old, ROOTS[old], new, ROOTS[new], path)


@given(sizes)
def test_root_follows_the_definition(size: int) -> None:
    assert merkle_root(MANY[:size]) == reference_root(MANY[:size])


@given(sizes.filter(bool).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_inclusion_path_follows_the_definition_and_verifies(case: tuple[int, int]) -> None:
    number, size = case
    path = inclusion_path(number, size, subtree_of(MANY))
    assert path == reference_inclusion(number, MANY[:size])
    verify_inclusion(MANY[number], number, size, path, reference_root(MANY[:size]))


@given(sizes.flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))))
def test_consistency_path_follows_the_definition_and_verifies(case: tuple[int, int]) -> None:
    old, new = case
    path = consistency_path(old, new, subtree_of(MANY))
    if old:
        assert path == reference_consistency(old, MANY[:new])
    verify_consistency(old, reference_root(MANY[:old]), new, reference_root(MANY[:new]), path)


@given(sizes.filter(bool).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_only_aligned_subtrees_are_asked_for(case: tuple[int, int]) -> None:
    def aligned(start: int, end: int) -> bytes:
        assert start % (1 << (end - start - 1).bit_length()) == 0
        return b""

    inclusion_path(*case, aligned)
    consistency_path(*case, aligned)


@pytest.mark.parametrize("size", range(1, 34))
def test_no_other_inclusion_claim_passes(size: int) -> None:
    root = merkle_root(MANY[:size])
    for number in range(size):
        path = inclusion_path(number, size, subtree_of(MANY))
        wrong = [(MANY[number + 1], number, size, path, root), (MANY[number], number, size, path, MANY[-1])]
        wrong += [(MANY[number], other, size, path, root) for other in (-1, number + 1, size) if other != number]
        wrong += [(MANY[number], number, size, broken, root) for broken in broken_paths(path, root)]
        for claim in wrong:
            with pytest.raises(IntegrityError):
                verify_inclusion(*claim)


@pytest.mark.parametrize("new", range(1, 34))
def test_no_other_consistency_claim_passes(new: int) -> None:
    new_root = merkle_root(MANY[:new])
    for old in range(new + 1):
        old_root = merkle_root(MANY[:old])
        path = consistency_path(old, new, subtree_of(MANY))
        wrong = [(old, MANY[-1], new, new_root, path), (new + 1, old_root, new, new_root, path)]
        wrong += [(old, old_root, new, new_root, broken) for broken in broken_paths(path, new_root)]
        if old:
            wrong += [(old, old_root, new, MANY[-1], path), (old - 1, old_root, new, new_root, path)]
        for claim in wrong:
            with pytest.raises(IntegrityError):
                verify_consistency(*claim)


subsets = sizes.filter(bool).flatmap(
    lambda size: st.tuples(st.sets(st.integers(0, size - 1), min_size=1, max_size=9).map(sorted), st.just(size))
)


@given(subsets)
def test_a_subset_path_leads_to_the_root_and_is_no_longer_than_it_must(case: tuple[list[int], int]) -> None:
    numbers, size = case
    path = subset_path(numbers, size, subtree_of(MANY))
    verify_subset(numbers, [MANY[number] for number in numbers], size, path, reference_root(MANY[:size]))
    if len(numbers) == 1:
        assert sorted(path) == sorted(inclusion_path(numbers[0], size, subtree_of(MANY)))
    assert len(path) <= sum(len(inclusion_path(number, size, subtree_of(MANY))) for number in numbers)


@given(subsets)
def test_no_other_subset_claim_passes(case: tuple[list[int], int]) -> None:
    numbers, size = case
    root, leaves = merkle_root(MANY[:size]), [MANY[number] for number in numbers]
    path = subset_path(numbers, size, subtree_of(MANY))
    wrong = [(numbers, [MANY[-1], *leaves[1:]], size, path, root), (numbers, leaves, size, path, MANY[-1])]
    wrong += [(numbers[:-1], leaves[:-1], size, path, root), (numbers, leaves[:-1], size, path, root)]
    wrong += [
        ([*numbers[:-1], size], leaves, size, path, root),
        ([*numbers, numbers[-1]], [*leaves, leaves[-1]], size, path, root),
    ]
    wrong += [(numbers, leaves, size, broken, root) for broken in broken_paths(path, root)]
    for claim in wrong:
        with pytest.raises(IntegrityError):
            verify_subset(*claim)


def broken_paths(path: list[bytes], root: bytes) -> list[list[bytes]]:
    flipped = [[*path[:n], bytes([step[0] ^ 4]) + step[1:], *path[n + 1 :]] for n, step in enumerate(path)]
    shorter = [path[1:], path[:-1]] if path else []
    return [*flipped, *shorter, [*path, root], [root, *path], [*path, b""]]


@given(st.integers(0, 300), st.sampled_from([1, 2, 8, 64, 1024]))
def test_block_roots_are_the_roots_of_the_blocks(count: int, size: int) -> None:
    hashes = MANY[:count]
    blocks = [hashes[start : start + size] for start in range(0, count, size)]
    assert block_roots(hashes, size) == [reference_root(block) for block in blocks]


@given(sizes, st.sampled_from([1, 4, 32, 1024]))
def test_block_roots_serve_for_the_root(count: int, size: int) -> None:
    assert merkle_root(block_roots(MANY[:count], size)) == reference_root(MANY[:count])


def test_block_roots_beyond_one_batch() -> None:
    hashes = MANY * 300
    expected = [merkle_root(hashes[start : start + 1024]) for start in range(0, len(hashes), 1024)]
    assert block_roots(hashes) == expected


def test_a_block_that_is_no_power_of_two_is_refused() -> None:
    with pytest.raises(ValueError, match="power of two"):
        block_roots(MANY, 1000)


def test_proofs_of_what_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_path(3, 3, subtree_of(MANY))
    with pytest.raises(ValueError, match="does not extend"):
        consistency_path(4, 3, subtree_of(MANY))
    with pytest.raises(ValueError, match="not in a tree"):
        subset_path([1, 3], 3, subtree_of(MANY))


def test_leaf_and_node_hashes_cannot_be_confused() -> None:
    left, right = MANY[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
