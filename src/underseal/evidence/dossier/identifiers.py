"""By what two dossiers may meet: accounts, persons, phone numbers, addresses and container numbers, each in one form.

Container numbers are found by ISO 6346 with their check digit, phone numbers in the international form of ITU-T E.164. A
number that is written in a national form is not guessed at: it is entered by hand.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from underseal.errors import CallerError
from underseal.evidence.casework import words


class IdentifierKind(StrEnum):
    """What kind of identifier it is."""

    ACCOUNT = "account"
    PERSON = "person"
    PHONE = "phone"
    ADDRESS = "address"
    CONTAINER = "container"


BY_HAND: Final = frozenset({IdentifierKind.PHONE, IdentifierKind.ADDRESS, IdentifierKind.CONTAINER})
"""What a person enters; accounts and persons come from items."""

_PHONE_DIGITS: Final = range(8, 16)
"""Digits of an international number, country code included: at most 15 (E.164, 6.2.1), and no country has fewer than 8."""

_CONTAINER: Final = re.compile(
    r"(?<![A-Z0-9])([A-Z]{3}[UJZ])[ -]?(\d{6})[ -]?(\d)(?![A-Z0-9])", re.ASCII | re.IGNORECASE
)
"""ISO 6346: three letters of the owner, one of the category, a serial number and the check digit."""

_PHONE: Final = re.compile(r"(?<![\w+])(?:\+|00)[1-9](?:(?:[ ./-]|\(0\)|[()])*\d){6,14}(?!\w)", re.ASCII)

_LETTERS: Final = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))
"""Values of letters (ISO 6346, annex A): from 10 on, without the multiples of 11."""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier in the one form in which it is compared. kind: of which kind. value: normalised."""

    kind: IdentifierKind
    value: str


def read_identifier(kind: IdentifierKind, typed: str) -> Identifier:
    """Normalise what a person typed.

    Args:
        kind: one of BY_HAND. typed: as typed.

    Raises:
        CallerError: it is none of its kind; the message says why.
    """
    text = unicodedata.normalize("NFKC", words.line(typed, kind.value, field="value"))
    match kind:
        case IdentifierKind.PHONE:
            return Identifier(kind, _phone(text))
        case IdentifierKind.CONTAINER:
            return Identifier(kind, _container(text))
        case IdentifierKind.ADDRESS:
            return Identifier(kind, _address(text))
        case _:
            raise CallerError(f"An identifier that is entered by hand is one of {', '.join(sorted(BY_HAND))}.")


def found_in(text: str) -> Iterator[Identifier]:
    """Yield the container and phone numbers in the text of a message, each once."""
    told = unicodedata.normalize("NFKC", text)
    containers = ("".join(match.groups()).upper() for match in _CONTAINER.finditer(told))
    phones = (_digits(match.group()) for match in _PHONE.finditer(told))
    found = [
        *(
            Identifier(IdentifierKind.CONTAINER, value)
            for value in containers
            if check_digit(value[:-1]) == int(value[-1])
        ),
        *(Identifier(IdentifierKind.PHONE, f"+{digits}") for digits in phones if len(digits) in _PHONE_DIGITS),
    ]
    yield from dict.fromkeys(found)


def check_digit(number: str) -> int:
    """Return the check digit of a container number without it (ISO 6346, annex A).

    Args:
        number: four capital letters and six digits.
    """
    values = (_LETTERS[character] if character in _LETTERS else int(character) for character in number)
    return sum(value << place for place, value in enumerate(values)) % 11 % 10


def _phone(text: str) -> str:
    digits = _digits(text)
    if not re.fullmatch(r"(\+|00)[\d\s./()-]+", text, re.ASCII) or len(digits) not in _PHONE_DIGITS or digits[0] == "0":
        raise CallerError(
            f"{text!a} is no international phone number.",
            hint="Write it with the code of its country: +32 470 12 34 56.",
        )
    return f"+{digits}"


def _digits(text: str) -> str:
    """Return the digits of an international number, without its prefix and the "(0)" that is not dialled."""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    return digits.removeprefix("00") if not text.startswith("+") else digits


def _container(text: str) -> str:
    found = _CONTAINER.fullmatch(text)
    if found is None:
        raise CallerError(
            f"{text!a} is no container number.",
            hint="Four letters, the last U, J or Z, and seven digits: MSKU 907032-3.",
        )
    number = "".join(found.groups()).upper()
    if (right := check_digit(number[:-1])) != int(number[-1]):
        raise CallerError(
            f"The check digit of {number} is wrong: by ISO 6346 it would be {right}.",
            hint="Look for a slip in the others.",
        )
    return number


def _address(text: str) -> str:
    """Return the words of an address without accents, in alphabetical order: people write its parts in any."""
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )
    parts = re.findall(r"[^\W_]+", plain.casefold())
    if not any(part[0].isdigit() for part in parts) or not any(part.isalpha() for part in parts):
        raise CallerError(f"{text!a} is no address.", hint="It has the name of a street or place, and a number.")
    return " ".join(sorted(parts))
