"""A workspace that grew: two releases to compare, an exhibit that is held back, and an authority that is about to end."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from underseal.core.verify import verify

from .conftest import ROOT, let_in, opened, run, served
from .test_long_conversation import GRANT

NUMBER = "DEMO-2026/1"
HARBOUR = ROOT / "samples" / "harbour"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The harbour's capture in a first release, a phone's keys in a second, and another phone's keys held back."""
    folder = tmp_path_factory.mktemp("two")
    case = folder / "case"
    run("init", case)
    soon = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    run("authority", "add", NUMBER, *GRANT[:-1], soon, "--workspace", case)
    under = ("--authority", NUMBER, "--purpose", "test", "--workspace", case)
    run("intake", HARBOUR / "capture", "--exhibit", "BR-1", *under)
    passphrases: dict[str, str] = json.loads((HARBOUR / "keys" / "passphrases.json").read_text(encoding="utf-8"))
    for number, name, held in (("BR-2", "k7q2mx-phone.txt", ()), ("BR-3", "d6l4sa-phone.txt", ("--hold",))):
        secret = folder / name
        secret.write_text(passphrases[name], encoding="utf-8")
        run("intake", HARBOUR / "keys" / name, "--exhibit", number, "--passphrase-file", secret, *held, *under)
    return case


@pytest.fixture(scope="module")
def door(chromium: Browser, case: Path) -> Iterator[tuple[str, StorageState]]:
    """Where the desk is served, and what lets a browser in."""
    with served(case) as link:
        yield "http://" + urlsplit(link).netloc, let_in(chromium, link)


@pytest.fixture
def page(chromium: Browser, door: tuple[str, StorageState]) -> Iterator[Page]:
    """The desk under the authority that ends soon."""
    with opened(chromium, *door) as desk:
        desk.page.get_by_role("radio").filter(has_text=NUMBER).click()
        desk.page.get_by_label("Purpose").fill("see what the phone opened")
        desk.page.get_by_role("button", name="Act under this authority").click()
        expect(desk.page.get_by_text("How much can be read")).to_be_visible()
        yield desk.page


def test_what_waits_and_what_ends_stands_on_the_overview(page: Page) -> None:
    lines = page.get_by_role("listitem")
    expect(lines.filter(has_text="Exhibit BR-3 is read and not released yet")).to_be_visible()
    expect(lines.filter(has_text=re.compile(f"Authority {NUMBER} ends soon, .*T.*[+]00:00"))).to_be_visible()
    expect(lines.filter(has_text=re.compile("Exhibit BR-[12] is"))).to_have_count(0)


def test_a_later_release_is_compared_with_an_earlier_one(page: Page) -> None:
    page.get_by_role("link", name="Releases").click()
    page.get_by_role("link", name="Compare with release 1").click()
    expect(page.get_by_role("heading", name=re.compile(r"^\d[\d,]* records added$"))).to_be_visible()
    row = page.get_by_role("row").filter(has_text="new key").filter(has_text="BR-1").filter(has_text="Opened")
    expect(row).to_contain_text(re.compile(r"\d+$"))
    expect(page.get_by_text("Release 2 extends release 1: nothing was changed or removed.")).to_be_visible()


def test_the_audit_is_exported_and_proves_itself(page: Page, tmp_path: Path) -> None:
    page.get_by_role("link", name="Audit").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "audit.jsonl"
    expect(page.get_by_text("audit.jsonl was saved")).to_be_visible()
    file = tmp_path / "audit.jsonl"
    download.value.save_as(file)
    report = verify(file.read_bytes())
    assert report.ok, report.summary
