"""From dossiers to what the HTTP API answers; `--json` of the command line says the same."""

from collections.abc import Mapping
from typing import TypeVar
from zoneinfo import ZoneInfo

from underseal.core.web import cursors
from underseal.core.web.shapes import Shape
from underseal.evidence.dossier import (
    Card,
    Coded,
    CodedPage,
    Coding,
    Exclusion,
    Item,
    ItemPage,
    Kind,
    Threat,
    VersionPage,
)
from underseal.evidence.dossier.meetings import Meeting
from underseal.evidence.dossier.versions import MOMENTS
from underseal.evidence.dossier.work import Event, Hypothesis, Task, Work
from underseal.evidence.investigation import DossierPage
from underseal.evidence.investigation.dossier_meetings import Identified, MeetingPage
from underseal.evidence.investigation.dossier_review import ThreatRegister
from underseal.evidence.investigation.dossier_sources import ExclusionPreview
from underseal.evidence.server import answers, dossier_shapes
from underseal.evidence.server.shapes import Moment

_Shape = TypeVar("_Shape", bound=Shape)

_TIMES = (Moment, Moment | None)


def place(cursor: str, first: int) -> int:
    """Return the place of a cursor, `first` where it is empty; raises CallerError where it comes from somewhere else."""
    return int(cursors.decode(cursor, int)[0]) if cursor else first


def cursor_of(at: int | None) -> str | None:
    """Return a place as the API gives it."""
    return None if at is None else cursors.encode(at)


def told(found: object, shape: type[_Shape], zone: ZoneInfo, **more: object) -> _Shape:
    """Return something in the shape whose fields have the same names, times as moments.

    Args:
        found: what. shape: in which. zone: of times. more: fields that have other names or shapes.
    """
    fields: dict[str, object] = dict(more)
    for name, field in shape.model_fields.items():
        if name not in more:
            value = getattr(found, name)
            fields[name] = answers.moment(value, zone) if field.annotation in _TIMES and value is not None else value
    return shape.model_validate(fields)


def card(found: Card, zone: ZoneInfo) -> dossier_shapes.Dossier:
    """Return the card of a dossier."""
    head = found.head
    return told(
        found,
        dossier_shapes.Dossier,
        zone,
        versions={field.value: version for field, version in found.versions.items()},
        members=[told(member, dossier_shapes.DossierMember, zone) for member in found.members],
        record=head.record,
        authority=head.authority,
        opened_by=head.user,
        opened_at=answers.moment(head.at, zone),
    )


def page(found: DossierPage, districts: Mapping[str, str], zone: ZoneInfo) -> dossier_shapes.Dossiers:
    """Return a page of dossiers."""
    return dossier_shapes.Dossiers(
        dossiers=[card(each, zone) for each in found.dossiers],
        total=found.total,
        cursor=cursor_of(found.cursor),
        districts=[dossier_shapes.District(short=short, name=name) for short, name in districts.items()],
    )


def versions(found: VersionPage, zone: ZoneInfo) -> dossier_shapes.DossierVersions:
    """Return a page of what a dossier said before."""
    return dossier_shapes.DossierVersions(
        versions=[
            told(
                each,
                dossier_shapes.DossierVersion,
                zone,
                kind=each.kind.value,
                said={name: _said(name, value, zone) for name, value in each.said.items()},
            )
            for each in found.versions
        ],
        cursor=cursor_of(found.cursor),
    )


def _said(name: str, value: str | int | tuple[int, ...], zone: ZoneInfo) -> str:
    """Return a part of a version as it is read: moments with their offset, records by their numbers."""
    if isinstance(value, tuple):
        return " ".join(f"#{record}" for record in value)
    if name == "record":
        return f"#{value}"
    return answers.moment(value, zone).iso if name in MOMENTS and isinstance(value, int) else str(value)


def item(found: Item, zone: ZoneInfo) -> dossier_shapes.DossierItem:
    """Return an item."""
    return told(found, dossier_shapes.DossierItem, zone, kind=found.kind.value)


def items(found: ItemPage, zone: ZoneInfo) -> dossier_shapes.DossierItems:
    """Return a page of items."""
    return dossier_shapes.DossierItems(items=[item(each, zone) for each in found.items], cursor=cursor_of(found.cursor))


def coding(found: Coding, zone: ZoneInfo) -> dossier_shapes.DossierCoding:
    """Return a decision on a message."""
    return told(found, dossier_shapes.DossierCoding, zone, choice=found.choice.value)


def coded(found: Coded, zone: ZoneInfo) -> dossier_shapes.CodedMessage:
    """Return a message with what was decided of it."""
    codings = [coding(each, zone) for each in found.codings]
    return dossier_shapes.CodedMessage(record=found.record, codings=codings, disputed=found.disputed)


def coded_page(found: CodedPage, zone: ZoneInfo) -> dossier_shapes.CodedMessages:
    """Return a page of coded messages."""
    messages = [coded(each, zone) for each in found.messages]
    return dossier_shapes.CodedMessages(messages=messages, cursor=cursor_of(found.cursor))


def threat(found: Threat, zone: ZoneInfo) -> dossier_shapes.Threat:
    """Return a threat to life."""
    steps = [
        told(
            step,
            dossier_shapes.ThreatStep,
            zone,
            step=step.step.value,
            outcome=None if step.outcome is None else step.outcome.value,
        )
        for step in found.steps
    ]
    return told(found, dossier_shapes.Threat, zone, steps=steps)


def threats(found: ThreatRegister, zone: ZoneInfo) -> dossier_shapes.Threats:
    """Return threats to life and their figures."""
    return dossier_shapes.Threats(
        threats=[threat(each, zone) for each in found.threats],
        figures=told(found.figures, dossier_shapes.ThreatFigures, zone),
    )


def work(found: Work, zone: ZoneInfo) -> dossier_shapes.DossierWork:
    """Return an event, a hypothesis or a task."""
    match found:
        case Event():
            return told(found, dossier_shapes.DossierEvent, zone, kind=Kind.EVENT.value)
        case Hypothesis():
            return told(
                found, dossier_shapes.DossierHypothesis, zone, kind=Kind.HYPOTHESIS.value, state=found.state.value
            )
        case Task():
            return told(found, dossier_shapes.DossierTask, zone, kind=Kind.TASK.value, state=found.state.value)


def identified(found: Identified) -> dossier_shapes.DossierIdentifier:
    """Return an identifier of a dossier."""
    own = found.identifier
    return dossier_shapes.DossierIdentifier(
        kind=own.kind.value, value=own.value, sources=list(found.sources), excluded=list(found.excluded)
    )


def notice(found: Meeting, zone: ZoneInfo) -> dossier_shapes.Notice:
    """Return a notice that another dossier has the same."""
    own = found.identifier
    return told(found, dossier_shapes.Notice, zone, kind=own.kind.value, value=own.value)


def notices(found: MeetingPage, zone: ZoneInfo) -> dossier_shapes.Notices:
    """Return a page of notices."""
    told_ = [notice(each, zone) for each in found.meetings]
    return dossier_shapes.Notices(notices=told_, cursor=cursor_of(found.cursor))


def exclusion(found: Exclusion, zone: ZoneInfo) -> dossier_shapes.Exclusion:
    """Return a judge's decision on a source."""
    return told(
        found,
        dossier_shapes.Exclusion,
        zone,
        source=found.source.kind.value,
        value=found.source.value,
        entered_by=found.user,
        entered_at=answers.moment(found.at, zone),
    )


def exclusion_preview(found: ExclusionPreview) -> dossier_shapes.ExclusionPreview:
    """Return what an exclusion would mark."""
    return dossier_shapes.ExclusionPreview(
        source=found.source.kind.value,
        value=found.source.value,
        messages=found.messages,
        dossiers=[
            dossier_shapes.TouchedDossier(
                reference=each.card.reference, number=each.card.number, title=each.card.title, items=each.items
            )
            for each in found.dossiers
        ],
        attributions=list(found.attributions),
    )
