"""From what a person names to what a decision is about: an account, a conversation or a message that they may see."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from underseal.core.records import Kind
from underseal.errors import CallerError, NotFoundError, at_field
from underseal.evidence.authority.moments import moment, zone_of
from underseal.evidence.casework import Subject, SubjectKind, words
from underseal.evidence.search import And, Is, Node, Or, count, facets, parse
from underseal.evidence.store import View

_ALL: Final = parse(f"copies:all ({' OR '.join(f'kind:{kind}' for kind in Kind)})")
_OF_A_MESSAGE: Final = ["event", "conversation", "sender", "time"]

_NEAREST: Final = 3
"""Accounts that are proposed where one is not known."""

_MANY: Final = 1_000_000
"""Accounts that are looked through for them, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a person names: an account, a conversation, or a record, and nothing beside it.

    Attributes:
        account: its identifier. start, end: when it was used by whom this is about, as dates or times; None for no bound.
            An end that is a date includes that whole day. zone: IANA name of the time zone of those without an offset.
        conversation: its identifier. record: number of a message's record.
    """

    account: str = ""
    start: str | None = None
    end: str | None = None
    zone: str = "UTC"
    conversation: str = ""
    record: int | None = None

    def checked(self) -> "Named":
        """Return it, without white space around its words.

        Raises:
            CallerError: it names none of the three, or several, or a period of something that is no account.
        """
        named = [bool(self.account.strip()), bool(self.conversation.strip()), self.record is not None]
        if sum(named) != 1:
            raise CallerError("Name one thing: an account, a conversation or a message.")
        if not self.account and (self.start or self.end):
            raise CallerError("Only an account has a period.", hint="Leave it out: a message has its own time.")
        return self


def account_of(named: Named) -> Subject:
    """Return the account that is named, with its period.

    Raises:
        CallerError: the account is unusable, a date cannot be understood, or the period is reversed.
    """
    zone = zone_of(named.zone)
    with at_field("start"):
        start = None if not named.start else moment(named.start, zone)
    with at_field("end"):
        end = None if not named.end else moment(named.end, zone, end=True)
    if start is not None and end is not None and start >= end:
        raise CallerError(
            f"The period is reversed or empty: it starts at {named.start} and ends at {named.end}.", field="end"
        )
    return Subject(
        kind=SubjectKind.ACCOUNT, account=words.line(named.account, "account", field="account"), start=start, end=end
    )


def find(named: Named, view: View) -> Subject:
    """Return what is named, if it is in what may be seen.

    Raises:
        CallerError: see `account_of`. NotFoundError: it is not there, or not for these eyes; the two answer alike.
    """
    if named.account:
        found = account_of(named)
        check_account(found.account, view)
        return found
    if named.conversation:
        conversation = words.line(named.conversation, "conversation", field="conversation")
        if not _held(view, Is(field="in", value=conversation)):
            raise NotFoundError("There is no such conversation within the authority's scope.", field="conversation")
        return Subject(kind=SubjectKind.CONVERSATION, conversation=conversation)
    with at_field("record"):
        told = view.record(named.record or 0, _OF_A_MESSAGE)
    event, conversation, sender = (str(told[name] or "") for name in ("event", "conversation", "sender"))
    return Subject(
        kind=SubjectKind.MESSAGE, event=event, conversation=conversation, sender=sender, time=int(str(told["time"]))
    )


def check_account(account: str, view: View, *, hint: str = "") -> None:
    """Check that some record names an account as sender or recipient.

    Raises:
        NotFoundError: none that may be seen does; the hint names the nearest accounts of those that may, before `hint`.
    """
    if _held(view, Or(parts=(Is(field="from", value=account), Is(field="to", value=account)))):
        return
    known = {facet.value for field in ("sender", "recipients") for facet in facets(view, _ALL, field, limit=_MANY)}
    near = ", ".join(get_close_matches(account, sorted(known), n=_NEAREST))
    said = f"The nearest are: {near}." if near else "None that is there is written like it."
    raise NotFoundError(f"No record names the account {account}.", hint=f"{said} {hint}".strip(), field="account")


def _held(view: View, node: Node) -> bool:
    return count(view, And(parts=(node, _ALL))).total > 0
