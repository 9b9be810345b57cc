"""Two phones talk."""

from playwright.sync_api import expect

from .conftest import Handset


def test_two_phones_exchange_text_with_marks_and_replies(friends: tuple[Handset, Handset]) -> None:
    one, other = friends
    one.chat("Zeepaard")
    one.write("De boot komt om zes uur")
    other.chat(one.pin)
    other.expect_line("De boot komt om zes uur")
    expect(one.lines().filter(has_text="De boot")).to_contain_text("Read")
    other.write("goed")
    one.expect_line("goed")
