"""Signs at messages, between phones in browsers and one without a screen."""

from pathlib import Path

from playwright.sync_api import expect

from underseal.core.records import Kind
from underseal.network.phones import Message

from .conftest import Handset, sample_picture
from .headless import Headless
from .test_talking import send_picture


def choose(phone: Handset, text: str, sign: str) -> None:
    """React to a message by its menu."""
    line = phone.expect_line(text)
    line.hover()
    phone.row(text).get_by_role("button", name="What to do with this message").click()
    phone.page.get_by_role("dialog").get_by_role("button", name=sign, exact=True).click()


def test_both_react_and_take_it_back(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    other.chat(one.pin)
    one.write("taart om zes uur")
    choose(other, "taart om zes uur", "Heart")
    theirs = one.row("taart om zes uur").get_by_role("button", name="Heart, 1: Zeepaard")
    expect(theirs).to_have_attribute("aria-pressed", "false")
    theirs.click()
    for phone, pressed in ((one, "Heart, 2: Zeepaard, You"), (other, f"Heart, 2: You, {one.pin}")):
        expect(phone.row("taart om zes uur").get_by_role("button", name=pressed)).to_have_attribute(
            "aria-pressed", "true"
        )
    one.row("taart om zes uur").get_by_role("button", name="Heart, 2").click()
    expect(other.row("taart om zes uur").get_by_role("button", name="Heart, 1: You")).to_be_visible()
    other.row("taart om zes uur").get_by_role("button", name="Heart, 1").click()
    for phone in friends:
        expect(phone.row("taart om zes uur").get_by_role("list", name="Reactions")).to_have_count(0)
        expect(phone.lines().filter(has_text="taart om zes uur")).to_be_visible()
        expect(phone.page.locator("[data-pending]")).to_have_count(0)


def test_reactions_are_there_after_a_lock_and_go_with_their_message(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    one.write("wie brengt de borden?")
    other.chat(one.pin)
    choose(other, "wie brengt de borden?", "Thumbs Up")
    expect(one.row("wie brengt").get_by_role("button", name="Thumbs Up, 1")).to_be_visible()
    one.back()
    one.lock()
    one.unlock()
    one.chat("Zeepaard")
    expect(one.row("wie brengt").get_by_role("button", name="Thumbs Up, 1")).to_be_visible()
    one.row("wie brengt").get_by_role("button", name="What to do with this message").click()
    one.page.get_by_role("button", name="Delete for all").click()
    for phone in friends:
        expect(phone.row("wie brengt")).to_have_count(0)


def test_a_finger_that_rests_on_a_message_opens_its_menu_with_every_sign(friends: tuple[Handset, Handset]) -> None:
    one, _ = friends
    one.chat("Zeepaard")
    one.write("hou me vast")
    expect(one.row("hou me vast")).to_be_visible()
    touch = {"pointerType": "touch", "clientX": 200, "clientY": 300, "bubbles": True}
    one.expect_line("hou me vast").dispatch_event("pointerdown", touch)
    dialog = one.page.get_by_role("dialog")
    expect(dialog.get_by_role("group", name="React").get_by_role("button")).to_have_count(6)
    dialog.get_by_role("button", name="More signs").click()
    dialog.get_by_role("button", name="Octopus").click()
    expect(one.row("hou me vast").get_by_role("button", name="Octopus, 1: You")).to_be_visible()


def test_a_finger_that_rested_on_a_picture_does_not_open_it(friends: tuple[Handset, Handset], tmp_path: Path) -> None:
    one, _ = friends
    one.chat("Zeepaard")
    one.write("kijk eens")
    send_picture(one, sample_picture(tmp_path))
    picture = one.after("kijk eens").get_by_role("button", name="Open the picture")
    picture.dispatch_event("pointerdown", {"pointerType": "touch", "clientX": 200, "clientY": 300})
    expect(one.page.get_by_role("dialog", name="What to do with this message")).to_be_visible()
    picture.dispatch_event("pointerup", {"pointerType": "touch"})
    picture.dispatch_event("click")
    expect(one.page.get_by_role("dialog")).to_have_count(1)
    one.page.get_by_role("button", name="Cancel").click()
    picture.click()
    expect(one.page.locator("dialog img")).to_be_visible()


def test_a_phone_without_a_screen_reacts_and_is_reacted_to(friends: tuple[Handset, Handset], lotte: Headless) -> None:
    one, _ = friends
    room = lotte.direct
    one.chat("Lotte")
    one.write("van hier")
    mine = lotte.hears(room, "van hier")
    theirs = lotte.do(lotte.phone.say(room, "van daar"))
    choose(one, "van daar", "Tears of joy")
    heard = lotte.hears(room, "reaction")
    assert (heard.text, heard.target) == ("😂", theirs.event_id)
    sent = lotte.do(lotte.phone.react(room, mine.event_id, "🎂"))
    chip = one.row("van hier").get_by_role("button", name="Cake, 1: Lotte")
    expect(chip).to_be_visible()
    lotte.do(lotte.phone.redact(room, sent.event_id))
    expect(chip).not_to_be_attached()
    one.row("van daar").get_by_role("button", name="Tears of joy, 1: You").click()
    lotte.do(lotte.phone.until(lambda: is_gone(lotte.phone.find(heard.event_id))))


def is_gone(message: Message | None) -> bool:
    return message is None or message.kind is Kind.REDACTION
