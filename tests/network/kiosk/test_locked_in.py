"""Chromium under the policies of a handset opens the phone and nothing else, and asks nobody else anything.

Each way out is tried twice: in a browser without policies, where it leads out, and in the handset's, where it does not.
The whole policy keeps a test's driver out as well, which has a test of its own; so where a browser is driven, the two policies
against drivers are left out, and where all are in force, the sites tell what was asked.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, Playwright, expect, sync_playwright

from network.kiosk.handset_browser import Site, network_events, program, site, started
from network.server_fixture import LiveNetwork
from underseal.network.kiosk import Handset, chromium_flags, linux_policies
from underseal.network.setup import NetworkSettings

AGAINST_DRIVERS = {"DeveloperToolsAvailability", "RemoteDebuggingAllowed"}
FAKE_DEVICES = ["--use-fake-device-for-media-stream"]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="module")
def origin() -> Iterator[Site]:
    """Where the phone is."""
    with site() as found:
        yield found


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Site]:
    """Everywhere else: another port of the same machine is the nearest that there is."""
    with site() as found:
        yield found


def handset(url: str) -> Handset:
    return Handset.of(NetworkSettings(server_name="phone.example"), url)


def driven(playwright: Playwright, folder: Path, policies: Mapping[str, object]) -> Browser:
    return playwright.chromium.launch(
        executable_path=program(folder, policies), args=["--no-sandbox", "--disable-gpu", *FAKE_DEVICES]
    )


def drivable(url: str) -> dict[str, object]:
    return {name: value for name, value in linux_policies(handset(url)).items() if name not in AGAINST_DRIVERS}


@pytest.fixture(scope="module")
def free(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser without policies."""
    browser = driven(playwright, tmp_path_factory.mktemp("free"), {})
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def locked(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory, origin: Site) -> Iterator[Browser]:
    """A handset's browser."""
    browser = driven(playwright, tmp_path_factory.mktemp("locked"), drivable(origin.url))
    yield browser
    browser.close()


BLOCKED = re.compile("Your organization doesn.t allow you to view this site")
"""What Chromium shows in the place of a page that a policy forbids."""


def type_in(browser: Browser, address: str) -> Page:
    """Open an address as one that is typed in."""
    page = browser.new_page()
    with suppress(Error):  # what came of it is seen on the page
        page.goto(address, wait_until="commit")
    return page


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "file:///",
        "chrome://version",
        "chrome://net-export",
        "chrome://policy",
        "chrome://flags",
        "chrome://inspect",
        "devtools://devtools/bundled/inspector.html",
        "data:text/html,hello",
        "view-source:{origin}/phone/",
        "{elsewhere}/",
        "{other_name}/phone/",
        "{origin}/_matrix/",
    ],
)
def test_an_address_that_is_typed_in_opens_the_phone_or_nothing(
    free: Browser, locked: Browser, origin: Site, elsewhere: Site, address: str
) -> None:
    other_name = origin.url.replace("127.0.0.1", "localhost")
    full = address.format(origin=origin.url, elsewhere=elsewhere.url, other_name=other_name)
    page = type_in(free, full)
    expect(page).to_have_url(re.compile(re.escape(full.removeprefix("view-source:"))))
    expect(page.locator("body")).not_to_contain_text(BLOCKED)
    page.context.close()
    page = type_in(locked, full)
    expect(page.locator("body")).to_contain_text(BLOCKED)
    page.context.close()


def here(page: Page) -> Locator:
    """Click, and return what the page shows."""
    page.get_by_text("out").click(no_wait_after=True)
    return page.locator("body")


def beside(page: Page) -> Locator:
    """Click, and return what the page shows that opens beside it."""
    with page.context.expect_page() as opened:
        page.get_by_text("out").click()
    return opened.value.locator("body")


def in_a_new_tab(page: Page) -> Locator:
    """Click with Ctrl, and return what the new tab shows."""
    with page.context.expect_page() as opened:
        page.get_by_text("out").click(modifiers=["Control"])
    return opened.value.locator("body")


def by_itself(page: Page) -> Locator:
    """Wait for what the page does without a touch."""
    return page.locator("body")


def framed(page: Page) -> Locator:
    """Return what a frame of the page shows."""
    return page.frame_locator("iframe").locator("body")


def test_the_settings_of_the_browser_do_not_open(playwright: Playwright, tmp_path: Path, origin: Site) -> None:
    # They open in a profile of its own alone, not in those that a driven browser makes for each page.
    for name, policies in (("free", {}), ("locked", drivable(origin.url))):
        made = program(tmp_path / name, policies)
        context = playwright.chromium.launch_persistent_context(
            tmp_path / name / "profile", executable_path=made, args=["--no-sandbox", "--disable-gpu"]
        )
        page = context.new_page()
        with suppress(Error):
            page.goto("chrome://settings")
        if policies:
            expect(page.locator("body")).to_contain_text(BLOCKED)
        else:
            expect(page).to_have_url(re.compile("^chrome://settings"))
        context.close()


@pytest.fixture
def browsers(free: Browser, locked: Browser) -> tuple[Browser, Browser]:
    return free, locked


@pytest.mark.parametrize(
    ("way", "take"),
    [
        ('<a href="{out}">out</a>', here),
        ('<a href="{out}" target="_blank">out</a>', beside),
        ('<a href="{out}">out</a>', in_a_new_tab),
        ("<button onclick=\"window.open('{out}')\">out</button>", beside),
        ("<a href=\"javascript:location='{out}'\">out</a>", here),
        ('<form method="post" action="{out}"><button>out</button></form>', here),
        ('<a href="{origin}/phone/redirect">out</a>', here),
        ('<meta http-equiv="refresh" content="0;url={out}">', by_itself),
        ("<script>location.replace('{out}')</script>", by_itself),
        ('<iframe src="{out}"></iframe>', framed),
    ],
)
def test_no_way_out_of_the_page_leads_out(
    browsers: tuple[Browser, Browser], origin: Site, elsewhere: Site, way: str, take: Callable[[Page], Locator]
) -> None:
    free, locked = browsers
    elsewhere.page = "<!doctype html><title>out</title>you are out"
    origin.redirect = out = f"{elsewhere.url}/out"
    origin.page = "<!doctype html><title>phone</title><body>" + way.format(out=out, origin=origin.url)
    for browser, shown in ((free, re.compile("you are out")), (locked, BLOCKED)):
        elsewhere.asked.clear()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{origin.url}/phone/", wait_until="commit")
        expect(take(page)).to_contain_text(shown)
        assert ("/out" in elsewhere.asked) == (browser is free)
        context.close()


def test_camera_and_microphone_are_the_phone_s_without_a_question_and_nothing_else_is(
    free: Browser, locked: Browser, origin: Site
) -> None:
    origin.page = "<!doctype html><title>phone</title>phone"
    ask = """async () => {
        const media = (wanted) => navigator.mediaDevices.getUserMedia(wanted).then(() => 'granted', (error) => error.name);
        const state = async (name) => (await navigator.permissions.query({ name })).state;
        return [await media({ audio: true, video: true }), await state('geolocation'), await state('notifications')];
    }"""
    answers = []
    for browser in (free, locked):
        page = browser.new_page()
        page.goto(f"{origin.url}/phone/")
        answers.append(page.evaluate(ask))
        page.context.close()
    assert answers[1] == ["granted", "denied", "denied"]
    assert answers[0][:2] == ["NotAllowedError", "prompt"]


def test_developer_tools_and_drivers_get_no_page(
    free: Browser, playwright: Playwright, tmp_path: Path, origin: Site
) -> None:
    assert free.new_page().evaluate("1 + 1") == 2
    policies = linux_policies(handset(origin.url))
    debugged = {name: value for name, value in policies.items() if name != "RemoteDebuggingAllowed"}
    browser = driven(playwright, tmp_path / "debugged", debugged)
    with pytest.raises(Error):
        browser.new_page()
    browser.close()
    with pytest.raises(Error):
        driven(playwright, tmp_path / "whole", policies)


def test_every_policy_is_one_that_this_chromium_knows_and_takes(playwright: Playwright, tmp_path: Path) -> None:
    policies = drivable("https://phone.example.org")
    own = policies["URLAllowlist"]
    assert isinstance(own, list)
    browser = driven(playwright, tmp_path, {**policies, "URLAllowlist": [*own, "chrome://policy"], "NoSuchPolicy": 1})
    page = browser.new_page()
    page.goto("chrome://policy")
    expect(page.get_by_text("NoSuchPolicy").first).to_be_visible()
    texts = page.evaluate(_TEXTS)
    browser.close()
    # A row of the table: name, value, source, applies to, level, status.
    statuses = {name: texts[texts.index(name) + 5] for name in [*policies, "NoSuchPolicy"]}
    assert statuses.pop("NoSuchPolicy") != "OK"
    assert statuses == dict.fromkeys(policies, "OK")


_TEXTS = """() => {
    const found = [];
    const walk = (node) => {
        if (node.shadowRoot) walk(node.shadowRoot);
        for (const child of node.childNodes) {
            if (child.nodeType === Node.TEXT_NODE && child.textContent.trim()) found.push(child.textContent.trim());
            if (child.nodeType === Node.ELEMENT_NODE && !['STYLE', 'SCRIPT'].includes(child.tagName)) walk(child);
        }
    };
    walk(document.documentElement);
    return found;
}"""


def unit_flags(url: str, folder: Path) -> list[str]:
    """Return the flags of the unit, but for those of a screen, and with a profile of the test's."""
    flags = [flag for written in chromium_flags(handset(url)) for flag in shlex.split(written)]
    kept = [flag for flag in flags if not flag.startswith(("--ozone-platform", "--user-data-dir"))]
    assert len(flags) - len(kept) == 2
    return [*kept, f"--user-data-dir={folder / 'profile'}"]


def on_its_own(folder: Path, phone: Site, policies: Mapping[str, object], flags: list[str]) -> "Seen":
    """Start a browser that nobody drives, wait until its page has tried to leave, and return what was seen of it."""
    folder.mkdir()
    phone.asked.clear()
    downloads = folder / "downloads"
    started_with = program(folder, {**policies, "DownloadDirectory": str(downloads)})
    with started(started_with, folder, flags) as log:
        phone.await_request("/phone/gone")
    events = network_events(log)
    return Seen(
        first=phone.asked[0],
        names={found["host"] for event, found in events if event == "HOST_RESOLVER_MANAGER_JOB" and "host" in found},
        addresses={
            found["address"] for event, found in events if event == "TCP_CONNECT_ATTEMPT" and "address" in found
        },
        files=[file.name for file in downloads.glob("*")],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a browser did: the first page that it asked for, names looked up, addresses reached, files downloaded."""

    first: str
    names: set[str]
    addresses: set[str]
    files: list[str]


def test_a_handset_opens_the_phone_at_once_and_asks_nobody_else_not_even_for_a_name(
    tmp_path: Path, origin: Site, elsewhere: Site
) -> None:
    # The page tries to leave three seconds after it has come up, in which the browser does what it does at a start.
    origin.page = f"""<!doctype html><title>phone</title><a href="/phone/file.bin" download>file</a><script>
        addEventListener('pagehide', () => navigator.sendBeacon('/phone/gone'));
        document.querySelector('a').click();
        setTimeout(() => location.replace('{elsewhere.url}/out'), 3000);
    </script>"""
    elsewhere.asked.clear()
    bare = [f"--user-data-dir={tmp_path / 'profile'}", f"--app={origin.url}/phone/"]
    free = on_its_own(tmp_path / "free", origin, {}, bare)
    assert free.first == "/phone/"
    assert any("google" in name for name in free.names)
    assert f"127.0.0.1:{elsewhere.port}" in free.addresses
    assert "/out" in elsewhere.asked
    assert len(free.files) == 1
    elsewhere.asked.clear()
    locked = on_its_own(
        tmp_path / "locked", origin, linux_policies(handset(origin.url)), unit_flags(origin.url, tmp_path / "locked")
    )
    nowhere = "127.0.0.1:9"
    assert locked == Seen(first="/phone/", names=set(), addresses={f"127.0.0.1:{origin.port}", nowhere}, files=[])
    assert elsewhere.asked == []


def test_the_phone_of_a_live_network_is_reached_and_its_interface_is_no_page(
    playwright: Playwright, tmp_path: Path, live_network: LiveNetwork
) -> None:
    browser = driven(playwright, tmp_path, drivable(live_network.url))
    page = browser.new_page()
    answer = page.goto(f"{live_network.url}/phone/")
    assert answer is not None
    assert answer.url == f"{live_network.url}/phone/"
    found = page.evaluate("fetch('/_underseal/client/v1/server').then((answer) => answer.json())")
    assert found["undelivered_hours"] == live_network.network.settings.undelivered_hours
    expect(type_in(browser, f"{live_network.url}/_underseal/client/v1/server").locator("body")).to_contain_text(BLOCKED)
    browser.close()
