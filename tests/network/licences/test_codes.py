"""A code survives being typed, and a slip never makes another code of it."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.errors import CodeUnknownError
from underseal.network.licences.codes import CODE_LENGTH, URI, Code
from underseal.network.pins import ALPHABET

codes = st.builds(Code.draw)
places = st.integers(0, CODE_LENGTH - 1)


def grouped(signs: str) -> str:
    return "-".join(re.findall("....", signs))


def test_codes_have_one_form_and_none_comes_twice() -> None:
    drawn = [Code.draw() for _ in range(2000)]
    assert len({code.digest for code in drawn}) == 2000
    form = re.compile(rf"(?:[{ALPHABET}]{{4}}-){{4}}[{ALPHABET}]{{4}}")
    assert all(form.fullmatch(code.text) for code in drawn)
    assert set("".join(code.text for code in drawn)) == {*ALPHABET, "-"}


@given(codes)
def test_a_code_is_read_as_it_is_typed_or_scanned(code: Code) -> None:
    for typed in (code.text.lower(), code.text.replace("-", " "), f"\t{code.text}\n", f"{URI}{code.text}"):
        assert Code.parse(typed) == code
    assert Code.parse(f"{URI.upper()}{code.text.replace('-', '')}").digest == code.digest


@given(codes, places, st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_seen(code: Code, place: int, sign: str) -> None:
    signs = code.text.replace("-", "")
    wrong = signs[:place] + sign + signs[place + 1 :]
    if wrong != signs:
        with pytest.raises(CodeUnknownError):
            Code.parse(wrong)


@given(codes, places, places)
def test_every_swap_is_seen_not_only_of_neighbours(code: Code, one: int, other: int) -> None:
    signs = list(code.text.replace("-", ""))
    signs[one], signs[other] = signs[other], signs[one]
    wrong = grouped("".join(signs))
    if wrong != code.text:
        with pytest.raises(CodeUnknownError):
            Code.parse(wrong)


@settings(max_examples=examples(5))
@given(codes)
def test_all_slips_of_one_code_are_seen(code: Code) -> None:
    signs = code.text.replace("-", "")
    slips = {signs[:n] + sign + signs[n + 1 :] for n in range(CODE_LENGTH) for sign in ALPHABET}
    slips |= {signs[:n] + signs[n + 1] + signs[n] + signs[n + 2 :] for n in range(CODE_LENGTH - 1)}
    for slip in slips - {signs}:
        with pytest.raises(CodeUnknownError):
            Code.parse(slip)
    assert len(slips) > CODE_LENGTH * (len(ALPHABET) - 1)


def test_every_character_comes_as_often_as_another() -> None:
    counts = Counter("".join(Code.draw().text.replace("-", "")[:-1] for _ in range(3000)))
    expected = 3000 * (CODE_LENGTH - 1) / len(ALPHABET)
    # chi-square with 29 degrees of freedom: beyond 80 once in a million runs
    assert sum((counts[sign] - expected) ** 2 / expected for sign in ALPHABET) < 80


@given(st.text(max_size=60))
def test_text_of_any_kind_is_a_code_or_unknown(text: str) -> None:
    try:
        assert re.fullmatch(rf"[{ALPHABET}-]{{24}}", Code.parse(text).text)
    except CodeUnknownError as error:
        assert error.hint  # noqa: PT017  # either may come
