"""From the disclosure of dossiers to what the HTTP API answers."""

from dataclasses import asdict
from typing import TypeVar
from zoneinfo import ZoneInfo

from underseal.core.web.errors import body_of
from underseal.core.web.shapes import Shape
from underseal.evidence.audit import AuditEntry
from underseal.evidence.disclosure.house import Preview
from underseal.evidence.disclosure.schedules import NEVER
from underseal.evidence.dossier import HeldBack, Holding
from underseal.evidence.investigation import dossier_disclosure, dossier_schedules
from underseal.evidence.server import answers, disclosing_shapes
from underseal.evidence.server.dossier_answers import cursor_of, told
from underseal.evidence.server.packs import Pack, PackState

_Line = TypeVar("_Line")


def counts(page: dossier_schedules.SchedulePage[_Line]) -> disclosing_shapes.ScheduleCounts:
    """Return how many lines each schedule has."""
    return disclosing_shapes.ScheduleCounts(used=page.used, unused=page.unused, sensitive=page.sensitive)


def holding(found: Holding, zone: ZoneInfo) -> disclosing_shapes.DisclosureHolding:
    """Return what is held back of a message."""
    return told(found, disclosing_shapes.DisclosureHolding, zone)


def used(
    page: dossier_schedules.SchedulePage[dossier_schedules.UsedLine], zone: ZoneInfo
) -> disclosing_shapes.UsedSchedule:
    """Return a page of the schedule of used material."""
    return disclosing_shapes.UsedSchedule(
        counts=counts(page), lines=[_used(line, zone) for line in page.lines], cursor=cursor_of(page.cursor)
    )


def unused(
    page: dossier_schedules.SchedulePage[dossier_schedules.UnusedLine],
) -> disclosing_shapes.UnusedSchedule:
    """Return a page of the schedule of unused material."""
    lines = [disclosing_shapes.UnusedLine.model_validate(line) for line in page.lines]
    return disclosing_shapes.UnusedSchedule(counts=counts(page), lines=lines, cursor=cursor_of(page.cursor))


def sensitive(
    page: dossier_schedules.SchedulePage[dossier_schedules.SensitiveLine], zone: ZoneInfo
) -> disclosing_shapes.SensitiveSchedule:
    """Return a page of the schedule of sensitive material."""
    lines = [
        disclosing_shapes.SensitiveLine(line=line.line, record=line.record, held=holding(line.held, zone))
        for line in page.lines
    ]
    return disclosing_shapes.SensitiveSchedule(counts=counts(page), lines=lines, cursor=cursor_of(page.cursor))


def held_back(found: HeldBack, zone: ZoneInfo) -> disclosing_shapes.HeldBack:
    """Return all that a dossier holds back."""
    redactions = [each for _, several in sorted(found.redactions.items()) for each in several]
    return disclosing_shapes.HeldBack(
        redactions=[holding(each, zone) for each in redactions],
        sensitive=[holding(each, zone) for _, each in sorted(found.sensitive.items())],
    )


def preview(found: Preview, *, release: int, reader: bool) -> disclosing_shapes.DisclosurePreview:
    """Return what would leave the house.

    Args:
        found: the preview. release: that it is of. reader: whether the reader can be enclosed.
    """
    return disclosing_shapes.DisclosurePreview(
        release=release,
        counts=_shape(found.counts, disclosing_shapes.DisclosureCounts),
        sessions=[_shape(each, disclosing_shapes.SessionGiven) for each in found.sessions],
        redactions=dict(found.redactions),
        exclusions=[_shape(each, disclosing_shapes.ExcludedSource) for each in found.exclusions],
        beside_redacted=list(found.beside_redacted),
        claims=list(found.claims),
        never=[disclosing_shapes.NeverDisclosed(what=what, why=why) for what, why in NEVER],
        size=found.size,
        reader=reader,
    )


def pack(found: Pack, *, kept: float, zone: ZoneInfo) -> disclosing_shapes.PackProgress:
    """Return what has come of a pack.

    Args:
        found: the pack. kept: how long it waits, in seconds. zone: of times.
    """
    made = None
    if found.made is not None and found.state is PackState.MADE:
        made = disclosing_shapes.MadePack(
            counts=_shape(found.made.counts, disclosing_shapes.DisclosureCounts),
            release=found.made.release,
            size=found.file.stat().st_size,
            contents=found.made.contents,
            key=found.made.key,
            kept=round(kept),
        )
    return disclosing_shapes.PackProgress(
        state=found.state.value,
        to=found.to,
        by=found.owner.user,
        started=answers.moment(found.started, zone),
        stage=found.stage.value,
        done=found.done,
        total=found.total,
        made=made,
        error=None if found.error is None else body_of(found.error),
    )


def earlier(
    found: dossier_disclosure.EarlierDisclosures, *, key: str, zone: ZoneInfo
) -> disclosing_shapes.EarlierDisclosures:
    """Return the disclosures of a dossier.

    Args:
        found: what the audit says of them. key: that signs packs, 32 bytes as hex. zone: of times.
    """

    def when(entry: AuditEntry | None) -> str | None:
        return None if entry is None else answers.local(entry.time, zone)

    def number(entry: AuditEntry, name: str) -> int | None:
        value = entry.details.get(name)
        return value if isinstance(value, int) else None

    def one(entry: AuditEntry) -> disclosing_shapes.EarlierDisclosure:
        contents = str(entry.details["sha256"])
        return disclosing_shapes.EarlierDisclosure(
            number=entry.number,
            to=str(entry.details["to"]),
            by=entry.user,
            at=answers.local(entry.time, zone),
            authority=entry.authority,
            purpose=entry.purpose,
            contents=contents,
            **{name: number(entry, name) for name in ("records", "release", "redacted", "unused", "sensitive")},
            waited="waits" in entry.details,
            fetched_at=when(found.fetched.get(contents)),
            discarded_at=when(found.discarded.get(contents)),
        )

    disclosures = [one(each) for each in found.disclosures]
    return disclosing_shapes.EarlierDisclosures(disclosures=disclosures, key=key, sealed=found.sealed)


_Shape = TypeVar("_Shape", bound=Shape)


def _shape(found: object, shape: type[_Shape]) -> _Shape:
    return shape.model_validate({name: getattr(found, name) for name in shape.model_fields})


def _used(line: dossier_schedules.UsedLine, zone: ZoneInfo) -> disclosing_shapes.UsedLine:
    shown = asdict(line.shown)
    own = {name: shown[name] for name in disclosing_shapes.UsedLine.model_fields if name in shown}
    attached = line.shown.attached
    return disclosing_shapes.UsedLine.model_validate(
        own
        | {
            "recipients": list(line.shown.recipients),
            "attachment": None if attached is None else attached.name or attached.mime,
            "redactions": [holding(each, zone) for each in line.redactions],
        }
    )
