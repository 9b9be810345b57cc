"""From what the Python API returns to what the HTTP API answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from underseal.core.records import Media
from underseal.core.verify import Report, Step
from underseal.evidence.audit import AuditEntry
from underseal.evidence.authority import Authority
from underseal.evidence.authority.moments import iso
from underseal.evidence.casework import Decision, Exhibit, User
from underseal.evidence.investigation import Line, Moment
from underseal.evidence.privilege import Declared
from underseal.evidence.server import privilege_shapes, shapes
from underseal.evidence.store import Directory, Document, Gap, Release, Summary

if TYPE_CHECKING:
    from underseal.evidence.investigation.destruction_plan import Preview


def line(found: Line) -> shapes.Line:
    """Return a line of a conversation."""
    own = {name: getattr(found, name) for name in shapes.Line.model_fields}
    return shapes.Line.model_validate(own | {"media": media(found.media, record=found.number)})


def media(found: Media | None, *, record: int) -> shapes.MediaLine | None:
    """Return an attachment; its address names the record, since access is decided by that."""
    if found is None:
        return None
    own = {name: getattr(found, name) for name in shapes.MediaLine.model_fields if name != "url"}
    url = f"/api/media/{found.sha256}?record={record}" if found.sha256 else None
    return shapes.MediaLine.model_validate(own | {"url": url})


def local(written: str, zone: ZoneInfo) -> str:
    """Return a time that was signed or recorded with its offset (ISO 8601) as the desk shows all times."""
    return iso(round(datetime.fromisoformat(written).timestamp() * 1000), zone)


def moment(utc: int, zone: ZoneInfo) -> shapes.Moment:
    """Return a time that is a bound of others rather than evidence itself."""
    return shapes.Moment.model_validate(
        Moment(utc=utc, iso=iso(utc, zone), clock="", found=str(utc), uncertainty=0), from_attributes=True
    )


def conversation(found: Summary, *, names: Directory, zone: ZoneInfo) -> shapes.ConversationSummary:
    """Return a conversation of the list; without a message it has no span, whoever joined or left it when."""
    return shapes.ConversationSummary(
        id=found.id,
        title=found.title,
        direct=found.direct,
        members=[shapes.Party(account=account, name=names.name(account)) for account in found.members],
        messages=found.messages,
        locked=found.locked,
        first=moment(found.first, zone) if found.messages else None,
        last=moment(found.last, zone) if found.messages else None,
    )


def gap(found: Gap, *, name: str, zone: ZoneInfo) -> shapes.Gap:
    """Return where messages are missing."""
    messages = "message" if found.missing == 1 else "messages"
    return shapes.Gap(
        start=moment(found.start, zone),
        end=moment(found.end, zone),
        sender=shapes.Party(account=found.sender, name=name),
        missing=found.missing,
        reason=f"at least {found.missing:,} {messages} of {name}",
    )


def check(found: Report) -> shapes.Check:
    """Return a verification."""
    return shapes.Check(ok=found.ok, steps=[check_step(step) for step in found.steps])


def check_step(found: Step) -> shapes.CheckStep:
    """Return one step of a verification."""
    return shapes.CheckStep(name=found.name, ok=found.ok, detail=found.detail)


def exhibit(found: Exhibit, zone: ZoneInfo) -> shapes.ExhibitCard:
    """Return an exhibit; where its format has no second way to count, the total is what was counted while reading."""
    return shapes.ExhibitCard(
        number=found.number,
        title=found.title,
        reader=found.reader,
        custodian=found.custodian,
        condition=found.condition,
        taken=iso(found.received_at, zone),
        files=found.files,
        bytes=found.size,
        sha256=found.sha256.hex(),
        state=found.state.value,
        total=found.read + found.failed if found.total is None else found.total,
        read=found.read,
        failed=found.failed,
        keys=found.keys,
    )


def release(found: Release, zone: ZoneInfo) -> shapes.ReleaseSummary:
    """Return a release of the list."""
    return shapes.ReleaseSummary(
        number=found.number,
        created=local(found.created, zone),
        records=found.size,
        added=found.added,
        root=found.root,
        parent=found.parent or None,
        key=found.key,
        verdicts=dict(found.verdicts),
        reason=found.reason,
    )


def audit_entry(found: AuditEntry, zone: ZoneInfo) -> shapes.AuditEntry:
    """Return an act; its line in the ledger, which an export holds, keeps the time in UTC as it was written."""
    own = {name: getattr(found, name) for name in shapes.AuditEntry.model_fields}
    return shapes.AuditEntry.model_validate(own | {"time": local(found.time, zone), "details": dict(found.details)})


def user(found: User, zone: ZoneInfo) -> shapes.UserLine:
    """Return a named user."""
    created = iso(found.created, zone)
    return shapes.UserLine(name=found.name, role=found.role.value, disabled=found.disabled, created=created)


def declaration(found: Declared, zone: ZoneInfo) -> privilege_shapes.Declaration:
    """Return a declaration of privilege."""
    told = found.declaration
    return privilege_shapes.Declaration(
        number=told.number,
        state=found.state,
        profession=told.profession.value,
        account=told.account,
        start=None if told.start is None else iso(told.start, zone),
        end=None if told.end is None else iso(told.end, zone),
        proof=told.proof,
        entered_by=told.user,
        entered=iso(told.at, zone),
        why=found.why,
        decided_by=found.user,
        decided=iso(found.at, zone),
    )


def privilege_decision(
    found: Decision, zone: ZoneInfo, *, destroyed: Mapping[int, int]
) -> privilege_shapes.PrivilegeDecision:
    """Return a decision on privilege; `destroyed` counts the records that were destroyed under each."""
    subject = found.subject
    return privilege_shapes.PrivilegeDecision(
        number=found.number,
        state=found.state.value,
        subject=subject.kind.value,
        account=subject.account,
        start=None if subject.start is None else iso(subject.start, zone),
        end=None if subject.end is None else iso(subject.end, zone),
        conversation=subject.conversation,
        event=subject.event,
        sender=subject.sender,
        time=None if subject.time is None else iso(subject.time, zone),
        record=found.record,
        declaration=found.declaration,
        rule=found.rule,
        why=found.why,
        decided_by=found.user,
        decided=iso(found.at, zone),
        sha256=found.sha256,
        destroyed=destroyed.get(found.number, 0),
    )


def destruction_preview(found: "Preview") -> privilege_shapes.DestructionPreview:
    """Return what a destruction would destroy."""
    return privilege_shapes.DestructionPreview(
        decision=found.decision.number,
        records=found.records,
        attachments=privilege_shapes.AttachmentFates.model_validate(found.attachments),
        keys=privilege_shapes.KeyFates.model_validate(found.keys),
        exhibits=list(found.exhibits),
        words=found.words,
    )


def destruction(found: Document, zone: ZoneInfo) -> privilege_shapes.Destruction:
    """Return a destruction."""
    told = found.destruction
    return privilege_shapes.Destruction(
        number=told.number,
        decision=told.decision,
        records=len(told.records),
        attachments=privilege_shapes.AttachmentFates.model_validate(told.attachments),
        keys=privilege_shapes.KeyFates.model_validate(told.keys),
        exhibits=list(told.exhibits),
        user=told.user,
        created=local(told.created, zone),
        sha256=found.sha256,
    )


def authority(found: Authority, *, at: int, zone: ZoneInfo) -> shapes.AuthoritySummary:
    """Return an authority as it stands at a moment (ms since 1970)."""
    scope = found.scope
    return shapes.AuthoritySummary(
        number=found.number,
        magistrate=found.magistrate,
        legal_basis=found.legal_basis,
        valid_from=iso(found.valid_from, zone),
        valid_to=iso(found.valid_to, zone),
        state=found.state(at).value,
        accounts=None if scope.accounts is None else len(scope.accounts),
        rooms=None if scope.rooms is None else len(scope.rooms),
        start=None if scope.start is None else iso(scope.start, zone),
        end=None if scope.end is None else iso(scope.end, zone),
    )
