"""`underseal account`: what the evidence shows of an account, and who is claimed to have used it."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from underseal.cli.attribute import claim_words, json_option, print_json
from underseal.cli.common import authority_options, harmless, opened, out, workspace_option
from underseal.evidence.authority.moments import iso
from underseal.evidence.identity import LIMIT, Counted, Profile
from underseal.evidence.identity.together import WINDOW
from underseal.evidence.investigation import Consultation

_SHOWN = 10
"""Entries of each list that are printed; --json gives --limit of them."""


@click.command()
@click.argument("account")
@click.option("--hour", type=click.IntRange(0, 23), help="Only the queries for what it sent in this hour of the day.")
@click.option("--limit", default=LIMIT, show_default=True, type=click.IntRange(1, 200), help="Entries of each list.")
@click.option("--release", type=int, help="Read this release; the latest by default.")
@json_option
@authority_options
@workspace_option
def account(
    workspace: Path | None,
    authority: str,
    purpose: str,
    account: str,
    hour: int | None,
    limit: int,
    release: int | None,
    as_json: bool,
) -> None:
    """Describe ACCOUNT: activity, contacts, names, languages, hours of the day, gaps, co-presence, and who is claimed to have used it."""
    with opened(workspace) as investigation:
        case = investigation.under(authority, purpose=purpose, release=release)
        if hour is not None:
            for query in case.account_hour(account, hour):
                out.print(query, markup=False)
            return
        profile = case.account(account, limit=limit)
        if as_json:
            _print_json(case, profile)
            return
        for line in _words(case, profile):
            out.print(harmless(line), markup=False)
        for shown in case.attributions.list(account=account).claims:
            out.print(harmless(claim_words(shown, case.zone)), markup=False)


def _print_json(case: Consultation, profile: Profile) -> None:
    from underseal.evidence.server import identities, identity_shapes  # noqa: PLC0415  # costs what nobody else needs

    told = identities.profile(profile, names=case.names(), zone=case.zone)
    claims = identities.attributions(case.attributions.list(account=profile.account).claims, case.zone)
    print_json(identity_shapes.AccountPage(profile=told, attributions=claims))


def _words(case: Consultation, profile: Profile) -> Iterator[str]:
    zone, company = case.zone, profile.company
    yield f"{profile.account} ({profile.name})"
    yield f"  sent      {_counted(profile.sent, zone)}"
    yield f"  received  {_counted(profile.received, zone)}"
    yield f"  time zone  {profile.estimate.words}"
    yield f"  hours ({profile.zone})  " + " ".join(f"{hour.hour:02d}:{hour.count}" for hour in profile.hours)
    for name in profile.nicknames[:_SHOWN]:
        giver = "itself" if name.own else name.by
        since = iso(name.first, zone)
        yield f"  called  {name.name}  by {giver} in {name.conversation} since {since}  #{name.records[0]}"
    yield f"  contacts  {company.contact_count:,}"
    for contact in company.contacts[:_SHOWN]:
        direct = f", {contact.direct:,} of them direct" if contact.direct else ""
        yield f"    {contact.account} ({contact.name})  {contact.sent:,} to, {contact.received:,} from{direct}"
        yield f"      {_counted(contact.counted, zone)}"
    yield f"  conversations  {company.place_count:,}"
    for place in company.places[:_SHOWN]:
        yield f"    {place.conversation}  {place.title}  {_counted(place.counted, zone)}"
    for other in company.copresence[:_SHOWN]:
        minutes = WINDOW // 60_000
        yield f"  together  {other.account} ({other.name})  {other.messages:,} messages within {minutes} minutes"
        yield f"      {other.queries[0]}"
    for device in company.devices[:_SHOWN]:
        others = f"; also {', '.join(device.others)}" if device.others else ""
        first, last = device.records
        yield f"  device  {device.device}  {device.messages:,} messages, #{first} to #{last}{others}"
    for missing in company.missing:
        gap = missing.gap
        span = f"{iso(gap.start, zone)} to {iso(gap.end, zone)}"
        yield f"  missing  at least {gap.missing:,} messages in {missing.conversation}, {span}"
    for spoken in profile.languages.spoken:
        language = spoken.language or "not determined"
        many, looked_at = len(spoken.records), profile.languages.looked_at
        yield f"  language  {language}  {many:,} of {looked_at:,} texts looked at, such as #{spoken.records[0]}"


def _counted(found: Counted, zone: ZoneInfo) -> str:
    if found.first is None or found.last is None:
        return f"0 messages  {found.query}"
    span = f"{iso(found.first, zone)} to {iso(found.last, zone)}"
    return f"{found.count:,} messages, {found.locked:,} locked, {span}  {found.query}"
