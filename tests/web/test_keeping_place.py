"""Eight hours at the desk: nothing that one had found is lost by going on, coming back, or typing fast."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from .conftest import Desk, opened, run, served
from .test_desk import search


@pytest.fixture
def page(seated: Desk) -> Page:
    """The desk under the authority of the demonstration, in a window lower than its lists."""
    seated.page.set_viewport_size({"width": 1440, "height": 500})
    return seated.page


def scrolled(region: Locator) -> float:
    """How far a list is scrolled, in pixels."""
    return float(region.evaluate("element => element.scrollTop"))


def press(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def test_back_leads_to_the_same_place_in_the_conversations(page: Page) -> None:
    press(page, "g")
    press(page, "c")
    rows = page.get_by_role("region", name="Conversations")
    expect(rows).to_be_focused()
    press(page, "j", 12)
    current = rows.locator("a[data-current=true]")
    name, before = current.inner_text(), scrolled(rows)
    assert before > 100
    press(page, "o")
    expect(page.get_by_role("region", name="Messages")).to_be_visible()
    page.go_back()
    expect(current).to_have_text(name, use_inner_text=True)
    assert scrolled(rows) == before


def test_back_leads_to_the_same_hit_in_the_same_place(page: Page) -> None:
    search(page, "verdict:locked")
    hits = page.get_by_role("region", name="Hits")
    expect(hits.get_by_role("button").first).to_be_visible()
    press(page, "j", 30)
    press(page, "o")
    chosen = hits.locator("[aria-current=true]")
    number, before = chosen.inner_text(), scrolled(hits)
    assert before > 1000
    page.get_by_title("Open conversation").click()
    expect(page).to_have_url(re.compile("/conversations/"))
    page.go_back()
    expect(chosen).to_have_text(number, use_inner_text=True)
    expect(chosen).to_be_in_viewport()
    assert abs(scrolled(hits) - before) < 2


def test_a_filter_keeps_the_focus_and_back_takes_it_off(page: Page) -> None:
    search(page, "verdict:locked")
    box = page.get_by_role("checkbox", name=re.compile("Locked: key begins later"))
    box.press("Space")
    expect(page).to_have_url(re.compile("key_too_late"))
    expect(page.get_by_text("12 messages, all of them locked")).to_be_visible()
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    page.go_back()
    expect(box).not_to_be_checked()


def test_closing_the_provenance_gives_the_keys_back_to_the_message(page: Page) -> None:
    search(page, "zonsopgang verdict:opened")
    expect(page.get_by_role("region", name="Hits").get_by_role("button").first).to_be_visible()
    press(page, "j")
    press(page, "o")
    target = page.locator("article[aria-current=true]")
    expect(target).to_be_visible()
    press(page, "o")
    expect(target).to_be_focused()
    press(page, "p")
    expect(page.get_by_label(re.compile("Provenance of record"))).to_be_focused()
    press(page, "Escape")
    expect(target).to_be_focused()


def test_what_is_typed_right_after_the_command_key_goes_into_the_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("audit ga/")
    expect(page.get_by_role("textbox", name="All commands")).to_have_value("audit ga/")
    expect(page).to_have_url(re.compile("/$"))


def test_a_query_that_is_being_written_is_no_fault(page: Page) -> None:
    press(page, "/")
    page.keyboard.type("haven from:")
    expect(page.get_by_role("option").first).to_be_visible()
    line = page.get_by_label("Search query")
    expect(line).to_have_attribute("aria-invalid", "false")
    page.keyboard.type("lot ")
    page.keyboard.type("(boat")
    expect(page.get_by_text("This bracket is not closed.")).to_be_visible()
    expect(line).to_have_attribute("aria-invalid", "true")


def test_one_reads_on_where_one_stopped(page: Page, seated: Desk) -> None:
    page.goto(f"{seated.base}/conversations")
    page.get_by_label("Find by title or member").fill("Rota")
    page.get_by_role("link", name=re.compile("Rota & weer")).click()
    reading = page.get_by_role("region", name="Messages")
    expect(reading).to_be_focused()
    with page.expect_request(lambda request: request.method == "PUT" and "/position" in request.url) as kept:
        press(page, "PageUp", 4)
    number = (kept.value.post_data_json or {})["number"]
    page.get_by_role("link", name="Overview").click()
    mark = page.get_by_role("link", name=re.compile("Read on in Rota & weer"))
    expect(mark).to_contain_text(f"stopped at #{number}")
    mark.click()
    expect(page.locator(f"article[data-line='{number}']")).to_be_in_viewport()


def test_a_browser_that_believes_itself_offline_still_asks_the_desk(page: Page) -> None:
    page.evaluate("() => window.dispatchEvent(new Event('offline'))")
    search(page, "zonsopgang")
    expect(page.get_by_text(re.compile(r"^\d+ messages$"))).to_be_visible()


def never(route: Route) -> None:
    """Leave a request without an answer."""
    assert route.request.url


def test_a_slow_search_says_how_long_it_takes_and_can_be_stopped(page: Page) -> None:
    page.route(re.compile(r"/api/search\?"), never)
    search(page, "haven")
    expect(page.get_by_text(re.compile("Working on it"))).to_be_visible()
    with page.expect_event("requestfailed", lambda request: "/api/search?" in request.url):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    page.unroute(re.compile(r"/api/search\?"))
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_text("5 messages")).to_be_visible()


@pytest.fixture
def empty(chromium: Browser, tmp_path: Path) -> Iterator[Desk]:
    """The desk of a workspace with an authority and nothing else."""
    run("init", tmp_path / "case")
    grant = [
        "--magistrate",
        "M",
        "--legal-basis",
        "L",
        "--account",
        "all",
        "--room",
        "all",
        "--period",
        "all",
        "--valid-from",
        "2020-01-01",
    ]
    run("authority", "add", "DEMO-2026/1", *grant, "--valid-to", "2100-01-01", "--workspace", tmp_path / "case")
    with served(tmp_path / "case") as link, opened(chromium, link) as desk:
        desk.page.get_by_role("radio").filter(has_text="DEMO-2026/1").click()
        desk.page.get_by_label("Purpose").fill("look around")
        desk.page.get_by_role("button", name="Act under this authority").click()
        yield desk


def test_an_empty_desk_teaches_on_every_page(empty: Desk) -> None:
    for place in ("/", "/search?q=haven", "/conversations", "/conversations/x", "/records/3", "/releases"):
        empty.page.goto(empty.base + place)
        expect(empty.page.get_by_text("underseal intake PATH --exhibit NUMBER --authority DEMO-2026/1")).to_be_visible()
    empty.page.goto(f"{empty.base}/releases/compare")
    expect(empty.page.get_by_text("There are not two releases yet")).to_be_visible()
    empty.page.goto(f"{empty.base}/users")
    expect(empty.page.get_by_text("Nobody has a name here yet")).to_be_visible()
