"""A code becomes a licence once, a lost answer can be repeated, and a transfer keeps PIN and end."""

from datetime import timedelta
from itertools import chain, repeat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.errors import CallerError, CodeSpentError, CodeUnknownError, NotFoundError, RefusedError
from underseal.network.licences import Licences, Seller, Standing, State
from underseal.network.pins import ALPHABET, Pin, parse_pin

from .shelf import HALF_YEAR, NORTH, NOW, OFFICE, OTHER_RETRY, RENEWAL, RETRY, SOUTH, Shelf


def test_a_code_becomes_a_licence_with_a_pin_of_its_own(shelf: Shelf) -> None:
    first, second = (shelf.licences.activate(shelf.code(), retry_key=RETRY, at=NOW) for _ in range(2))
    assert parse_pin(first.pin) == first.pin != second.pin
    assert (first.ends, first.fresh, first.replacement) == (HALF_YEAR, True, False)
    assert shelf.licences.standing(first.pin, NOW) == Standing(pin=first.pin, state=State.ACTIVE, ends=HALF_YEAR)


@pytest.mark.parametrize(
    "form", [str.lower, lambda code: code.replace("-", ""), lambda code: f" underseal:activate?code={code}\n"]
)
def test_a_code_is_taken_as_it_is_typed_or_scanned(shelf: Shelf, form: "type[str]") -> None:
    assert shelf.licences.activate(form(shelf.code()), retry_key=RETRY, at=NOW).fresh


def test_a_code_works_once(shelf: Shelf) -> None:
    code = shelf.code()
    pin = shelf.licences.activate(code, retry_key=RETRY, at=NOW).pin
    with pytest.raises(CodeSpentError):
        shelf.licences.activate(code, retry_key=OTHER_RETRY, at=NOW)
    with pytest.raises(CodeSpentError):
        shelf.licences.renew(pin, code, NOW)


def test_the_same_phone_may_ask_again_until_its_keys_are_uploaded(shelf: Shelf) -> None:
    code = shelf.code()
    first = shelf.licences.activate(code, retry_key=RETRY, at=NOW)
    again = shelf.licences.activate(code, retry_key=RETRY, at=NOW + timedelta(days=1))
    assert (again.pin, again.ends, again.fresh, again.replacement) == (first.pin, first.ends, False, False)
    shelf.licences.settle(first.pin, NOW)
    shelf.licences.settle(first.pin, NOW)
    with pytest.raises(CodeSpentError):
        shelf.licences.activate(code, retry_key=RETRY, at=NOW)
    assert [act.act for act in shelf.licences.history(first.pin)] == ["activated", "settled"]


@pytest.mark.parametrize("text", ["", "ABCD", "2222-2222-2222-2222-2223", "x" * 10_000, "\ud800"])
def test_what_is_no_code_is_unknown(shelf: Shelf, text: str) -> None:
    with pytest.raises(CodeUnknownError):
        shelf.licences.activate(text, retry_key=RETRY, at=NOW)


def test_a_code_that_nobody_issued_is_unknown_to_all(shelf: Shelf) -> None:
    pin, nobodys = shelf.phone(), "2222-2222-2222-2222-2222"
    with pytest.raises(CodeUnknownError):
        shelf.licences.activate(nobodys, retry_key=RETRY, at=NOW)
    with pytest.raises(CodeUnknownError):
        shelf.licences.renew(pin, nobodys, NOW)


def test_a_retry_key_has_32_bytes(shelf: Shelf) -> None:
    with pytest.raises(CallerError, match="32 bytes"):
        shelf.licences.activate(shelf.code(), retry_key=b"short", at=NOW)


def test_a_time_without_a_zone_is_refused(shelf: Shelf) -> None:
    with pytest.raises(CallerError, match="zone"):
        shelf.licences.activate(shelf.code(), retry_key=RETRY, at=NOW.replace(tzinfo=None))


def test_a_pin_is_never_given_out_twice(shelf: Shelf) -> None:
    pin = shelf.phone()
    shelf.licences.revoke(pin, why="stolen", at=NOW, by=OFFICE)
    drawn = chain(repeat(Pin(pin), 3), [Pin("7K3M9X")])
    with Licences(shelf.network.licences, shelf.network.signing_key, draw=lambda: next(drawn)) as licences:
        assert licences.activate(shelf.code(), retry_key=RETRY, at=NOW).pin == "7K3M9X"


def test_a_transfer_keeps_pin_and_end_and_ends_the_old_phone(shelf: Shelf) -> None:
    code = shelf.code()
    first = shelf.licences.activate(code, retry_key=RETRY, at=NOW)
    moving = shelf.licences.transfer(first.pin, at=NOW, by=OFFICE).text
    moved = shelf.licences.activate(moving, retry_key=OTHER_RETRY, at=NOW + timedelta(days=9))
    assert (moved.pin, moved.ends, moved.fresh, moved.replacement) == (first.pin, first.ends, True, True)
    again = shelf.licences.activate(moving, retry_key=OTHER_RETRY, at=NOW + timedelta(days=9))
    assert (again.fresh, again.replacement) == (False, True)
    with pytest.raises(CodeSpentError):  # the old phone, whose answer never came
        shelf.licences.activate(code, retry_key=RETRY, at=NOW)
    with pytest.raises(CodeSpentError):
        shelf.licences.activate(moving, retry_key=RETRY, at=NOW)


def test_the_code_of_the_old_phone_is_spent_even_for_the_same_retry_key(shelf: Shelf) -> None:
    code = shelf.code()
    pin = shelf.licences.activate(code, retry_key=RETRY, at=NOW).pin
    moving = shelf.licences.transfer(pin, at=NOW, by=OFFICE).text
    shelf.licences.activate(moving, retry_key=RETRY, at=NOW)
    with pytest.raises(CodeSpentError):
        shelf.licences.activate(code, retry_key=RETRY, at=NOW)
    assert not shelf.licences.activate(moving, retry_key=RETRY, at=NOW).fresh


def test_a_later_transfer_code_ends_the_earlier_ones(shelf: Shelf) -> None:
    pin = shelf.phone()
    old, new = (shelf.licences.transfer(pin, at=NOW, by=OFFICE).text for _ in range(2))
    with pytest.raises(CodeSpentError):
        shelf.licences.activate(old, retry_key=RETRY, at=NOW)
    assert shelf.licences.activate(new, retry_key=RETRY, at=NOW).pin == pin


def test_a_transfer_code_renews_nothing(shelf: Shelf) -> None:
    pin = shelf.phone()
    moving = shelf.licences.transfer(pin, at=NOW, by=OFFICE).text
    with pytest.raises(CodeUnknownError, match="moves a PIN"):
        shelf.licences.renew(pin, moving, NOW)
    assert shelf.licences.activate(moving, retry_key=RETRY, at=NOW).pin == pin  # it was not spent on that


def test_a_reseller_moves_what_it_sold_and_nothing_else(shelf: Shelf) -> None:
    pin = shelf.phone()
    assert shelf.licences.activate(
        shelf.licences.transfer(pin, at=NOW, by=Seller.reseller(NORTH)).text, retry_key=RETRY, at=NOW
    )
    with pytest.raises(NotFoundError) as foreign:
        shelf.licences.transfer(pin, at=NOW, by=Seller.reseller(SOUTH))
    with pytest.raises(NotFoundError) as nobodys:
        shelf.licences.transfer("222222", at=NOW, by=Seller.reseller(SOUTH))
    assert foreign.value.message.replace(pin, "222222") == nobodys.value.message


def test_a_revoked_licence_is_not_moved_and_its_transfer_codes_die(shelf: Shelf) -> None:
    pin = shelf.phone()
    moving = shelf.licences.transfer(pin, at=NOW, by=OFFICE).text
    shelf.licences.revoke(pin, why="stolen", at=NOW, by=OFFICE)
    with pytest.raises(CodeSpentError):
        shelf.licences.activate(moving, retry_key=RETRY, at=NOW)
    with pytest.raises(RefusedError):
        shelf.licences.transfer(pin, at=NOW, by=OFFICE)


def test_no_code_and_no_retry_key_stands_in_the_clear(shelf: Shelf) -> None:
    retry = b"a retry key of 32 bytes, no less"
    code, renewal = shelf.code(), shelf.code(RENEWAL)
    pin = shelf.licences.activate(code, retry_key=retry, at=NOW).pin
    moving = shelf.licences.transfer(pin, at=NOW, by=OFFICE).text
    shelf.licences.renew(pin, renewal, NOW)
    kept = b"".join(file.read_bytes() for file in shelf.network.licences.rglob("*") if file.is_file())
    assert pin.encode() in kept
    for secret in (code, renewal, moving):
        assert secret.encode() not in kept
        assert secret.replace("-", "").encode() not in kept
    assert retry not in kept
    assert retry.hex().encode() not in kept


def test_a_code_does_not_show_itself(shelf: Shelf) -> None:
    batch = shelf.licences.codes.issue(NORTH, RENEWAL, 1, at=NOW, by=OFFICE)
    assert batch.codes[0].text not in repr(batch)
    assert batch.codes[0].text not in repr(batch.codes[0])


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(ALPHABET, min_size=20, max_size=20))
def test_a_guess_is_refused_without_a_word_about_what_was_close(shelf: Shelf, guess: str) -> None:
    with pytest.raises(CodeUnknownError) as refused:
        shelf.licences.activate(guess, retry_key=RETRY, at=NOW)
    assert guess not in refused.value.message + refused.value.hint
