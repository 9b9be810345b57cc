"""The Merkle tree of RFC 9162: hashes, proofs, and the checking of proofs. Pure functions over bytes.

Every hash is SHA-256, 32 bytes. A tree of size n has the leaves 0 .. n-1.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from underseal.errors import IntegrityError

Subtree: TypeAlias = Callable[[int, int], bytes]
"""`subtree(start, end)` returns the Merkle tree hash of the leaves start .. end-1; asked for aligned subtrees only:
`start` is a multiple of the least power of two that is not below `end - start`."""

Range: TypeAlias = tuple[int, int]

HASH_BYTES = 32

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Merkle tree hash of no leaves (RFC 9162 section 2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data), 32 bytes (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), 32 bytes (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def node_hashes(level: Sequence[bytes]) -> list[bytes]:
    """Hash the nodes of one level in pairs; an odd last one is left out. The tight loop of every bulk operation."""
    sha256 = hashlib.sha256
    nodes = iter(level)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(nodes, nodes, strict=False)]


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash over leaf hashes (RFC 9162 section 2.1.1).

    Level by level, an odd last node being carried up as it is, which gives the same tree as the recursive definition.
    """
    level = hashes
    while len(level) > 1:
        level = _next_level(level)
    return level[0] if level else EMPTY_ROOT


def block_roots(hashes: Sequence[bytes], size: int = 1024) -> list[bytes]:
    """Return the Merkle tree hash of every block of `size` leaf hashes; the last block may be shorter.

    Args:
        hashes: leaf hashes, the first of which begins a block.
        size: leaves in a block, a power of two.
    """
    height = size.bit_length() - 1
    if size != 1 << height:
        raise ValueError("a block holds a power of two of leaves")
    roots: list[bytes] = []
    at_once = max(size, 1 << 16)  # a few megabytes of nodes, so that they stay in the processor's cache
    for start in range(0, len(hashes), at_once):
        level = hashes[start : start + at_once]
        for _ in range(height):
            level = _next_level(level)
        roots += level
    return roots


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    nodes = node_hashes(level)
    if len(level) & 1:
        nodes.append(level[-1])
    return nodes


def inclusion_ranges(number: int, size: int) -> list[Range]:
    """Return the subtrees (start, end) whose hashes are the inclusion path of leaf `number`, from leaf to root."""
    if not 0 <= number < size:
        raise ValueError(f"leaf {number} is not in a tree of {size}")
    start, end = 0, size
    ranges = []
    while end - start > 1:
        middle = start + _split(end - start)
        if number < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the subtrees (start, end) whose hashes are the consistency path from a tree of `old` leaves to `new`."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not extend one of {old}")
    if old in (0, new):
        return []
    start, end = 0, new
    ranges = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # the old tree's own root is known to who checks, every other last subtree is not
        ranges.append((start, end))
    return ranges[::-1]


def inclusion_path(number: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return PATH(number, D_size) of RFC 9162 section 2.1.3.1: at most ceil(log2(size)) hashes, from leaf to root."""
    return [subtree(start, end) for start, end in inclusion_ranges(number, size)]


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Return PROOF(old, D_new) of RFC 9162 section 2.1.4.1; empty when `old` is 0 or equal to `new`."""
    return [subtree(start, end) for start, end in consistency_ranges(old, new)]


def verify_inclusion(leaf: bytes, number: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash `leaf` is number `number` of the tree (`size`, `root`): RFC 9162 section 2.1.3.2.

    Raises:
        IntegrityError: it is not, or the path does not prove it.
    """
    if not 0 <= number < size:
        raise IntegrityError(f"There is no number {number} among {size} entries.")
    rest, last = number, size - 1
    node = leaf
    for step in path:
        if last == 0:
            raise IntegrityError("The inclusion path is longer than the tree is high.")
        if rest & 1 or rest == last:
            node = node_hash(step, node)
            rest, last = _drop_zeros(rest, last)
        else:
            node = node_hash(node, step)
        rest, last = rest >> 1, last >> 1
    if last != 0:
        raise IntegrityError("The inclusion path is shorter than the tree is high.")
    if node != root:
        raise IntegrityError(f"The inclusion path leads to the root {node.hex()}, not to {root.hex()}.")


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check that the tree (`new_size`, `new_root`) only adds to (`old_size`, `old_root`): RFC 9162 section 2.1.4.2.

    The cases that the clause leaves to the caller: equal sizes need equal roots and an empty path; every tree extends
    the empty one, whose root is `EMPTY_ROOT`, by an empty path.

    Raises:
        IntegrityError: it does not, or the path does not prove it.
    """
    if not 0 <= old_size <= new_size:
        raise IntegrityError(f"{new_size} entries cannot extend {old_size}.")
    if old_size in (0, new_size):
        _verify_trivial_consistency(old_size, old_root, new_size, new_root, path)
        return
    if not path:
        raise IntegrityError("The consistency path is empty.")
    old_is_complete = old_size & (old_size - 1) == 0
    first, *others = [old_root, *path] if old_is_complete else path
    rest, last = _drop_ones(old_size - 1, new_size - 1)
    old_node = new_node = first
    for step in others:
        if last == 0:
            raise IntegrityError("The consistency path is longer than the tree is high.")
        if rest & 1 or rest == last:
            old_node, new_node = node_hash(step, old_node), node_hash(step, new_node)
            rest, last = _drop_zeros(rest, last)
        else:
            new_node = node_hash(new_node, step)
        rest, last = rest >> 1, last >> 1
    if last != 0:
        raise IntegrityError("The consistency path is shorter than the tree is high.")
    if old_node != old_root:
        raise IntegrityError(f"The consistency path leads to the old root {old_node.hex()}, not to {old_root.hex()}.")
    if new_node != new_root:
        raise IntegrityError(f"The consistency path leads to the new root {new_node.hex()}, not to {new_root.hex()}.")


def subset_path(numbers: Sequence[int], size: int, subtree: Subtree) -> list[bytes]:
    """Return what leads from some leaves to the root: the hashes of the largest subtrees that hold none of them.

    Args:
        numbers: of the leaves, at least one, each once, in order. size: of the tree. subtree: gives its hashes.

    Returns:
        The hashes from left to right. For one leaf they are those of its inclusion path in another order.
    """
    if not numbers or numbers[0] < 0 or numbers[-1] >= size:
        raise ValueError(f"the leaves are not in a tree of {size}")
    return [subtree(start, end) for start, end in _without(numbers, 0, size)]


def _without(numbers: Sequence[int], start: int, end: int) -> Iterator[Range]:
    if bisect_left(numbers, start) == bisect_left(numbers, end):
        yield start, end
    elif end - start > 1:
        middle = start + _split(end - start)
        yield from _without(numbers, start, middle)
        yield from _without(numbers, middle, end)


def verify_subset(
    numbers: Sequence[int], leaves: Sequence[bytes], size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that some leaf hashes are those of their numbers in the tree (`size`, `root`), with the path of `subset_path`.

    Args:
        numbers: of the leaves, each once, in order. leaves: their hashes, in the same order.

    Raises:
        IntegrityError: they are not, or the path does not prove it.
    """
    in_order = all(left < right for left, right in pairwise(numbers))
    if not numbers or len(leaves) != len(numbers) or not in_order:
        raise IntegrityError("The numbers are not in order, or not as many as the digests.")
    if numbers[0] < 0 or numbers[-1] >= size:
        raise IntegrityError(f"A number is not among the {size} of the tree.")
    own, others = iter(leaves), iter(path)

    def fold(start: int, end: int) -> bytes:
        if bisect_left(numbers, start) == bisect_left(numbers, end):
            return next(others, b"")
        if end - start == 1:
            return next(own)
        middle = start + _split(end - start)
        return node_hash(fold(start, middle), fold(middle, end))

    found = fold(0, size)
    if next(others, None) is not None:
        raise IntegrityError("The path is longer than it must be.")
    if found != root:
        raise IntegrityError(f"The digests lead to the root {found.hex()}, not to {root.hex()}.")


def _verify_trivial_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    if path:
        raise IntegrityError("The consistency path must be empty here.")
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise IntegrityError("The root of no entries is not the hash of nothing.")
    if old_size == new_size and old_root != new_root:
        raise IntegrityError(f"Two different roots for the same {new_size} entries.")


def _split(size: int) -> int:
    """Return the largest power of two below `size` (k of RFC 9162 section 2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _drop_ones(rest: int, last: int) -> Range:
    while rest & 1:
        rest, last = rest >> 1, last >> 1
    return rest, last


def _drop_zeros(rest: int, last: int) -> Range:
    while rest and not rest & 1:
        rest, last = rest >> 1, last >> 1
    return rest, last
