"""The reader of a disclosure pack, opened from the disk as its receiver does: it shows everything, checks it, and asks for nothing."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from underseal.core.verify import Outcome, verify_file

from .reader_pack import LONG_NAME, Pack, Said, every_kind, many
from .test_accessible import COLOUR, findings

HELD = re.compile("All checks hold")
SCHEMES: Final[tuple[tuple[Literal["light", "dark"], tuple[str, ...]], ...]] = (("light", ()), ("dark", COLOUR))


@dataclass(kw_only=True)
class Opened:
    """A page, every address that it asked for, and what went wrong in it."""

    page: Page
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@contextmanager
def opened(
    chromium: Browser, address: str, *, scheme: Literal["light", "dark"] = "light", width: int = 1200
) -> Iterator[Opened]:
    """Open a page from the disk; at the end it has asked for nothing but files beside it."""
    size: ViewportSize = {"width": width, "height": 800}
    context = chromium.new_context(viewport=size, locale="en-GB", color_scheme=scheme)
    page = context.new_page()
    found = Opened(page=page)
    page.on("request", lambda request: found.asked.append(request.url))
    page.on("console", lambda message: found.faults.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.faults.append(str(error)))
    page.goto(address)
    yield found
    context.close()
    assert [url for url in found.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert found.faults == []


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack with a line of each kind."""
    return Pack(folder=tmp_path_factory.mktemp("reader") / "pack", said=every_kind()).write()


def verdict(page: Page) -> str:
    """Return what the page says when all checks are done."""
    pill = page.locator(".pill")
    expect(pill).to_have_attribute("data-checking", "finished", timeout=30_000)
    return pill.inner_text()


def test_the_packs_of_these_tests_are_packs(pack: Pack) -> None:
    report = verify_file(pack.folder, trusted=pack.key.public.hex)
    assert report.outcome is Outcome.VERIFIED, report.summary


def test_every_message_is_shown_and_every_check_holds(chromium: Browser, pack: Pack) -> None:
    with opened(chromium, pack.page) as found:
        page = found.page
        assert HELD.search(verdict(page))
        shown = set()
        for number, said in enumerate(pack.said, 1):
            page.evaluate("line => { location.hash = `line-${line}` }", number)
            line = page.locator(f"[data-line='{number}']")
            expect(line).to_be_in_viewport()
            shown.add(line.get_attribute("data-mark"))
            if said.redacted:
                expect(line).to_contain_text("A third party, protected by law. By ann.")
            elif said.verdict in {"opened", "clear"} and said.text:
                expect(line).to_contain_text(said.text[:1500])
            elif said.reason:
                expect(line).to_contain_text(said.reason)
        assert shown == {"holds"}
        expect(page.get_by_text(LONG_NAME).first).to_be_attached()
        page.goto(pack.page + "#checks")
        page.reload()
        assert HELD.search(verdict(page))
        expect(page.locator(".step[data-outcome=holds]")).to_have_count(11)
        expect(page.locator(".step[data-outcome=fails]")).to_have_count(0)


def test_one_message_is_checked_in_seven_steps(chromium: Browser, pack: Pack) -> None:
    with opened(chromium, pack.page + "#line-2") as found:
        page = found.page
        assert HELD.search(verdict(page))
        page.keyboard.press("p")
        drawer = page.get_by_role("complementary", name="Check of line 2")
        expect(drawer.get_by_text("Line 2 holds.")).to_be_visible()
        expect(drawer.locator(".step[data-outcome=holds]")).to_have_count(7)
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        page.keyboard.press("j")
        expect(page.locator("[data-line='3']")).to_have_attribute("data-current", "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"How much?", b"How such?"),
        (b'"name":"Pieter"', b'"name":"Peeter"'),
        (b'"ciphertext":"A', b'"ciphertext":"B'),
        (b'"leaf":"', b'"leaf":"no hex'),
    ],
)
def test_a_changed_byte_names_its_line(chromium: Browser, pack: Pack, tmp_path: Path, old: bytes, new: bytes) -> None:
    data = (pack.folder / "reader.html").read_bytes()
    start = data.index(b'data-file="messages.jsonl"')
    second = data.index(b"\n", start) + 1
    assert old in data[second:]
    copy = shutil.copytree(pack.folder, tmp_path / "pack") / "reader.html"
    copy.write_bytes(data[:second] + data[second:].replace(old, new, 1))
    with opened(chromium, copy.as_uri()) as found:
        assert "Line 2 fails" in verdict(found.page)
        found.page.get_by_role("button", name=re.compile("Line 2 fails")).click()
        expect(found.page.locator(".step[data-outcome=fails]").first).to_be_visible()
        expect(found.page.get_by_text("1 of 14 messages fails: line 2.")).to_be_visible()


def test_a_page_signed_by_another_key_is_told_from_the_one_that_is_trusted(chromium: Browser, pack: Pack) -> None:
    with opened(chromium, pack.page + "#checks") as found:
        page = found.page
        assert "key not compared" in verdict(page)
        given = page.get_by_label("Key that you were given (64 hexadecimal digits)")
        given.fill("ab" * 32)
        expect(page.get_by_text("Another key signed this pack.")).to_be_visible()
        given.fill(pack.key.public.hex.upper())
        expect(page.get_by_text("It is the key that signed this pack.")).to_be_visible()
        assert "key not compared" not in page.locator(".pill").inner_text()


def test_the_folder_is_checked_where_it_is_chosen(chromium: Browser, pack: Pack, tmp_path: Path) -> None:
    with opened(chromium, pack.page + "#checks") as found:
        page = found.page
        verdict(page)
        chooser = page.locator("#folder")
        chooser.set_input_files(pack.folder)
        expect(
            page.get_by_text("All 13 files have the sizes and digests that were signed; there is no other.")
        ).to_be_visible()
        spoilt = shutil.copytree(pack.folder, tmp_path / "spoilt")
        picture = next((spoilt / "media").iterdir())
        picture.write_bytes(picture.read_bytes()[:-1] + b"x")
        chooser.set_input_files(spoilt)
        expect(page.get_by_text(re.compile("media/[0-9a-f]{64} is not what was signed"))).to_be_visible()


def test_without_webcrypto_the_page_checks_by_itself_and_says_so(chromium: Browser, pack: Pack) -> None:
    with opened(chromium, "about:blank") as found:
        found.page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })")
        found.page.goto(pack.page + "#checks")
        assert HELD.search(verdict(found.page))
        expect(found.page.get_by_text("This browser gives a file no cryptography")).to_be_visible()


def test_paper_holds_every_message_and_no_control(chromium: Browser, pack: Pack) -> None:
    with opened(chromium, pack.page) as found:
        page = found.page
        verdict(page)
        page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        paper = page.locator(".paper")
        expect(paper.locator("[data-line]")).to_have_count(len(pack.said))
        text = paper.inner_text()
        assert all(
            said.text in text for said in pack.said if said.text and said.verdict == "opened" and not said.redacted
        )
        assert "no exhibit holds the key" in text
        assert "█████" in text
        assert paper.locator("button:visible, input:visible, select:visible").count() == 0
        assert page.pdf().count(b"/Type /Page\n") > 1
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        expect(paper).to_have_count(0)


def test_nothing_serious_stands_in_the_way_of_assistive_technology(chromium: Browser, pack: Pack) -> None:
    for scheme, rules in SCHEMES:
        with opened(chromium, pack.page, scheme=scheme) as found:
            page = found.page
            verdict(page)
            wrong = {"messages": findings(page, rules)}
            page.keyboard.press("p")
            expect(page.get_by_text("Line 1 holds.")).to_be_visible()
            wrong["drawer"] = findings(page, rules)
            for name in ("checks", "schedules", "claims")[: 1 if rules else None]:
                page.evaluate("name => { location.hash = name }", name)
                wrong[name] = findings(page, rules)
            assert {name: found for name, found in wrong.items() if found} == {}


def test_a_text_is_found_and_languages_change(chromium: Browser, pack: Pack) -> None:
    with opened(chromium, pack.page) as found:
        page = found.page
        verdict(page)
        page.get_by_role("searchbox").fill("القارب")
        expect(page.locator(".found")).to_have_text("1 of 1")
        expect(page.locator("mark")).to_have_text("القارب")
        page.get_by_role("searchbox").fill("nowhere")
        expect(page.locator(".found")).to_have_text("nothing found")
        page.get_by_label("Language").select_option("nl")
        expect(page.get_by_role("link", name="Toeschrijvingen")).to_be_visible()


def test_an_empty_pack_and_empty_schedules_say_so(chromium: Browser, tmp_path: Path) -> None:
    empty = Pack(folder=tmp_path / "pack", said=[Said(text="Alone.")], unused=0, sensitive=0).write()
    with opened(chromium, empty.page + "#schedules") as found:
        assert HELD.search(verdict(found.page))
        expect(found.page.get_by_text("Nothing is listed as unused.")).to_be_visible()
        expect(found.page.get_by_text("Nothing is listed as sensitive.")).to_be_visible()


def test_a_long_pack_is_read_from_any_line_and_keeps_few_in_the_document(chromium: Browser, tmp_path: Path) -> None:
    long = Pack(folder=tmp_path / "pack", said=many(400)).write()
    for width in (360, 1200):
        with opened(chromium, long.page + "#line-377", width=width) as found:
            expect(found.page.locator("[data-line='377']")).to_be_in_viewport()
            assert found.page.locator(".line").count() < 100
            assert width == 360 or HELD.search(verdict(found.page))
