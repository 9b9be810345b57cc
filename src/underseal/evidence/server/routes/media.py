"""Attachments, in scope by the record that carries them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import FileResponse

from underseal.core.records import Media
from underseal.core.web.files import BYTES, ranges
from underseal.errors import NotFoundError
from underseal.evidence.server.asking import LinkedReader, entering
from underseal.evidence.server.roles import Part

router = APIRouter(prefix="/api/media", tags=["media"], dependencies=[Depends(entering(Part.EVIDENCE))])

SHOWN: Final = frozenset(
    {
        "audio/aac", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm",
        "image/gif", "image/jpeg", "image/png", "image/webp",
        "video/mp4", "video/webm",
    }
)  # fmt: skip
"""Types that a browser may show: pictures of dots and recordings, nothing with a language of its own (SVG, HTML, PDF)."""

SANDBOX: Final = "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'; sandbox"
"""Opened on its own, an attachment can neither run, nor fetch, nor reach the desk's pages."""


@router.get("/{sha256}", response_class=FileResponse, responses=ranges(sorted(SHOWN | {BYTES})))
def read_media(
    reader: LinkedReader,
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="Digest of the bytes.")],
    record: Annotated[int, Query(ge=0, lt=2**63, description="Number of the record that carries it.")],
) -> FileResponse:
    """Read an attachment, or ranges of it."""
    media, path = reader.media(record)
    if media.sha256 != sha256 or not path.is_file():
        raise NotFoundError(f"Record {record} has no such attachment.")
    kind = media.mime.partition(";")[0].strip().lower()
    shown = kind in SHOWN
    return FileResponse(
        path,
        media_type=kind if shown else BYTES,
        filename=file_name(media),
        content_disposition_type="inline" if shown else "attachment",
        headers={"Content-Security-Policy": SANDBOX, "Cache-Control": "private, no-store"},
    )


def file_name(media: Media) -> str:
    """Return a name under which an attachment can be saved: the sender's, without what does not print."""
    name = "".join(letter for letter in media.name.encode("utf-8", "replace").decode() if letter.isprintable())
    return name.replace("/", "_").replace("\\", "_").strip(". ")[:150] or media.sha256
