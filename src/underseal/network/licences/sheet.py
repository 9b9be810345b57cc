"""Sheets of codes to print, cut and hand out: A4, ten to a page, each code in letters and as a QR code.

Everything is black on white, so that a grey or worn printer does no harm. The QR code holds the code alone, in capitals
and hyphens, at error correction level Q (a quarter of it may be dirt). The PDF's own fonts know Western European
letters; other names need a TrueType font, which is named, since none is shipped.
"""

from pathlib import Path
from typing import Final, cast

import segno
from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]  # has no types
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from underseal.errors import CallerError
from underseal.network.licences.model import Batch

COLUMNS: Final = 2
ROWS: Final = 5
"""Coupons of a page."""

_PAGE = (210.0, 297.0)  # A4, mm
_MARGIN = 10.0
_WIDTH, _HEIGHT = (_PAGE[0] - 2 * _MARGIN) / COLUMNS, (_PAGE[1] - 2 * _MARGIN) / ROWS
_PAD = 5.0
"""Four modules of white around the QR code (ISO/IEC 18004, 9.1), in mm."""
_QR = 28.0
_TEXT_LEFT = 2 * _PAD + _QR
_TEXT_WIDTH = _WIDTH - _TEXT_LEFT - 2.0
_SIZES = (12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
_LINES = 2
_OWN = "own"


def refuse_unprintable(product: str, reseller: str, font: Path | None) -> None:
    """Return where a sheet of these names can be printed; asked before codes are issued for it.

    Args:
        product, reseller: names. font: a TrueType file, None for the PDF's own fonts.

    Raises:
        CallerError: a character is in no font that was given, or the file is no font.
    """
    text = product + reseller
    if font is None:
        try:
            text.encode("latin-1")
        except UnicodeEncodeError as error:
            raise CallerError(
                f'The PDF\'s own fonts have no "{text[error.start]}".', hint="Name a TrueType font: --font FILE.ttf"
            ) from None
        return
    try:
        with TTFont(font) as found:
            known = found.getBestCmap() or {}
    except (OSError, TTLibError) as error:
        raise CallerError(f"{font} is no TrueType font that can be read: {error}.") from None
    for sign in text:
        if ord(sign) not in known:
            raise CallerError(f'The font {font} has no "{sign}".', hint="Name another font.")


def draw_sheet(batch: Batch, *, font: Path | None = None, compress: bool = True) -> bytes:
    """Return the PDF of a batch.

    Args:
        batch: as it was issued, with its codes. font: a TrueType file, None for the PDF's own fonts.
        compress: the pages' contents.

    Raises:
        CallerError: as `refuse_unprintable`.
    """
    refuse_unprintable(batch.product, batch.reseller, font)
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_compression(compress)
    pdf.set_creation_date(batch.at)
    pdf.set_title(f"Codes of batch {batch.number}")
    pdf.set_auto_page_break(auto=False)
    pdf.c_margin = 0  # text begins where it is put
    if font is not None:
        pdf.add_font(_OWN, fname=font)
    for index in range(len(batch.codes)):
        place = index % (COLUMNS * ROWS)
        if place == 0:
            pdf.add_page()
            _cut_lines(pdf)
        left = _MARGIN + place % COLUMNS * _WIDTH
        top = _MARGIN + place // COLUMNS * _HEIGHT
        _coupon(pdf, batch, index, left=left, top=top, family=_OWN if font else "Helvetica")
    return bytes(pdf.output())


def _cut_lines(pdf: FPDF) -> None:
    pdf.set_line_width(0.1)
    pdf.set_dash_pattern(dash=2, gap=2)
    for column in range(COLUMNS + 1):
        pdf.line(_MARGIN + column * _WIDTH, 0, _MARGIN + column * _WIDTH, _PAGE[1])
    for row in range(ROWS + 1):
        pdf.line(0, _MARGIN + row * _HEIGHT, _PAGE[0], _MARGIN + row * _HEIGHT)
    pdf.set_dash_pattern()


def _coupon(pdf: FPDF, batch: Batch, index: int, *, left: float, top: float, family: str) -> None:
    code = batch.codes[index].text
    _qr(pdf, code, left + _PAD, top + _PAD)
    pdf.set_xy(left + _TEXT_LEFT, top + _PAD - 1)
    _name(pdf, batch.product, family, bold=True)
    pdf.set_x(left + _TEXT_LEFT)
    _name(pdf, batch.reseller, family, bold=False)
    pdf.set_font("Helvetica", size=8)
    pdf.set_x(left + _TEXT_LEFT)
    pdf.cell(_TEXT_WIDTH, 4.5, f"Issued {batch.at:%Y-%m-%d}, no. {batch.serial(index + 1)}")
    pdf.set_xy(left + _PAD, top + _PAD + _QR + 5)
    pdf.set_font("Courier", style="B", size=16)
    pdf.cell(_WIDTH - 2 * _PAD, 7, code)
    pdf.set_xy(left + _PAD, top + _PAD + _QR + 12)
    pdf.set_font("Helvetica", size=7)
    pdf.cell(_WIDTH - 2 * _PAD, 4, "Scan it with the phone, or type it. It works once. Keep it secret until then.")


def _name(pdf: FPDF, text: str, family: str, *, bold: bool) -> None:
    """Write a name in the largest letters in which it takes two lines at most."""
    style = "B" if bold and family != _OWN else ""
    sizes = _SIZES if bold else _SIZES[3:]
    for size in sizes:
        pdf.set_font(family, style=style, size=size)
        lines = pdf.multi_cell(_TEXT_WIDTH, size / 2, text, align="L", dry_run=True, output="LINES")
        if len(cast("list[str]", lines)) <= _LINES:
            break
    pdf.multi_cell(_TEXT_WIDTH, size / 2, text, align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)


def _qr(pdf: FPDF, text: str, left: float, top: float) -> None:
    """Draw a QR code as rectangles, one for each run of dark modules: sharp at any resolution."""
    matrix = segno.make_qr(text, error="q", boost_error=False).matrix
    module = _QR / len(matrix)
    pdf.set_fill_color(0)
    for y, row in enumerate(matrix):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                pdf.rect(left + start * module, top + y * module, (x - start) * module, module, style="F")
                start = None
