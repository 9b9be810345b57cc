"""Who is at the other end: comparing keys, and what happens when they change."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from network.server_fixture import LiveNetwork, now
from underseal.network.licences import Staff

from .conftest import Handset, befriended


def open_check(phone: Handset) -> None:
    phone.page.get_by_role("button", name="Details").click()
    phone.page.get_by_role("button", name="Compare keys").click()
    expect(phone.page.get_by_role("heading", name="Compare keys")).to_be_visible()


def emoji(page: Page) -> list[str]:
    signs = page.get_by_role("dialog").locator("ol li")
    expect(signs).to_have_count(7)
    return signs.all_inner_texts()


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


def test_both_phones_show_the_same_emoji_and_remember_the_answer(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    shown, seen = begin_comparison(one, other)
    assert shown == seen
    for phone in friends:
        phone.page.get_by_role("button", name="The same").click()
    for phone in friends:
        expect(phone.page.get_by_text("The keys are the right ones.")).to_be_visible()
        phone.page.get_by_role("button", name="Close").last.click()
    one.back()
    expect(one.page.get_by_text("You have compared keys with Zeepaard.")).to_be_visible()


def test_emoji_that_differ_are_a_warning_on_both_phones(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    begin_comparison(one, other)
    one.page.get_by_role("button", name="Different").click()
    for phone in friends:
        expect(phone.page.get_by_text("The keys differ. Somebody may stand between you")).to_be_visible()


def test_a_changed_phone_stops_sending_until_somebody_decides(
    new_phone: Callable[..., Handset], live_network: LiveNetwork
) -> None:
    one, other = befriended(new_phone(), new_phone())
    one.chat("Zeepaard")
    one.write("aan de oude telefoon")
    other.chat(one.pin)
    other.expect_line("aan de oude telefoon")
    other.expected.add(401)
    moved = live_network.licences.transfer(other.pin, at=now(), by=Staff.command_line())
    third = new_phone(moved.text)
    expect(other.page.get_by_text("This PIN was moved to another phone.").last).to_be_visible()
    assert third.pin == other.pin
    expect(one.page.get_by_text("The keys of Zeepaard have changed.")).to_be_visible()
    one.write("aan de nieuwe telefoon")
    expect(one.page.get_by_text("Waits until you have looked at the changed keys").first).to_be_visible()
    one.page.get_by_role("button", name="Accept without comparing").click()
    expect(one.page.get_by_text("The keys of Zeepaard have changed.")).not_to_be_attached()
    third.page.locator("li button").filter(has_text=one.pin).click()
    third.expect_line("aan de nieuwe telefoon")
    expect(third.lines().filter(has_text="aan de oude telefoon")).to_have_count(0)


def test_a_code_that_the_other_phone_shows_is_compared_with_what_this_one_holds(
    friends: tuple[Handset, Handset],
) -> None:
    one, other = friends
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
