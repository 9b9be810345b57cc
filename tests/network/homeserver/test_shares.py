"""A share is given for the right proof, counted against the wrong ones, and gone for good after ten of them."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from underseal.errors import CallerError, ShareGoneError, WrongProofError
from underseal.network.homeserver.shares import MAX_TRIES, NewShare, Shares

UNLOCK, DURESS, WRONG = (bytes([n]) * 32 for n in (1, 2, 3))


@pytest.fixture
def shares(tmp_path: Path) -> Shares:
    return Shares(tmp_path)


@pytest.fixture
def made(shares: Shares) -> NewShare:
    return shares.create(UNLOCK, DURESS)


def fail(shares: Shares, made: NewShare, times: int) -> list[int]:
    left = []
    for _ in range(times):
        with pytest.raises(WrongProofError) as wrong:
            shares.open(made.id, WRONG)
        left.append(wrong.value.tries_left)
    return left


def kept_anywhere(folder: Path, secret: bytes) -> bool:
    return any(secret in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_right_proof_opens_again_and_again(shares: Shares, made: NewShare) -> None:
    assert [shares.open(made.id, UNLOCK) for _ in range(2 * MAX_TRIES)] == [made.share] * (2 * MAX_TRIES)


def test_the_right_proof_forgives_the_wrong_ones_before_it(shares: Shares, made: NewShare) -> None:
    assert fail(shares, made, 9) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert shares.open(made.id, UNLOCK) == made.share
    assert fail(shares, made, 1) == [9]


def test_the_tenth_wrong_proof_destroys_the_share(shares: Shares, made: NewShare, tmp_path: Path) -> None:
    fail(shares, made, 9)
    assert kept_anywhere(tmp_path, made.share)
    for proof in (WRONG, UNLOCK, WRONG):
        with pytest.raises(ShareGoneError):
            shares.open(made.id, proof)
    assert not kept_anywhere(tmp_path, made.share)


def test_tries_are_counted_over_a_restart(shares: Shares, made: NewShare, tmp_path: Path) -> None:
    fail(shares, made, 5)
    assert fail(Shares(tmp_path), made, 1) == [4]


def test_the_duress_proof_gives_the_decoy_and_destroys_the_share(
    shares: Shares, made: NewShare, tmp_path: Path
) -> None:
    assert shares.open(made.id, DURESS) == made.decoy
    assert not kept_anywhere(tmp_path, made.share)
    assert shares.open(made.id, DURESS) == made.decoy
    with pytest.raises(ShareGoneError):
        shares.open(made.id, UNLOCK)


def test_wiping_leaves_nothing(shares: Shares, made: NewShare, tmp_path: Path) -> None:
    with pytest.raises(WrongProofError):
        shares.destroy(made.id, WRONG)
    shares.destroy(made.id, UNLOCK)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "unknown", "a/b"])
def test_an_unknown_id_is_gone(shares: Shares, made: NewShare, name: str) -> None:
    assert made.id
    with pytest.raises(ShareGoneError):
        shares.open(name, UNLOCK)


def test_no_proof_is_kept_as_it_is(shares: Shares, made: NewShare, tmp_path: Path) -> None:
    assert made.share == shares.open(made.id, UNLOCK)
    assert not any(kept_anywhere(tmp_path, secret) for secret in (UNLOCK, DURESS, UNLOCK.hex().encode()))


def test_two_proofs_must_differ_and_have_their_length(shares: Shares) -> None:
    for unlock, duress in ((UNLOCK, UNLOCK), (b"1234", DURESS), (UNLOCK, b"")):
        with pytest.raises(CallerError):
            shares.create(unlock, duress)


def test_tries_at_one_moment_are_counted_one_by_one(shares: Shares, made: NewShare) -> None:
    proofs = [secrets.token_bytes(32) for _ in range(40)]

    def attempt(proof: bytes) -> type[Exception]:
        try:
            shares.open(made.id, proof)
        except (WrongProofError, ShareGoneError) as error:
            return type(error)
        raise AssertionError("a random proof opened the share")

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, proofs))
    assert outcomes.count(WrongProofError) == MAX_TRIES - 1
