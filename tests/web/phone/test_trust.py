"""Who is at the other end: comparing keys, and what happens when they change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from network.server_fixture import LiveNetwork, now
from underseal.core.crypto.olm import OlmAccount
from underseal.network.licences import Staff
from underseal.network.phones.devices import canonical

from .conftest import Handset, befriended


def open_check(phone: Handset) -> None:
    phone.page.get_by_role("button", name="Details").click()
    phone.page.get_by_role("button", name="Compare keys").click()
    expect(phone.page.get_by_role("heading", name="Compare keys")).to_be_visible()


def emoji(page: Page) -> list[str]:
    signs = page.get_by_role("dialog").locator("ol li")
    expect(signs).to_have_count(7)
    return signs.all_inner_texts()


@pytest.fixture
def strangers(new_phone: Callable[[], Handset], friends: tuple[Handset, Handset]) -> tuple[Handset, Handset]:
    """A new phone with one that it has a conversation with, and that has never heard of it before."""
    return befriended(new_phone(), friends[1])


def begin_comparison(one: Handset, other: Handset) -> tuple[list[str], list[str]]:
    one.chat("Zeepaard")
    one.write("zien we hetzelfde?")
    other.chat(one.pin)
    other.expect_line("zien we hetzelfde?")
    open_check(one)
    one.page.get_by_role("button", name="Compare emoji").click()
    expect(other.page.get_by_text(f"{one.pin} wants to compare emoji with you.")).to_be_visible()
    other.page.get_by_role("dialog").get_by_role("button", name="Compare emoji").click()
    return emoji(one.page), emoji(other.page)


def test_both_phones_show_the_same_emoji_and_remember_the_answer(strangers: tuple[Handset, Handset]) -> None:
    one, other = strangers
    shown, seen = begin_comparison(one, other)
    assert shown == seen
    for phone in strangers:
        phone.page.get_by_role("button", name="The same").click()
    for phone in strangers:
        expect(phone.page.get_by_text("The keys are the right ones.")).to_be_visible()
        phone.page.get_by_role("button", name="Close").last.click()
    one.back()
    expect(one.page.get_by_text("You have compared keys with Zeepaard.")).to_be_visible()


def test_emoji_that_differ_are_a_warning_on_both_phones(strangers: tuple[Handset, Handset]) -> None:
    one, other = strangers
    begin_comparison(one, other)
    one.page.get_by_role("button", name="Different").click()
    for phone in strangers:
        expect(phone.page.get_by_text("The keys differ. Somebody may stand between you")).to_be_visible()


def test_a_changed_phone_stops_sending_until_somebody_decides(
    new_phone: Callable[..., Handset], friends: tuple[Handset, Handset], live_network: LiveNetwork
) -> None:
    one, other = befriended(friends[0], new_phone(), "Zeester")
    one.chat("Zeester")
    one.write("aan de oude telefoon")
    other.chat(one.pin)
    other.expect_line("aan de oude telefoon")
    other.expected.add(401)
    moved = live_network.licences.transfer(other.pin, at=now(), by=Staff.command_line())
    third = new_phone(moved.text)
    expect(other.page.get_by_text("This PIN was moved to another phone.").last).to_be_visible()
    assert third.pin == other.pin
    expect(one.page.get_by_text("The keys of Zeester have changed.")).to_be_visible()
    one.write("aan de nieuwe telefoon")
    expect(one.page.get_by_text("Waits until you have looked at the changed keys").first).to_be_visible()
    one.page.get_by_role("button", name="Accept without comparing").click()
    expect(one.page.get_by_text("The keys of Zeester have changed.")).not_to_be_attached()
    third.conversation(one.pin).click()
    third.expect_line("aan de nieuwe telefoon")
    expect(third.lines().filter(has_text="aan de oude telefoon")).to_have_count(0)


WAITS = "Waits until you have looked at the changed keys"
CHANGED = "The keys of Zeepaard have changed."


def forged(user: str) -> dict[str, Any]:
    """A device that nobody has, as a homeserver could add it: well formed and signed by its own key."""
    account, device = OlmAccount(), "ANOTHERONE"
    keys = {f"curve25519:{device}": account.curve25519, f"ed25519:{device}": account.ed25519}
    algorithms = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
    payload = {"user_id": user, "device_id": device, "algorithms": algorithms, "keys": keys}
    return {device: {**payload, "signatures": {user: {f"ed25519:{device}": account.sign(canonical(payload))}}}}


@contextmanager
def added_device(phone: Handset, pin: str) -> Iterator[None]:
    """Let the network say to a phone that a PIN has one device more; to everybody else it says the truth."""
    user = f"@{pin.lower()}:phone.example"
    device = forged(user)

    def queried(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        if user in said["device_keys"]:
            said["device_keys"][user] |= device
        route.fulfill(response=answer, json=said)

    def synced(route: Route) -> None:
        answer = route.fetch(timeout=90_000)
        said = answer.json()
        said.setdefault("device_lists", {})["changed"] = [user]
        route.fulfill(response=answer, json=said)

    phone.page.route("**/keys/query", queried)
    phone.page.route("**/v3/sync?*since*", synced)
    try:
        yield
    finally:
        phone.page.unroute_all(behavior="ignoreErrors")


def sends(phone: Handset) -> list[str]:
    """The messages that leave a phone from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if "/send/m.room.encrypted/" in request.url:
            sent.append(request.url)

    phone.page.on("request", note)
    return sent


def test_a_second_device_that_appears_gets_nothing_until_somebody_decides(strangers: tuple[Handset, Handset]) -> None:
    one, other = strangers
    one.chat("Zeepaard")
    other.chat(one.pin)
    one.write("voor jou alleen")
    other.expect_line("voor jou alleen")
    with added_device(one, other.pin):
        for words in ("hoor je me?", "en nu?"):
            other.write(words)
            one.expect_line(words)
        expect(one.page.get_by_text(CHANGED)).to_be_visible()
        sent = sends(one)
        one.write("niet voor twee")
        expect(one.page.get_by_text(WAITS).first).to_be_visible()
        assert not sent
        one.page.get_by_role("button", name="Accept without comparing").click()
        other.expect_line("niet voor twee")
        expect(one.page.get_by_text(CHANGED)).not_to_be_attached()


def test_two_devices_from_the_start_are_no_first_sight_to_trust(
    new_phone: Callable[[], Handset], friends: tuple[Handset, Handset]
) -> None:
    one, other = new_phone(), friends[1]
    with added_device(one, other.pin):
        befriended(one, other)
        one.chat("Zeepaard")
        expect(one.page.get_by_text(CHANGED)).to_be_visible()
        sent = sends(one)
        one.write("wie van de twee?")
        expect(one.page.get_by_text(WAITS).first).to_be_visible()
        assert not sent


def test_a_code_that_the_other_phone_shows_is_compared_with_what_this_one_holds(
    strangers: tuple[Handset, Handset],
) -> None:
    one, other = strangers
    one.chat("Zeepaard")
    one.write("leg ze naast elkaar")
    other.chat(one.pin)
    other.expect_line("leg ze naast elkaar")
    open_check(one)
    open_check(other)
    shown = one.page.get_by_role("img", name="My code")
    expect(shown).to_be_visible()
    show_to_camera(other.page, shown.screenshot())
    other.page.get_by_role("button", name="Scan their code").click()
    expect(other.page.get_by_text("The keys are the right ones.")).to_be_visible()
    show_to_camera(one.page, shown.screenshot())
    one.page.get_by_role("button", name="Scan their code").click()
    expect(one.page.get_by_text("This code belongs to another pair of phones.")).to_be_visible()
    other.home()
    other.lock()  # the page is loaded anew, and has a camera of its own again
    other.unlock()
    other.expect_list()


def show_to_camera(page: Page, picture: bytes) -> None:
    """Let the camera see a picture: a canvas stands in for the device, the scanner is the real one."""
    page.evaluate(
        """async (bytes) => {
          const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
          const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
          const context = canvas.getContext('2d');
          setInterval(() => {
            context.fillStyle = '#fff';
            context.fillRect(0, 0, 640, 480);
            context.drawImage(picture, 120, 40, 400, 400);
          }, 50);
          navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
        }""",
        list(picture),
    )
