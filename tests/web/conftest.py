"""The whole program, from the commands that a person types to the page that a person sees."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

ROOT = Path(__file__).parents[2]
UNDERSEAL = Path(sys.executable).parent / "underseal"
CHROMIUM = "/usr/bin/chromium"
OPTIONS = [
    "--no-sandbox",  # as root, which containers run tests as, there is no other way
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=user-gesture-required",
]
OWN = {"127.0.0.1"}
"""Where a page may ask; what is made in the page itself (data:, blob:) has no host."""


@dataclass(kw_only=True)
class Desk:
    """A page in a browser, and what happened in it that should not."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in OWN:
            self.faults.append(f"asked {request.url}")

    def note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console {message.type}: {message.text}")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace that `underseal demo` makes of the sample."""
    folder = tmp_path_factory.mktemp("web") / "harbour"
    done = subprocess.run(
        [UNDERSEAL, "demo", "--no-serve", "--workspace", folder], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def link(demonstration: Path) -> Iterator[str]:
    """The one-time link that `underseal serve` prints."""
    assert (ROOT / "web" / "desk" / "dist" / "index.html").is_file(), "the desk is not built: make web"
    server = subprocess.Popen(
        [UNDERSEAL, "serve", "--workspace", demonstration],
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
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)


@pytest.fixture
def desk(chromium: Browser, link: str) -> Iterator[Desk]:
    """The desk, opened by the link. At the end, nothing may have gone wrong in the page, nor have left the machine."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Europe/Brussels")
    opened = Desk(page=context.new_page(), base=link.partition("/login")[0])
    context.on("request", opened.note_request)
    opened.page.on("console", opened.note_message)
    opened.page.on("pageerror", lambda error: opened.faults.append(f"page error: {error}"))
    opened.page.goto(link)
    yield opened
    context.close()
    assert not opened.faults
