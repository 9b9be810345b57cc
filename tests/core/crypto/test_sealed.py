"""What is sealed opens with its own passphrase or key, and with nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.crypto.sealed import BOX_KEY_BYTES, Box, seal, unseal
from underseal.core.records import Secret
from underseal.errors import IntegrityError

CODE = Secret(b"482913")
BESIDE = {"format": "test/1"}


def test_a_sealed_secret_opens_with_its_passphrase_only() -> None:
    sealed = seal(Secret(b"store key"), CODE, BESIDE)
    assert unseal(sealed, CODE, BESIDE).reveal() == b"store key"
    with pytest.raises(IntegrityError):
        unseal(sealed, Secret(b"482914"), BESIDE)


@pytest.mark.parametrize(
    "change",
    [{"time": 1}, {"memory": 8}, {"lanes": 0}, {"salt": "00"}, {"nonce": 7}, {"ciphertext": "zz"}, {"kdf": "x"}],
)
def test_no_parameter_can_be_changed_unnoticed(change: dict[str, object]) -> None:
    sealed = seal(Secret(b"store key"), CODE, BESIDE)
    with pytest.raises(IntegrityError):
        unseal({**sealed, **change}, CODE, BESIDE)


def test_what_stands_beside_is_covered_by_the_tag() -> None:
    sealed = seal(Secret(b"store key"), CODE, BESIDE)
    with pytest.raises(IntegrityError):
        unseal(sealed, CODE, {"format": "test/2"})
    with pytest.raises(IntegrityError):
        unseal(None, CODE, BESIDE)


@given(st.binary(max_size=200), st.integers(min_value=0))
def test_a_box_gives_back_what_was_put_in_and_notices_every_flipped_bit(plaintext: bytes, bit: int) -> None:
    box = Box(Secret(bytes(BOX_KEY_BYTES)))
    locked = bytearray(box.lock(plaintext, b"place"))
    assert box.open(bytes(locked), b"place") == plaintext
    with pytest.raises(IntegrityError):
        box.open(bytes(locked), b"other place")
    locked[bit // 8 % len(locked)] ^= 1 << bit % 8
    with pytest.raises(IntegrityError):
        box.open(bytes(locked), b"place")


def test_a_box_does_not_open_what_is_shorter_than_its_nonce() -> None:
    with pytest.raises(IntegrityError):
        Box(Secret(bytes(BOX_KEY_BYTES))).open(b"short", b"place")
