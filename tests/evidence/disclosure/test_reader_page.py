"""The page that is enclosed in a pack: listed, signed, and holding the files of the pack as they are."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from underseal.core.ledger import SignedDocument, read_document
from underseal.core.verify import verify_file
from underseal.core.verify.disclosure.listing import PAGE_FORMAT
from underseal.errors import InternalError
from underseal.evidence.disclosure.reader import write_reader

from .quay import Quay

TEMPLATE = "<!doctype html>\n<title>x</title>\n<!--underseal:pack-->\n</html>\n"
BLOCK = re.compile(rb'<script type="application/json" data-file="([^"]*)">(.*?)</script>\n', re.DOTALL)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A page with the place that the built one has."""
    file = tmp_path / "template.html"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


def writing(template: Path) -> Callable[[Path, SignedDocument], object]:
    return lambda folder, listing: write_reader(folder, template, listing)


def blocks(page: bytes) -> dict[str, bytes]:
    """Return what a page holds, each file as it was."""
    found: dict[str, bytes] = {}
    for path, data in BLOCK.findall(page):
        assert b"<" not in data
        found[path.decode()] = found.get(path.decode(), b"") + data.replace(b"\\u003c", b"<")
    return found


def test_the_page_holds_the_files_and_a_signed_list_of_them(quay: Quay, template: Path) -> None:
    pack = quay.pack(quay.dossier("$a8", "$a9"), page=writing(template))
    report = verify_file(pack)
    assert report.ok, report.summary
    held = blocks((pack / "reader.html").read_bytes())
    payload = read_document(held.pop("listing"), None)
    assert payload["format"] == PAGE_FORMAT
    whole = json.loads(json.loads((pack / "pack.json").read_bytes())["payload"])
    assert [file["path"] for file in whole["files"] if file not in payload["files"]] == ["reader.html"]  # type: ignore[operator]
    assert {**whole, "files": payload["files"], "format": PAGE_FORMAT} == payload
    assert held == {
        path: (pack / path).read_bytes()
        for path in (file["path"] for file in whole["files"])
        if not path.startswith(("media/", "forms/")) and path != "reader.html"
    }


def test_a_page_without_a_place_for_a_pack_is_refused_and_nothing_is_left(quay: Quay, template: Path) -> None:
    template.write_text("<!doctype html>", encoding="utf-8")
    with pytest.raises(InternalError, match="no place for a pack"):
        quay.pack(quay.dossier("$a8"), page=writing(template))
    assert not (quay.folder / "pack").exists()
