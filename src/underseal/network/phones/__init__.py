"""Headless phones, and the scenarios that they play: traffic of which every word is known.

What a phone is: `HeadlessPhone`. What it says by a script: `scenario`, `play`.
"""

from underseal.network.phones.api import Activation, Api, LicenceEndedError, ServerRefusedError, UnreachableError
from underseal.network.phones.home import WrongUnlockCodeError
from underseal.network.phones.message import Address, Message, Missing, Sent, Withheld
from underseal.network.phones.phone import HeadlessPhone

__all__ = [
    "Activation",
    "Address",
    "Api",
    "HeadlessPhone",
    "LicenceEndedError",
    "Message",
    "Missing",
    "Sent",
    "ServerRefusedError",
    "UnreachableError",
    "Withheld",
    "WrongUnlockCodeError",
]
