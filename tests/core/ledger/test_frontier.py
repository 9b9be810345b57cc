"""The frontier: grown one by one, in bulk, by blocks, and over a restart, it always has the root of all leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.ledger import EMPTY_ROOT, Frontier, block_roots, leaf_hash, merkle_root
from underseal.errors import IntegrityError

MANY = [leaf_hash(number.to_bytes(4, "big")) for number in range(3000)]


@given(st.lists(st.integers(0, 300), max_size=8))
def test_any_way_of_growing_gives_the_same_root(steps: list[int]) -> None:
    bulk, single, done = Frontier(), Frontier(), 0
    for step in steps:
        bulk.extend(MANY[done : done + step])
        for leaf in MANY[done : done + step]:
            single.append(leaf)
        done += step
        assert bulk.root() == single.root() == merkle_root(MANY[:done])
        assert bulk.size == single.size == done
        bulk = Frontier.from_bytes(bulk.to_bytes())


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_blocks_serve_between_a_ragged_start_and_end(before: int, more: int) -> None:
    end = min(before + more, len(MANY))
    frontier = Frontier()
    frontier.extend(MANY[:before])
    first = min(-(-before // 64) * 64, end)
    last = max(first, end // 64 * 64)
    frontier.extend(MANY[before:first])
    if last > first:
        frontier.extend(block_roots(MANY[first:last], 64), height=6)
    frontier.extend(MANY[last:end])
    if end >= before:
        assert frontier.root() == merkle_root(MANY[: max(end, before)])


def test_bulk_beyond_one_batch() -> None:
    hashes = MANY * 50
    frontier = Frontier()
    frontier.extend(hashes[:7])
    frontier.extend(hashes[7:])
    assert frontier.root() == merkle_root(hashes)


def test_an_empty_one_has_the_empty_root() -> None:
    assert Frontier().root() == EMPTY_ROOT
    assert Frontier.from_bytes(Frontier().to_bytes()).size == 0


def test_a_copy_grows_on_its_own() -> None:
    frontier = Frontier()
    frontier.append(MANY[0])
    other = frontier.copy()
    other.append(MANY[1])
    assert (frontier.size, other.size) == (1, 2)
    assert frontier.root() == MANY[0]


def test_the_state_is_a_hash_per_one_bit() -> None:
    frontier = Frontier()
    frontier.extend(MANY[:0b1011])
    assert len(frontier.to_bytes()) == 8 + 3 * 32


@given(st.binary(max_size=80))
def test_any_other_bytes_are_refused_or_read_as_they_are(data: bytes) -> None:
    try:
        frontier = Frontier.from_bytes(data)
    except IntegrityError:
        return
    assert frontier.to_bytes() == data


def test_blocks_begin_where_a_block_may_begin() -> None:
    frontier = Frontier()
    frontier.append(MANY[0])
    with pytest.raises(ValueError, match="cannot begin after 1"):
        frontier.extend(MANY[:2], height=1)
