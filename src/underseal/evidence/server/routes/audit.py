"""The audit: who did what."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from underseal.errors import IntegrityError
from underseal.evidence.server import answers, shapes
from underseal.evidence.server.asking import Asker, Asking, entering
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/audit", tags=["audit"], dependencies=[Depends(entering(Part.AUDIT))])

MAX_PAGE = 500
"""Entries of a page at most."""

_CHUNK = 1 << 20
"""Bytes of an export that are sent at a time."""

_NAME = "audit.jsonl"


class ExportFile(StreamingResponse):
    """The audit as a file that anyone can check: `underseal verify FILE`."""

    media_type = "application/jsonl"


@router.get("")
def read_audit(
    asking: Asking,
    before: Annotated[int | None, Query(ge=0, lt=2**63, description="Number of the last entry of a page.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    user: Annotated[str, Query(max_length=200, description="Only what this user did.")] = "",
    act: Annotated[str, Query(max_length=100, description="Only this act.")] = "",
) -> shapes.AuditPage:
    """Read acts, the latest first."""
    page = asking.investigation.audit.page(before=before, limit=limit, user=user, act=act)
    return shapes.AuditPage(
        entries=[answers.audit_entry(entry, asking.zone) for entry in page.entries],
        total=page.total,
        cursor=page.entries[-1].number if page.more else None,
        sealed_for=page.sealed_for,
    )


@router.post("/verify")
def check_audit(asking: Asking) -> shapes.Check:
    """Check every entry against the signed root."""
    step = _check(asking)
    return shapes.Check(ok=step.ok, steps=[step])


@router.get("/export", response_class=ExportFile)
def export_audit(asking: Asking) -> ExportFile:
    """Take the whole audit out of the house."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / _NAME
        asking.investigation.audit.export(file)
        size, stream = (
            file.stat().st_size,
            file.open("rb"),
        )  # its name goes with the folder; what is open stays readable
    headers = {"Content-Disposition": f'attachment; filename="{_NAME}"', "Content-Length": str(size)}
    return ExportFile(_chunks(stream), headers=headers)


def _check(asking: Asker) -> shapes.CheckStep:
    name = "Every entry has the signed root"
    try:
        checkpoint = asking.investigation.audit.verify()
    except IntegrityError as error:
        return shapes.CheckStep(name=name, ok=False, detail=error.message)
    return shapes.CheckStep(name=name, ok=True, detail=f"{checkpoint.size} entries, root {checkpoint.root.hex()}")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
