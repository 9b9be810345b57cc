import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vodozemac import GroupSession

from underseal.core.crypto.megolm import MalformedMegolmError, message_index
from underseal.core.crypto.megolm_columns import UNKNOWN, message_indices

_MESSAGES = [
    message.to_bytes()
    for session in [GroupSession()]
    for message in map(session.encrypt, [b"x" * n for n in (0, 15, 100, 2000, 20_000)] * 60)
]


def slowly(ciphertext: bytes | None) -> int:
    try:
        return UNKNOWN if ciphertext is None else message_index(ciphertext)
    except MalformedMegolmError:
        return UNKNOWN


def varint(value: int, size: int) -> bytes:
    """Return a variable-length integer of at least `size` bytes, longer than needed if need be."""
    data = bytearray()
    while value or len(data) < size:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data[-1] &= 0x7F
    return bytes(data)


@st.composite
def encodings(draw: st.DrawFn) -> bytes:
    """Draw bytes that are a message, or nearly."""
    index = draw(st.integers(0, 2**33) | st.sampled_from([127, 128, 16383, 16384, 2**32 - 1, 2**32]))
    body = draw(st.binary(max_size=200))
    length = draw(st.just(len(body)) | st.integers(0, 300))
    start = bytes([draw(st.sampled_from([3, 3, 3, 4, 2])), draw(st.sampled_from([8, 8, 8, 9]))])
    middle = varint(index, draw(st.integers(1, 6))) + bytes([draw(st.sampled_from([0x12, 0x12, 0x12, 0x13]))])
    end = bytes(draw(st.sampled_from([72, 72, 72, 71, 73, 96])))
    return start + middle + varint(length, draw(st.integers(1, 3))) + body + end


@given(st.lists(st.none() | st.sampled_from(_MESSAGES) | encodings() | st.binary(max_size=100), max_size=12))
def test_what_the_fast_path_reads_the_slow_one_reads_too(values: list[bytes | None]) -> None:
    column = pa.chunked_array([values], pa.binary())
    for fast, slow, value in zip(message_indices(column).tolist(), map(slowly, values), values, strict=True):
        assert fast == slow or (fast == UNKNOWN and value is not None and value[0] == 4)


def test_every_real_message_takes_the_fast_path() -> None:
    assert message_indices(pa.chunked_array([_MESSAGES], pa.binary())).tolist() == list(range(len(_MESSAGES)))


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_slices_chunks_and_nulls_are_read_in_their_places(kind: pa.DataType) -> None:
    whole = pa.chunked_array([[None, *_MESSAGES[:5]], [], [b"", *_MESSAGES[5:9], None]], kind)
    assert message_indices(whole).tolist() == [UNKNOWN, 0, 1, 2, 3, 4, UNKNOWN, 5, 6, 7, 8, UNKNOWN]
    assert message_indices(whole.slice(3, 6)).tolist() == [2, 3, 4, UNKNOWN, 5, 6]
    assert message_indices(pa.chunked_array([], kind)).tolist() == []
    assert message_indices(pa.chunked_array([[None, None]], kind)).tolist() == [UNKNOWN, UNKNOWN]
