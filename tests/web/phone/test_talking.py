"""Phones talk: two in Chromium, and one without a screen that shares no code with them."""

import io
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, expect

from network.phones.crowd import PICTURE, VOICE

from .conftest import Handset, befriended, sample_picture
from .headless import Headless

HELD = 200
"""Messages of a conversation that the page holds at most (web/phone/src/talk/window.ts)."""

PLAY = re.compile(r"Play, \d+ seconds")  # how long a recording became depends on the machine


def record(phone: Handset) -> None:
    """Hold the button for a second and let go."""
    button = phone.page.get_by_role("button", name="Record a voice message")
    button.hover()
    phone.page.mouse.down()
    expect(phone.page.get_by_text("0:01")).to_be_visible()
    phone.page.mouse.up()


def send_picture(phone: Handset, file: Path) -> None:
    phone.page.locator("input[type=file]").set_input_files(file)
    phone.page.get_by_role("dialog").get_by_role("button", name="Send").click()


def loaded(picture: Locator) -> Locator:
    """A picture that has come and can be drawn."""
    expect(picture).to_be_visible()
    picture.evaluate("picture => picture.decode()")
    return picture


def test_text_with_reply_delivery_and_read_marks(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    one.write("De boot komt om zes uur")
    sent = one.expect_line("De boot komt om zes uur")
    expect(sent.get_by_text("Delivered", exact=True)).to_be_attached()
    other.chat(one.pin)
    heard = other.expect_line("De boot komt om zes uur")
    expect(sent.get_by_text("Read", exact=True)).to_be_attached()
    heard.hover()
    other.row("De boot komt").get_by_role("button", name="What to do with this message").click()
    other.page.get_by_role("button", name="Reply").click()
    other.write("الرافعة جاهزة")
    answer = one.expect_line("الرافعة جاهزة")
    expect(answer.locator("blockquote")).to_contain_text("De boot komt om zes uur")


def test_a_voice_message_is_recorded_and_played(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    one.write("luister")
    record(one)
    other.chat(one.pin)
    voice = other.after("luister")
    play = voice.get_by_role("button", name=re.compile("Play, [12] seconds"))
    expect(play).to_be_visible()
    bars = voice.locator("article rect").evaluate_all("bars => bars.map((bar) => Number(bar.getAttribute('height')))")
    assert len(bars) > 10
    assert max(bars) > 8
    play.click()
    expect(voice.locator("rect[data-past]").first).to_be_attached()
    assert voice.locator("audio").evaluate("audio => audio.duration") > 0.5


def test_a_recording_that_is_slid_away_is_not_sent(
    new_phone: Callable[[], Handset], friends: tuple[Handset, Handset]
) -> None:
    one, _ = befriended(new_phone(), friends[1])
    one.chat("Zeepaard")
    button = one.page.get_by_role("button", name="Record a voice message")
    button.hover()
    one.page.mouse.down()
    expect(one.page.get_by_text("0:01")).to_be_visible()
    one.page.mouse.move(100, 600)
    one.page.mouse.up()
    expect(one.page.get_by_label("Write a message")).to_be_visible()
    expect(one.lines()).to_have_count(0)
    button.press("Enter")
    expect(one.page.get_by_text("0:01")).to_be_visible()
    one.page.get_by_role("button", name="Stop and send").press("Enter")
    expect(one.lines()).to_have_count(1)


def test_a_picture_is_shown_in_its_bubble_and_large(friends: tuple[Handset, Handset], tmp_path: Path) -> None:
    one, other = friends
    one.chat("Zeepaard")
    one.write("dit is ze")
    send_picture(one, sample_picture(tmp_path))
    other.chat(one.pin)
    loaded(other.after("dit is ze").locator("img")).click()
    loaded(other.page.locator("dialog img"))
    other.page.keyboard.press("Escape")
    expect(other.page.locator("dialog img")).not_to_be_attached()


def test_a_picture_leaves_without_what_the_camera_wrote_into_it(
    friends: tuple[Handset, Handset], lotte: Headless, tmp_path: Path
) -> None:
    file = sample_picture(tmp_path)
    assert b"PLANTED-EXIF-SECRET" in file.read_bytes()
    one, _ = friends
    one.chat("Lotte")
    send_picture(one, file)
    raw = lotte.do(lotte.phone.fetch(lotte.hears(lotte.direct, "picture")))
    drawn = Image.open(io.BytesIO(raw))
    assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (1200, 900), {})
    assert b"PLANTED" not in raw


def test_a_phone_without_a_screen_exchanges_every_kind_in_a_direct_conversation(
    friends: tuple[Handset, Handset], lotte: Headless, tmp_path: Path
) -> None:
    one, _ = friends
    room = lotte.direct
    one.chat("Lotte")
    one.write("vanaf het scherm")
    assert lotte.hears(room, "vanaf het scherm").sender.startswith(f"@{one.pin.lower()}:")
    lotte.do(lotte.phone.say(room, "zonder scherm"))
    one.expect_line("zonder scherm")
    send_picture(one, sample_picture(tmp_path))
    drawn = lotte.do(lotte.phone.fetch(lotte.hears(room, "picture")))
    assert drawn.startswith(b"\xff\xd8")
    lotte.do(lotte.phone.show(room, PICTURE, "taart"))
    loaded(one.page.locator("article").filter(has_text="taart").locator("img"))
    record(one)
    spoken = lotte.hears(room, "voice")
    assert lotte.do(lotte.phone.fetch(spoken))[:4] in (b"OggS", b"\x1a\x45\xdf\xa3")
    assert spoken.media is not None
    assert 900 < (spoken.media.duration or 0) < 3000
    assert len(spoken.media.waveform or ()) > 10
    lotte.do(lotte.phone.speak(room, VOICE))
    expect(one.after("zonder scherm").get_by_role("button", name=PLAY)).to_have_count(2)


def test_a_group_of_three_reads_what_each_says(
    friends: tuple[Handset, Handset], lotte: Headless, tmp_path: Path
) -> None:
    one, other = friends
    one.page.get_by_role("button", name="New group").click()
    one.page.get_by_label("Name of the group").fill("Vuurwerk")
    one.page.get_by_label("Zeepaard").check()
    one.page.get_by_label("Lotte").check()
    one.page.get_by_role("button", name="Make the group").click()
    room = lotte.join()
    other.chat("Vuurwerk")
    expect(one.page.get_by_text("2 others")).to_be_visible()
    one.write("welkom allemaal")
    other.expect_line("welkom allemaal")
    lotte.hears(room, "welkom allemaal")
    lotte.do(lotte.phone.say(room, "dank je"))
    for phone in (one, other):
        phone.expect_line("dank je")
    send_picture(other, sample_picture(tmp_path))
    loaded(one.page.locator("article img"))
    lotte.hears(room, "picture")
    record(one)
    expect(other.page.get_by_role("button", name=re.compile("Play"))).to_be_visible()
    lotte.hears(room, "voice")
    assert lotte.phone.conversations[room].settings.name == "Vuurwerk"


def test_what_is_written_without_a_line_goes_out_when_it_returns(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    other.chat(one.pin)
    one.write("nog aan de lijn")
    for phone in friends:
        phone.expect_line("nog aan de lijn")
    one.page.context.set_offline(True)
    one.write("eerste")
    one.write("tweede")
    expect(one.expect_line("eerste").get_by_text("Goes out when the line is back").first).to_be_visible()
    one.page.context.set_offline(False)
    other.expect_line("tweede")
    heard = other.after("nog aan de lijn").locator("article")
    assert [line.split("\n")[0] for line in heard.all_inner_texts()] == ["eerste", "tweede"]
    expect(one.after("nog aan de lijn")).to_have_count(2)
    one.faults.clear()  # the browser calls it an error that it was offline


def test_a_message_with_a_timer_goes_from_both_phones(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    one.page.get_by_role("button", name="Details").click()
    one.page.get_by_label("30 seconds").check()
    one.back()
    expect(one.page.get_by_text("Messages disappear after 30 seconds")).to_be_visible()
    other.chat(one.pin)
    expect(other.page.get_by_text("set messages to disappear 30 seconds after")).to_be_visible()
    one.write("kort van duur")
    other.expect_line("kort van duur")
    for phone in (one, other):
        expect(phone.lines().filter(has_text="kort van duur")).to_have_count(0, timeout=45_000)
    one.page.get_by_role("button", name="Details").click()
    one.page.get_by_label("Never").check()
    expect(other.page.get_by_text("set messages to stay")).to_be_visible()


def test_what_is_taken_back_goes_from_both_phones(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    other.chat(one.pin)
    one.write("te vlug gezegd")
    other.expect_line("te vlug gezegd")
    one.expect_line("te vlug gezegd").hover()
    one.row("te vlug gezegd").get_by_role("button", name="What to do with this message").click()
    one.page.get_by_role("button", name="Delete for all").click()
    for phone in (one, other):
        expect(phone.row("te vlug gezegd")).to_have_count(0)


def test_that_somebody_writes_is_shown_only_where_they_have_said_so(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    other.chat(one.pin)
    field = other.page.get_by_label("Write a message")
    with one.page.expect_response(re.compile("/sync")):
        field.fill("nog niet")
        other.page.get_by_role("button", name="Send", exact=True).click()
    one.expect_line("nog niet")
    expect(one.page.get_by_text("Zeepaard is writing")).not_to_be_attached()
    other.back()
    other.page.get_by_role("button", name="Account", exact=True).click()
    other.page.get_by_label("Show others when I am writing").check()
    other.back()
    other.chat(one.pin)
    field.fill("nu wel")
    expect(one.page.get_by_text("Zeepaard is writing")).to_be_visible()
    field.fill("")
    other.back()
    other.page.get_by_role("button", name="Account", exact=True).click()
    other.page.get_by_label("Show others when I am writing").uncheck()


def test_a_conversation_that_is_deleted_goes_from_this_phone_alone(
    new_phone: Callable[[], Handset], friends: tuple[Handset, Handset]
) -> None:
    one, other = befriended(new_phone(), friends[1])
    one.chat("Zeepaard")
    one.write("dit blijft bij jou")
    other.chat(one.pin)
    other.expect_line("dit blijft bij jou")
    one.page.get_by_role("button", name="Details").click()
    one.page.get_by_role("button", name="Delete the conversation").click()
    one.page.get_by_role("dialog").get_by_role("button", name="Delete the conversation").click()
    one.expect_list()
    expect(one.page.get_by_text("dit blijft bij jou")).not_to_be_attached()
    other.expect_line("dit blijft bij jou")


def test_a_long_conversation_is_read_page_by_page_and_keeps_its_place(
    friends: tuple[Handset, Handset], lotte: Headless
) -> None:
    count = HELD + 10
    one, _ = friends

    async def say_all() -> None:
        for number in range(count):
            await lotte.phone.say(lotte.direct, f"regel {number}")

    lotte.do(say_all(), 120)
    one.chat("Lotte")
    one.expect_line(f"regel {count - 1}")
    log = one.page.get_by_role("log")
    first = one.page.get_by_text("regel 0", exact=True)
    for _ in range(40):
        log.evaluate("log => log.scrollTo(0, 0)")
        if first.count():
            break
        one.page.wait_for_function("() => document.querySelector('[role=log]').scrollTop > 0")
    expect(first).to_be_visible()
    assert one.lines().count() <= HELD
    expect(one.lines().filter(has_text=f"regel {count - 1}")).to_have_count(0)
    one.page.get_by_role("button", name="To the newest").click()
    one.expect_line(f"regel {count - 1}")
