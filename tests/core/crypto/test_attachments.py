import hashlib
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.crypto import attachments, content_path
from underseal.core.crypto.digests import CHUNK
from underseal.core.records import Secret
from underseal.errors import IntegrityError

KEY = secrets.token_bytes(32)
IV = secrets.token_bytes(8) + bytes(8)


def encrypted(plaintext: bytes) -> bytes:
    return Cipher(AES256(KEY), CTR(IV)).encryptor().update(plaintext)


@pytest.mark.parametrize("size", [0, 1, 16, CHUNK - 1, CHUNK, 2 * CHUNK + 5])
def test_an_attachment_opens_under_its_own_digest(tmp_path: Path, size: int) -> None:
    plaintext, source = secrets.token_bytes(size), tmp_path / "captured"
    source.write_bytes(encrypted(plaintext))
    sha256 = hashlib.sha256(source.read_bytes()).digest()
    digest = attachments.decrypt(source, tmp_path / "media", key=Secret(KEY), iv=IV, sha256=sha256)
    assert (digest.size, digest.sha256) == (size, hashlib.sha256(plaintext).digest())
    assert content_path(tmp_path / "media", digest.sha256).read_bytes() == plaintext
    assert source.read_bytes() == encrypted(plaintext)


@given(st.binary(min_size=1, max_size=100), st.data())
def test_nothing_is_kept_of_a_damaged_attachment(
    tmp_path_factory: pytest.TempPathFactory, plaintext: bytes, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    damaged = bytearray(encrypted(plaintext))
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (folder / "captured").write_bytes(damaged)
    sha256 = hashlib.sha256(encrypted(plaintext)).digest()
    with pytest.raises(IntegrityError):
        attachments.decrypt(folder / "captured", folder / "media", key=Secret(KEY), iv=IV, sha256=sha256)
    assert list((folder / "media").iterdir()) == []
