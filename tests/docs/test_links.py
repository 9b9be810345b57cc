"""Links between the pages of the repository lead somewhere."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = {"node_modules", "dist", "build", "demo-workspace"}

_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def pages() -> Iterator[Path]:
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and not name.startswith("."))
        yield from (Path(folder) / name for name in sorted(files) if name.endswith(".md"))


@cache
def prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> set[str]:
    """Names of the headings as hosts of repositories make them: small letters, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_nowhere(page: Path, link: str) -> bool:
    place, _, anchor = unquote(link).partition("#")
    target = (page.parent / place).resolve() if place else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return True
    return bool(anchor) and anchor not in anchors(target)


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(prose(page)) if not re.match(r"https?://|mailto:", link)]
    assert [link for link in links if leads_nowhere(page, link)] == []


def test_every_page_of_the_docs_is_linked_from_another() -> None:
    linked = {
        (page.parent / unquote(link.partition("#")[0])).resolve()
        for page in pages()
        for link in _LINK.findall(prose(page))
        if "://" not in link and not link.startswith("#")
    }
    assert [page.name for page in pages() if page.is_relative_to(ROOT / "docs") and page not in linked] == []
