"""From accounts, persons and attributions to what the HTTP API answers; `--json` of the command line says the same."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from underseal.core.verify.attribution import MEANING, Document, Location, Message
from underseal.core.web.shapes import Shape
from underseal.evidence.identity import (
    Counted,
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
from underseal.evidence.server import answers, shapes
from underseal.evidence.store import Directory

_MINUTE = 60_000


def counted(found: Counted, zone: ZoneInfo) -> shapes.Counted:
    """Return messages that were counted."""
    return shapes.Counted(
        query=found.query,
        count=found.count,
        locked=found.locked,
        first=_moment(found.first, zone),
        last=_moment(found.last, zone),
    )


def profile(found: Profile, *, names: Directory, zone: ZoneInfo) -> shapes.AccountProfile:
    """Return the profile of an account."""
    sender = query_text(Is(field="from", value=found.account))
    company = found.company
    return shapes.AccountProfile(
        account=found.account,
        name=found.name,
        zone=found.zone,
        sent=counted(found.sent, zone),
        received=counted(found.received, zone),
        days=[
            shapes.AccountDay(day=day.day, count=day.count, locked=day.locked, query=f"{sender} on:{day.day}")
            for day in found.days
        ],
        hours=[shapes.AccountHour.model_validate(hour) for hour in found.hours],
        estimate=shapes.ZoneEstimate.model_validate(found.estimate),
        nicknames=[
            shapes.Nickname(
                name=name.name,
                by=shapes.Party(account=name.by, name=names.name(name.by)),
                own=name.own,
                conversation=name.conversation,
                first=answers.moment(name.first, zone),
                last=answers.moment(name.last, zone),
                records=list(name.records),
            )
            for name in found.nicknames
        ],
        contacts=[
            shapes.Contact.model_validate(
                _fields(contact, shapes.Contact) | {"counted": counted(contact.counted, zone)}
            )
            for contact in company.contacts
        ],
        contact_count=company.contact_count,
        conversations=[
            shapes.AccountPlace.model_validate(
                _fields(place, shapes.AccountPlace) | {"counted": counted(place.counted, zone)}
            )
            for place in company.places
        ],
        conversation_count=company.place_count,
        copresence=[
            shapes.Copresence.model_validate(
                _fields(other, shapes.Copresence)
                | {"first": answers.moment(other.first, zone), "last": answers.moment(other.last, zone)}
            )
            for other in company.copresence
        ],
        copresence_minutes=WINDOW // _MINUTE,
        devices=[
            shapes.AccountDevice.model_validate(
                _fields(device, shapes.AccountDevice)
                | {"first": answers.moment(device.first, zone), "last": answers.moment(device.last, zone)}
            )
            for device in company.devices
        ],
        gaps=[
            shapes.AccountGap(
                conversation=missing.conversation,
                **dict(answers.gap(missing.gap, name=names.name(missing.gap.sender), zone=zone)),
            )
            for missing in company.missing
        ],
        languages=[shapes.AccountLanguage.model_validate(spoken) for spoken in found.languages.spoken],
        languages_looked_at=found.languages.looked_at,
    )


def scale() -> list[shapes.GradeMeaning]:
    """Return the scale of grades."""
    return [shapes.GradeMeaning(grade=grade.value, meaning=meaning) for grade, meaning in MEANING.items()]


def attributions(found: Sequence[Shown], zone: ZoneInfo) -> list[shapes.Attribution]:
    """Return claims."""
    return [attribution(shown, zone) for shown in found]


def attribution(found: Shown, zone: ZoneInfo) -> shapes.Attribution:
    """Return a claim."""
    standing, claim = found.standing, found.standing.claim
    withdrawal = standing.withdrawal
    return shapes.Attribution(
        id=claim.id,
        entry=standing.entry,
        account=claim.account,
        person=shapes.ClaimedPerson.model_validate(claim.person),
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


def person(found: PersonPage, zone: ZoneInfo) -> shapes.PersonPage:
    """Return all that is claimed of a person."""
    return shapes.PersonPage(
        person=shapes.PersonLine.model_validate(found.person),
        attributions=attributions(found.claims, zone),
        rivals=attributions(found.rivals, zone),
        uses=[
            shapes.AccountUse(claim=use.claim, account=use.account, counted=counted(use.counted, zone))
            for use in found.uses
        ],
        merges=[merge(union, zone) for union in found.unions],
    )


def merge(found: Union, zone: ZoneInfo) -> shapes.PersonMerge:
    """Return a merge of two persons."""
    made, parting = found.merge, found.parting
    return shapes.PersonMerge(
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


def _item(item: ShownItem, zone: ZoneInfo) -> shapes.EvidenceItem:
    match item:
        case Outside():
            return shapes.EvidenceItem(kind="outside")
        case Message():
            return shapes.EvidenceItem(
                kind="message", words=item.words, record=item.record, release=item.release, leaf=item.leaf.hex()
            )
        case Document():
            return shapes.EvidenceItem(
                kind="document", words=item.words, sha256=item.sha256.hex(), name=item.name, page=item.page
            )
        case Location():
            times = {"start": answers.moment(item.start, zone), "end": answers.moment(item.end, zone)}
            own = {"words": item.words, "area": area_to_geojson(item.area), "source": item.source}
            return shapes.EvidenceItem.model_validate({"kind": "location", **times, **own})
    return shapes.EvidenceItem(kind="statement", words=item.words)


def _moment(utc: int | None, zone: ZoneInfo) -> shapes.Moment | None:
    return None if utc is None else answers.moment(utc, zone)


def _fields(found: object, shape: type[Shape]) -> dict[str, object]:
    return {name: getattr(found, name) for name in shape.model_fields}
