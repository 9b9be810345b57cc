"""From a dossier to a pack that the defence has checked: a prosecutor at the desk, and an investigator who may not disclose."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from underseal.core.verify import verify_file
from underseal.evidence.disclosure import PLACEHOLDER

from .conftest import PURPOSE, Desk
from .named_office import office
from .test_accessible import COLOUR, findings
from .test_attributing import at_work, open_drawer
from .test_languages import CUT_OFF, LEFT_OVER, WIDTHS, WORDS

ROLES = {"anna": "administrator", "ines": "investigator", "paul": "prosecutor"}
RECEIVER = "Mr Vos / الأستاذ فوس, of a bar whose name is much longer than sixty characters are"


@pytest.fixture(scope="module")
def address(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The desk of a workspace with an investigator and a prosecutor."""
    with office(demonstration, tmp_path_factory.mktemp("disclosing"), ROLES) as found:
        yield found


@pytest.fixture(scope="module")
def paul(chromium: Browser, address: str) -> Iterator[Desk]:
    """The browser of the prosecutor."""
    for desk in at_work(chromium, address, "paul"):
        desk.expected.add(409)
        yield desk


@pytest.fixture(scope="module")
def place(paul: Desk) -> str:
    """The address of the page, of a dossier that was opened from a message with some lines around it."""
    page = paul.page
    open_drawer(page).get_by_role("button", name="Open a dossier").click()
    form = page.get_by_role("dialog", name="Open a dossier")
    form.get_by_label("Title").fill("The pilot boat")
    form.get_by_label("Offence").fill("import of drugs")
    form.get_by_label("Members").fill("ines")
    form.get_by_label("Lines before").fill("2")
    form.get_by_label("Lines after").fill("2")
    form.get_by_role("button", name="Open a dossier").click()
    page.get_by_role("link", name="Disclose", exact=True).click()
    expect(lines(page)).to_have_count(5)
    return page.url


def lines(page: Page) -> Locator:
    return page.get_by_role("article", name=re.compile(r"^Line \d+, message #"))


def say_why(page: Page, confirm: str, why: str) -> None:
    form = page.get_by_role("dialog")
    form.get_by_label("Reason").fill(why)
    form.get_by_role("button", name=confirm, exact=True).click()
    expect(form).to_have_count(0)


def test_what_is_held_back_is_shown_as_its_receiver_sees_it_and_can_be_given_back(paul: Desk, place: str) -> None:
    page = paul.page
    page.goto(place)
    item = lines(page).filter(has_text="zonsopgang")
    number = re.search(r"#\d+", item.inner_text())
    assert number
    item.get_by_role("button", name="Redact").click()
    say_why(page, "Redact", "names a third party")
    item = lines(page).filter(has_text=number[0])
    expect(item.get_by_role("img", name="redacted")).to_be_visible()
    expect(item).to_contain_text("names a third party")
    expect(page.get_by_text("zonsopgang")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.locator("article[data-current=true]")).to_have_count(1)
    page.keyboard.press("h")
    say_why(page, "Hold back", "a source would be named")
    expect(lines(page)).to_have_count(4)
    page.get_by_text("Sensitive 1", exact=True).click()
    expect(lines(page)).to_contain_text("a source would be named")
    lines(page).get_by_role("button", name="Give back").click()
    say_why(page, "Give back", "it is known by now")
    expect(page.get_by_role("heading", name="Nothing is sensitive")).to_be_visible()
    page.get_by_text("Used 5", exact=True).click()
    expect(lines(page)).to_have_count(5)


def test_a_prosecutor_reads_what_leaves_discloses_it_and_anyone_can_check_it(
    paul: Desk, place: str, tmp_path: Path
) -> None:
    page = paul.page
    page.goto(place)
    leaving = page.get_by_role("region", name="What leaves")
    expect(leaving).to_contain_text("Text: 1")
    leaving.get_by_role("button", name="Disclose…").click()
    expect(leaving.get_by_text("Name who gets the pack.")).to_be_visible()
    leaving.get_by_label("Who gets it").fill(RECEIVER)
    leaving.get_by_role("checkbox", name=re.compile("^PDF")).uncheck()
    leaving.get_by_role("button", name="Disclose…").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text(f"5 messages leave the house for {RECEIVER}")
    expect(form).to_contain_text("1 of them is redacted.")
    form.get_by_role("button", name="Disclose now").click()
    download = leaving.get_by_role("button", name="Download the pack")
    expect(download).to_be_visible()
    with page.expect_download() as loading:
        download.click()
    pack = Path(loading.value.path())
    pack = pack.rename(tmp_path / "pack.zip")
    earlier = leaving.get_by_role("article", name=re.compile("^Disclosed to Mr Vos"))
    expect(earlier).to_contain_text("5 messages · 1 redacted · 0 unused · 0 sensitive")
    expect(earlier).to_contain_text("Downloaded")
    command = leaving.get_by_text(re.compile("^underseal verify ")).inner_text()
    assert verify_file(pack, trusted=command.rpartition(" ")[2]).ok
    with zipfile.ZipFile(pack) as archive:
        texts = [json.loads(line)["text"] for line in archive.read("messages.jsonl").splitlines()]
        assert "reader.html" in archive.namelist()
    assert texts.count(PLACEHOLDER) == 1
    expect(leaving.get_by_label("Since an earlier disclosure").first).to_be_visible()


def test_who_may_not_disclose_prepares_and_is_told_who_does(chromium: Browser, address: str, place: str) -> None:
    for desk in at_work(chromium, address, "ines"):
        page = desk.page
        page.goto(place)
        expect(lines(page)).to_have_count(5)
        expect(page.get_by_text("A magistrate or a prosecutor discloses.")).to_be_visible()
        expect(page.get_by_role("button", name="Disclose…")).to_have_count(0)
        expect(page.get_by_role("button", name="Redact").first).to_be_visible()


def test_its_page_stands_in_nobodys_way_and_speaks_three_languages(paul: Desk, place: str) -> None:
    page, keys = paul.page, sorted(json.loads((WORDS / "en.json").read_text(encoding="utf-8")))
    page.emulate_media(reduced_motion="reduce")
    wrong: list[str] = []
    for scheme, rules in (("light", ()), ("dark", COLOUR)):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.goto(place)
        expect(lines(page)).to_have_count(5)
        page.wait_for_load_state("networkidle")
        wrong += [f"{scheme}: {finding}" for finding in findings(page, rules)]
    for language, name in (("nl", "Nederlands"), ("fr", "Français")):
        page.locator("header button").last.click()
        page.get_by_role("menuitemradio", name=name).click()
        page.goto(place)
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("summary").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        for summary in page.locator("summary").all():
            summary.click()
        left: list[str] = page.evaluate(LEFT_OVER, [keys, PURPOSE])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            left += page.evaluate(CUT_OFF)
        wrong += [f"{language}: {text}" for text in left]
    assert not wrong, "\n".join(wrong)
