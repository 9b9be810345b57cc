"""The profile of an account under a view: what the evidence shows of it, each statement with what leads to its messages."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from underseal.evidence.identity.activity import Hour, ZoneEstimate, days_of, hours_of
from underseal.evidence.identity.facts import Counted, counted, received, sent
from underseal.evidence.identity.languages import Languages, languages_of
from underseal.evidence.identity.nicknames import Nickname, nicknames_of
from underseal.evidence.identity.together import Company, company_of
from underseal.evidence.search import Bucket
from underseal.evidence.store import Directory, View

LIMIT = 50
"""Entries of each list of a profile, unless more are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the evidence shows of an account, as far as an authority reaches.

    Attributes:
        account: its identifier. name: the display name that it gave itself last.
        sent, received: messages that it sent, and that name it as recipient.
        days: days with a message that it sent. hours: all hours of the day. zone: IANA name of the zone of both.
        estimate: of the time zone. nicknames, company, languages: see there.
    """

    account: str
    name: str
    sent: Counted
    received: Counted
    days: tuple[Bucket, ...]
    hours: tuple[Hour, ...]
    zone: str
    estimate: ZoneEstimate
    nicknames: tuple[Nickname, ...]
    company: Company
    languages: Languages


def profile_of(view: View, directory: Directory, account: str, *, zone: ZoneInfo, limit: int = LIMIT) -> Profile:
    """Return the profile of an account.

    Args:
        view, directory: under which authority. account: one that a record in scope names. zone: of days and hours.
        limit: entries of each list at most.
    """
    hours, estimate = hours_of(view, account, zone)
    return Profile(
        account=account,
        name=directory.name(account),
        sent=counted(view, sent(account)),
        received=counted(view, received(account)),
        days=tuple(days_of(view, account, zone)),
        hours=tuple(hours),
        zone=zone.key,
        estimate=estimate,
        nicknames=tuple(nicknames_of(view, account)),
        company=company_of(view, directory, account, limit=limit),
        languages=languages_of(view, account),
    )
