"""A sheet carries every code twice: in letters, and as a QR code that says the same."""

import re
from pathlib import Path

import pytest
import segno
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # has no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # as above

from underseal.errors import CallerError
from underseal.network.licences import Batch, Code, Money
from underseal.network.licences.model import MAX_NAME
from underseal.network.licences.sheet import COLUMNS, ROWS, draw_sheet, refuse_unprintable

from .shelf import NOW

POINTS_PER_MM = 72 / 25.4


def batch(count: int, *, product: str = "Six months", reseller: str = "Münster-Süd") -> Batch:
    codes = tuple(Code.draw() for _ in range(count))
    price = Money.parse("1200 EUR")
    return Batch(number=17, reseller=reseller, product=product, price=price, codes=codes, at=NOW)


def pages(pdf: bytes) -> list[str]:
    """Return the drawing commands of each page."""
    return [
        page.decode("latin-1")
        for page in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
        if b" re f\n" in page
    ]


def texts(page: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", text) for text in re.findall(r"\((.*?)\) Tj", page)]


def symbols(page: str) -> list[tuple[tuple[int, ...], ...]]:
    """Read the QR codes of a page back out of the rectangles that were drawn, in the order of their coupons."""
    found = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) -([\d.]+) re f", page)
    boxes = [tuple(float(number) / POINTS_PER_MM for number in box) for box in found]
    coupons: dict[tuple[int, int], list[tuple[float, ...]]] = {}
    for left, top, width, height in boxes:
        place = int((297 - top - 10) // (277 / ROWS)), int((left - 10) // (190 / COLUMNS))
        coupons.setdefault(place, []).append((left, 297 - top, width, height))
    return [_symbol(coupons[place]) for place in sorted(coupons)]


def _symbol(boxes: list[tuple[float, ...]]) -> tuple[tuple[int, ...], ...]:
    left, top, module = min(box[0] for box in boxes), min(box[1] for box in boxes), boxes[0][3]
    size = round((max(box[0] + box[2] for box in boxes) - left) / module)
    dark = {
        (round((y - top) / module), round((x - left) / module) + step)
        for x, y, width, _ in boxes
        for step in range(round(width / module))
    }
    return tuple(tuple(int((row, column) in dark) for column in range(size)) for row in range(size))


@pytest.mark.parametrize("count", [1, 10, 11, 23])
def test_every_code_stands_on_the_sheet_in_letters_and_as_the_same_qr_code(count: int) -> None:
    issued = batch(count)
    drawn = pages(draw_sheet(issued, compress=False))
    assert len(drawn) == -(-count // (COLUMNS * ROWS))
    shown = [text for page in drawn for text in texts(page)]
    assert [text for text in shown if text in {code.text for code in issued.codes}] == [
        code.text for code in issued.codes
    ]
    expected = [
        tuple(tuple(row) for row in segno.make_qr(code.text, error="q", boost_error=False).matrix)
        for code in issued.codes
    ]
    assert [symbol for page in drawn for symbol in symbols(page)] == expected


def test_each_coupon_says_what_it_is_from_whom_and_since_when() -> None:
    (page,) = pages(draw_sheet(batch(2), compress=False))
    assert texts(page)[:4] == ["Six months", "Münster-Süd", "Issued 2026-03-09, no. 17-1", texts(page)[3]]
    assert "Issued 2026-03-09, no. 17-2" in texts(page)


def test_a_sheet_is_black_on_white_and_bears_the_date_of_its_issue() -> None:
    pdf = draw_sheet(batch(3), compress=False)
    operators = re.findall(r"(.*) (rg|RG|k|K|g|G|sc|SC|scn|SCN)$", pages(pdf)[0], re.MULTILINE)
    assert [operator for operator in operators if operator[0] not in ("0", "0.000")] == []
    assert b"/CreationDate (D:20260309040000" in pdf


def test_the_longest_names_stay_on_their_coupon() -> None:
    issued = batch(10, product="W" * MAX_NAME, reseller="Müller " * 8)
    for page in pages(draw_sheet(issued, compress=False)):
        ys = [float(y) for y in re.findall(r"BT [\d.]+ ([\d.]+) Td", page)]
        rows = [int((297 - y / POINTS_PER_MM - 10) // (277 / ROWS)) for y in ys]
        assert rows == sorted(rows)
        assert {rows.count(row) for row in range(ROWS)} == {len(rows) // ROWS}


def font_of(letters: str, file: Path) -> Path:
    """Make a TrueType font in which every letter is a box."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (500, 700), (500, 0)):
        pen.lineTo(corner)
    pen.closePath()
    names = {letter: f"letter{number}" for number, letter in enumerate(sorted(set(letters)))}
    glyphs = [".notdef", *names.values()]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(glyphs)
    font.setupCharacterMap({ord(letter): name for letter, name in names.items()})
    font.setupGlyf(dict.fromkeys(glyphs, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(glyphs, (550, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(file)
    return file


def test_a_font_that_is_named_prints_names_in_its_letters(tmp_path: Path) -> None:
    issued = batch(11, product="Шесть месяцев", reseller="Угол")
    font = font_of("Шесть месяцевУгол", tmp_path / "boxes.ttf")
    drawn = draw_sheet(issued, font=font, compress=False)
    assert b"Boxes" in drawn
    assert [len(symbols(page)) for page in pages(drawn)] == [10, 1]
    with pytest.raises(CallerError, match='has no "M"'):
        draw_sheet(batch(1, product="M", reseller="Угол"), font=font)


def test_names_in_other_letters_need_a_font_that_has_them(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match='have no "Ш"') as refused:
        draw_sheet(batch(1, product="Шесть месяцев"))
    assert "--font" in refused.value.hint
    (tmp_path / "no.ttf").write_bytes(b"no font at all")
    with pytest.raises(CallerError, match="no TrueType font"):
        refuse_unprintable("x", "y", tmp_path / "no.ttf")
    with pytest.raises(CallerError, match="no TrueType font"):
        refuse_unprintable("x", "y", tmp_path / "missing.ttf")
