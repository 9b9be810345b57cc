import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.crypto import SigningKey, VerifyKey
from underseal.core.records import Secret
from underseal.errors import ConflictError, IntegrityError, KeyFileError

PASSPHRASE = Secret(b"seven quiet harbours")


def test_rfc_8032_vector_2() -> None:
    key = SigningKey(Secret(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")))
    assert key.public.hex == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert key.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


@given(st.binary(max_size=200))
def test_a_signature_holds_for_its_message_only(message: bytes) -> None:
    key = SigningKey.generate()
    signature = key.sign(message)
    key.public.verify(message, signature)
    with pytest.raises(IntegrityError):
        key.public.verify(message + b"\0", signature)
    with pytest.raises(IntegrityError):
        SigningKey.generate().public.verify(message, signature)


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), bytes(65)])
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(IntegrityError):
        SigningKey.generate().public.verify(b"message", signature)


def test_a_public_key_that_is_no_point_verifies_nothing() -> None:
    with pytest.raises(IntegrityError):
        VerifyKey(b"\x02" + bytes(31)).verify(b"message", bytes(64))


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "00" * 33, "0 " * 32, " " + "00" * 32])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(IntegrityError):
        VerifyKey.from_hex(text)


def test_a_public_key_survives_hex() -> None:
    public = SigningKey.generate().public
    assert VerifyKey.from_hex(public.hex) == public
    assert VerifyKey.from_hex(public.hex.upper()).fingerprint == public.fingerprint
    assert [len(group) for group in public.fingerprint.split()] == [4] * 8


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_saved_key_loads_again(tmp_path: Path, passphrase: Secret | None) -> None:
    key, path = SigningKey.generate(), tmp_path / "signing.key"
    key.save(path, passphrase)
    assert SigningKey.load(path, passphrase).public == key.public
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_sealed_key_shows_neither_seed_nor_opens_to_others(tmp_path: Path) -> None:
    key, path = SigningKey.generate(), tmp_path / "signing.key"
    key.save(path, PASSPHRASE)
    assert "seed" not in json.loads(path.read_bytes())
    with pytest.raises(KeyFileError, match="passphrase is wrong"):
        SigningKey.load(path, Secret(b"another"))
    with pytest.raises(KeyFileError, match="under a passphrase"):
        SigningKey.load(path)


def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    key, path = SigningKey.generate(), tmp_path / "signing.key"
    key.save(path)
    with pytest.raises(ConflictError):
        SigningKey.generate().save(path)
    assert SigningKey.load(path).public == key.public
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_key_that_others_can_touch_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "signing.key"
    SigningKey.generate().save(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="by others") as caught:
        SigningKey.load(path)
    assert "chmod 600" in caught.value.hint


def test_a_missing_key_and_a_folder_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="no key file"):
        SigningKey.load(tmp_path / "signing.key")
    with pytest.raises(KeyFileError, match="folder"):
        SigningKey.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "underseal/key/9"),
        ("public", "00" * 32),
        ("public", 5),
        ("seed", "00"),
        ("seed", None),
        ("seed", "zz" * 32),
        ("sealed", []),
    ],
)
def test_a_damaged_plain_key_is_refused(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "signing.key"
    SigningKey.generate().save(path)
    fields = json.loads(path.read_bytes())
    path.write_text(json.dumps({**fields, name: value}))
    with pytest.raises(KeyFileError):
        SigningKey.load(path, PASSPHRASE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time", 2),
        ("time", 10**9),
        ("time", True),
        ("memory", 2**40),
        ("memory", 1),
        ("lanes", 0),
        ("salt", "00" * 16),
        ("salt", "00"),
        ("salt", None),
        ("nonce", "00"),
        ("nonce", "00" * 12),
        ("ciphertext", ""),
        ("kdf", "scrypt"),
        ("cipher", "none"),
        ("extra", "words"),
    ],
)
def test_no_parameter_of_a_sealed_key_can_be_changed(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "signing.key"
    SigningKey.generate().save(path, PASSPHRASE)
    fields = json.loads(path.read_bytes())
    fields["sealed"][name] = value
    path.write_text(json.dumps(fields))
    with pytest.raises(KeyFileError):
        SigningKey.load(path, PASSPHRASE)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b"[" * 60_000, b"{}", b"null", bytes(70_000)])
def test_what_is_no_key_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "signing.key"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        SigningKey.load(path)


def test_a_signing_key_shows_itself_to_nobody(tmp_path: Path) -> None:
    key, path = SigningKey.generate(), tmp_path / "signing.key"
    key.save(path)
    assert json.loads(path.read_bytes())["seed"] not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)
