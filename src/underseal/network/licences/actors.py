"""Who does what is in the ledger: never a bare name, since an operator, a reseller and a PIN may be spelt alike.

What each kind may do is in the types: an act of the office takes `Staff`, one that a reseller may do too takes
`Staff` or a `Seller`, and the acts of subscribers and of the network itself take neither.
"""

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self


class Role(StrEnum):
    """As what somebody acts."""

    OPERATOR = "operator"
    LINK = "link"
    COMMAND_LINE = "command_line"
    RESELLER = "reseller"
    SUBSCRIBER = "subscriber"
    NETWORK = "network"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did something. Two are the same only where role and name are.

    Attributes:
        role: as what. name: the operator's or reseller's login, the account of the machine at a command line, the PIN of a
            subscriber; "" where the role has no names.
    """

    role: Role
    name: str

    def __str__(self) -> str:
        """Return it in words: "operator anna", "command line root", "link"."""
        return f"{self.role.replace('_', ' ')} {self.name}".rstrip()


class Staff(Actor):
    """The network's own office: an operator, or whoever holds the machine."""

    __slots__ = ()

    @classmethod
    def operator(cls, name: str) -> Self:
        """Return the operator of a login name."""
        return cls(role=Role.OPERATOR, name=name)

    @classmethod
    def link(cls) -> Self:
        """Return whoever came by the one-time link of a network without named operators."""
        return cls(role=Role.LINK, name="")

    @classmethod
    def command_line(cls) -> Self:
        """Return who runs this process: the account of the machine as the kernel knows it, whatever the environment says."""
        number = os.geteuid()
        try:
            name = pwd.getpwuid(number).pw_name
        except KeyError:
            name = str(number)
        return cls(role=Role.COMMAND_LINE, name=name)


class Seller(Actor):
    """A reseller, in what is theirs."""

    __slots__ = ()

    @classmethod
    def reseller(cls, name: str) -> Self:
        """Return the reseller of a name."""
        return cls(role=Role.RESELLER, name=name)


class Subscriber(Actor):
    """Whoever holds the phone of a PIN."""

    __slots__ = ()

    @classmethod
    def pin(cls, pin: str) -> Self:
        """Return the subscriber of a PIN."""
        return cls(role=Role.SUBSCRIBER, name=pin)


NETWORK: Final = Actor(role=Role.NETWORK, name="")
"""The network itself, which nobody told to: its notices, and the repairs of its ledger."""

STRANGER: Final = Actor(role=Role.STRANGER, name="")
"""Somebody who was not let in."""

_CLASSES: Final[Mapping[Role, type[Actor]]] = {
    Role.OPERATOR: Staff,
    Role.LINK: Staff,
    Role.COMMAND_LINE: Staff,
    Role.RESELLER: Seller,
    Role.SUBSCRIBER: Subscriber,
    Role.NETWORK: Actor,
    Role.STRANGER: Actor,
}


def actor(role: Role, name: str) -> Actor:
    """Return who acts, as what they are."""
    return _CLASSES[role](role=role, name=name)


def sells(by: Staff | Seller, reseller: str) -> bool:
    """Say whether somebody may act on what a reseller sells: the office on all, a reseller on their own."""
    return isinstance(by, Staff) or by.name == reseller
