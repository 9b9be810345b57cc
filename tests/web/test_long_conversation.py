"""A conversation of 50,000 messages: however long one reads, the page holds a few hundred of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, Request, StorageState, expect

from .conftest import let_in, opened, run, served

MESSAGES = 50_000
HELD = 480
"""Lines that the page holds at most: six pages of 80 (web/desk/src/logic/window.ts)."""

ELEMENTS = 45
"""Elements for one line at most, with its share of the days between; plain lines have about thirty."""

FRAME = 1500
"""Elements of everything around the lines, at most."""

MAPPING = """
layout = "parquet"
[columns]
time = "sent"
conversation = "thread"
sender = "sender"
text = "text"
[time]
format = "epoch_ms"
clock = "server"
"""
GRANT = (
    "--magistrate", "M", "--legal-basis", "L", "--account", "all", "--room", "all", "--period", "all",
    "--valid-from", "2020-01-01", "--valid-to", "2100-01-01",
)  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one long conversation, taken in as any table is."""
    folder = tmp_path_factory.mktemp("long")
    numbers = range(MESSAGES)
    table = {
        "sent": [1_600_000_000_000 + number * 600_000 for number in numbers],
        "thread": ["quay"] * MESSAGES,
        "sender": [f"s{number % 7}" for number in numbers],
        "text": [f"message {number}" for number in numbers],
    }
    pq.write_table(pa.table(table), folder / "messages.parquet")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    case = folder / "case"
    run("init", case)
    run("authority", "add", "DEMO-2026/1", *GRANT, "--workspace", case)
    options = ("--exhibit", "LONG-1", "--mapping", folder / "mapping.toml", "--authority", "DEMO-2026/1")
    run("intake", folder / "messages.parquet", *options, "--purpose", "test", "--workspace", case)
    return case


@pytest.fixture(scope="module")
def door(chromium: Browser, workspace: Path) -> Iterator[tuple[str, StorageState]]:
    """Where the desk is served, and what lets a browser in."""
    with served(workspace) as link:
        yield "http://" + urlsplit(link).netloc, let_in(chromium, link)


@pytest.fixture
def page(chromium: Browser, door: tuple[str, StorageState]) -> Iterator[Page]:
    """The long conversation, opened at its last message."""
    with opened(chromium, *door) as desk:
        desk.page.get_by_role("radio").filter(has_text="DEMO-2026/1").click()
        desk.page.get_by_label("Purpose").fill("read it all")
        desk.page.get_by_role("button", name="Act under this authority").click()
        expect(desk.page.get_by_text("How much can be read")).to_be_visible()
        desk.page.goto(f"{desk.base}/conversations/quay?at={MESSAGES - 1}")
        expect(desk.page.get_by_text(f"message {MESSAGES - 1}")).to_be_in_viewport()
        yield desk.page


def numbers(page: Page) -> list[int]:
    """The records that the page holds, in order."""
    return [int(number) for number in page.locator("[data-line]").evaluate_all("all => all.map((e) => e.dataset.line)")]


def go_to_end(page: Page, *, up: bool) -> None:
    """Scroll to one end of what is held, and wait until the next page stands there."""
    held = numbers(page)
    with page.expect_response(re.compile(f"/messages\\?{'before' if up else 'after'}=")):
        page.get_by_role("region", name="Messages").evaluate(
            "(pane, up) => pane.scrollTo(0, up ? 0 : pane.scrollHeight)", up
        )
    edge = 0 if up else -1
    expect(page.locator("[data-line]").nth(edge)).not_to_have_attribute("data-line", str(held[edge]))


def test_the_page_stays_small_and_asks_only_for_what_comes_next(page: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/messages?" in request.url:
            asked.append(request.url)

    page.on("request", note)
    for up in [True] * 12 + [False] * 6:
        go_to_end(page, up=up)
        held = numbers(page)
        assert len(held) <= HELD
        assert held == list(range(held[0], held[0] + len(held))), "a line is missing or stands twice"
        assert page.evaluate("() => document.querySelectorAll('*').length") < HELD * ELEMENTS + FRAME
    assert len(asked) == 12 + 6
    assert all("limit=80" in url for url in asked)


def test_the_scrubber_leads_to_the_middle_at_the_first_press(page: Page) -> None:
    scrubber = page.get_by_role("slider", name="Place in the conversation")
    box = scrubber.bounding_box()
    assert box
    with page.expect_response(re.compile(r"/messages\?at=")):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text(f"message {MESSAGES - 1}", exact=True)).to_have_count(0)
    held = numbers(page)
    assert abs(held[0] - MESSAGES / 2) < MESSAGES / 50
    assert len(held) == 80


def test_a_filter_by_participant_keeps_the_place(page: Page) -> None:
    page.goto(page.url.replace(str(MESSAGES - 1), "20000"))
    expect(page.get_by_text("message 20000", exact=True)).to_be_in_viewport()
    page.get_by_title("Filter").click()
    page.get_by_role("checkbox", name="s3").check()
    expect(page.locator("article").filter(has_text="s4")).to_have_count(0)
    page.keyboard.press("Escape")
    held = numbers(page)
    assert {number % 7 for number in held} == {3}
    assert held[0] < 20_000 < held[-1]
    expect(page.locator(f"[data-line='{next(n for n in held if n >= 20_000)}']")).to_be_in_viewport()
