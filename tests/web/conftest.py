"""The whole program, from the commands that a person types to the page that a person sees."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    StorageState,
    expect,
    sync_playwright,
)

from underseal.cli.main import group

ROOT = Path(__file__).parents[2]
UNDERSEAL = Path(sys.executable).parent / "underseal"
CHROMIUM = "/usr/bin/chromium"
_UNUSED = [
    "WebUIOmniboxPopup",  # under an address bar that nobody sees; it costs a process per window
    "WebUIOmniboxAimPopup",
    # Of two such lists the later one holds, so here is what Playwright turns off.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
]
OPTIONS = [
    "--no-sandbox",  # as root, which containers run tests as, there is no other way
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=user-gesture-required",
    f"--disable-features={','.join(_UNUSED)}",
]
expect.set_options(timeout=20_000)  # what a page shows at once takes longer where other tests run beside it
PURPOSE = "who moved the pilot boat"
OWN = {"127.0.0.1"}
"""Where a page may ask; what is made in the page itself (data:, blob:) has no host."""


@dataclass(kw_only=True)
class Desk:
    """A page in a browser, and what happened in it that should not.

    Attributes:
        expected: HTTP statuses that a test provokes; the browser itself writes them to the console.
    """

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in OWN:
            self.faults.append(f"asked {request.url}")

    def note_message(self, message: ConsoleMessage) -> None:
        provoked = any(f"with a status of {status}" in message.text for status in self.expected)
        if message.type in ("error", "warning") and not provoked:
            self.faults.append(f"console {message.type}: {message.text}")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that `underseal demo --recorded` makes of the sample."""
    folder = tmp_path_factory.mktemp("web") / "harbour"
    run("demo", "--recorded", "--no-serve", "--workspace", folder)
    return folder


def run(*arguments: str | Path) -> None:
    """Run a command of `underseal` that must succeed; in this process, since starting one costs more than most commands do."""
    done = CliRunner().invoke(group, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Run `underseal serve`, and yield the one-time link that it prints."""
    assert (ROOT / "web" / "desk" / "dist" / "index.html").is_file(), "the desk is not built: make web"
    server = subprocess.Popen(
        [UNDERSEAL, "serve", "--workspace", workspace],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert server.stdout
    try:
        found = next((match[0] for line in server.stdout if (match := re.search(r"http://\S+", line))), None)
        assert found, "the server ended without a link"
        yield found
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


@pytest.fixture(scope="session")
def link(demonstration: Path) -> Iterator[str]:
    """The link to the desk of the demonstration."""
    with served(demonstration) as printed:
        yield printed


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of browsers: a second one cannot be started beside it in one process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Browser:
    """Debian's Chromium."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)


@contextmanager
def opened(chromium: Browser, address: str, state: StorageState | None = None) -> Iterator[Desk]:
    """Open an address in a browser of its own. At the end, nothing may have gone wrong in the page, nor left the machine.

    Args:
        chromium: the program. address: what is opened first. state: cookies to begin with.
    """
    with window(chromium, state) as context, tab(context, address) as desk:
        yield desk


@contextmanager
def window(chromium: Browser, state: StorageState | None = None) -> Iterator[BrowserContext]:
    """A browser of its own."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, timezone_id="Europe/Brussels", storage_state=state
    )
    yield context
    context.close()


@contextmanager
def tab(context: BrowserContext, address: str) -> Iterator[Desk]:
    """Open an address in a new page of a browser. At the end, nothing may have gone wrong in it, nor left the machine."""
    desk = Desk(page=context.new_page(), base="http://" + urlsplit(address).netloc)
    context.on("request", desk.note_request)
    desk.page.on("console", desk.note_message)
    desk.page.on("pageerror", lambda error: desk.faults.append(f"page error: {error}"))
    desk.page.goto(address)
    yield desk
    desk.page.close()
    context.remove_listener("request", desk.note_request)
    assert not desk.faults


def choose_authority(page: Page) -> Page:
    """Begin to work under the authority of the demonstration."""
    page.get_by_role("radio").filter(has_text="DEMO-2026/1").click()
    page.get_by_label("Purpose").fill(PURPOSE)
    page.get_by_role("button", name="Act under this authority").click()
    expect(page.get_by_text("How much can be read")).to_be_visible()
    return page


def let_in(chromium: Browser, link: str) -> StorageState:
    """Return what a browser holds that the link has let in."""
    with opened(chromium, link) as desk:
        expect(desk.page.get_by_text("Under which authority do you act?")).to_be_visible()
        return desk.page.context.storage_state()


@pytest.fixture(scope="session")
def entered(chromium: Browser, link: str) -> StorageState:
    """What a browser holds that the link to the demonstration has let in."""
    return let_in(chromium, link)


@pytest.fixture(scope="session")
def seat(chromium: Browser, link: str, entered: StorageState) -> StorageState:
    """What a browser holds in which the authority of the demonstration was chosen as well."""
    with opened(chromium, "http://" + urlsplit(link).netloc, entered) as desk:
        choose_authority(desk.page)
        return desk.page.context.storage_state()


@pytest.fixture(scope="session")
def reading_room(chromium: Browser, seat: StorageState) -> Iterator[BrowserContext]:
    """The browser of all tests that leave nothing behind in it: a new one costs more than many of them."""
    with window(chromium, seat) as context:
        yield context


@pytest.fixture
def seated(reading_room: BrowserContext, link: str) -> Iterator[Desk]:
    """The desk under the authority of the demonstration, in a new page."""
    with tab(reading_room, "http://" + urlsplit(link).netloc) as desk:
        expect(desk.page.get_by_text("How much can be read")).to_be_visible()
        yield desk


@pytest.fixture
def page(seated: Desk) -> Page:
    """The page of the desk under the authority of the demonstration."""
    return seated.page


@pytest.fixture
def desk(chromium: Browser, link: str, entered: StorageState) -> Iterator[Desk]:
    """The desk in a fresh browser that has been let in."""
    with opened(chromium, "http://" + urlsplit(link).netloc, entered) as fresh:
        yield fresh
