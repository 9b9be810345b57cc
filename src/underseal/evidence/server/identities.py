"""From accounts, persons and attributions to what the HTTP API answers; `--json` of the command line says the same."""

from collections.abc import Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from underseal.core.verify.attribution import MEANING, Document, Location, Message
from underseal.core.web.shapes import Shape
from underseal.evidence.identity import (
    Counted,
    ListedAccount,
    Missing,
    Nickname,
    Outside,
    PersonPage,
    Profile,
    Shown,
    ShownItem,
    Union,
    area_to_geojson,
)
from underseal.evidence.identity.together import WINDOW
from underseal.evidence.search.nodes import Is
from underseal.evidence.search.nodes import format as query_text
from underseal.evidence.server import answers, identity_shapes, shapes
from underseal.evidence.store import Directory

_MINUTE = 60_000

_Shape = TypeVar("_Shape", bound=Shape)


def counted(found: Counted, zone: ZoneInfo) -> identity_shapes.Counted:
    """Return messages that were counted."""
    return identity_shapes.Counted(
        query=found.query,
        count=found.count,
        locked=found.locked,
        first=_moment(found.first, zone),
        last=_moment(found.last, zone),
    )


def profile(found: Profile, *, names: Directory, zone: ZoneInfo) -> identity_shapes.AccountProfile:
    """Return the profile of an account."""
    sender = query_text(Is(field="from", value=found.account))
    company = found.company
    return identity_shapes.AccountProfile(
        account=found.account,
        name=found.name,
        zone=found.zone,
        sent=counted(found.sent, zone),
        received=counted(found.received, zone),
        days=[
            identity_shapes.AccountDay(day=day.day, count=day.count, locked=day.locked, query=f"{sender} on:{day.day}")
            for day in found.days
        ],
        hours=[identity_shapes.AccountHour.model_validate(hour) for hour in found.hours],
        estimate=identity_shapes.ZoneEstimate.model_validate(found.estimate),
        nicknames=[_nickname(name, names=names, zone=zone) for name in found.nicknames],
        contacts=[_told(contact, identity_shapes.Contact, zone) for contact in company.contacts],
        contact_count=company.contact_count,
        conversations=[_told(place, identity_shapes.AccountPlace, zone) for place in company.places],
        conversation_count=company.place_count,
        copresence=[_told(other, identity_shapes.Copresence, zone) for other in company.copresence],
        copresence_minutes=WINDOW // _MINUTE,
        devices=[_told(device, identity_shapes.AccountDevice, zone) for device in company.devices],
        gaps=[_gap(missing, names=names, zone=zone) for missing in company.missing],
        languages=[identity_shapes.AccountLanguage.model_validate(spoken) for spoken in found.languages.spoken],
        languages_looked_at=found.languages.looked_at,
    )


def _nickname(found: Nickname, *, names: Directory, zone: ZoneInfo) -> identity_shapes.Nickname:
    giver = shapes.Party(account=found.by, name=names.name(found.by))
    first, last = (answers.moment(time, zone) for time in (found.first, found.last))
    own = {"name": found.name, "own": found.own, "conversation": found.conversation, "records": found.records}
    return identity_shapes.Nickname.model_validate({**own, "by": giver, "first": first, "last": last})


def _gap(found: Missing, *, names: Directory, zone: ZoneInfo) -> identity_shapes.AccountGap:
    gap = answers.gap(found.gap, name=names.name(found.gap.sender), zone=zone)
    return identity_shapes.AccountGap(conversation=found.conversation, **dict(gap))


def _told(found: object, shape: type[_Shape], zone: ZoneInfo) -> _Shape:
    """Return something in the shape whose fields have the same names; its times become moments, its counts `Counted`."""
    fields = {name: getattr(found, name) for name in shape.model_fields}
    times = {name: answers.moment(fields[name], zone) for name in ("first", "last") if name in fields}
    counts = {"counted": counted(fields["counted"], zone)} if "counted" in fields else {}
    return shape.model_validate({**fields, **times, **counts})


def account_line(found: ListedAccount) -> identity_shapes.AccountLine:
    """Return an account of the list."""
    persons = [
        identity_shapes.ClaimedPerson(id=person.id, name=person.names[0], born=next(iter(person.born), None))
        for person in found.persons
    ]
    own = {"account": found.account, "name": found.name, "conversations": found.conversations, "sent": found.sent}
    return identity_shapes.AccountLine.model_validate({**own, "persons": persons})


def scale() -> list[identity_shapes.GradeMeaning]:
    """Return the scale of grades."""
    return [identity_shapes.GradeMeaning(grade=grade.value, meaning=meaning) for grade, meaning in MEANING.items()]


def attributions(found: Sequence[Shown], zone: ZoneInfo) -> list[identity_shapes.Attribution]:
    """Return claims."""
    return [attribution(shown, zone) for shown in found]


def attribution(found: Shown, zone: ZoneInfo) -> identity_shapes.Attribution:
    """Return a claim."""
    standing, claim = found.standing, found.standing.claim
    withdrawal = standing.withdrawal
    return identity_shapes.Attribution(
        id=claim.id,
        entry=standing.entry,
        account=claim.account,
        person=identity_shapes.ClaimedPerson.model_validate(claim.person),
        start=_moment(claim.interval.start, found.zone),
        end=_moment(claim.interval.end, found.zone),
        zone=claim.interval.zone,
        grade=claim.grade.value,
        meaning=found.meaning,
        author=claim.author,
        time=answers.moment(claim.time, zone),
        authority=claim.authority,
        supporting=[_item(item, zone) for item in found.supporting],
        opposing=[_item(item, zone) for item in found.opposing],
        outside=found.outside,
        supersedes=claim.supersedes,
        superseded_by=standing.superseded,
        withdrawn=answers.moment(withdrawal.time, zone) if withdrawal else None,
        withdrawn_by=withdrawal.author if withdrawal else None,
        withdrawn_why=withdrawal.reason if withdrawal else None,
        in_force=standing.in_force,
    )


def person(found: PersonPage, zone: ZoneInfo) -> identity_shapes.PersonPage:
    """Return all that is claimed of a person."""
    return identity_shapes.PersonPage(
        person=identity_shapes.PersonLine.model_validate(found.person),
        attributions=attributions(found.claims, zone),
        rivals=attributions(found.rivals, zone),
        uses=[
            identity_shapes.AccountUse(claim=use.claim, account=use.account, counted=counted(use.counted, zone))
            for use in found.uses
        ],
        merges=[merge(union, zone) for union in found.unions],
    )


def merge(found: Union, zone: ZoneInfo) -> identity_shapes.PersonMerge:
    """Return a merge of two persons."""
    made, parting = found.merge, found.parting
    return identity_shapes.PersonMerge(
        id=made.id,
        kept=made.kept,
        absorbed=made.absorbed,
        author=made.author,
        time=answers.moment(made.time, zone),
        why=made.reason,
        parted=answers.moment(parting.time, zone) if parting else None,
        parted_by=parting.author if parting else None,
        parted_why=parting.reason if parting else None,
    )


def _item(item: ShownItem, zone: ZoneInfo) -> identity_shapes.EvidenceItem:
    match item:
        case Outside():
            return identity_shapes.EvidenceItem(kind="outside")
        case Message():
            return identity_shapes.EvidenceItem(
                kind="message", words=item.words, record=item.record, release=item.release, leaf=item.leaf.hex()
            )
        case Document():
            return identity_shapes.EvidenceItem(
                kind="document", words=item.words, sha256=item.sha256.hex(), name=item.name, page=item.page
            )
        case Location():
            times = {"start": answers.moment(item.start, zone), "end": answers.moment(item.end, zone)}
            own = {"words": item.words, "area": area_to_geojson(item.area), "source": item.source}
            return identity_shapes.EvidenceItem.model_validate({"kind": "location", **times, **own})
    return identity_shapes.EvidenceItem(kind="statement", words=item.words)


def _moment(utc: int | None, zone: ZoneInfo) -> shapes.Moment | None:
    return None if utc is None else answers.moment(utc, zone)
