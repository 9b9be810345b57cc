"""Money: whole minor units of one currency, never a float, never mixed.

Currencies and their minor units are those of ISO 4217 (list one, as of 2025-05): two decimals but where stated. Funds
codes, metals and test codes are left out.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from underseal.errors import CallerError

MAX_MINOR: Final = 10**12
"""Largest amount that is entered at once, in minor units: a slip of the keyboard, beyond that."""

_EXPONENTS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC"
        " CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR"
        " JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD"
        " NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN"
        " SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS: Final = {code: exponent for exponent, codes in _EXPONENTS.items() for code in codes.split()}

_WRITTEN: Final = re.compile(r"(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]+))? ([A-Z]{3})", re.ASCII)


def decimals(currency: str) -> int:
    """Return how many decimals a currency has: 2 for EUR, 0 for JPY, 3 for KWD.

    Raises:
        CallerError: ISO 4217 knows none of that code.
    """
    try:
        return _DECIMALS[currency]
    except KeyError:
        raise CallerError(f"There is no currency {currency!r}.", hint="A code of ISO 4217, such as EUR.") from None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount.

    Attributes:
        minor: whole minor units: cents of EUR, yen of JPY, fils of KWD.
        currency: ISO 4217 code.

    Raises:
        CallerError: there is no such currency.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        decimals(self.currency)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "1200 EUR" or "1200.00 EUR": all of the currency's decimals or none, a point, no grouping.

        Raises:
            CallerError: it is written otherwise, or beyond MAX_MINOR.
        """
        written = _WRITTEN.fullmatch(text.strip())
        if not written:
            raise CallerError(
                f"{text!r} is not an amount of money.", hint="Such as 1200.00 EUR, 90000 JPY, 310.500 KWD."
            )
        sign, whole, fraction, currency = written.groups()
        places = decimals(currency)
        if fraction is not None and len(fraction) != places:
            raise CallerError(f"An amount in {currency} has {places} decimals or none.")
        minor = int(whole + (fraction or "0" * places))
        if minor > MAX_MINOR:
            raise CallerError(f"{text!r} is more than can be entered at once.")
        return cls(-minor if sign else minor, currency)

    def __str__(self) -> str:
        places = decimals(self.currency)
        digits = f"{abs(self.minor):0{places + 1}}"
        whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :]
        return f"{'-' if self.minor < 0 else ''}{whole}{'.' if places else ''}{fraction} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise TypeError(f"{self.currency} and {other.currency} are not added")
        return other.minor
