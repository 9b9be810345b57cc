"""An allowance lets through what it says, and takes back."""

from hypothesis import given
from hypothesis import strategies as st

from underseal.core.web.allowance import MAX_KEYS, Allowance


@given(st.integers(1, 5), st.integers(1, 100), st.lists(st.integers(0, 50), max_size=60))
def test_never_more_than_so_many_in_any_stretch(times: int, per: int, steps: list[int]) -> None:
    allowance, at, passed = Allowance(times=times, per=per), 0, []
    for step in steps:
        at += step
        if allowance.wait("key", at=at) == 0:
            passed.append(at)
    assert all(later - earlier >= per for earlier, later in zip(passed, passed[times:], strict=False))


def test_says_how_long_to_wait() -> None:
    allowance = Allowance(times=2, per=100)
    assert [allowance.wait("key", at=at) for at in (0, 10, 20, 99, 100, 109, 110)] == [0, 0, 80, 1, 0, 1, 0]


def test_keys_do_not_share() -> None:
    allowance = Allowance(times=1, per=100)
    assert [allowance.wait(key, at=0) for key in ("a", "b", "a")] == [0, 0, 100]


def test_takes_back() -> None:
    allowance = Allowance(times=1, per=100)
    allowance.wait("a", at=0)
    allowance.take_back("a")
    allowance.take_back("nobody")
    assert allowance.wait("a", at=2) == 0


def test_memory_is_bounded() -> None:
    allowance = Allowance(times=1, per=10**9)
    for key in range(MAX_KEYS + 10):
        allowance.wait(str(key), at=0)
    assert len(allowance._passed) == MAX_KEYS


def test_a_key_that_is_forgotten_begins_anew_and_others_do_not() -> None:
    allowance = Allowance(times=1, per=1000)
    for key in ("a", "b"):
        assert allowance.wait(key, at=0) == 0
    allowance.forget("a")
    allowance.forget("never seen")
    assert allowance.wait("a", at=1) == 0
    assert allowance.wait("b", at=1) > 0
