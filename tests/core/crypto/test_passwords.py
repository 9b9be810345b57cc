import pytest

from underseal.core.crypto import hash_new_password, hash_password, is_password, verify_password
from underseal.core.crypto.passwords import MAX_PASSWORD_BYTES, MIN_PASSWORD
from underseal.core.records import Secret
from underseal.errors import CallerError, IntegrityError


def test_only_the_password_itself_is_accepted() -> None:
    stored = hash_password(Secret("très secret".encode()))
    assert verify_password(stored, Secret("très secret".encode()))
    assert not verify_password(stored, Secret(b"tres secret"))
    assert not verify_password(stored, Secret(b""))


def test_one_password_has_many_hashes_of_argon2id() -> None:
    first, second = hash_password(Secret(b"word")), hash_password(Secret(b"word"))
    assert first != second
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert "word" not in first


@pytest.mark.parametrize("length", [0, MAX_PASSWORD_BYTES + 1])
def test_an_empty_or_endless_password_is_refused(length: int) -> None:
    with pytest.raises(CallerError):
        hash_password(Secret(b"x" * length))


def test_an_endless_password_is_wrong() -> None:
    assert not verify_password(hash_password(Secret(b"word")), Secret(b"x" * (MAX_PASSWORD_BYTES + 1)))


@pytest.mark.parametrize("stored", ["", "word", "$argon2id$", "$argon2id$v=19$m=65536,t=3,p=4$!!!$!!!"])
def test_a_damaged_hash_is_said_so(stored: str) -> None:
    with pytest.raises(IntegrityError):
        verify_password(stored, Secret(b"word"))


@pytest.mark.parametrize(
    "word", [b"", b"x" * (MIN_PASSWORD - 1), "é".encode() * (MIN_PASSWORD - 1), b"\xff" * MIN_PASSWORD]
)
def test_a_new_password_has_twelve_characters_of_text(word: bytes) -> None:
    with pytest.raises(CallerError, match="at least 12 characters") as refused:
        hash_new_password(Secret(word))
    assert refused.value.hint


def test_a_new_password_is_the_one_that_lets_in() -> None:
    stored = hash_new_password(Secret("é".encode() * MIN_PASSWORD))
    assert is_password(stored, Secret("é".encode() * MIN_PASSWORD))
    assert not is_password(stored, Secret(b"e" * MIN_PASSWORD))


def test_nobody_has_a_password_and_an_empty_hash_is_damaged() -> None:
    assert not is_password(None, Secret(b"correct horse battery"))
    with pytest.raises(IntegrityError):
        is_password("", Secret(b"correct horse battery"))
