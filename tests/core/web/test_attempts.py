"""How attempts are counted, wherever the count is kept."""

from hypothesis import given
from hypothesis import strategies as st

from underseal.core.web.attempts import BUCKET_BYTES, bucket, wait_after


@given(st.lists(st.integers(0, 100), max_size=10), st.integers(1, 5), st.integers(1, 100))
def test_one_waits_until_the_oldest_that_counts_is_past(passed: list[int], times: int, per: int) -> None:
    passed, at = sorted(passed), 100
    wait = wait_after(passed, at=at, times=times, per=per)
    assert (wait == 0) == (len(passed) < times) or passed[-times] + per == at
    if wait:
        assert len([one for one in passed if one > at + wait - per]) < times


@given(st.text())
def test_what_was_typed_cannot_be_told_from_where_it_is_counted(text: str) -> None:
    assert len(bucket(text)) == BUCKET_BYTES == 2
