"""Phones in Chromium against a live network: what a person types and sees, nothing behind it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    ViewportSize,
    expect,
)

from network.server_fixture import LiveNetwork
from underseal.network.pins import Pin
from web.conftest import CHROMIUM, OPTIONS, ROOT

from .headless import Headless, headless

SMALL: ViewportSize = {"width": 360, "height": 640}
CODE = "zes kippen op stok"
"""The unlock code of every phone here that has no reason for another."""

MEDIA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@dataclass(kw_only=True)
class Handset:
    """A phone in a browser of its own, and what happened in it that should not.

    Attributes:
        expected: HTTP statuses that a test provokes; the browser itself writes them to the console.
    """

    page: Page
    url: str
    pin: str = ""
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def note_request(self, request: Request) -> None:
        """A phone asks its own network and nobody else."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.url:
            self.faults.append(f"asked {request.url}")

    def note_message(self, message: ConsoleMessage) -> None:
        provoked = any(f"with a status of {status}" in message.text for status in self.expected)
        if message.type in ("error", "warning") and not provoked:
            self.faults.append(f"console {message.type}: {message.text}")

    def open(self) -> None:
        self.page.goto(f"{self.url}/phone/")

    def activate(self, code: str) -> None:
        """The first screen."""
        self.page.get_by_label("Activation code").fill(code)
        self.page.get_by_role("button", name="Activate").click()
        expect(self.page.get_by_role("heading", name="Choose your unlock code")).to_be_visible()

    def enrol(self, activation: str, unlock: str = CODE, duress: str | None = None) -> None:
        """All three screens."""
        self.open()
        self.activate(activation)
        self.choose(unlock, duress)
        self.expect_list()

    def choose(self, unlock: str, duress: str | None = None) -> None:
        """The second screen and the third."""
        self.page.get_by_label("Unlock code", exact=True).fill(unlock)
        self.page.get_by_label("Unlock code again").fill(unlock)
        if duress:
            self.page.get_by_role("button", name="Add a duress code").click()
            self.page.get_by_label("Duress code").fill(duress)
        self.page.get_by_role("button", name="Set the code").click()
        self.pin = self.page.locator("output").inner_text()
        self.page.get_by_role("button", name="Start").click()

    def unlock(self, code: str = CODE) -> None:
        self.page.get_by_label("Unlock code").fill(code)
        self.page.get_by_role("button", name="Unlock", exact=True).click()

    def lock(self) -> None:
        self.page.get_by_role("button", name="Lock now").click()
        expect(self.page.get_by_label("Unlock code")).to_be_visible()

    def expect_list(self) -> None:
        expect(self.page.get_by_role("heading", name="Conversations")).to_be_visible()

    def back(self) -> None:
        self.page.get_by_role("button", name="Back").last.click()

    def home(self) -> None:
        """Go back to the conversations from wherever the phone is, what lies over the page closed."""
        self.page.keyboard.press("Escape")
        while not self.page.get_by_role("heading", name="Conversations").is_visible():
            self.back()

    def after(self, text: str) -> Locator:
        """The lines below a message."""
        return self.page.get_by_role("log").locator("li").filter(has_text=text).locator("xpath=following-sibling::li")

    def row(self, text: str) -> Locator:
        """A message with what stands beside it."""
        return self.page.locator("li[data-place]").filter(has_text=text)

    def ask(self, pin: str, nickname: str = "") -> None:
        """Ask somebody to talk."""
        self.page.get_by_role("button", name="Add contact").first.click()
        self.page.get_by_label("PIN", exact=True).fill(pin)
        self.page.get_by_label("Nickname").fill(nickname)
        self.page.get_by_role("button", name="Ask", exact=True).click()
        self.page.get_by_role("button", name="Done").click()
        self.expect_list()

    def accept(self, pin: str) -> None:
        self.page.get_by_role("button", name=f"Accept: {pin}").click()

    def conversation(self, name: str) -> Locator:
        """The row of a conversation in the list."""
        return self.page.locator("li button").filter(has=self.page.get_by_text(name, exact=True))

    def chat(self, name: str) -> Page:
        """Open a conversation from the list."""
        self.conversation(name).click()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()
        return self.page

    def write(self, text: str) -> None:
        self.page.get_by_label("Write a message").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def lines(self) -> Locator:
        return self.page.locator("article")

    def expect_line(self, text: str) -> Locator:
        line = self.lines().filter(has_text=text)
        expect(line).to_be_visible()
        return line


@contextmanager
def handset(
    browser: Browser,
    url: str,
    *,
    profile: BrowserContext | None = None,
) -> Iterator[Handset]:
    """A phone in a browser. At the end, nothing may have gone wrong in the page, nor left for another host.

    Args:
        browser: the program. url: of the network. profile: a browser's folder that is open already.
    """
    context = profile or browser.new_context(
        viewport=SMALL,
        locale="en-GB",
        timezone_id="Europe/Brussels",
        permissions=["clipboard-read", "clipboard-write"],
    )
    phone = Handset(page=context.new_page(), url=url)
    context.on("request", phone.note_request)
    phone.page.on("console", phone.note_message)
    phone.page.on("pageerror", lambda error: phone.faults.append(f"page error: {error.stack or error}"))
    yield phone
    context.close()
    assert not phone.faults


@pytest.fixture(scope="session")
def phones_browser(playwright: Playwright) -> Browser:
    """Debian's Chromium with a microphone and a camera that are not there."""
    assert (ROOT / "web" / "phone" / "dist" / "index.html").is_file(), "the phone is not built: make web"
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*OPTIONS, *MEDIA])


@pytest.fixture
def new_phone(phones_browser: Browser, live_network: LiveNetwork) -> Iterator[Callable[..., Handset]]:
    """Make phones, each enrolled with a code of its own unless one is given."""
    with ExitStack() as stack:

        def make(code: str | None = None) -> Handset:
            phone = stack.enter_context(handset(phones_browser, live_network.url))
            phone.enrol(code or live_network.codes()[0])
            return phone

        yield make


@pytest.fixture(scope="package")
def _lasting(phones_browser: Browser, live_network: LiveNetwork) -> Iterator[tuple[Handset, Handset]]:
    with handset(phones_browser, live_network.url) as one, handset(phones_browser, live_network.url) as other:
        for phone in (one, other):
            phone.enrol(live_network.codes()[0])
        yield befriended(one, other)


@pytest.fixture
def friends(_lasting: tuple[Handset, Handset]) -> Iterator[tuple[Handset, Handset]]:
    """Two phones that have a conversation with each other.

    They are those of all tests here that ask for them, since enrolment costs more than most tests do: what was said before is
    still there, and a test that would spoil a phone for the next one makes its own.
    """
    for phone in _lasting:
        phone.home()
    yield _lasting
    for phone in _lasting:
        assert not phone.faults
        phone.expected.clear()


@pytest.fixture(scope="package")
def _without_screen(_lasting: tuple[Handset, Handset], live_network: LiveNetwork) -> Iterator[Headless]:
    one, _ = _lasting
    with headless(live_network) as phone:
        one.home()
        introduce(one, phone, "Lotte")
        yield phone


@pytest.fixture
def lotte(friends: tuple[Handset, Handset], _without_screen: Headless) -> Headless:
    """A phone without a screen that the first of the friends knows, and of which the other has never heard."""
    assert friends
    return _without_screen


def introduce(one: Handset, phone: Headless, nickname: str) -> None:
    """Let both have each other as contacts, with a conversation."""
    one.ask(phone.pin, nickname)
    phone.accept(one.pin)
    phone.direct = phone.do(phone.phone.start_direct(Pin(one.pin)))
    joined = phone.phone.conversations[phone.direct].joined
    phone.do(phone.phone.until(lambda: any(user.startswith(f"@{one.pin.lower()}:") for user in joined)))
    expect(one.conversation(nickname)).to_contain_text("No messages yet")


def befriended(one: Handset, other: Handset, nickname: str = "Zeepaard") -> tuple[Handset, Handset]:
    """Let two phones accept each other; the first calls the other by a nickname."""
    one.ask(other.pin, nickname)
    other.accept(one.pin)
    for phone, name in ((one, nickname), (other, one.pin)):
        expect(phone.conversation(name)).to_contain_text("No messages yet")
    return one, other


def sample_picture(folder: Path) -> Path:
    """A JPEG with EXIF that names a place."""
    exif = Image.Exif()
    exif[0x010E] = "PLANTED-EXIF-SECRET"
    file = folder / "picture.jpg"
    Image.effect_mandelbrot((1200, 900), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(file, exif=exif)
    return file
