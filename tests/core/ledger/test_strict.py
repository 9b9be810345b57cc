"""Strict JSON: everything that two readers could understand differently is refused in one sentence."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.ledger import Fields, JsonValue, parse_strict
from underseal.errors import UnreadableError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"a":1,"a":1}', "gives 'a' twice"),
        (b'[{"b":{"a":1,"a":2}}]', "gives 'a' twice"),
        (b"1.0", "no integer: '1.0'"),
        (b"1e3", "no integer"),
        (b"NaN", "no integer"),
        (b"-Infinity", "no integer"),
        (b"9007199254740992", "beyond 2"),
        (b"9" * 5000, "beyond 2"),
        (b'"\\ud800"', "half of a character"),
        (b'{"\\udc00":1}', "half of a character"),
        (b'"\xff"', "not UTF-8 text: byte 1"),
        (b"", "not JSON"),
        (b"{} {}", "Extra data at character 3"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"a":' * 200_000, "nested too deep"),
        (b'"a\x00b"', "Invalid control character"),
    ],
)
def test_refuses(text: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        parse_strict(text)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_reads_what_json_writes(value: object) -> None:
    text = json.dumps(value).encode()
    try:
        read = parse_strict(text)
    except UnreadableError as error:
        assert "half of a character" in error.message  # noqa: PT017 - a key may hold a lone surrogate
    else:
        assert read == value


FIELDS = Fields(
    {
        "text": "a",
        "number": 3,
        "true": True,
        "minus": -1,
        "digest": "ab" * 32,
        "digests": ["00" * 32],
        "base64": "QQ==",
    },
    "The thing",
)


def test_fields_are_read_by_type() -> None:
    assert FIELDS.text("text") == "a"
    assert FIELDS.integer("number") == 3
    assert FIELDS.hexadecimal("digest") == b"\xab" * 32
    assert FIELDS.hexadecimal("digest", None) == b"\xab" * 32
    assert FIELDS.digests("digests") == [bytes(32)]
    assert FIELDS.base64("base64") == b"A"
    assert FIELDS.value("missing") is None
    assert "text" in FIELDS


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("text", 1),
        ("text", None),
        ("integer", True),
        ("integer", -1),
        ("integer", "1"),
        ("hexadecimal", "AB" * 32),
        ("hexadecimal", "ab" * 31),
        ("hexadecimal", "abc"),
        ("hexadecimal", " " + "ab" * 31 + "a"),
        ("digests", "ab" * 32),
        ("digests", ["ab"]),
        ("digests", [None]),
        ("base64", "QR=="),
        ("base64", "QQ"),
        ("base64", "Q Q=="),
        ("base64", "\u00e9"),
    ],
)
def test_a_field_of_another_type_is_named(method: str, value: JsonValue) -> None:
    with pytest.raises(UnreadableError, match="The thing: 'field' is not "):
        getattr(Fields({"field": value}, "The thing"), method)("field")


def test_missing_and_unknown_fields_are_named() -> None:
    with pytest.raises(UnreadableError, match="The thing is not a JSON object"):
        Fields([], "The thing")
    with pytest.raises(UnreadableError, match="The thing has no 'b'"):
        Fields({"a": 1}, "The thing", required=("a", "b"))
    with pytest.raises(UnreadableError, match="The thing has an unknown field 'c"):
        Fields({"a": 1, "c" * 200: 1}, "The thing", required=("a",), optional=("b",))
