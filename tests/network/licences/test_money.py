"""Money is whole minor units of one currency, written in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.errors import CallerError
from underseal.network.licences.money import MAX_MINOR, Money, decimals

currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF", "AED"])
amounts = st.builds(Money, st.integers(-MAX_MINOR, MAX_MINOR), currencies)


@given(amounts)
def test_what_is_shown_is_read_as_the_same(amount: Money) -> None:
    assert Money.parse(str(amount)) == amount


@given(amounts, st.integers(-1000, 1000))
def test_sums_are_exact(amount: Money, times: int) -> None:
    assert (amount * times + amount - amount).minor == amount.minor * times


@pytest.mark.parametrize(
    ("text", "minor", "shown"),
    [
        ("1200 EUR", 120_000, "1200.00 EUR"),
        ("1200.50 EUR", 120_050, "1200.50 EUR"),
        ("0.07 EUR", 7, "0.07 EUR"),
        ("-0.07 EUR", -7, "-0.07 EUR"),
        ("90000 JPY", 90_000, "90000 JPY"),
        ("310.500 KWD", 310_500, "310.500 KWD"),
    ],
)
def test_each_currency_has_its_own_decimals(text: str, minor: int, shown: str) -> None:
    amount = Money.parse(text)
    assert (amount.minor, str(amount)) == (minor, shown)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1200",
        "EUR",
        "EUR 1200",
        "1,200.00 EUR",
        "1200,00 EUR",
        "1200.5 EUR",
        "1200.500 EUR",
        "1200.00 JPY",
        "1200. JPY",
        "1200.00 KWD",
        "01 EUR",
        "+1 EUR",
        "1e3 EUR",
        "nan EUR",
        "1 eur",
        "1 XXX",
        "1 ZZZ",
        "١٢ EUR",
        "10000000000.01 EUR",
        "9" * 400 + " EUR",
    ],
)
def test_what_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(CallerError):
        Money.parse(text)


def test_currencies_are_not_mixed() -> None:
    with pytest.raises(TypeError, match="EUR and USD"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(TypeError, match="EUR and JPY"):
        Money(1, "EUR") - Money(1, "JPY")


def test_decimals_are_those_of_iso_4217() -> None:
    assert [decimals(code) for code in ("EUR", "JPY", "KWD", "CLF", "ISK", "TND")] == [2, 0, 3, 4, 0, 3]
    with pytest.raises(CallerError, match="'EURO'"):
        Money(1, "EURO")
