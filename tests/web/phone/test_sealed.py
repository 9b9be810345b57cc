"""What lies on a phone opens with its code and the network's share, and with neither alone."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from network.server_fixture import LiveNetwork
from web.conftest import CHROMIUM, OPTIONS

from .conftest import CODE, SMALL, Handset, befriended, handset, sample_picture
from .profile import finds

WORDS = ["Zilverreiger-7", "Nachtegaal-9", "Kwikstaart-3", "Wielewaal-5", "PLANTED-EXIF-SECRET"]
DURESS = "vier eenden in de sloot"


@contextmanager
def kept_phone(browser: Browser, live: LiveNetwork, folder: Path) -> Iterator[Handset]:
    """A phone whose profile lies in a folder, as on a disk that is seized."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=OPTIONS, viewport=SMALL, locale="en-GB"
    )
    with handset(browser, live.url, profile=context) as phone:
        yield phone


def token_of(phone: Handset) -> str:
    """The access token, as it goes over the line."""
    with phone.page.expect_request("**/licence") as request:
        phone.page.get_by_role("button", name="Account").click()
    phone.back()
    return request.value.headers["authorization"].removeprefix("Bearer ")


def test_a_seized_profile_holds_nothing_readable(
    phones_browser: Browser, live_network: LiveNetwork, friends: tuple[Handset, Handset], tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    _, other = friends
    with kept_phone(phones_browser, live_network, profile) as phone:
        phone.enrol(live_network.codes()[0])
        token = token_of(phone)
        befriended_by_name(phone, other, WORDS[0])
        phone.write(WORDS[1])
        other.chat(phone.pin)
        other.write(WORDS[2])
        phone.expect_line(WORDS[2])
        phone.page.locator("input[type=file]").set_input_files(sample_picture(tmp_path))
        phone.page.get_by_role("dialog").get_by_role("button", name="Send").click()
        expect(other.page.locator("article img")).to_be_visible()
        other_user, room = f"@{other.pin.lower()}:phone.example", room_of(live_network, phone.pin)
        # What is planted on purpose is found, so that finding nothing means something.
        phone.page.evaluate(PLANT, WORDS[3])
    planted = [*WORDS[:3], WORDS[4], CODE, token, phone.pin, other.pin, other_user, room]
    assert finds(profile, [WORDS[3]])
    assert finds(profile, planted) == {}


PLANT = """(word) => new Promise((resolve) => {
  const request = indexedDB.open('planted', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('rows');
  request.onsuccess = () => {
    const transaction = request.result.transaction('rows', 'readwrite');
    transaction.objectStore('rows').put({ text: (word + ' ').repeat(2000) }, 1);
    transaction.oncomplete = () => { request.result.close(); resolve(); };
  };
})"""


def befriended_by_name(phone: Handset, other: Handset, nickname: str) -> None:
    phone.ask(other.pin, nickname)
    other.accept(phone.pin)
    expect(phone.conversation(nickname)).to_contain_text("No messages yet")
    phone.chat(nickname)


def room_of(live: LiveNetwork, pin: str) -> str:
    """The room that a phone is in, from the server's own database."""
    import sqlite3  # noqa: PLC0415  # here alone a test looks behind the homeserver

    database = sqlite3.connect(live.network.homeserver / "homeserver.db")
    try:
        query = "SELECT room_id FROM room_memberships WHERE user_id = ? AND membership = 'join'"
        return str(database.execute(query, (f"@{pin.lower()}:phone.example",)).fetchone()[0])
    finally:
        database.close()


def test_a_locked_phone_opens_with_the_right_code_and_has_everything(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    one.write("voor het slot")
    one.expect_line("voor het slot")
    other.chat(one.pin)
    other.expect_line("voor het slot")
    one.back()
    one.lock()
    other.write("terwijl het dicht was")
    one.expected.add(403)
    one.unlock("een verkeerde code")
    expect(one.page.get_by_text("Wrong code. 9 tries are left")).to_be_visible()
    one.unlock()
    one.chat("Zeepaard")
    one.expect_line("voor het slot")
    one.expect_line("terwijl het dicht was")


def test_without_a_line_the_phone_says_why_it_stays_locked(friends: tuple[Handset, Handset]) -> None:
    phone, _ = friends
    phone.lock()
    phone.page.context.set_offline(True)
    phone.unlock()
    expect(phone.page.get_by_text("the phone opens only with a line")).to_be_visible()
    phone.faults.clear()  # the browser calls it an error that it is offline
    phone.page.context.set_offline(False)
    phone.unlock()
    phone.expect_list()


def test_the_duress_code_opens_an_empty_phone_and_destroys_the_share(
    phones_browser: Browser, live_network: LiveNetwork, friends: tuple[Handset, Handset]
) -> None:
    _, other = friends
    with handset(phones_browser, live_network.url) as phone:
        phone.enrol(live_network.codes()[0], duress=DURESS)
        befriended(phone, other)
        phone.lock()
        phone.unlock(DURESS)
        phone.expect_list()
        expect(phone.page.get_by_text("Nobody to talk to yet")).to_be_visible()
        assert phone.page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)") == ["underseal"]
        phone.lock()
        phone.expected.add(410)
        phone.unlock(CODE)
        expect(phone.page.get_by_role("heading", name="Activate this phone")).to_be_visible()


def test_ten_wrong_codes_empty_the_phone(new_phone: Callable[[], Handset]) -> None:
    phone = new_phone()
    phone.lock()
    phone.expected |= {403, 410}
    for left in range(9, 0, -1):
        phone.unlock("verkeerd")
        expect(phone.page.get_by_text(f"{left} tr")).to_be_visible()
    phone.unlock("verkeerd")
    expect(phone.page.get_by_text("It was emptied and can be activated anew.")).to_be_visible()
    held = "async () => (await indexedDB.databases()).map(({ name }) => name)"
    assert phone.page.evaluate(held) == ["underseal"]


def test_out_of_sight_for_a_minute_the_phone_locks(phones_browser: Browser, live_network: LiveNetwork) -> None:
    with handset(phones_browser, live_network.url) as phone:
        phone.page.clock.install()
        phone.enrol(live_network.codes()[0])
        phone.page.evaluate(
            "() => { Object.defineProperty(document, 'hidden', { value: true });"
            " document.dispatchEvent(new Event('visibilitychange')); }"
        )
        phone.page.clock.fast_forward("00:59")
        expect(phone.page.get_by_role("heading", name="Conversations")).to_be_attached()
        phone.page.clock.fast_forward("00:02")
        expect(phone.page.get_by_label("Unlock code")).to_be_visible()


@pytest.mark.parametrize("word", WORDS[:1])
def test_the_search_of_a_profile_reads_what_is_compressed(word: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        import gzip  # noqa: PLC0415  # to make what is to be found

        (Path(folder) / "file").write_bytes(b"\0" * 7 + gzip.compress(f"{word} ".encode() * 100))
        assert finds(Path(folder), [word]) == {word: ["file"]}


def test_a_second_window_waits_until_the_first_is_closed(new_phone: Callable[[], Handset]) -> None:
    phone = new_phone()
    second = phone.page.context.new_page()
    second.goto(f"{phone.url}/phone/")
    expect(second.get_by_text("This phone is open in another window.")).to_be_visible()
    phone.page.close()
    expect(second.get_by_label("Unlock code")).to_be_visible()
