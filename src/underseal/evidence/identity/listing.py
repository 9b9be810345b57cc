"""All accounts of a view, with what they sent and who is claimed to have used them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from underseal.evidence.identity.persons import Listed, list_persons
from underseal.evidence.identity.shown import Eyes
from underseal.evidence.search import facets, parse
from underseal.evidence.store import Directory, View

_ALL: Final = 2**31
"""No bound on the senders that are counted: as many as there are accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """An account in the list.

    Attributes:
        account: its identifier. name: the one that it gave itself last, else the account. conversations: in which it is.
        sent: messages that it sent. persons: of whom a claim in force says that they used it.
    """

    account: str
    name: str
    conversations: int
    sent: int
    persons: tuple[Listed, ...]


def list_accounts(view: View, names: Directory, eyes: Eyes) -> list[ListedAccount]:
    """Return every account that a record in scope names as sender or recipient, the one that sent most first."""
    sent = {found.value: found.count for found in facets(view, parse(""), "sender", limit=_ALL)}
    places = Counter(member for summary in names.conversations.values() for member in summary.members)
    users = defaultdict[str, list[Listed]](list)
    for person in list_persons(eyes):
        for account in person.accounts:
            users[account].append(person)
    found = [
        ListedAccount(
            account=account,
            name=names.name(account),
            conversations=places[account],
            sent=sent.get(account, 0),
            persons=tuple(users[account]),
        )
        for account in places.keys() | sent.keys()
    ]
    return sorted(found, key=lambda each: (-each.sent, each.account))
