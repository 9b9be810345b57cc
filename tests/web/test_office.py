"""The office in the browser: from the commands that a person types to what operators and resellers see and do."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from underseal.network.licences import Code, Licences, Staff
from underseal.network.setup import Network, free_ports

from .conftest import ROOT, UNDERSEAL, Desk, opened, run, tab, window
from .test_accessible import in_light_and_dark

PASSWORD = "correct horse battery"
NORTH, SOUTH = "north", "متجر الهواتف"
PRODUCT = "Six months"


@dataclass(frozen=True, kw_only=True)
class Office:
    """An office that runs."""

    address: str
    licences: Licences

    def activate(self, code: str) -> str:
        """Enter a code at a phone, and return its PIN."""
        return self.licences.activate(code, retry_key=os.urandom(32), at=datetime.now(UTC)).pin

    def sell(self, reseller: str, count: int = 1) -> list[Code]:
        """Issue codes for a reseller."""
        return list(
            self.licences.codes.issue(reseller, PRODUCT, count, at=datetime.now(UTC), by=Staff.command_line()).codes
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A network that runs, with an operator, a product and two resellers."""
    assert (ROOT / "web" / "office" / "dist" / "index.html").is_file(), "the office is not built: make web"
    folder = tmp_path_factory.mktemp("office") / "net"
    phone, port = free_ports(2)
    ports = ("--phone-port", str(phone), "--office-port", str(port))
    run("network", "init", folder, "--server-name", "phone.example", *ports)
    typed("operator", "add", "anna", folder=folder)
    run("network", "licence", "product", "add", PRODUCT, "--price", "1200.00 EUR", "--network", folder)
    for name in (NORTH, SOUTH):
        typed("licence", "reseller", "add", name, "--quota", "20", folder=folder)
    server = subprocess.Popen(
        [UNDERSEAL, "network", "serve", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert server.stdout
    try:
        address = next((match[1] for line in server.stdout if (match := re.search(r"office is at (\S+)/", line))), None)
        assert address, "the office did not start"
        network = Network.open(folder)
        with Licences(network.licences, network.signing_key) as licences:
            yield Office(address=address, licences=licences)
    finally:
        server.terminate()
        server.wait(60)
        server.stdout.close()


def typed(*words: str, folder: Path) -> None:
    """Run a command that reads a password."""
    command: list[str | Path] = [UNDERSEAL, "network", *words, "--password-file", "-", "--network", folder]
    subprocess.run(command, input=PASSWORD, text=True, check=True, capture_output=True)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_role("textbox", name=re.compile("^Name")).fill(name)
    page.get_by_role("textbox", name=re.compile("^Password")).fill(password)
    page.get_by_role("button", name="Log in").click()


def seat(chromium: Browser, office: Office, name: str) -> StorageState:
    """What a browser holds of somebody who has logged in."""
    with opened(chromium, office.address) as desk:
        desk.expected.add(401)
        sign_in(desk.page, name)
        expect(desk.page.get_by_role("heading", name="Overview")).to_be_visible()
        return desk.page.context.storage_state()


@pytest.fixture(scope="module")
def operators(chromium: Browser, office: Office) -> StorageState:
    return seat(chromium, office, "anna")


@pytest.fixture(scope="module")
def resellers(chromium: Browser, office: Office) -> StorageState:
    return seat(chromium, office, NORTH)


@pytest.fixture(scope="module")
def operators_browser(chromium: Browser, operators: StorageState) -> Iterator[BrowserContext]:
    with window(chromium, operators) as context:
        yield context


@pytest.fixture(scope="module")
def resellers_browser(chromium: Browser, resellers: StorageState) -> Iterator[BrowserContext]:
    with window(chromium, resellers) as context:
        yield context


@pytest.fixture
def anna(operators_browser: BrowserContext, office: Office) -> Iterator[Desk]:
    """The operator, in a new page of the one browser."""
    with tab(operators_browser, office.address) as desk:
        yield desk


@pytest.fixture
def north(resellers_browser: BrowserContext, office: Office) -> Iterator[Desk]:
    """A reseller, in a new page of the one browser."""
    with tab(resellers_browser, office.address) as desk:
        yield desk


@pytest.fixture
def anna_alone(chromium: Browser, office: Office, operators: StorageState) -> Iterator[Desk]:
    """The operator in a browser of the test's own, where what the browser keeps may be changed."""
    with opened(chromium, office.address, operators) as desk:
        yield desk


def test_a_wrong_password_is_said_and_the_right_one_leads_to_the_page_that_was_asked_for(
    chromium: Browser, office: Office
) -> None:
    with opened(chromium, f"{office.address}/licences?state=active") as desk:
        desk.expected.add(401)
        sign_in(desk.page, "anna", "wrong horse battery")
        expect(desk.page.get_by_text("The name or the password is wrong.")).to_be_visible()
        sign_in(desk.page, "anna")
        expect(desk.page).to_have_url(re.compile("/licences.*state=active"))


def issue(page: Page, reseller: str | None, count: int) -> list[str]:
    """Issue codes in the page, and return what it shows."""
    page.get_by_role("link", name="Codes", exact=True).click()
    page.get_by_role("button", name="Issue codes").click()
    dialog = page.get_by_role("dialog")
    if reseller:
        dialog.get_by_role("combobox", name="Reseller").click()
        page.get_by_role("option", name=reseller).click()
    dialog.get_by_role("textbox", name="How many").fill(str(count))
    dialog.get_by_role("button", name="Issue codes").click()
    expect(page.get_by_role("heading", name=re.compile("shown this once"))).to_be_visible()
    return page.get_by_role("list", name="Codes").locator("code").all_text_contents()


def test_codes_are_shown_once_saved_as_a_sheet_and_gone(office: Office, anna: Desk) -> None:
    page = anna.page
    codes = issue(page, NORTH, 3)
    assert len({Code.parse(code) for code in codes}) == 3
    with page.expect_download() as download:
        page.get_by_role("button", name="Save sheet with QR codes").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name="Ledger").click()
    page.get_by_role("link", name="Codes", exact=True).click()
    expect(page.get_by_text(codes[0])).to_be_visible()
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("dialog").get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text(codes[0])).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Make void: ")).first).to_be_visible()
    assert codes[0] not in page.content()
    assert office.activate(codes[0])


def test_a_code_is_made_void_with_a_reason(office: Office, anna: Desk) -> None:
    office.sell(NORTH)
    page = anna.page
    page.get_by_role("link", name="Codes", exact=True).click()
    page.get_by_role("button", name=re.compile("^Make void: ")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("lost in the post")
    dialog.get_by_role("button", name="Make void").click()
    expect(page.get_by_text("Made 1 code void.")).to_be_visible()
    page.get_by_role("link", name="Ledger").click()
    expect(page.get_by_text("lost in the post")).to_be_visible()


def test_a_licence_is_found_by_its_pin_suspended_and_revoked_only_by_typing_it(office: Office, anna: Desk) -> None:
    pin = office.activate(office.sell(NORTH)[0].text)
    page = anna.page
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.get_by_role("textbox", name="Find a PIN")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(pin.lower())
    page.get_by_role("link", name=re.compile(f"^{pin}")).click()
    drawer = page.get_by_role("complementary", name=f"Licence {pin}")
    drawer.get_by_role("button", name="Suspend").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("not paid for")
    dialog.get_by_role("button", name="Suspend").click()
    expect(drawer.get_by_text("not paid for")).to_be_visible()
    expect(drawer.get_by_role("button", name="Resume")).to_be_visible()
    drawer.get_by_role("button", name="Revoke for good").click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="Revoke for good")
    page.get_by_role("dialog").get_by_role("textbox", name="Reason").fill("stolen")
    expect(confirm).to_be_disabled()
    page.get_by_role("dialog").get_by_role("textbox", name="PIN").fill(pin.lower())
    confirm.click()
    expect(drawer.get_by_role("button", name="Revoke for good")).to_have_count(0)
    expect(drawer.get_by_text("stolen")).to_be_visible()
    drawer.press("Escape")
    expect(drawer).to_have_count(0)


def test_a_transfer_code_is_shown_once(office: Office, anna: Desk) -> None:
    pin = office.activate(office.sell(NORTH)[0].text)
    page = anna.page
    page.goto(f"{office.address}/licences?open={pin}")
    page.get_by_role("button", name="Move to another phone").click()
    page.get_by_role("dialog").get_by_role("button", name="Move to another phone").click()
    code = page.get_by_role("status").locator("code").text_content()
    assert code
    assert office.activate(code) == pin
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_text(code)).to_have_count(0)


def test_the_ledger_is_verified_and_the_balances_are_counted_again(office: Office, anna: Desk) -> None:
    office.sell(NORTH)
    page = anna.page
    page.get_by_role("button", name="Count again from the ledger").click()
    expect(page.get_by_text("The ledger alone gives the same balances")).to_be_visible()
    page.get_by_role("link", name="Ledger").click()
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("The ledger is whole")).to_be_visible()


def test_a_reseller_is_added_pays_and_is_kept_out(anna: Desk) -> None:
    anna.expected.add(400)
    page, name = anna.page, "Łódź & Söhne"
    page.get_by_role("link", name="Resellers").click()
    page.get_by_role("button", name="Add a reseller").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill(name)
    dialog.get_by_role("textbox", name=re.compile("password", re.IGNORECASE)).fill("short")
    dialog.get_by_role("button", name="Add a reseller").click()
    expect(dialog.get_by_role("alert")).to_contain_text("at least 12 characters")
    dialog.get_by_role("textbox", name=re.compile("password", re.IGNORECASE)).fill(PASSWORD)
    dialog.get_by_role("button", name="Add a reseller").click()
    row = page.get_by_role("row", name=re.compile(name))
    row.get_by_role("button", name="Enter a payment").click()
    dialog.get_by_role("textbox", name="Amount").fill("100.00 EUR")
    dialog.get_by_role("button", name="Enter a payment").click()
    expect(row).to_contain_text("-100.00\u00a0EUR")
    row.get_by_role("button", name=f"Acts on {name}").click()
    page.get_by_role("menuitem", name="Keep out").click()
    dialog.get_by_role("textbox", name="Reason").fill("a test")
    dialog.get_by_role("button", name="Keep out").click()
    expect(row).to_contain_text("Kept out")


def test_a_reseller_sees_and_sells_what_is_theirs(office: Office, north: Desk) -> None:
    theirs = office.activate(office.sell(SOUTH)[0].text)
    own = office.activate(office.sell(NORTH)[0].text)
    page = north.page
    for name in ("Resellers", "Products", "Logins", "Ledger"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)
    page.get_by_role("link", name="Licences").click()
    expect(page.get_by_role("link", name=re.compile(f"^{own}"))).to_be_visible()
    expect(page.get_by_text(theirs)).to_have_count(0)
    page.get_by_role("link", name=re.compile(f"^{own}")).click()
    expect(page.get_by_role("button", name="Move to another phone")).to_be_visible()
    expect(page.get_by_role("button", name="Suspend")).to_have_count(0)
    assert len(issue(page, None, 2)) == 2
    assert SOUTH not in page.content()
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("2 x Six months")).to_be_visible()


def test_beyond_the_quota_is_a_sentence(north: Desk) -> None:
    north.expected.add(403)
    page = north.page
    page.get_by_role("link", name="Codes", exact=True).click()
    page.get_by_role("button", name="Issue codes").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="How many").fill("500")
    dialog.get_by_role("button", name="Issue codes").click()
    expect(dialog.get_by_role("alert")).to_contain_text("the quota is 20")


def test_an_operator_reads_who_came_and_finds_them_by_name(chromium: Browser, office: Office, anna: Desk) -> None:
    with opened(chromium, office.address) as stranger:
        stranger.expected.add(401)
        sign_in(stranger.page, NORTH, "wrong horse battery")
        expect(stranger.page.get_by_role("alert")).to_be_visible()
    page = anna.page
    page.get_by_role("link", name="Logins").click()
    refused = page.get_by_role("article").filter(has_text=re.compile(f"Login refused.*{NORTH}")).first
    expect(refused).to_contain_text("wrong password")
    expect(refused).to_contain_text("this machine")
    page.keyboard.press("/")
    page.keyboard.type("ann")
    expect(refused).to_have_count(0)
    row = page.get_by_role("article").filter(has_text="Logged in").first
    expect(row).to_contain_text("anna operator")
    expect(page).to_have_url(re.compile(r"/logins\?name=ann$"))


def test_the_office_speaks_the_language_that_was_chosen_in_this_browser(anna_alone: Desk) -> None:
    page = anna_alone.page
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    for language, code, heading in (("Nederlands", "nl", "Overzicht"), ("Français", "fr", "Aperçu")):
        page.locator("header button[aria-haspopup=menu]").click()
        page.get_by_role("menuitemradio", name=language).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == code
        page.reload()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_a_browser_is_spoken_to_in_its_language_at_the_door(chromium: Browser, office: Office) -> None:
    context = chromium.new_context(locale="nl-BE")
    page = context.new_page()
    page.goto(office.address)
    page.get_by_role("textbox", name=re.compile("^Naam")).fill("nemo")
    page.get_by_role("textbox", name=re.compile("^Wachtwoord")).fill("wrong horse battery")
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("alert")).to_have_text("De naam of het wachtwoord klopt niet.")
    context.close()


def test_one_s_own_password_is_changed_with_the_old_one_and_the_new_one_twice(
    chromium: Browser, office: Office
) -> None:
    new = "another horse battery"
    with opened(chromium, office.address) as there:
        enter(there, SOUTH)
        with opened(chromium, office.address) as here:
            enter(here, SOUTH)
            change_own_password(here.page, f"{SOUTH}: menu", new)
        there.page.get_by_role("link", name="Licences").click()
        expect(there.page).to_have_url(re.compile("/sign-in"))
        sign_in(there.page, SOUTH, new)
        expect(there.page).to_have_url(re.compile("/licences"))


def enter(desk: Desk, name: str) -> None:
    desk.expected |= {401, 403}
    sign_in(desk.page, name)
    expect(desk.page.get_by_role("heading", name="Overview")).to_be_visible()


def change_own_password(page: Page, menu: str, new: str) -> None:
    """Change it after two mistakes, and go on in the same session."""
    page.get_by_role("button", name=menu).click()
    page.get_by_role("menuitem", name="Change my password").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Present password").fill("wrong horse battery")
    dialog.get_by_role("textbox", name="New password").fill(new)
    dialog.get_by_role("textbox", name="The new one again").fill(f"{new}!")
    expect(dialog.get_by_text("The two are not the same.")).to_be_visible()
    confirm = dialog.get_by_role("button", name="Change my password")
    expect(confirm).to_be_disabled()
    dialog.get_by_role("textbox", name="The new one again").fill(new)
    confirm.click()
    expect(dialog.get_by_role("alert")).to_contain_text("wrong")
    dialog.get_by_role("textbox", name="Present password").fill(PASSWORD)
    confirm.click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    page.get_by_role("link", name="Licences").click()
    expect(page.get_by_role("heading", name="Licences")).to_be_visible()


def test_a_session_that_ended_leads_to_the_login(anna_alone: Desk) -> None:
    anna = anna_alone
    anna.expected.add(401)
    expect(anna.page.get_by_role("link", name="Products")).to_be_visible()
    anna.page.context.clear_cookies()
    anna.page.keyboard.type("gp")  # a page that asked in between is there already
    expect(anna.page).to_have_url(re.compile("/sign-in"))


def test_a_link_that_was_used_says_what_to_do(chromium: Browser, office: Office) -> None:
    with opened(chromium, f"{office.address}/login?token=used") as desk:
        expect(desk.page.get_by_role("heading", name="This link has been used")).to_be_visible()


PAGES = (
    "/",
    "/licences",
    "/codes",
    "/resellers",
    "/products",
    "/logins",
    "/ledger",
    "/sign-in",
    "/link-used",
    "/reward",
)


def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(office: Office, anna: Desk) -> None:
    pin = office.activate(office.sell(SOUTH)[0].text)
    page = anna.page
    page.emulate_media(reduced_motion="reduce")
    for path in (*PAGES, f"/licences?open={pin}"):
        page.goto(f"{office.address}{path}")
        page.wait_for_load_state("networkidle")
        assert not in_light_and_dark(page), path
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == 360, path
        page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(office.address)
    issue(page, NORTH, 2)
    assert not in_light_and_dark(page)
