"""Canonical JSON against the published vectors, a second implementation, and what it must refuse."""

import json
from enum import StrEnum
from pathlib import Path
from typing import cast

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.ledger import Json, canonical
from underseal.core.ledger.canonical import MAX_DEPTH, MAX_INTEGER
from underseal.errors import CallerError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc8785.json").read_text())

integers = st.integers(-MAX_INTEGER, MAX_INTEGER)
texts = st.text(st.characters(exclude_categories=["Cs"]))
ascii_texts = st.text(st.characters(max_codepoint=127))


def values(keys: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(
        st.none() | st.booleans() | integers | texts,
        lambda inner: st.lists(inner) | st.dictionaries(keys, inner),
        max_leaves=20,
    )


@pytest.mark.parametrize("case", VECTORS["cases"])
def test_published_vectors(case: dict[str, object]) -> None:
    assert canonical(cast("Json", case["value"])).decode() == case["text"]


@given(values(ascii_texts))
def test_equals_a_second_implementation(value: object) -> None:
    assert canonical(cast("Json", value)) == orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@given(values(texts))
def test_keeps_the_value(value: object) -> None:
    text = canonical(cast("Json", value))
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(texts, st.none()))
def test_keys_are_in_the_order_of_their_utf16_units(value: dict[str, None]) -> None:
    keys = list(json.loads(canonical(value)))
    assert keys == sorted(value, key=lambda key: key.encode("utf-16-be"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.0, "float"),
        (float("nan"), "float"),
        ({"a": [2**53]}, "$.a.0: an integer beyond"),
        (-(2**53), "integer beyond"),
        ("\ud800", "lone surrogate at character 0"),
        ({"ok": "a\udfff"}, "$.ok: a lone surrogate"),
        ({"\ud800": 1}, "lone surrogate"),
        ({1: 2}, "not a string"),
        (b"bytes", "bytes"),
        ({"set": {1}}, "set"),
    ],
)
def test_refuses_what_has_no_one_text(value: object, words: str) -> None:
    with pytest.raises(CallerError, match=".*" + words.replace("$", r"\$")):
        canonical(cast("Json", value))


def test_refuses_deep_nesting_without_a_crash() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(CallerError, match=f"deeper than {MAX_DEPTH}"):
        canonical(cast("Json", deep))


def test_an_enumeration_is_its_word() -> None:
    class Word(StrEnum):
        ONE = "one"

    assert canonical({Word.ONE: Word.ONE, "two": True}) == b'{"one":"one","two":true}'
