"""The indices of many Megolm messages at once, read from an Arrow column without an object per message.

It is the fast path of `megolm.message_index` for messages of version 3 (those that Matrix clients send), and says the same.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from underseal.core.crypto.megolm import SIGNATURE_BYTES

UNKNOWN = -1
"""What stands for the index of bytes that this fast path does not understand; `megolm.parse` has the last word on them."""

MAC_BYTES = 8
"""Length of the MAC of a message of version 3, in bytes."""

_VERSION, _INDEX_TAG, _CIPHERTEXT_TAG = 0x03, 0x08, 0x12
_LOW_BITS = 0x7F
_VARINT_BYTES = 5
"""Longest variable-length integer of 32 bits, in bytes (Protocol Buffers, "Base 128 Varints")."""


def message_indices(ciphertexts: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return the message index of each value, UNKNOWN for null and for what is not exactly a message of version 3.

    Args:
        ciphertexts: a column of type binary or large_binary.
    """
    return np.concatenate([np.empty(0, dtype=np.int64), *map(_indices, ciphertexts.chunks)])


def _indices(chunk: pa.Array) -> npt.NDArray[np.int64]:
    _, offsets, values = chunk.buffers()
    if not len(chunk) or not values or not values.size:
        return np.full(len(chunk), UNKNOWN, dtype=np.int64)
    width = np.int64 if pa.types.is_large_binary(chunk.type) else np.int32
    bounds = np.frombuffer(offsets, dtype=width)[chunk.offset :][: len(chunk) + 1].astype(np.int64)
    data, start, end = np.frombuffer(values, dtype=np.uint8), bounds[:-1], bounds[1:]
    index, after_index = _varint(data, start + 2)
    length, after_length = _varint(data, after_index + 1)
    exact = (
        (_at(data, start) == _VERSION)
        & (_at(data, start + 1) == _INDEX_TAG)
        & (_at(data, after_index) == _CIPHERTEXT_TAG)
        & (after_length + length + MAC_BYTES + SIGNATURE_BYTES == end)
        & (index != UNKNOWN)
        & (length != UNKNOWN)
        & chunk.is_valid().to_numpy(zero_copy_only=False)
    )
    return np.where(exact, index, UNKNOWN)


def _at(data: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the bytes at these places; beyond the end some other byte, which the final comparison of lengths refuses."""
    return data[np.minimum(places, len(data) - 1)].astype(np.int64)


def _varint(
    data: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the integer of at most 32 bits at each place, and where it ends; UNKNOWN where it is not the shortest form."""
    value, size = np.zeros_like(places), np.zeros_like(places)
    for number in range(_VARINT_BYTES):
        reading = size == number
        if not reading.any():  # as a rule after one byte of an index and two of a length
            break
        byte = _at(data, places + number)
        value += np.where(reading, (byte & _LOW_BITS) << 7 * number, 0)
        size += reading & (byte > _LOW_BITS)
        padded = reading & (byte == 0) & (number > 0)
        value = np.where(padded, UNKNOWN, value)
    whole = (size < _VARINT_BYTES) & (value >= 0) & (value < 1 << 32)
    return np.where(whole, value, UNKNOWN), places + size + 1
