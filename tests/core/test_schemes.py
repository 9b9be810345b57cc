"""Numbers of dossiers by an office's scheme: each count gives another number, and a series is all that differs in the count alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.schemes import Scheme


@pytest.mark.parametrize(
    ("text", "number", "series"),
    [
        ("{district}.{year}/{number:04}", "AN.2026/0012", "AN.2026/{number}"),
        ("{number}", "12", "{number}"),
        ("FD{number:02}-{year}", "FD12-2026", "FD{number}-2026"),
    ],
)
def test_a_scheme_makes_numbers_and_names_their_series(text: str, number: str, series: str) -> None:
    scheme = Scheme.read(text)
    assert scheme.number(12, district="AN", year=2026) == number
    assert scheme.series(district="AN", year=2026) == series


@given(one=st.integers(1, 10**6), other=st.integers(1, 10**6))
def test_two_counts_never_give_one_number(one: int, other: int) -> None:
    scheme = Scheme.read("{district}.{year}/{number:04}")
    same = scheme.number(one, district="AN", year=2026) == scheme.number(other, district="AN", year=2026)
    assert same == (one == other)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 to 100 printable"),
        ("{year}", "counts once"),
        ("{number}{number}", "counts once"),
        ("{number.real}{number}", "no field"),
        ("{number!r}", "cannot be written like that"),
        ("{year:04}{number}", "field year"),
        ("{{number}}{number}", "braces"),
        ("{number", "cannot be read"),
    ],
)
def test_what_is_no_scheme_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Scheme.read(text)
