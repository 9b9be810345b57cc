"""PINs: the six characters by which a subscriber is known, and their form as a Matrix user id.

Random, never reused; who has given out which PIN is left to `licences`.
"""

import secrets
from typing import Final, NewType

from underseal.errors import CallerError

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The 30 characters of a PIN: no 0 and O, no 1, I and L, no U beside V."""

PIN_LENGTH: Final = 6
"""Characters of a PIN; 30 ** 6 - 8 ** 6 = 728.7 million of them: one without a letter is never given out."""

Pin = NewType("Pin", str)
"""A PIN in its one form: six capitals and digits of ALPHABET."""


def random_pin() -> Pin:
    """Draw a PIN from the system's randomness, with a letter in it: Synapse keeps user ids of digits alone for guests."""
    while True:
        pin = "".join(secrets.choice(ALPHABET) for _ in range(PIN_LENGTH))
        if not pin.isdigit():
            return Pin(pin)


def parse_pin(text: str) -> Pin:
    """Read a PIN as a person types it: either case, blanks and hyphens anywhere.

    Raises:
        CallerError: it is none.
    """
    pin = "".join(text.split()).replace("-", "").upper()
    if len(pin) != PIN_LENGTH or not set(pin) <= set(ALPHABET):
        raise CallerError(
            "That is not a PIN.", hint=f"A PIN has {PIN_LENGTH} characters of {ALPHABET}: no 0, O, 1, I, L or U."
        )
    return Pin(pin)


def user_id(pin: Pin, server_name: str) -> str:
    """Return the Matrix user id of a PIN: "@7k3m9x:example.org"."""
    return f"@{pin.lower()}:{server_name}"


def pin_of(user_id: str) -> Pin | None:
    """Return the PIN of a Matrix user id, None if it has none, as the server's own accounts."""
    localpart = user_id.removeprefix("@").partition(":")[0]
    try:
        pin = parse_pin(localpart)
    except CallerError:
        return None
    return pin if pin.lower() == localpart else None
