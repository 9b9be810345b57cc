"""A cursor comes back as it was, and anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.web import cursors
from underseal.errors import CallerError


@given(st.integers(-(2**63), 2**63 - 1), st.text())
def test_round_trip(number: int, text: str) -> None:
    cursor = cursors.encode(number, text)
    assert cursor.isascii()
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert cursors.decode(cursor, int, str) == [number, text]


@given(st.text())
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CallerError):
        cursors.decode(text, int, int)


@pytest.mark.parametrize(
    "cursor",
    [
        cursors.encode(1),
        cursors.encode(1, 2, 3),
        cursors.encode("1", 2),
        cursors.encode(2**63, 0),
        "W3RydWUsMF0",
        "W" * 4000,
    ],
)
def test_other_places_are_refused(cursor: str) -> None:
    with pytest.raises(CallerError):
        cursors.decode(cursor, int, int)
