"""A case from its first message to its closing: two investigators at one desk, each in a browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import PURPOSE, Desk
from .named_office import office
from .test_accessible import COLOUR, findings
from .test_attributing import at_work, claim, open_drawer
from .test_languages import CUT_OFF, LEFT_OVER, WIDTHS, WORDS

LEAD, SECOND = "ines", "b.name.of.sixty.characters.that.is.really.long.for.any.page.x"
ROLES = {"anna": "administrator", LEAD: "investigator", SECOND: "investigator"}
TITLE = "The pilot boat / قارب الطيار"


@pytest.fixture(scope="module")
def address(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The desk of a workspace with two investigators."""
    with office(demonstration, tmp_path_factory.mktemp("dossiers"), ROLES) as found:
        yield found


@pytest.fixture(scope="module")
def ines(chromium: Browser, address: str) -> Iterator[Desk]:
    """The browser of the investigator who leads."""
    for desk in at_work(chromium, address, LEAD):
        desk.expected.add(409)
        yield desk


@pytest.fixture(scope="module")
def other(chromium: Browser, address: str) -> Iterator[Desk]:
    """The browser of the second reviewer."""
    yield from at_work(chromium, address, SECOND)


def open_dossier(page: Page) -> None:
    """Go to the dossier as one does, by the rail and the list."""
    page.get_by_role("link", name="Dossiers", exact=True).click()
    page.get_by_role("link", name=re.compile("The pilot boat")).click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()


def message(page: Page) -> Locator:
    return page.get_by_role("article", name=re.compile(r"^Message #\d+$"))


def test_a_dossier_is_opened_from_a_message_and_leads_to_it(ines: Desk) -> None:
    page = ines.page
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="There is no dossier yet")).to_be_visible()
    drawer = open_drawer(page)
    drawer.get_by_role("button", name="Open a dossier").click()
    form = page.get_by_role("dialog", name="Open a dossier")
    form.get_by_label("Title").fill(TITLE)
    form.get_by_label("Offence").fill("import of drugs")
    form.get_by_label("Members").fill("nobody.of.that.name")
    form.get_by_label("Lines after").fill("101")
    expect(form.get_by_text("A whole number from 0 to 100.")).to_be_visible()
    form.get_by_label("Lines after").fill("3")
    form.get_by_role("button", name="Open a dossier").click()
    expect(form.get_by_role("alert")).to_contain_text("nobody.of.that.name")
    form.get_by_label("Members").fill(SECOND)
    form.get_by_role("button", name="Open a dossier").click()
    expect(page).to_have_url(re.compile("/dossiers/[0-9a-f]{16}$"))
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(message(page)).to_contain_text(re.compile("zonsopgang", re.IGNORECASE))


def test_reviewers_code_with_a_key_and_are_seen_to_disagree(ines: Desk, other: Desk) -> None:
    for desk, key in ((ines, "r"), (other, "n")):
        page = desk.page
        open_dossier(page)
        expect(message(page)).to_contain_text("zonsopgang")
        page.keyboard.press("j")
        expect(message(page)).to_be_focused()
        page.keyboard.press("c")
        page.keyboard.press(key)
        expect(message(page).get_by_role("listitem").filter(has_text="(you)")).to_be_visible()
    both = message(other.page)
    expect(both).to_contain_text("Reviewers disagree")
    expect(both.get_by_role("listitem").filter(has_text=LEAD)).to_contain_text("Relevant")
    expect(both.get_by_role("listitem").filter(has_text=SECOND)).to_contain_text("Not relevant")
    other.page.get_by_role("switch", name="Disputed only").press("Space")
    expect(other.page).to_have_url(re.compile("disputed=true"))
    expect(both).to_be_visible()


def test_who_is_slower_is_told_and_loses_nothing(ines: Desk, other: Desk) -> None:
    for desk in (ines, other):
        open_dossier(desk.page)
        desk.page.get_by_role("button", name="Change: Offence").click()
    other.page.get_by_role("textbox", name="Offence").fill("import of cocaine")
    other.page.get_by_role("button", name="Save").click()
    expect(other.page.get_by_text("import of cocaine", exact=True)).to_be_visible()
    field = ines.page.get_by_role("textbox", name="Offence")
    field.fill("import of heroin")
    ines.page.get_by_role("button", name="Save").click()
    expect(field).to_have_accessible_description(re.compile("it now says “import of cocaine”"))
    expect(field).to_have_value("import of heroin")
    ines.page.get_by_role("button", name="Save").click()
    expect(ines.page.get_by_text("import of heroin", exact=True)).to_be_visible()
    expect(ines.page.get_by_role("cell", name="Offence: import of cocaine")).to_be_visible()


def test_of_two_wordings_one_is_chosen_and_both_are_read_later(ines: Desk, other: Desk) -> None:
    for desk in (ines, other):
        open_dossier(desk.page)
        message(desk.page).get_by_role("button", name=re.compile("^Change")).click()
    mine, theirs = (desk.page.get_by_role("dialog") for desk in (ines, other))
    theirs.get_by_label("Why it is in the dossier").fill("asked for by the judge")
    theirs.get_by_label("Lines after").fill("2")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs).to_have_count(0)
    mine.get_by_label("Why it is in the dossier").fill("asked for by the port")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("alert")).to_contain_text(f"{SECOND} changed this while you wrote")
    expect(mine.locator("blockquote")).to_have_text("asked for by the judge")
    expect(mine.get_by_label("Lines after")).to_have_value("2")
    mine.get_by_role("button", name="Save").click()
    expect(mine).to_have_count(0)
    entry = message(ines.page)
    entry.get_by_role("button", name=re.compile("^2 earlier wordings of Message")).click()
    expect(entry.locator("del").first).to_have_text("judge")
    expect(entry.locator("ins").first).to_have_text("port")


def test_an_identifier_is_entered_by_hand(ines: Desk) -> None:
    page = ines.page
    open_dossier(page)
    page.get_by_role("button", name="Add an identifier").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Identifier").fill("0470 12 34 56")
    form.get_by_role("button", name="Add an identifier").click()
    expect(form.get_by_role("alert")).to_contain_text("no international phone number")
    form.get_by_role("textbox", name="Identifier").fill("+32 470 12 34 56")
    form.get_by_role("button", name="Add an identifier").click()
    expect(page.get_by_role("row", name=re.compile(r"Phone number \+32470123456 entered by hand"))).to_be_visible()


def test_what_an_exclusion_would_mark_is_seen_before_it_is_entered(ines: Desk) -> None:
    page = ines.page
    open_dossier(page)
    number = (message(page).get_attribute("aria-label") or "").partition("#")[2]
    page.keyboard.press("g")
    page.keyboard.press("x")
    page.get_by_role("button", name="Enter a decision").click()
    form = page.get_by_role("dialog", name="Enter a decision")
    form.get_by_label("What is excluded").click()
    page.get_by_role("option", name="Message").click()
    form.get_by_label("Which").fill(number)
    form.get_by_role("button", name="See what it would mark").click()
    form = page.get_by_role("dialog", name=f"Exclude: Message {number}")
    expect(form).to_contain_text("1 message that comes from it")
    expect(form).to_contain_text(re.compile("The pilot boat.*: 1 item"))
    decide(form, "2026/K/12", "Exclude it")
    open_dossier(page)
    expect(message(page)).to_contain_text("Excluded by 2026/K/12")
    page.get_by_role("link", name="See what judges excluded").click()
    page.get_by_role("button", name=f"Admit again: {number}").click()
    decide(page.get_by_role("dialog", name="Admit again"), "2026/C/3", "Admit again")
    expect(page.get_by_role("heading", name="Nothing is excluded")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="2026/K/12")).to_contain_text("Excluded")


def decide(form: Locator, decision: str, act: str) -> None:
    """Fill in a judge's decision, and enter it."""
    for field, words in (("Number of the decision", decision), ("Judge", "J. Maes"), ("Reason", "the seizure")):
        form.get_by_role("textbox", name=field).fill(words)
    form.get_by_role("button", name=act).click()
    expect(form).to_have_count(0)


def test_a_document_is_put_in_and_taken_home(ines: Desk, tmp_path: Path) -> None:
    page = ines.page
    open_dossier(page)
    report = tmp_path / "report.txt"
    report.write_text("four cameras", encoding="utf-8")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Add a document").click()
    choosing.value.set_files(report)
    form = page.get_by_role("dialog", name="Add a document")
    form.get_by_label("Why it is in the dossier").fill("asked for on 3 July")
    form.get_by_role("button", name="Put in").click()
    with page.expect_download() as loading:
        page.get_by_role("button", name=f"Download {report.name}").click()
    assert loading.value.path().read_text(encoding="utf-8") == "four cameras"


def test_a_threat_goes_from_alert_to_outcome_and_into_the_figures(ines: Desk) -> None:
    page = ines.page
    open_dossier(page)
    page.get_by_role("button", name="Raise an alert").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Who is in danger").fill("a witness, on Friday, at home")
    form.get_by_role("button", name="Raise an alert").click()
    expect(form).to_have_count(0)
    expect(page.get_by_role("article").get_by_text("a witness, on Friday, at home")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(
        page.get_by_role("heading", level=1, name="Threats to life")
    ).to_be_visible()  # the dossier's threats look alike
    for act, words in (("Acknowledge", "rang the duty officer"), ("Enter an action", "a patrol stands there")):
        page.get_by_role("button", name=re.compile(f"^{act}")).click()
        form.get_by_label("What was done").fill(words)
        form.get_by_role("button", name=act).click()
        expect(page.get_by_role("article").get_by_text(words)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Enter the outcome")).click()
    form.get_by_label("What was done").fill("she is safe")
    form.get_by_label("When it took place").fill("yesterday")
    expect(form.get_by_text("Day and time are written")).to_be_visible()
    form.get_by_label("When it took place").fill("")
    form.get_by_role("button", name="Enter the outcome").click()
    expect(page.get_by_text(re.compile("^1 prevented and 1 alerts raised between the first entry and"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"GET /api/threats\?until=\d+"))).to_be_visible()
    for field, day in (("First day", "2026-01-01"), ("Last day", "2026-01-31")):
        page.get_by_label(field).fill(day)
    page.get_by_role("button", name="Count", exact=True).click()
    expect(page.get_by_text("0 prevented and 0 alerts raised between 2026-01-01 and 2026-01-31.")).to_be_visible()
    expect(page.get_by_text("underseal dossier threats --from 2026-01-01 --to 2026-01-31")).to_be_visible()


def test_a_dossier_says_why_it_cannot_be_closed_and_is_closed_when_its_actor_is_attributed(ines: Desk) -> None:
    page = ines.page
    open_dossier(page)
    page.get_by_role("button", name="Close the dossier").click()
    form = page.get_by_role("dialog", name="Close the dossier")
    expect(form.get_by_text("1 thing stands in the way of closing it")).to_be_visible()
    expect(form).to_contain_text("lacks an attribution with its evidence")
    expect(form.get_by_role("button", name="Close the dossier")).to_be_disabled()
    form.get_by_role("link", name="Attribute it").click()
    attributing = page.get_by_role("dialog", name=re.compile("^Attribute @"))
    attributing.get_by_role("button", name="Add evidence for it").click()
    page.get_by_role("menuitem", name="Statement").click()
    attributing.get_by_label("What is said, and by whom").fill("her sister says that she had the phone")
    claim(page, "Lotte Claes", start="2026-05-29", end="2026-06-18", grade="Strong support")
    expect(page.get_by_role("article", name="Attribution A1")).to_be_visible()
    open_dossier(page)
    expect(page.get_by_text("Nothing stands in the way of closing it.")).to_be_visible()
    for act, why in (("Close the dossier", "sent to the prosecutor"), ("Reopen the dossier", "a witness came")):
        page.get_by_role("button", name=act).click()
        form = page.get_by_role("dialog", name=act)
        form.get_by_label("Reason").fill(why)
        form.get_by_role("button", name=act).click()
        expect(page.get_by_text(re.compile(rf"(Closed|Reopened) by {LEAD}: {why}"))).to_be_visible()
        expect(form).to_have_count(0)


def test_its_pages_stand_in_nobodys_way_and_speak_three_languages(ines: Desk) -> None:
    page, keys = ines.page, sorted(json.loads((WORDS / "en.json").read_text(encoding="utf-8")))
    open_dossier(page)
    places = [page.url, f"{page.url}/print", *(f"{ines.base}/{name}" for name in ("dossiers", "exclusions", "threats"))]
    page.emulate_media(reduced_motion="reduce")
    wrong: list[str] = []
    for scheme, rules in (("light", ()), ("dark", COLOUR)):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        for place in places:
            page.goto(place)
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            page.wait_for_load_state("networkidle")
            expect(page.locator("main a").first).to_be_visible()
            wrong += [f"{place} {scheme}: {finding}" for finding in findings(page, rules)]
    for language, name in (("nl", "Nederlands"), ("fr", "Français")):
        page.locator("header button").last.click()
        page.get_by_role("menuitemradio", name=name).click()
        for place in places:
            page.goto(place)
            expect(page.locator("html")).to_have_attribute("lang", language)
            page.wait_for_load_state("networkidle")
            expect(page.locator("main a").first).to_be_visible()
            left: list[str] = page.evaluate(LEFT_OVER, [keys, PURPOSE])
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                left += page.evaluate(CUT_OFF)
            wrong += [f"{place} {language}: {text}" for text in left]
    assert not wrong, "\n".join(wrong)
