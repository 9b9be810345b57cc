"""axe-core (WCAG 2.2 A and AA) finds nothing serious on any screen of the phone, light or dark, small or wide."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from network.server_fixture import LiveNetwork
from web.conftest import ROOT

from .conftest import SMALL, Handset, handset, sample_picture
from .test_talking import record, send_picture

AXE = (ROOT / "web" / "phone" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WIDE: ViewportSize = {"width": 1440, "height": 900}
HERE = ROOT / "build" / "screenshots" / "phone"


def check(page: Page, name: str, found: list[str]) -> None:
    """Collect what axe-core calls serious or critical, each with the first element at fault."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    violations = page.evaluate("async () => (await axe.run()).violations")
    grave = [one for one in violations if one["impact"] in ("serious", "critical")]
    found += [f"{name}: {one['help']} in {one['nodes'][0]['html'][:200]}" for one in grave]
    if page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{name}: the page is wider than the screen")
    page.screenshot(path=HERE / f"{name}.png")


SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")


def test_no_screen_has_a_serious_fault_in_light_or_in_dark(
    phones_browser: Browser,
    live_network: LiveNetwork,
    friends: tuple[Handset, Handset],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    found: list[str] = []
    HERE.mkdir(parents=True, exist_ok=True)
    picture = sample_picture(tmp_path_factory.mktemp("pictures"))
    _, other = friends
    with handset(phones_browser, live_network.url) as one:
        page = one.page

        def look(name: str) -> None:
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                check(page, f"{scheme}-{name}", found)

        enrol_looking(one, live_network, look)
        other.ask(one.pin)
        expect(page.get_by_role("button", name=f"Accept: {other.pin}")).to_be_visible()
        look("requests")
        one.accept(other.pin)
        one.chat(other.pin)
        talk(one, other, picture)
        look("chat")
        one.lines().first.hover()
        page.get_by_role("button", name="What to do with this message").first.click()
        choose_signs(one, other, look)
        page.set_viewport_size(WIDE)
        look("wide")
        page.set_viewport_size(SMALL)
        page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        look("double")
        page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
        page.get_by_role("button", name="Details").click()
        page.get_by_label("1 hour").check()
        look("details")
        page.get_by_role("button", name="Compare keys").click()
        expect(page.get_by_role("img", name="My code")).to_be_visible()
        look("check")
        for name in ("Compare keys", other.pin, other.pin):
            expect(page.get_by_role("heading", name=name).first).to_be_visible()
            one.back()
        look("list")
        for button in ("Add contact", "New group", "Account"):
            page.get_by_role("button", name=button, exact=True).first.click()
            look(button.lower().replace(" ", "-"))
            one.back()
            if button == "New group":
                change_a_group(one, other, look)
        hand_over(one, look)
        one.lock()
        one.expected.add(403)
        one.unlock("verkeerd")
        expect(page.get_by_text("Wrong code. 9 tries are left")).to_be_visible()
        look("lock")
    assert not found


def choose_signs(one: Handset, other: Handset, look: Callable[[str], None]) -> None:
    """The menu of a message, all signs, and a sign that both have put there."""
    page = one.page
    look("actions")
    page.get_by_role("button", name="More signs").click()
    look("signs")
    page.get_by_role("button", name="Octopus").click()
    other.page.locator("li[data-place]").first.get_by_role("button", name="Octopus, 1").click()
    expect(page.get_by_role("button", name="Octopus, 2")).to_be_visible()
    look("reactions")


def change_a_group(one: Handset, other: Handset, look: Callable[[str], None]) -> None:
    """A group with a long name in Arabic, its members, and who may be added."""
    page = one.page
    page.get_by_role("button", name="New group", exact=True).click()
    page.get_by_label("Name of the group").fill("مهرجان الميناء مع كل الأصدقاء والجيران")
    page.get_by_label(other.pin).check()
    page.get_by_role("button", name="Make the group").click()
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("button", name=f"Take {other.pin} out of the group")).to_be_visible()
    look("group")
    page.get_by_role("button", name=f"Take {other.pin} out of the group").click()
    look("take-out")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add members").click()
    look("add-members")
    page.keyboard.press("Escape")
    one.back()
    one.back()


def hand_over(one: Handset, look: Callable[[str], None]) -> None:
    page = one.page
    page.get_by_role("button", name="Account", exact=True).click()
    page.get_by_role("button", name="Hand over keys and history").click()
    page.get_by_label("Unlock code", exact=True).fill("zes kippen op stok")
    for label in ("Passphrase for the keys", "Passphrase again"):
        page.get_by_label(label).fill("de kraan staat stil")
    look("hand-over")
    page.get_by_role("button", name="Make the files").click()
    expect(page.get_by_role("link")).to_have_count(2)
    look("handed-over")
    page.set_viewport_size(WIDE)
    look("handed-over-wide")
    page.set_viewport_size(SMALL)
    page.get_by_role("button", name="Close").click()
    one.back()


def enrol_looking(one: Handset, live: LiveNetwork, look: Callable[[str], None]) -> None:
    one.open()
    expect(one.page.get_by_label("Activation code")).to_be_visible()
    look("enrol-code")
    one.activate(live.codes()[0])
    one.page.get_by_label("Unlock code", exact=True).fill("zes kippen op stok")
    one.page.get_by_role("button", name="Add a duress code").click()
    look("enrol-unlock")
    one.page.get_by_label("Unlock code again").fill("zes kippen op stok")
    one.page.get_by_label("Duress code").fill("vier eenden in de sloot")
    one.page.get_by_role("button", name="Set the code").click()
    one.pin = one.page.locator("output").inner_text()
    look("enrol-pin")
    one.page.get_by_role("button", name="Start").click()
    one.expect_list()
    look("empty")


def talk(one: Handset, other: Handset, picture: Path) -> None:
    """A little of everything."""
    one.write("De kraan is vrij om zes uur.")
    other.chat(one.pin)
    other.write("Goed. Neem je de papieren mee? Anders staan we daar weer een halve dag te wachten aan de poort.")
    one.expect_line("Neem je de papieren mee?")
    other.write("الرافعة جاهزة في السادسة")
    record(one)
    send_picture(other, picture)
    expect(one.page.locator("article img")).to_be_visible()
    one.page.locator("article img").evaluate("picture => picture.decode()")
    one.write("Zo doen we het 👍")
    expect(other.lines().filter(has_text="Zo doen we het")).to_be_visible()
    expect(one.lines().last.get_by_text("Read", exact=True)).to_be_attached()
