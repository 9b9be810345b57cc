"""Dossiers: opened, listed, shown, changed, closed and reopened; what is in them, and their documents."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import StringConstraints

from underseal.core.web.files import BYTES, ranges
from underseal.evidence.dossier import Field, ItemDraft, ItemKind, Kind, OpeningDraft
from underseal.evidence.dossier.documents import too_large
from underseal.evidence.server import answers, dossier_answers, dossier_shapes
from underseal.evidence.server.asking import Asking, Reader, entering
from underseal.evidence.server.dossier_paths import Cursor, ItemId, Limit, Reference
from underseal.evidence.server.roles import Part
from underseal.evidence.server.routes.media import SANDBOX

router = APIRouter(prefix="/api/dossiers", tags=["dossiers"], dependencies=[Depends(entering(Part.EVIDENCE))])

_CHUNK = 1 << 20


@router.get("")
def list_dossiers(asking: Asking, reader: Reader, after: Cursor = "", limit: Limit = 60) -> dossier_shapes.Dossiers:
    """List the dossiers of which one may know."""
    found = reader.dossiers.list(after=dossier_answers.place(after, 0), limit=limit)
    return dossier_answers.page(found, asking.investigation.workspace.settings.dossier_districts, reader.zone)


@router.post("", status_code=201)
def open_dossier(reader: Reader, new: dossier_shapes.NewDossier) -> dossier_shapes.Dossier:
    """Open a dossier; it gets the next number of the office's scheme."""
    return dossier_answers.card(reader.dossiers.open(OpeningDraft(**new.model_dump())), reader.zone)


@router.get("/{dossier}")
def read_dossier(reader: Reader, dossier: Reference) -> dossier_shapes.Dossier:
    """Read the card of a dossier."""
    return dossier_answers.card(reader.dossiers.show(dossier), reader.zone)


@router.get("/{dossier}/history")
def read_history(  # noqa: PLR0917
    reader: Reader,
    dossier: Reference,
    kind: Annotated[dossier_shapes.EntryKind | None, Query(description="Only of things of this kind.")] = None,
    thing: Annotated[str, Query(max_length=600, description="Only of the thing of this name.")] = "",
    after: Cursor = "",
    limit: Limit = 60,
) -> dossier_shapes.DossierVersions:
    """Read what was ever entered in a dossier, the latest first, with who entered it and when."""
    found = reader.dossiers.history(
        dossier,
        kind=None if kind is None else Kind(kind),
        thing=thing,
        before=dossier_answers.place(after, 0) or None,
        limit=limit,
    )
    return dossier_answers.versions(found, reader.zone)


@router.post("/{dossier}/card")
def change_dossier(reader: Reader, dossier: Reference, said: dossier_shapes.CardChange) -> dossier_shapes.Dossier:
    """Change a field of the card; a new lead becomes a member."""
    changed = reader.dossiers.change(dossier, Field(said.field), said.value, version=said.version)
    return dossier_answers.card(changed, reader.zone)


@router.post("/{dossier}/members")
def add_member(reader: Reader, dossier: Reference, said: dossier_shapes.NewMember) -> dossier_shapes.Dossier:
    """Let somebody know of a dossier."""
    return dossier_answers.card(reader.dossiers.add_member(dossier, said.user), reader.zone)


@router.post("/{dossier}/members/remove", status_code=204)
def remove_member(reader: Reader, dossier: Reference, said: dossier_shapes.NewMember) -> None:
    """Keep somebody from a dossier from now on."""
    reader.dossiers.remove_member(dossier, said.user)


@router.get("/{dossier}/obstacles")
def list_obstacles(reader: Reader, dossier: Reference) -> list[dossier_shapes.Obstacle]:
    """List what keeps a dossier from being closed."""
    return [dossier_shapes.Obstacle(what=each.what, why=each.why) for each in reader.dossiers.obstacles(dossier)]


@router.post("/{dossier}/close")
def close_dossier(reader: Reader, dossier: Reference, said: dossier_shapes.DossierReason) -> dossier_shapes.Dossier:
    """Close a dossier, where no actor lacks an attribution and its evidence is more than one unverified message."""
    return dossier_answers.card(reader.dossiers.close(dossier, why=said.why), reader.zone)


@router.post("/{dossier}/reopen")
def reopen_dossier(reader: Reader, dossier: Reference, said: dossier_shapes.DossierReason) -> dossier_shapes.Dossier:
    """Reopen a dossier."""
    return dossier_answers.card(reader.dossiers.reopen(dossier, why=said.why), reader.zone)


@router.get("/{dossier}/items")
def list_items(
    reader: Reader, dossier: Reference, after: Cursor = "", limit: Limit = 60
) -> dossier_shapes.DossierItems:
    """List what is in a dossier, in the order in which it was put in."""
    found = reader.dossiers.items.page(dossier, after=dossier_answers.place(after, 0), limit=limit)
    return dossier_answers.items(found, reader.zone)


@router.post("/{dossier}/items", status_code=201)
def add_item(reader: Reader, dossier: Reference, new: dossier_shapes.NewDossierItem) -> dossier_shapes.DossierItem:
    """Put a message, an attachment, an account, a person or a note into a dossier."""
    draft = ItemDraft(**(new.model_dump() | {"kind": ItemKind(new.kind)}))
    return dossier_answers.item(reader.dossiers.items.add(dossier, draft), reader.zone)


@router.get("/{dossier}/lines")
def read_lines(
    reader: Reader,
    dossier: Reference,
    item: Annotated[
        list[Annotated[str, StringConstraints(max_length=600)]],
        Query(min_length=1, max_length=50, description="Names of items."),
    ],
    around: Annotated[bool, Query(description="With the lines of context.")] = False,  # noqa: FBT002
) -> list[dossier_shapes.DossierLines]:
    """Read the messages of some items at once; what is not there, or not to be seen, is left out."""
    found = reader.dossiers.items.lines(dossier, item, around=around)
    return [dossier_shapes.DossierLines(item=each.item, lines=list(map(answers.line, each.lines))) for each in found]


@router.get("/{dossier}/items/{item:path}")
def read_item(reader: Reader, dossier: Reference, item: ItemId) -> dossier_shapes.DossierItem:
    """Read an item."""
    return dossier_answers.item(reader.dossiers.items.show(dossier, item), reader.zone)


@router.post("/{dossier}/items/{item:path}/change")
def change_item(
    reader: Reader, dossier: Reference, item: ItemId, said: dossier_shapes.ItemChange
) -> dossier_shapes.DossierItem:
    """Change how much context a message has, or why something is in the dossier."""
    return dossier_answers.item(reader.dossiers.items.change(dossier, item, **said.model_dump()), reader.zone)


@router.post("/{dossier}/items/{item:path}/remove", status_code=204)
def remove_item(reader: Reader, dossier: Reference, item: ItemId, said: dossier_shapes.Removal) -> None:
    """Take an item out; what was entered of it stays."""
    reader.dossiers.items.remove(dossier, item, why=said.why, version=said.version)


@router.put(
    "/{dossier}/documents",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def add_document(
    request: Request,
    reader: Reader,
    dossier: Reference,
    name: Annotated[str, Query(max_length=500, description="Name of the file, without folders.")],
    why: Annotated[str, Query(max_length=500, description="Why it is in the dossier.")] = "",
) -> dossier_shapes.DossierItem:
    """Put a document into a dossier; its bytes are the body of the request, of any length that the settings allow."""
    documents = reader.dossiers.documents
    called = await run_in_threadpool(documents.expect, dossier, name)
    with tempfile.TemporaryFile(dir=documents.aside) as aside:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > documents.limit:
                raise too_large(documents.limit)
            await run_in_threadpool(aside.write, piece)
        aside.seek(0)
        kept = await run_in_threadpool(lambda: documents.add(dossier, called, _pieces(aside), why=why))
    return dossier_answers.item(kept, reader.zone)


@router.get("/{dossier}/documents/{item}", response_class=FileResponse, responses=ranges())
def read_document(reader: Reader, dossier: Reference, item: ItemId) -> FileResponse:
    """Read the bytes of a document."""
    found, file = reader.dossiers.documents.read(dossier, item)
    return FileResponse(
        file,
        media_type=BYTES,
        filename=found.name,
        headers={"Content-Security-Policy": SANDBOX, "Cache-Control": "private, no-store"},
    )


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece
