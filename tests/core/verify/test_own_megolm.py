"""The verifier's own Megolm opens what vodozemac seals, and nothing else."""

import base64
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vodozemac import ExportedSessionKey, GroupSession, InboundGroupSession

from underseal.core.verify.megolm import advance, check_signature, open_message
from underseal.errors import IntegrityError

LAST = 700
"""Messages of the session; beyond 256 a second part of the ratchet has moved."""


@cache
def session() -> tuple[InboundGroupSession, list[bytes]]:
    sender = GroupSession()
    reader = InboundGroupSession(sender.session_key)
    return reader, [sender.encrypt(b"line %d" % number).to_bytes() for number in range(LAST)]


def _as_export(data: bytes) -> ExportedSessionKey:
    return ExportedSessionKey(base64.b64encode(data).decode())


def _advanced(exported: bytes, target: int) -> bytes:
    return b"\x01" + target.to_bytes(4) + advance(exported[5:133], 0, target) + exported[133:]


def key(index: int) -> bytes:
    exported = session()[0].export_at(index)
    assert exported
    return base64.b64decode(exported.to_base64())


@given(st.integers(0, LAST - 1), st.integers(0, LAST - 1))
def test_it_opens_from_every_index_on(one: int, other: int) -> None:
    first, index = sorted((one, other))
    assert open_message(key(first), session()[1][index]) == b"line %d" % index


@pytest.mark.parametrize("ratchet_at", [0, 32, 64, 96])
def test_a_far_index_is_reached_as_vodozemac_reaches_it(ratchet_at: int) -> None:
    start = bytearray(key(0))
    start[5 + ratchet_at] ^= 1  # another ratchet for each case; its messages are not needed to compare exports
    for target in (255, 256, 65_535, 65_536, 16_777_216, 4_294_967_295):
        reader = InboundGroupSession.import_session(_as_export(bytes(start)))
        exported = reader.export_at(target)
        assert exported
        assert _advanced(bytes(start), target) == base64.b64decode(exported.to_base64())


@given(st.integers(0, 300), st.integers(0, 7))
def test_a_flipped_bit_opens_nothing(at: int, bit: int) -> None:
    message = bytearray(session()[1][3])
    message[at % len(message)] ^= 1 << bit
    with pytest.raises(IntegrityError):
        open_message(key(0), bytes(message))


@given(st.binary(max_size=200))
def test_other_bytes_are_no_message(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        check_signature(key(0)[-32:], data)


def test_a_key_that_is_too_late_or_of_another_session_or_wrong_is_named() -> None:
    message = session()[1][3]
    other = GroupSession()
    foreign = InboundGroupSession(other.session_key).export_at(0)
    assert foreign
    wrong = bytearray(key(0))
    wrong[20] ^= 1
    for exported, words in (
        (key(4), "from index 4 on"),
        (base64.b64decode(foreign.to_base64()), "not signed"),
        (bytes(wrong), "does not authenticate"),
        (b"", "exported session"),
        (b"\x02" + key(0)[1:], "exported session"),
    ):
        with pytest.raises(IntegrityError, match=words):
            open_message(exported, message)
