"""The page that reads and checks a pack with nothing but a browser: the built page, and the files of the pack inside it.

The page is made by web/reader. This puts the pack into its one marked place: a block of inert JSON per file, and one per
half megabyte of a file of lines, so that the page opens them one after the other.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from underseal.core.ledger import SignedDocument
from underseal.core.verify.disclosure.listing import FORMS, MEDIA, READER
from underseal.errors import InternalError

if TYPE_CHECKING:
    from underseal.evidence.disclosure.house import Page

TEMPLATE: Final = Path(__file__).with_name(READER)
"""Where a wheel carries the built page."""

_CHECKOUT: Final = Path(__file__).parents[4] / "web" / "reader" / "dist" / READER

_MARK: Final = b"<!--underseal:pack-->"
_BLOCK: Final = 1 << 19


def built_page() -> Path | None:
    """Return the built page that this installation carries, None where there is none."""
    return next((file for file in (TEMPLATE, _CHECKOUT) if file.is_file()), None)


def reader_page() -> "Page | None":
    """Return what writes the page into a pack, None where this installation carries no built page."""
    template = built_page()
    return None if template is None else lambda folder, listing: write_reader(folder, template, listing)


def write_reader(folder: Path, template: Path, listing: SignedDocument) -> Path:
    """Write `reader.html` into the folder of a pack; memory holds a block at a time.

    Args:
        folder: of the pack: every other file but `pack.json` is in it.
        template: the built page.
        listing: the payload of `pack.json` as it is before the page is listed, with the format PAGE_FORMAT, signed.

    Raises:
        InternalError: the template has no place for a pack. OSError: the disk refuses.
    """
    before, mark, after = template.read_bytes().partition(_MARK)
    if not mark:
        raise InternalError(f"The page {template} has no place for a pack.", hint="Build it again: make web")
    target = folder / READER
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as page:
        page.write(before)
        page.writelines(_block("listing", [listing.to_bytes()]))
        for file in sorted(folder.rglob("*")):
            path = file.relative_to(folder).as_posix()
            if file.is_file() and file != target and not path.startswith((FORMS, MEDIA)):
                page.writelines(_blocks(path, file))
        page.write(after)
    return target


def _blocks(path: str, file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        if file.suffix != ".jsonl":
            yield from _block(path, iter(lambda: opened.read(_BLOCK), b""))
            return
        while lines := opened.readlines(_BLOCK):
            yield from _block(path, lines)


def _block(path: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a block; "<" is written as JSON's escape of it, so that nothing in it can end it."""
    yield b'<script type="application/json" data-file="%s">' % path.encode()
    for piece in pieces:
        yield piece.replace(b"<", b"\\u003c")
    yield b"</script>\n"
