"""Who can be in the office."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """As what somebody is in the office."""

    OPERATOR = "operator"
    RESELLER = "reseller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has come in.

    Attributes:
        part: as what. name: login name; "" for whoever runs a network that has no named operators.
    """

    part: Part
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A named operator.

    Attributes:
        name: login name. disabled: whether they are kept out. created: ms since 1970.
    """

    name: str
    disabled: bool
    created: int
