"""The quarantine: what is withheld from everybody but the filter team until privilege is decided, or for good.

It is no part of an authority's scope, which a magistrate grants: it is put in force at the gate, for each act anew. A row is
withheld when one of these speaks of it:

- an account: the row's sender, one of its recipients, or whom a membership is about, at the row's time;
- a conversation;
- a message, by the event that its source gave it, with all copies and later wordings; and, since an export may not tell the
  event, by conversation, sender and millisecond.

A message that was released by itself is not withheld, whatever had been decided of its account or conversation before.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Final, Self

_RULES: Final = "underseal/quarantine/1"
"""The meaning of a quarantine; it changes when the same quarantine withholds other rows."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class AccountHeld:
    """An account whose messages are withheld.

    Attributes:
        account: its identifier. start: first millisecond (UTC, since 1970), None for no lower bound.
        end: first millisecond that is no longer withheld, None for no upper bound.
        since: number of the decision that first withheld it.
    """

    account: str
    start: int | None = None
    end: int | None = None
    since: int = 0

    def holds(self, time: int) -> bool:
        """Say whether it speaks of a time (ms since 1970)."""
        return (self.start is None or time >= self.start) and (self.end is None or time < self.end)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ConversationHeld:
    """A conversation that is withheld, and the number of the decision that first withheld it."""

    conversation: str
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class MessageHeld:
    """A single message.

    Attributes:
        event: identifier that its source gave it, "" where there is none.
        conversation, sender: "" where the source names none. time: milliseconds since 1970.
        since: number of the decision.
    """

    event: str
    conversation: str
    sender: str
    time: int
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """What is withheld. Made by `of`; two are equal that say the same.

    Attributes:
        accounts, conversations, messages: what is withheld. released: messages that are not, see the module.
        digest: hex SHA-256 of all that.
    """

    accounts: tuple[AccountHeld, ...] = field(compare=False)
    conversations: tuple[ConversationHeld, ...] = field(compare=False)
    messages: tuple[MessageHeld, ...] = field(compare=False)
    released: tuple[MessageHeld, ...] = field(compare=False)
    digest: str

    @classmethod
    def of(
        cls,
        *,
        accounts: Iterable[AccountHeld] = (),
        conversations: Iterable[ConversationHeld] = (),
        messages: Iterable[MessageHeld] = (),
        released: Iterable[MessageHeld] = (),
    ) -> Self:
        """Make one of its parts, in whatever order."""
        parts = (
            tuple(sorted(accounts, key=_values)),
            tuple(sorted(conversations, key=_values)),
            tuple(sorted(messages, key=_values)),
            tuple(sorted(released, key=_values)),
        )
        said = json.dumps([_RULES, *([_values(held) for held in part] for part in parts)])
        return cls(
            accounts=parts[0],
            conversations=parts[1],
            messages=parts[2],
            released=parts[3],
            digest=hashlib.sha256(said.encode()).hexdigest(),
        )

    def __bool__(self) -> bool:
        """Say whether it withholds anything."""
        return bool(self.accounts or self.conversations or self.messages)


def _values(held: AccountHeld | ConversationHeld | MessageHeld) -> list[str | int]:
    """Return what one of the parts says, in an order in which any two can be compared."""
    return [value for each in fields(held) for value in _comparable(getattr(held, each.name))]


def _comparable(value: str | int | None) -> list[str | int]:
    return [0, ""] if value is None else [1, str(value)]


NOTHING: Final = Quarantine.of()
"""The quarantine that withholds nothing."""
