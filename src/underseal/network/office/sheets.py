"""Sheets of codes to print, in a font that has the letters of their names."""

from pathlib import Path
from typing import Final

from fastapi import Response

from underseal.errors import CallerError
from underseal.network.licences import Batch

FONTS: Final = (
    Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"),
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
)
"""Where Debian's fonts-noto-core and fonts-dejavu-core lie: tried where the PDF's own fonts lack a letter."""


class SheetFile(Response):
    """A sheet of codes."""

    media_type = "application/pdf"


def sheet(batch: Batch) -> SheetFile:
    """Return the sheet of a batch.

    Raises:
        CallerError: no font has the letters of a name.
    """
    name = f"codes-{batch.number}.pdf"
    return SheetFile(_drawn(batch), headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _drawn(batch: Batch) -> bytes:
    from underseal.network.licences.sheet import draw_sheet  # noqa: PLC0415  # slow to import, and few starts draw one

    for font in (None, *(font for font in FONTS if font.is_file())):
        try:
            return draw_sheet(batch, font=font)
        except CallerError as error:
            missing = error
    raise CallerError(
        missing.message, hint="Print the codes from the page instead, which has the letters of this machine's browser."
    )
