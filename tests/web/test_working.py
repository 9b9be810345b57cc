"""What takes long, goes wrong or comes in great numbers at the desk: each is asked for once, can be stopped, and keeps its place."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, Route, expect

from .conftest import Desk
from .test_desk import search

HELD = 10
"""Pages of a result that the desk holds at most (web/desk/src/logic/pages.ts)."""


def answers(page: Page, pattern: str) -> list[Response]:
    """Every answer from now on whose address fits."""
    found: list[Response] = []
    page.on("response", lambda response: found.append(response) if re.search(pattern, response.url) else None)
    return found


def never(route: Route) -> None:
    """Leave a request without an answer."""
    assert route.request.url


def test_a_faulty_query_is_refused_once(page: Page, seated: Desk) -> None:
    seated.expected.add(400)
    given = answers(page, r"/api/search(/histogram|/facets)?\?")
    search(page, "boat (pilot")
    expect(page.get_by_text("The query cannot be understood")).to_be_visible()
    with (
        page.expect_response(re.compile(r"/api/search\?")),
        page.expect_response(re.compile(r"/api/search/histogram\?")),
        page.expect_response(re.compile(r"/api/search/facets\?")),
    ):
        search(page, "haven")
    expect(page.get_by_text("5 messages")).to_be_visible()
    expect(page.get_by_role("group", name="Sender")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [answer.status for answer in given] == [400, 200, 200, 200]


def test_a_long_result_is_held_in_part_and_asked_for_again(page: Page) -> None:
    search(page, "kind:text OR kind:sealed")
    hits = page.get_by_role("region", name="Hits")
    expect(hits.get_by_role("button").first).to_be_visible()
    first = hits.get_by_role("button").first.inner_text()
    asked = answers(page, r"/api/search\?.*after=")
    for count in range(1, HELD + 3):
        with page.expect_response(re.compile(r"/api/search\?.*after=")):
            hits.evaluate("element => element.scrollTo(0, element.scrollHeight)")
        expect(hits.locator(f"[data-index='{60 * count}']")).to_be_attached()
    assert len(asked) == HELD + 2
    with page.expect_response(re.compile(r"/api/search\?q=[^&]*&(order=newest&)?limit=60")):
        hits.evaluate("element => element.scrollTo(0, 0)")
    expect(hits.get_by_role("button").first).to_have_text(first, use_inner_text=True)


def test_the_key_and_the_button_copy_the_same_citation(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    search(page, "zonsopgang verdict:opened")
    page.get_by_role("region", name="Hits").get_by_role("button").first.click()
    target = page.locator("article[aria-current=true]")
    expect(target).to_be_visible()
    number = target.get_attribute("data-line")
    page.keyboard.press("c")
    expect(page.get_by_text(f"The citation of #{number} was copied")).to_be_visible()
    by_key = page.evaluate("() => navigator.clipboard.readText()")
    form = rf"#{number} · \d{{4}}-\d\d-\d\dT\S+[+-]\d\d:\d\d · .+ \(@\S+\) · release 1 · leaf [0-9a-f]{{64}}"
    assert re.fullmatch(form, by_key)
    page.evaluate("() => navigator.clipboard.writeText('')")
    target.get_by_role("button", name="Copy the citation").click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()) !== ''")
    assert page.evaluate("() => navigator.clipboard.readText()") == by_key


def test_the_help_lists_the_key_that_cites(page: Page) -> None:
    page.goto(page.url.rstrip("/") + "/conversations?find=Estrella")
    page.get_by_text("Estrella del Norte").first.click()
    expect(page.locator("article").first).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("Copy the citation of the message")).to_be_visible()


def open_proof(page: Page) -> None:
    search(page, "zonsopgang verdict:opened")
    page.get_by_role("region", name="Hits").get_by_role("button").first.click()
    expect(page.locator("article[aria-current=true]")).to_be_visible()
    page.keyboard.press("p")


def start_proof(page: Page) -> None:
    open_proof(page)
    page.get_by_role("button", name="Prove", exact=True).click()


def start_audit(page: Page) -> None:
    page.get_by_role("link", name="Audit").click()
    page.get_by_role("button", name="Verify").click()


@pytest.mark.parametrize(
    ("start", "address", "again", "outcome"),
    [
        (start_proof, "/prove?", "Prove", "Proved: the record is in the release, unchanged."),
        (start_audit, "/api/audit/verify", "Verify", "The audit is whole"),
        (open_proof, "/provenance", "Start again", "From the captured bytes"),
    ],
)
def test_long_work_says_how_long_it_takes_and_can_be_stopped(
    page: Page, start: Callable[[Page], None], address: str, again: str, outcome: str
) -> None:
    pattern = re.compile(re.escape(address))
    page.route(pattern, never)
    start(page)
    expect(page.get_by_text(re.compile("Working on it"))).to_be_visible()
    with page.expect_event("requestfailed", lambda request: address in request.url):
        page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile("Working on it"))).to_have_count(0)
    page.unroute(pattern)
    page.get_by_role("button", name=again, exact=True).click()
    expect(page.get_by_text(outcome)).to_be_visible()


def test_opening_the_provenance_keeps_the_message_in_sight(page: Page) -> None:
    search(page, "haven")
    for hit in range(3):
        page.get_by_role("region", name="Hits").get_by_role("button").nth(hit).click()
        target = page.locator("article[aria-current=true]")
        expect(target).to_be_in_viewport()
        page.keyboard.press("p")
        expect(page.get_by_role("heading", name="Proof")).to_be_attached()
        expect(target).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name="Proof")).to_have_count(0)
        expect(target).to_be_in_viewport()


def test_the_scrubber_marks_the_messages_in_sight_and_nothing_after_the_last(page: Page) -> None:
    page.goto(page.url.rstrip("/") + "/conversations?find=Estrella")
    page.get_by_text("Estrella del Norte").first.click()
    expect(page.get_by_text("Here it ends")).to_be_visible()
    last = page.locator("article").last
    expect(last).to_contain_text("Membership")
    scrubber = page.get_by_role("slider", name="Place in the conversation")
    messages = page.locator("article").filter(has_text="Locked")
    ending = messages.last.locator("time").get_attribute("datetime") or ""
    joined = last.locator("time").get_attribute("datetime") or ""
    assert joined[:10] > ending[:10]
    expect(scrubber).to_contain_text(ending[:10])
    expect(scrubber).not_to_contain_text(joined[:10])
    last.scroll_into_view_if_needed()
    heights = messages.evaluate_all("lines => lines.map(line => line.getBoundingClientRect().bottom)")
    top = scrubber.bounding_box()
    assert top is not None
    in_sight = [number for number, bottom in enumerate(heights) if bottom > top["y"]] or [-1]
    day = (messages.nth(in_sight[0]).locator("time").get_attribute("datetime") or "")[:10]
    expect(scrubber).to_have_attribute("aria-valuetext", re.compile(f"^{day} "))


def test_a_fault_of_the_server_says_so_and_offers_to_try_again(page: Page, seated: Desk) -> None:
    seated.expected.add(500)
    broken = {"code": "internal", "message": "The server failed at this.", "hint": "Its log says why."}
    page.route(re.compile("/api/releases$"), lambda route: route.fulfill(status=500, json={"error": broken}))
    page.get_by_role("link", name="Releases").click()
    expect(page.get_by_role("alert").get_by_text("The server failed at this.")).to_be_visible()
    page.unroute(re.compile("/api/releases$"))
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Release 1")).to_be_visible()


def test_a_provenance_is_printed_alone_and_a_conversation_with_its_head(page: Page) -> None:
    printed = re.compile(r"printed by \S+ at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$")
    page.goto(page.url.rstrip("/") + "/conversations?find=Estrella")
    page.get_by_text("Estrella del Norte").first.click()
    line = page.locator("article").last
    expect(line).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text(printed)).to_contain_text("Part of conversation")
    page.emulate_media(media="screen")
    line.get_by_role("button", name=re.compile("Provenance of")).click()
    expect(page.get_by_role("heading", name="Proof")).to_be_attached()
    page.emulate_media(media="print")
    expect(page.get_by_text(printed).filter(visible=True)).to_contain_text("Provenance of record")
    expect(page.get_by_role("heading", name="Release", exact=True)).to_be_visible()
    expect(line).not_to_be_visible()
