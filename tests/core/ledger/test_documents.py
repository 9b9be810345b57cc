"""Signed documents: what was signed is read back, anything else is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.crypto import SigningKey
from underseal.core.ledger import Json, SignedDocument, canonical, read_document, sign_document
from underseal.errors import CallerError, IntegrityError, UnreadableError

KEY = SigningKey.generate()
OTHER = SigningKey.generate()
VALUE: dict[str, Json] = {
    "format": "underseal/release/1",
    "size": 3,
    "name": "Zaak \u00e9\u00e9n",
    "parts": ["a", None, True],
}
FILE = sign_document(VALUE, KEY).to_bytes()


def test_reads_back_what_was_signed() -> None:
    assert read_document(FILE, KEY.public) == VALUE
    assert read_document(FILE, None) == VALUE


def test_the_file_is_plain_json_with_the_payload_as_text() -> None:
    outer = json.loads(FILE)
    assert set(outer) == {"payload", "signature", "key"}
    assert outer["payload"].encode() == canonical(VALUE)
    KEY.public.verify(outer["payload"].encode(), bytes.fromhex(outer["signature"]))


def test_another_key_is_not_trusted() -> None:
    with pytest.raises(IntegrityError, match="not by the trusted key"):
        read_document(FILE, OTHER.public)


def test_a_document_without_a_format_is_not_signed() -> None:
    with pytest.raises(CallerError, match="format"):
        sign_document({"size": 1}, KEY)


@given(st.integers(0, len(FILE) * 8 - 1))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    data = bytearray(FILE)
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises((IntegrityError, UnreadableError)):
        read_document(bytes(data), KEY.public)


@pytest.mark.parametrize(
    "payload", ['{"format": "spaced"}', '{"a":1}', "[]", '{"format":"x","a":1.5}', "{", '{"format":1}']
)
def test_a_signed_payload_that_is_no_canonical_object_with_a_format_is_refused(payload: str) -> None:
    document = SignedDocument(payload=payload, signature=KEY.sign(payload.encode()), key=bytes.fromhex(KEY.public.hex))
    with pytest.raises(IntegrityError):
        document.verify(KEY.public)


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "00"},
        {"signature": None},
        {"key": "zz" * 32},
        {"payload": {}},
        {"extra": 1},
        {"key": KEY.public.hex.upper()},
    ],
)
def test_another_shape_is_unreadable(change: dict[str, object]) -> None:
    with pytest.raises(UnreadableError):
        read_document(json.dumps({**json.loads(FILE), **change}).encode(), None)


@pytest.mark.parametrize("point", [b"\xff" * 32, b"\x02" + bytes(31)])
def test_a_key_that_is_no_key_is_refused(point: bytes) -> None:
    document = SignedDocument(payload='{"format":"x"}', signature=bytes(64), key=point)
    with pytest.raises(IntegrityError):
        document.verify(None)
