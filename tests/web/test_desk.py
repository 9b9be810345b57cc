"""A detective's first quarter of an hour at the desk, in a real browser."""

import re
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, StorageState, expect

from .conftest import PURPOSE, Desk, opened, served


def search(page: Page, query: str) -> None:
    """Search as one does: the key, the words, Enter."""
    page.keyboard.press("/")
    line = page.get_by_label("Search query")
    expect(line).to_be_focused()
    line.fill(query)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?"))


def test_the_desk_shows_nothing_without_an_authority(desk: Desk) -> None:
    expect(desk.page.get_by_text("Under which authority do you act?")).to_be_visible()
    expect(desk.page.get_by_text("How much can be read")).to_have_count(0)


def test_a_search_leads_into_the_conversation(page: Page) -> None:
    search(page, "zonsopgang")
    expect(page.get_by_text(re.compile(r"^\d+ messages$"))).to_be_visible()
    expect(page.locator("mark").first).to_have_text(re.compile("zonsopgang", re.IGNORECASE))
    page.get_by_role("button").filter(has_text="zonsopgang").first.click()
    reading = page.get_by_label("Conversation of the hit")
    target = reading.locator("article[aria-current=true]")
    expect(target).to_contain_text("zonsopgang")
    expect(target.locator("mark")).to_be_visible()
    reading.get_by_title("Open conversation").click()
    expect(page).to_have_url(re.compile("/conversations/"))
    expect(page.locator("article").filter(has_text="zonsopgang")).to_be_visible()


def test_a_query_that_cannot_be_understood_is_marked(page: Page, seated: Desk) -> None:
    seated.expected.add(400)
    search(page, "boat (pilot")
    expect(page.get_by_text("The query cannot be understood")).to_be_visible()


def test_a_locked_message_stands_in_its_place(page: Page) -> None:
    page.get_by_role("link", name="Conversations").click()
    page.get_by_label("Find by title or member").fill("Estrella")
    expect(page.get_by_text("1 conversation in scope")).to_be_visible()
    page.get_by_text("Estrella del Norte").first.click()
    locked = page.locator("article").filter(has_text="Locked: no key")
    expect(locked.first).to_be_visible()
    expect(locked.first).to_have_attribute("aria-label", re.compile(r"^\S+, \d{4}-\d\d-\d\dT\S+, record #\d+$"))


def test_a_voice_message_is_played(page: Page) -> None:
    search(page, "kind:voice verdict:opened")
    page.get_by_role("button").filter(has_text=re.compile(r"#\d+")).first.click()
    reading = page.get_by_label("Conversation of the hit")
    message = reading.locator("article[aria-current=true]")
    message.get_by_role("button", name="Play").click()
    page.wait_for_function("() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > 0)")
    expect(message.get_by_text("cannot play")).to_have_count(0)


def test_a_picture_is_shown(page: Page) -> None:
    search(page, "kind:picture verdict:opened")
    page.get_by_role("button").filter(has_text=re.compile(r"#\d+")).first.click()
    picture = page.get_by_label("Conversation of the hit").locator("article[aria-current=true] img")
    expect(picture).to_be_visible()
    page.wait_for_function("() => [...document.querySelectorAll('article img')].some((img) => img.naturalWidth > 0)")


def test_provenance_is_followed_and_the_proof_verified(page: Page, tmp_path: Path) -> None:
    search(page, "zonsopgang verdict:opened")
    page.get_by_role("button").filter(has_text="zonsopgang").first.click()
    target = page.get_by_label("Conversation of the hit").locator("article[aria-current=true]")
    target.get_by_role("button", name=re.compile("Provenance of")).click()
    drawer = page.get_by_label(re.compile("Provenance of record"))
    names = drawer.locator("ol > li h3")
    expect(names).to_have_text(["Exhibit", "File", "Place", "Ciphertext", "Key", "Content", "Release"])
    drawer.get_by_role("button", name="Prove", exact=True).click()
    expect(drawer.get_by_text("Proved: the record is in the release, unchanged.")).to_be_visible()
    with page.expect_download() as download:
        drawer.get_by_role("button", name="Proof file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert re.fullmatch(r"proof-1-\d+\.json", file.name)
    assert b"underseal/inclusion-proof/1" in file.read_bytes()


def test_a_release_is_verified(page: Page) -> None:
    page.get_by_role("link", name="Releases").click()
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("Release 1 is whole and unchanged.")).to_be_visible(timeout=60_000)


def test_what_was_done_stands_in_the_audit(page: Page) -> None:
    search(page, "zonsopgang")
    expect(page.get_by_text(re.compile(r"^\d+ messages$"))).to_be_visible()
    page.get_by_role("link", name="Audit").click()
    expect(page.get_by_text("query zonsopgang").first).to_be_visible()
    expect(page.get_by_text(PURPOSE).first).to_be_visible()


PLACES = (
    "/",
    "/search?q=haven",
    "/search?q=kind:picture",
    "/conversations",
    "/accounts",
    "/accounts/@k7q2mx:harbour.example",
    "/persons",
    "/filter",
    "/releases",
    "/releases/1",
    "/audit",
)


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def test_every_page_opens_without_a_fault_and_fits_its_window_in_light_and_in_dark(page: Page, seated: Desk) -> None:
    for place in PLACES:
        page.goto(seated.base + place)
        page.wait_for_load_state("networkidle")
        for scheme, width in product(SCHEMES, (1440, 1024)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            expect(page.locator("main")).to_be_visible()
            beyond = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beyond == 0, f"{place} is wider than a window of {width} pixels"


def test_logging_out_leads_out(chromium: Browser, demonstration: Path) -> None:
    with served(demonstration) as link, opened(chromium, link) as desk:
        desk.expected.add(401)
        desk.page.get_by_role("button", name=re.compile("settings and log-out")).click()
        desk.page.get_by_role("menuitem", name="Log out").click()
        expect(desk.page).to_have_url(re.compile("/sign-in"))
        desk.page.goto(f"{desk.base}/audit")
        expect(desk.page).to_have_url(re.compile("/sign-in"))


def test_a_link_opens_once(chromium: Browser, link: str, entered: StorageState) -> None:
    assert entered["cookies"][0]["httpOnly"]
    with opened(chromium, link) as desk:
        desk.expected.add(401)
        expect(desk.page).to_have_url(re.compile("/link-used"))
