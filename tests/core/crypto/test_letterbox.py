"""A letterbox: anyone puts in, its key alone takes out."""

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.crypto import Letterbox, LetterboxKey, SigningKey
from underseal.core.records import Secret
from underseal.errors import ConflictError, IntegrityError, KeyFileError

KEY = LetterboxKey.generate()


@given(st.binary(max_size=300), st.binary(max_size=30))
def test_what_is_put_in_comes_out_for_the_key(plaintext: bytes, label: bytes) -> None:
    sealed = KEY.letterbox.put(plaintext, label)
    assert len(sealed) == len(plaintext) + 48
    assert KEY.take_out(sealed, label) == plaintext


def test_another_key_another_label_and_damage_take_nothing_out() -> None:
    sealed = KEY.letterbox.put(b"who searched what", b"entry 1")
    for key, data, label in (
        (LetterboxKey.generate(), sealed, b"entry 1"),
        (KEY, sealed, b"entry 2"),
        (KEY, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"entry 1"),
        (KEY, sealed[:20], b"entry 1"),
    ):
        with pytest.raises(IntegrityError, match="another key or another place"):
            key.take_out(data, label)


def test_the_same_thing_is_sealed_anew_each_time() -> None:
    assert KEY.letterbox.put(b"same", b"") != KEY.letterbox.put(b"same", b"")


def test_a_letterbox_is_named_by_64_digits_and_nothing_else() -> None:
    assert Letterbox.from_hex(KEY.letterbox.hex) == KEY.letterbox
    for text in ("", "00", KEY.letterbox.hex.upper(), KEY.letterbox.hex + "00", "g" * 64):
        with pytest.raises(IntegrityError, match="64"):
            Letterbox.from_hex(text)
    with pytest.raises(IntegrityError, match="not a key"):
        Letterbox(bytes(32)).put(b"to a point of low order", b"")


def test_the_key_is_kept_in_a_file_under_a_passphrase(tmp_path: Path) -> None:
    file, passphrase = tmp_path / "audit.key", Secret(b"a long passphrase")
    KEY.save(file, passphrase)
    assert file.stat().st_mode & 0o777 == 0o600
    opened = LetterboxKey.load(file, passphrase)
    assert opened.take_out(KEY.letterbox.put(b"x", b""), b"") == b"x"
    with pytest.raises(KeyFileError, match="wrong"):
        LetterboxKey.load(file, Secret(b"another"))
    with pytest.raises(ConflictError):
        KEY.save(file, passphrase)


def test_a_key_for_signing_is_none_for_a_letterbox(tmp_path: Path) -> None:
    SigningKey.generate().save(tmp_path / "signing.key")
    KEY.save(tmp_path / "audit.key")
    with pytest.raises(KeyFileError, match="something else"):
        LetterboxKey.load(tmp_path / "signing.key")
    with pytest.raises(KeyFileError, match="something else"):
        SigningKey.load(tmp_path / "audit.key")


def test_a_file_whose_halves_differ_is_damaged(tmp_path: Path) -> None:
    KEY.save(tmp_path / "audit.key")
    fields = json.loads((tmp_path / "audit.key").read_text())
    fields["public"] = LetterboxKey.generate().letterbox.hex
    (tmp_path / "audit.key").write_text(json.dumps(fields))
    with pytest.raises(KeyFileError, match="halves"):
        LetterboxKey.load(tmp_path / "audit.key")


def test_the_key_shows_itself_to_nobody() -> None:
    assert repr(KEY) == f"LetterboxKey({KEY.letterbox.hex[:16]})"
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
