"""What is said of an exhibit when it comes into the house."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a person says of an exhibit when it arrives.

    Attributes:
        number: unique in the workspace. title: what it is, may be empty.
        custodian: person or device that the data came from.
        condition: what it looked like on arrival.
        received_from, received_by: who handed it over to whom.
        received_at: when, ms since 1970; None for now.
        increment_of: number of the exhibit that this one continues, "" for none.
    """

    number: str
    title: str = ""
    custodian: str
    condition: str
    received_from: str
    received_by: str
    received_at: int | None = None
    increment_of: str = ""
