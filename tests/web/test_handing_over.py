"""A dossier goes to another district, and a package of it to a partner force, which is recalled."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from underseal.core.verify import verify_file

from .conftest import PURPOSE, Desk, run
from .named_office import office
from .test_accessible import COLOUR, findings
from .test_attributing import at_work, open_drawer
from .test_languages import CUT_OFF, LEFT_OVER, WIDTHS, WORDS
from .test_named_users import PASSWORD

ROLES = {"anna": "administrator", "paul": "prosecutor", "ivan": "investigator"}
AUTHORITY = "DEMO-2026/1"
PARTNER = "Bundeskriminalamt / الشرطة الجنائية, of a city with a name that is longer than most columns are"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the workspace is."""
    return tmp_path_factory.mktemp("handing-over")


@pytest.fixture(scope="module")
def address(demonstration: Path, house: Path) -> Iterator[str]:
    """The desk of a workspace with a prosecutor who leads, and an investigator of another district."""
    with office(demonstration, house, ROLES) as found:
        yield found


@pytest.fixture(scope="module")
def paul(chromium: Browser, address: str) -> Iterator[Desk]:
    """The browser of the prosecutor."""
    yield from at_work(chromium, address, "paul")


@pytest.fixture(scope="module")
def ivan(chromium: Browser, address: str) -> Iterator[Desk]:
    """The browser of the investigator."""
    yield from at_work(chromium, address, "ivan")


@pytest.fixture(scope="module")
def number(paul: Desk) -> str:
    """The number of a dossier that was opened from a message."""
    page = paul.page
    open_drawer(page).get_by_role("button", name="Open a dossier").click()
    form = page.get_by_role("dialog", name="Open a dossier")
    form.get_by_label("Title").fill("The pilot boat")
    form.get_by_label("Offence").fill("import of drugs")
    form.get_by_role("button", name="Open a dossier").click()
    page.get_by_role("link", name="Hand over", exact=True).click()
    expect(page.get_by_role("heading", name="It was never offered to another district")).to_be_visible()
    return page.get_by_role("link", name=re.compile("The pilot boat")).locator("code").inner_text()


def do(page: Page, confirm: str, **fields: str) -> None:
    """Fill in the form that is open, and send it."""
    form = page.get_by_role("dialog")
    for label, words in fields.items():
        form.get_by_label(label.replace("_", " ")).fill(words)
    form.get_by_role("button", name=confirm, exact=True).click()
    expect(form).to_have_count(0)


def test_a_package_is_listed_recalled_and_its_recall_confirmed(
    paul: Desk, house: Path, number: str, tmp_path: Path
) -> None:
    page = paul.page
    expect(page.get_by_text(f"underseal dossier package {number}")).to_be_visible()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in (("USER", "paul"), ("PASSWORD", PASSWORD), ("AUTHORITY", AUTHORITY), ("PURPOSE", PURPOSE)):
            environment.setitem(os.environ, f"UNDERSEAL_{name}", value)
        terms = ("--to", PARTNER, "--basis", "art. 7", "--handling", "H2", "--note", "not to be named in a warrant")
        made = tmp_path / "package.zip"
        run("dossier", "package", number, *terms, "--out", made, "--zip", "--workspace", house / "harbour")
    page.reload()
    row = page.get_by_role("row").filter(has_text=f"{number}-P1")
    expect(row).to_contain_text("not to be named in a warrant")
    row.get_by_role("button", name="Recall").click()
    do(page, "Recall", Reason="a judge excluded it")
    expect(row).to_contain_text("a judge excluded it")
    with page.expect_download() as loading:
        row.get_by_role("button", name="Notice").click()
    notice = Path(loading.value.path()).rename(tmp_path / "notice.json")
    assert verify_file(notice).ok
    row.get_by_role("button", name="Enter the confirmation").click()
    do(page, "Enter the confirmation", In_which_words="Ms Kohl on the telephone")
    expect(row).to_contain_text("Ms Kohl on the telephone")


def test_its_page_stands_in_nobodys_way_and_speaks_three_languages(paul: Desk) -> None:
    page, keys = paul.page, sorted(json.loads((WORDS / "en.json").read_text(encoding="utf-8")))
    page.emulate_media(reduced_motion="reduce")
    wrong: list[str] = []
    for scheme, rules in (("light", ()), ("dark", COLOUR)):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.reload()
        expect(page.get_by_role("row")).to_have_count(2)
        wrong += [f"{scheme}: {finding}" for finding in findings(page, rules)]
    for language, name in (("nl", "Nederlands"), ("fr", "Français"), ("en", "English")):
        page.locator("header button").last.click()
        page.get_by_role("menuitemradio", name=name).click()
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.get_by_role("row")).to_have_count(2)
        left: list[str] = [] if language == "en" else page.evaluate(LEFT_OVER, [keys, PURPOSE])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            left += page.evaluate(CUT_OFF)
        wrong += [f"{language}: {text}" for text in left]
    assert not wrong, "\n".join(wrong)


def test_a_dossier_is_offered_accepted_and_gone_for_who_led_it(paul: Desk, ivan: Desk, number: str) -> None:
    page = paul.page
    page.get_by_role("button", name="Offer it to another district").click()
    do(page, "Offer it to another district", Lead_there="ivan", Legal_basis="art. 62ter", Reason="they live there")
    expect(page.get_by_role("button", name="Withdraw the offer")).to_be_visible()
    there = ivan.page
    there.get_by_role("link", name="Dossiers", exact=True).click()
    offer = there.get_by_role("region", name="A dossier is offered to you")
    expect(offer).to_contain_text("The pilot boat")
    offer.get_by_role("button", name="Accept").click()
    do(there, "Accept", Contact="+32 4 555 02 03")
    expect(there.get_by_role("heading", level=1, name="The pilot boat")).to_be_visible()
    expect(there.get_by_text(number).first).to_be_visible()
    page.reload()
    expect(page.get_by_text("There is no such dossier")).to_be_visible()
