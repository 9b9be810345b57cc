"""Groups that change: who comes later, who is taken out, and what was said just before."""

from collections.abc import Callable

from playwright.sync_api import expect

from network.server_fixture import LiveNetwork
from underseal.network.pins import Pin

from .conftest import Handset, befriended, introduce
from .headless import Headless, headless


def ask_into_group(one: Handset, nickname: str, name: str) -> None:
    """Make a group with one other in it."""
    one.page.get_by_role("button", name="New group").click()
    one.page.get_by_label("Name of the group").fill(name)
    one.page.get_by_label(nickname).check()
    one.page.get_by_role("button", name="Make the group").click()


def make_group(one: Handset, other: Handset, nickname: str, name: str) -> None:
    """Make a group with another phone, which opens it."""
    ask_into_group(one, nickname, name)
    other.chat(name)
    expect(one.page.get_by_text(f"{nickname} has come in")).to_be_visible()


def details(phone: Handset) -> None:
    phone.page.get_by_role("button", name="Details").click()
    expect(phone.page.get_by_role("heading", name="In the group")).to_be_visible()


def add(phone: Handset, nickname: str) -> None:
    """Ask somebody in from the details, which stay open."""
    phone.page.get_by_role("button", name="Add members").click()
    phone.page.get_by_role("dialog").get_by_label(nickname).check()
    phone.page.get_by_role("button", name="Ask them in").click()


def test_who_comes_later_gets_name_and_timer_and_reads_from_then_on(
    friends: tuple[Handset, Handset], lotte: Headless
) -> None:
    one, other = friends
    make_group(one, other, "Zeepaard", "Havenfeest")
    one.write("voor je er was")
    other.expect_line("voor je er was")
    details(one)
    one.page.get_by_label("1 hour").check()
    add(one, "Lotte")
    members = one.page.get_by_role("region", name="In the group")
    expect(members.locator("li").filter(has_text="Lotte")).to_contain_text("not yet in")
    room = lotte.join()
    expect(members.get_by_text("not yet in")).not_to_be_attached()
    lotte.do(lotte.phone.until(lambda: lotte.phone.conversations[room].settings.name == "Havenfeest"))
    assert lotte.phone.conversations[room].settings.timer == 3600
    one.back()
    one.write("welkom")
    lotte.hears(room, "welkom")
    lotte.do(lotte.phone.say(room, "dank je"))
    for phone in (one, other):
        phone.expect_line("dank je")
    assert not [line for line in lotte.history(room) if line.text == "voor je er was"]


def test_a_member_who_did_not_make_the_group_asks_others_in_and_tells_them_its_name(
    friends: tuple[Handset, Handset], lotte: Headless
) -> None:
    member, maker = friends
    make_group(maker, member, member.pin, "Optocht")
    details(member)
    expect(member.page.get_by_role("button", name="out of the group")).to_have_count(0)
    add(member, "Lotte")
    room = lotte.join()
    lotte.do(lotte.phone.until(lambda: lotte.phone.conversations[room].settings.name == "Optocht"))
    expect(maker.page.get_by_text(f"{lotte.pin} has come in")).to_be_visible()


def test_who_does_not_have_one_as_a_contact_is_not_asked_in(
    friends: tuple[Handset, Handset], live_network: LiveNetwork
) -> None:
    one, other = friends
    one.expected.add(403)
    with headless(live_network) as mira:
        introduce(one, mira, "Mira")
        make_group(one, other, "Zeepaard", "Taptoe")
        mira.do(mira.phone.remove(Pin(one.pin)))
        details(one)
        add(one, "Mira")
        expect(one.page.get_by_text("Mira does not have you as a contact")).to_be_visible()
        one.page.get_by_role("button", name="Cancel").click()
        expect(one.page.get_by_role("region", name="In the group").get_by_text("Mira")).not_to_be_attached()


def test_what_was_said_just_before_one_was_taken_out_is_shown(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    make_group(one, other, "Zeepaard", "Kermis")
    one.write("het eerste woord")
    other.expect_line("het eerste woord")
    other.back()
    other.lock()
    one.write("het laatste woord")
    expect(one.expect_line("het laatste woord").get_by_text("Sent", exact=True)).to_be_attached()
    details(one)
    one.page.get_by_role("button", name="Take Zeepaard out of the group").click()
    one.page.get_by_role("button", name="Take out of the group", exact=True).click()
    expect(one.page.get_by_role("region", name="In the group").locator("li")).to_have_count(0)
    one.back()
    expect(one.page.get_by_text("Zeepaard was taken out")).to_be_visible()
    other.unlock()
    other.chat("Kermis")
    other.expect_line("het laatste woord")
    expect(other.page.get_by_text("You are no longer in this conversation.")).to_be_visible()


def test_contacts_that_are_in_already_are_not_offered(
    new_phone: Callable[[], Handset], friends: tuple[Handset, Handset]
) -> None:
    one, other = befriended(new_phone(), friends[1])
    make_group(one, other, "Zeepaard", "Braderie")
    details(one)
    one.page.get_by_role("button", name="Add members").click()
    expect(one.page.get_by_text("All your contacts are in this group")).to_be_visible()


def test_one_s_own_last_words_before_leaving_stay(friends: tuple[Handset, Handset], lotte: Headless) -> None:
    one, _ = friends
    ask_into_group(one, "Lotte", "Rommelmarkt")
    room = lotte.join()
    one.write("ik ga")
    lotte.hears(room, "ik ga")
    lotte.do(lotte.phone.say(room, "tot later"))
    details(one)
    one.page.get_by_role("button", name="Leave the group").click()
    one.expect_line("tot later")
    expect(one.page.get_by_text("You are no longer in this conversation.")).to_be_visible()
