"""Disclosing a dossier: its schedules, what is held back, what would leave, and the pack that does."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from underseal.core.file_names import file_name
from underseal.core.web.files import whole
from underseal.errors import CallerError, at_field
from underseal.evidence.audit import Act
from underseal.evidence.disclosure.form import Form
from underseal.evidence.disclosure.house import Made, Page, Progress
from underseal.evidence.disclosure.reader import built_page, reader_page
from underseal.evidence.investigation import DossierDisclosure
from underseal.evidence.server import disclosing_answers, disclosing_shapes
from underseal.evidence.server.asking import Asking, Claimed, Reader, entering
from underseal.evidence.server.dossier_answers import place
from underseal.evidence.server.dossier_paths import Cursor, Limit, Reference
from underseal.evidence.server.packs import Owner, Pack, PackState
from underseal.evidence.server.roles import Part
from underseal.evidence.server.routes.media import SANDBOX

router = APIRouter(
    prefix="/api/dossiers/{dossier}/disclosure", tags=["disclosure"], dependencies=[Depends(entering(Part.EVIDENCE))]
)

ZIP = "application/zip"


class HandedOut(FileResponse):
    """A file that is done with once all of it was sent to somebody who was still there. It has no ranges."""

    done: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        scope["headers"] = [each for each in scope["headers"] if each[0] != b"range"]
        complete = False

        async def sending(message: Message) -> None:
            nonlocal complete
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                complete = not await Request(scope, receive).is_disconnected()
            await send(message)

        await super().__call__(scope, receive, sending)
        if complete:
            await run_in_threadpool(self.done)


@router.get("/used")
def list_used(
    reader: Reader, dossier: Reference, after: Cursor = "", limit: Limit = 60
) -> disclosing_shapes.UsedSchedule:
    """List the messages that would be enclosed, as their receiver would see them."""
    found = reader.dossiers.disclosure.schedules.used(dossier, after=place(after, 0), limit=limit)
    return disclosing_answers.used(found, reader.zone)


@router.get("/unused")
def list_unused(
    reader: Reader, dossier: Reference, after: Cursor = "", limit: Limit = 60
) -> disclosing_shapes.UnusedSchedule:
    """List the messages that would be named without their content."""
    return disclosing_answers.unused(
        reader.dossiers.disclosure.schedules.unused(dossier, after=place(after, 0), limit=limit)
    )


@router.get("/sensitive")
def list_sensitive(
    reader: Reader, dossier: Reference, after: Cursor = "", limit: Limit = 60
) -> disclosing_shapes.SensitiveSchedule:
    """List the messages of which nothing but a number and a reason would be told."""
    found = reader.dossiers.disclosure.schedules.sensitive(dossier, after=place(after, 0), limit=limit)
    return disclosing_answers.sensitive(found, reader.zone)


@router.get("/held-back")
def read_held_back(reader: Reader, dossier: Reference) -> disclosing_shapes.HeldBack:
    """Read all that a dossier holds back: who did so, why, and when."""
    return disclosing_answers.held_back(reader.dossiers.disclosure.held_back(dossier), reader.zone)


@router.post("/redactions", status_code=204)
def redact(reader: Reader, dossier: Reference, new: disclosing_shapes.NewRedaction) -> None:
    """Hold back a part of a message, behind a placeholder."""
    reader.dossiers.disclosure.redact(dossier, new.record, new.field, why=new.why)


@router.post("/redactions/take-back", status_code=204)
def take_back(reader: Reader, dossier: Reference, said: disclosing_shapes.NewRedaction) -> None:
    """Hold back a part of a message no longer; that it was stays in its history."""
    reader.dossiers.disclosure.show(dossier, said.record, said.field, why=said.why)


@router.post("/sensitive", status_code=204)
def hold_back(reader: Reader, dossier: Reference, new: disclosing_shapes.NewHolding) -> None:
    """Put a message on the schedule of sensitive material."""
    reader.dossiers.disclosure.hold_back(dossier, new.record, why=new.why)


@router.post("/sensitive/give-back", status_code=204)
def give_back(reader: Reader, dossier: Reference, said: disclosing_shapes.NewHolding) -> None:
    """Take a message off the schedule of sensitive material."""
    reader.dossiers.disclosure.give_back(dossier, said.record, why=said.why)


@router.get("/preview")
def preview(
    reader: Reader,
    dossier: Reference,
    to: Annotated[str, Query(max_length=500, description="Who would get it, for the audit.")] = "",
) -> disclosing_shapes.DisclosurePreview:
    """Say what would leave the house, what is left out, and what to look at before."""
    found = reader.dossiers.disclosure.preview(dossier, to=to)
    return disclosing_answers.preview(found, release=reader.release.number, reader=built_page() is not None)


@router.get("/earlier")
def list_earlier(asking: Asking, reader: Reader, dossier: Reference) -> disclosing_shapes.EarlierDisclosures:
    """List the disclosures of a dossier, the latest first."""
    found = reader.dossiers.disclosure.earlier(dossier)
    return disclosing_answers.earlier(found, key=asking.investigation.workspace.public_key.hex, zone=reader.zone)


@router.post("/pack", status_code=202)
def disclose(
    asking: Asking, reader: Reader, claimed: Claimed, dossier: Reference, new: disclosing_shapes.NewPack
) -> disclosing_shapes.PackProgress:
    """Begin to make a pack. It waits in the house, for who asked for it, until it is fetched or discarded."""
    work = _Work(disclosure=reader.dossiers.disclosure, dossier=dossier, new=new)
    packs = asking.shared.packs
    pack = packs.start(_owner(asking, claimed, dossier), work, to=new.to.strip(), at=asking.shared.now())
    return disclosing_answers.pack(pack, kept=packs.kept, zone=reader.zone)


@router.get("/pack")
def read_pack(asking: Asking, reader: Reader, claimed: Claimed, dossier: Reference) -> disclosing_shapes.PackProgress:
    """Say what has come of the pack that one asked for."""
    packs, owner = asking.shared.packs, _owner(asking, claimed, dossier)
    pack = packs.find(owner)
    if pack is not None:
        return disclosing_answers.pack(pack, kept=packs.kept, zone=reader.zone)
    reader.dossiers.disclosure.expect(dossier)
    other = packs.of_others(owner)
    if other is None:
        return disclosing_shapes.PackProgress(state="none")
    return disclosing_shapes.PackProgress(state="others", by=other.owner.user)


@router.post("/pack/discard", status_code=204)
def discard(asking: Asking, reader: Reader, claimed: Claimed, dossier: Reference) -> None:
    """Stop the making of the pack that one asked for, or remove it."""
    pack = _own(asking, reader, claimed, dossier, Act.DISCLOSURE_DISCARDED)
    if pack.made is not None:
        reader.dossiers.disclosure.discard(dossier, pack.made)
    asking.shared.packs.remove(pack)


@router.post("/pack/file", response_class=HandedOut, responses=whole([ZIP]))
def fetch(asking: Asking, reader: Reader, claimed: Claimed, dossier: Reference) -> HandedOut:
    """Fetch the pack that one asked for, as a zip file. It is removed when all of it was sent."""
    pack = _own(asking, reader, claimed, dossier, Act.DISCLOSURE_FETCHED)
    made = pack.made
    if made is None:
        reader.dossiers.disclosure.refuse_missing(dossier, Act.DISCLOSURE_FETCHED)
    investigation = asking.investigation
    reads = investigation.under(claimed.authority, purpose=claimed.purpose, release=made.release)
    reads.dossiers.disclosure.fetch(dossier, made)
    answer = HandedOut(
        pack.file,
        media_type=ZIP,
        filename=f"{file_name(made.selection.dossier.replace('/', '-'))}.zip",
        headers={"Content-Security-Policy": SANDBOX, "Cache-Control": "private, no-store"},
    )
    answer.done = lambda: asking.shared.packs.remove(pack)
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Makes the pack that somebody asked for, in their name and under their authority."""

    disclosure: DossierDisclosure
    dossier: str
    new: disclosing_shapes.NewPack

    def make(self, file: Path, progress: Progress) -> Made:
        return self.disclosure.disclose(
            self.dossier,
            file,
            to=self.new.to,
            since=self.new.since,
            zipped=True,
            forms=_forms(self.new.forms),
            page=_page() if self.new.reader else None,
            waits=True,
            progress=progress,
        )

    def discard(self, made: Made) -> None:
        self.disclosure.discard(self.dossier, made)


def _owner(asking: Asking, claimed: Claimed, dossier: str) -> Owner:
    return Owner(dossier=dossier, user=asking.user, authority=claimed.authority.strip())


def _own(asking: Asking, reader: Reader, claimed: Claimed, dossier: str, act: Act) -> Pack:
    """Return the pack that one asked for, of which an act is to be done."""
    pack = asking.shared.packs.find(_owner(asking, claimed, dossier))
    if pack is None or pack.state is PackState.FAILED:
        reader.dossiers.disclosure.refuse_missing(dossier, act)
    return pack


def _forms(names: list[disclosing_shapes.FormName]) -> list[Form]:
    if not names:
        return []
    from underseal.evidence.disclosure.forms import FORMS  # noqa: PLC0415  # its libraries take long to load

    return [form for name, form in FORMS.items() if name in names]


def _page() -> Page:
    page = reader_page()
    if page is None:
        with at_field("reader"):
            raise CallerError(
                "The reader is not built here, so that it cannot be enclosed.",
                hint="Disclose without it: any pack can be read.",
            )
    return page
