"""Who used an account, and what is nobody's business: an investigator and the filter team at one desk, each in a browser."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import PURPOSE, Desk, choose_authority, opened
from .named_office import office
from .test_accessible import findings
from .test_desk import search
from .test_languages import CUT_OFF, LEFT_OVER, WORDS
from .test_named_users import sign_in

ROLES = {"anna": "administrator", "ines": "investigator", "fatma": "filter"}


@pytest.fixture(scope="module")
def address(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The desk of a workspace with a named user of each role that is needed here."""
    with office(demonstration, tmp_path_factory.mktemp("attributing"), ROLES) as found:
        yield found


@pytest.fixture(scope="module")
def ines(chromium: Browser, address: str) -> Iterator[Desk]:
    """The investigator's browser."""
    yield from at_work(chromium, address, "ines")


@pytest.fixture(scope="module")
def fatma(chromium: Browser, address: str) -> Iterator[Desk]:
    """The filter officer's browser."""
    yield from at_work(chromium, address, "fatma")


def at_work(chromium: Browser, address: str, name: str) -> Iterator[Desk]:
    with opened(chromium, address) as desk:
        desk.expected |= {400, 401, 404}
        sign_in(desk.page, name)
        choose_authority(desk.page)
        yield desk


def open_drawer(page: Page) -> Locator:
    """Open the first hit of a word, and what is known of that message."""
    search(page, "zonsopgang verdict:opened")
    page.get_by_role("region", name="Hits").get_by_role("button").first.click()
    target = page.get_by_label("Conversation of the hit").locator("article[aria-current=true]")
    target.get_by_role("button", name=re.compile("Provenance of")).click()
    drawer = page.get_by_label(re.compile("Provenance of record"))
    expect(drawer.get_by_role("link").first).to_be_visible()
    return drawer


def claim(page: Page, name: str, *, start: str, end: str, grade: str) -> None:
    """Fill in the form that is open, but for the evidence, and send it."""
    form = page.get_by_role("dialog")
    form.get_by_label("Name of the person").fill(name)
    form.get_by_label("From", exact=True).first.fill(start)
    form.get_by_label("To", exact=True).fill(end)
    form.get_by_label("How strong the evidence is").click()
    page.get_by_role("option", name=grade, exact=True).click()
    form.get_by_role("button", name="Make the attribution").click()


def test_an_account_is_attributed_from_a_message_beside_another_claim_and_put_right(ines: Desk) -> None:
    page = ines.page
    open_drawer(page).get_by_role("button", name="Attribute its sender").click()
    form = page.get_by_role("dialog", name=re.compile("^Attribute @"))
    expect(form.get_by_label("Number of the record")).to_have_value(re.compile(r"^\d+$"))
    form.get_by_role("button", name="Make the attribution").click()
    expect(form.get_by_text("This is needed.")).to_have_count(4)
    claim(page, "Lotte Claes", start="2026-06-18", end="2026-05-29", grade="Strong support")
    expect(form.get_by_label("To", exact=True)).to_have_accessible_description(re.compile("ends before it starts"))
    assert findings(page) == []
    claim(page, "Lotte Claes", start="2026-05-29", end="2026-06-18", grade="Strong support")
    first = page.get_by_role("article", name="Attribution A1")
    expect(first).to_contain_text("between 1,000 and 10,000 times")
    expect(first.get_by_role("link", name=re.compile(r"^#\d+$"))).to_be_visible()

    page.get_by_role("button", name="Attribute", exact=True).click()
    form.get_by_role("button", name="Add evidence against it").click()
    page.get_by_role("menuitem", name="Statement").click()
    form.get_by_label("What is said, and by whom").fill("her sister says that she had the phone")
    claim(page, "Mia Claes", start="2026-06-01", end="2026-06-10", grade="Weak support")
    expect(page.get_by_role("article", name="Attribution A2")).to_contain_text("Competes with A1")
    expect(first).to_contain_text("Competes with A2")

    first.get_by_role("button", name="Supersede A1").click()
    form = page.get_by_role("dialog", name="Supersede A1")
    form.get_by_label("Why it is superseded").fill("the phone was sold")
    form.get_by_label("To", exact=True).fill("2026-05-31")
    form.get_by_role("button", name="Supersede", exact=True).click()
    second = page.get_by_role("article", name="Attribution A3")
    expect(second).to_contain_text("In the place of A1: the phone was sold")
    expect(second).not_to_contain_text("Competes with")
    expect(first).to_contain_text("Superseded by A3")
    page.get_by_role("button", name="Withdraw A2").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("she took it back")
    page.get_by_role("dialog").get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("article", name="Attribution A2")).to_contain_text("she took it back")
    assert findings(page) == []

    second.get_by_role("link", name="Lotte Claes").click()
    expect(page.get_by_role("heading", name="Accounts over time")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="A3")).to_contain_text("messages")
    assert findings(page) == []
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page.get_by_role("region", name="Persons").get_by_role("link")).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Lotte Claes", level=1)).to_be_visible()


def test_what_is_declared_is_withheld_until_the_filter_team_gives_it_back(ines: Desk, fatma: Desk) -> None:
    page, account = ines.page, "@b4t9wz:harbour.example"
    page.goto(f"{ines.base}/accounts/{account}")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Enter a declaration").click()
    page.get_by_role("dialog").get_by_label("Proof").fill("card of the bar, seen on 2 July")
    page.get_by_role("dialog").get_by_role("button", name="Enter it").click()
    expect(page.get_by_text("Declaration 1 is entered")).to_be_visible()
    accounts = page.get_by_role("region", name="Accounts")
    expect(accounts.get_by_role("link").first).to_be_visible()
    expect(accounts.get_by_text(account)).to_have_count(0)

    page = fatma.page
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_text("1 waits · withheld: 1 account")).to_be_visible()
    page.keyboard.press("j")
    pane = page.get_by_role("region", name="What is decided on")
    expect(pane.get_by_text("card of the bar, seen on 2 July")).to_be_visible()
    expect(pane.locator("article[aria-current=true]")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("n")
    page.get_by_role("dialog").get_by_label("Reason").fill("not on the roll")
    page.get_by_role("dialog").get_by_role("button", name="Reject: give back").click()
    expect(page.get_by_text("0 wait · withheld: 0 accounts")).to_be_visible()
    page.get_by_text("Decided", exact=True).click()
    page.keyboard.press("j")
    expect(pane).to_contain_text("not on the roll")

    ines.page.goto(f"{ines.base}/accounts")
    expect(ines.page.get_by_role("region", name="Accounts").get_by_text(account)).to_be_visible()


def test_a_message_that_looks_privileged_vanishes_and_comes_back(ines: Desk, fatma: Desk) -> None:
    page = ines.page
    drawer = open_drawer(page)
    number = re.search(r"#(\d+)", drawer.get_by_role("heading").first.inner_text())
    assert number
    drawer.get_by_role("button", name="Looks privileged").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("counsel and client")
    page.get_by_role("dialog").get_by_role("button", name="Withhold it").click()
    expect(page.get_by_text(f"#{number[1]} is withheld now; the filter team decides")).to_be_visible()
    expect(page.get_by_role("region", name="Hits").get_by_text(f"#{number[1]}", exact=True)).to_have_count(0)
    page.goto(f"{ines.base}/records/{number[1]}")
    expect(page.get_by_role("alert")).to_contain_text(f"There is no record {number[1]}")

    page = fatma.page
    page.goto(f"{fatma.base}/filter")
    page.get_by_role("button").filter(has_text=f"Message #{number[1]}").click()
    pane = page.get_by_role("region", name="What is decided on")
    expect(pane.locator("article[aria-current=true]")).to_contain_text(re.compile("zonsopgang", re.IGNORECASE))
    expect(pane).to_contain_text("counsel and client")
    for key, reason, button in (("n", "two friends", "Release: give back"), ("u", "", "Confirm: stays withheld")):
        page.keyboard.press(key)
        dialog = page.get_by_role("dialog")
        if reason:
            dialog.get_by_label("Reason").fill(reason)
        else:
            expect(dialog.get_by_label("Reason")).to_have_value(re.compile("Undoes the decision"))
        dialog.get_by_role("button", name=button).click()
        expect(dialog).to_have_count(0)
    page.get_by_text("History", exact=True).click()
    history = page.get_by_role("region", name="History").get_by_role("button")
    expect(history.first).to_contain_text("confirmed: withheld")
    expect(history.nth(1)).to_contain_text("two friends")


def test_the_filter_desk_is_nobody_elses_and_the_filter_team_attributes_nothing(ines: Desk, fatma: Desk) -> None:
    ines.page.goto(f"{ines.base}/filter")
    expect(ines.page.get_by_role("heading", name="This desk is the filter team’s")).to_be_visible()
    assert findings(ines.page) == []
    expect(ines.page.get_by_role("navigation").get_by_role("link", name="Filter")).to_have_count(0)
    ines.page.keyboard.press("?")
    keys = ines.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Go to Accounts")
    expect(keys).not_to_contain_text("Go to Filter")
    ines.page.keyboard.press("Escape")
    fatma.page.goto(f"{fatma.base}/accounts/@k7q2mx:harbour.example")
    expect(fatma.page.get_by_role("heading", name="Activity")).to_be_visible()
    expect(fatma.page.get_by_role("button", name="Attribute", exact=True)).to_have_count(0)


@pytest.mark.parametrize(("language", "name"), [("nl", "Nederlands"), ("fr", "Français")])
def test_they_speak_the_language_that_was_chosen(ines: Desk, fatma: Desk, language: str, name: str) -> None:
    keys = sorted(json.loads((WORDS / "en.json").read_text(encoding="utf-8")))
    places = [
        (ines, "/persons/P1"),
        (ines, "/filter"),
        (fatma, "/filter?show=decided"),
        (fatma, "/filter?show=history"),
    ]
    left: dict[str, list[str]] = {}
    for desk in (ines, fatma):
        desk.page.get_by_role("banner").get_by_role("button").last.click()
        desk.page.get_by_role("menuitemradio", name=name).click()
        expect(desk.page.locator("html")).to_have_attribute("lang", language)
    for desk, place in places:
        desk.page.goto(desk.base + place)
        desk.page.wait_for_load_state("networkidle")
        desk.page.keyboard.press("j")
        desk.page.wait_for_load_state("networkidle")
        found: list[str] = desk.page.evaluate(LEFT_OVER, [keys, PURPOSE]) + desk.page.evaluate(CUT_OFF)
        if found:
            left[place] = found
    assert not left
