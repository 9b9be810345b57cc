"""PINs are read as people type them, and are one thing in every form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.errors import CallerError
from underseal.network.pins import ALPHABET, PIN_LENGTH, Pin, parse_pin, pin_of, random_pin, user_id

pins = st.text(ALPHABET, min_size=PIN_LENGTH, max_size=PIN_LENGTH).map(Pin)


@given(pins)
def test_a_pin_survives_being_typed_in_small_letters_with_blanks(pin: Pin) -> None:
    assert parse_pin(f" {pin[:3].lower()} - {pin[3:]}\n") == pin


@given(pins)
def test_a_user_id_gives_its_pin_back(pin: Pin) -> None:
    assert pin_of(user_id(pin, "phone.example.org:8448")) == pin


@pytest.mark.parametrize("text", ["", "7K3M9", "7K3M9XX", "7K3M9O", "7K3M91", "7K3M9Ü", "٧K3M9X"])
def test_what_is_no_pin_is_refused_with_the_alphabet(text: str) -> None:
    with pytest.raises(CallerError) as refused:
        parse_pin(text)
    assert ALPHABET in refused.value.hint


@pytest.mark.parametrize("name", ["@office:x", "@7K3M9X:x", "@7k3-m9x:x", "@7k3m9o:x"])
def test_an_account_that_is_no_subscriber_has_no_pin(name: str) -> None:
    assert pin_of(name) is None


def test_look_alikes_are_not_in_the_alphabet() -> None:
    assert not set("01ILOU") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 30


def test_random_pins_are_pins() -> None:
    drawn = {random_pin() for _ in range(1000)}
    assert len(drawn) > 990
    assert all(parse_pin(pin) == pin for pin in drawn)


def test_no_pin_is_a_number() -> None:  # of 30,000 drawn from the whole alphabet about eleven would be
    assert not any(random_pin().isdigit() for _ in range(30_000))
