"""Licence and account: what ends, what is renewed, what is wiped."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Browser, expect

from network.server_fixture import LiveNetwork, now
from underseal.network.licences import Money, Staff
from underseal.network.licences.periods import add_months

from .conftest import CODE, SMALL, Handset, handset
from .test_accessible import WIDE


def open_account(phone: Handset) -> None:
    phone.page.get_by_role("button", name="Account", exact=True).click()
    expect(phone.page.get_by_role("heading", name="Account")).to_be_visible()


def renew(phone: Handset, code: str) -> None:
    phone.page.get_by_label("Renewal code").fill(code)
    phone.page.get_by_label("Renewal code").press("Enter")


def test_a_suspended_licence_stops_the_phone_and_an_ended_one_starts_it_again_by_a_code(
    friends: tuple[Handset, Handset], live_network: LiveNetwork
) -> None:
    one, other = friends
    one.expected.add(403)
    ends = live_network.licences.standing(one.pin, now()).ends
    assert ends is not None
    live_network.licences.suspend(one.pin, why="a test", at=now(), by=Staff.command_line())
    expect(one.page.get_by_text("Your licence was stopped.")).to_be_visible(timeout=60_000)
    live_network.licences.resume(one.pin, at=now(), by=Staff.command_line())
    open_account(one)
    renew(one, live_network.codes()[0])
    expect(one.page.get_by_text("Renewed until")).to_be_visible()
    one.back()
    expect(one.page.get_by_text("Your licence was stopped.")).not_to_be_attached()
    other.chat(one.pin)
    other.write("weer terug?")
    expect(one.conversation("Zeepaard")).to_contain_text("weer terug?")


def test_a_licence_that_ends_is_named_by_its_day_and_a_code_renews_it(
    phones_browser: Browser, live_network: LiveNetwork
) -> None:
    with handset(phones_browser, live_network.url) as phone:
        code, ends = activated_long_ago(live_network, phone)
        phone.enrol(code)
        phone.expected.add(403)
        until_ended = (ends - now()).total_seconds() * 1000 + 60_000
        day = f"Licence ended on {ends.date().isoformat()}. Ask your reseller for a renewal code"
        expect(phone.page.get_by_text(day)).to_be_visible(timeout=until_ended)
        phone.lock()
        phone.unlock()
        expect(phone.page.get_by_text(day)).to_be_visible()
        open_account(phone)
        phone.page.set_viewport_size(WIDE)
        expect(phone.page.get_by_role("heading", name="Conversations")).to_be_visible()
        expect(phone.page.get_by_text(day)).to_have_count(1)
        phone.page.set_viewport_size(SMALL)
        phone.back()
        phone.page.get_by_role("button", name="Renew").click()
        renew(phone, live_network.codes()[0])
        expect(phone.page.get_by_text("Renewed until")).to_be_visible()
        phone.page.get_by_role("dialog").get_by_role("button", name="Close").click()
        expect(phone.page.get_by_text("Ask your reseller")).not_to_be_attached()


def test_a_licence_that_had_ended_before_the_phone_was_set_up_is_renewed_on_the_way(
    phones_browser: Browser, live_network: LiveNetwork
) -> None:
    with handset(phones_browser, live_network.url) as phone:
        code, ends = activated_long_ago(live_network, phone, "ended", left=timedelta(minutes=-1))
        phone.expected.add(403)
        phone.page.get_by_label("Activation code").fill(code)
        phone.page.get_by_role("button", name="Activate").click()
        expect(phone.page.get_by_text(f"Licence ended on {ends.date().isoformat()}.")).to_be_visible()
        renew(phone, "NOCODE")
        expect(phone.page.get_by_text("There is no such code.")).to_be_visible()
        renew(phone, live_network.codes()[0])
        phone.choose(CODE)
        phone.expect_list()
        expect(phone.page.get_by_text("Ask your reseller")).not_to_be_attached()


def activated_long_ago(
    live: LiveNetwork, phone: Handset, product: str = "ending", left: timedelta = timedelta(seconds=40)
) -> tuple[str, datetime]:
    """Activate a code so long ago that so much time of its licence is left, and give the phone what repeats the activation.

    Four years have every day of the calendar, the 29th of February too.
    """
    live.licences.products.add(product, Money.parse("5000.00 EUR"), months=48, at=now(), by=Staff.command_line())
    code = live.licences.codes.issue("Flora", product, 1, at=now(), by=Staff.command_line()).codes[0].text
    soon = now() + left
    began = next(
        at
        for days in range(1460, 1463)
        for hours in (0, 1, -1)
        if abs(add_months(at := soon - timedelta(days=days, hours=hours), 48, "Europe/Brussels") - soon)
        < timedelta(seconds=5)
    )
    phone.open()
    expect(phone.page.get_by_label("Activation code")).to_be_visible()
    key = secrets.token_bytes(32)
    ends = live.licences.activate(code, retry_key=key, at=began).ends
    plant_retry_key(phone, key)
    return code, ends


def plant_retry_key(phone: Handset, key: bytes) -> None:
    """What a phone keeps while an activation is under way, put there as if its answer had been lost a year ago."""
    phone.page.evaluate(
        """(key) => new Promise((resolve) => {
          const request = indexedDB.open('underseal', 1);
          request.onsuccess = () => {
            const transaction = request.result.transaction('head', 'readwrite');
            transaction.objectStore('head').put(new Uint8Array(key), 'pending');
            transaction.oncomplete = resolve;
          };
        })""",
        list(key),
    )


def test_a_wrong_code_and_a_spent_one_are_told_apart(phones_browser: Browser, live_network: LiveNetwork) -> None:
    with handset(phones_browser, live_network.url) as phone:
        phone.expected.add(403)
        phone.open()
        code = live_network.codes()[0]
        label = phone.page.get_by_label("Activation code")
        label.fill(code[:-1] + ("3" if code[-1] == "2" else "2"))
        phone.page.get_by_role("button", name="Activate").click()
        expect(phone.page.get_by_text("There is no such code.")).to_be_visible()
        live_network.licences.activate(code, retry_key=secrets.token_bytes(32), at=now())
        label.fill(code)
        phone.page.get_by_role("button", name="Activate").click()
        expect(phone.page.get_by_text("This code was used before.")).to_be_visible()


def test_a_reload_in_the_middle_of_enrolment_does_not_cost_the_code(
    phones_browser: Browser, live_network: LiveNetwork
) -> None:
    with handset(phones_browser, live_network.url) as phone:
        code = live_network.codes()[0]
        phone.open()
        phone.activate(code)
        phone.page.reload()
        phone.enrol(code)
        assert len(phone.pin) == 6


def test_a_wiped_phone_is_fresh_and_its_share_is_gone(new_phone: Callable[[], Handset]) -> None:
    phone = new_phone()
    open_account(phone)
    phone.page.get_by_role("button", name="Wipe this phone").click()
    phone.page.get_by_role("button", name="Wipe it now").click()
    expect(phone.page.get_by_role("heading", name="Activate this phone")).to_be_visible()
    held = "async () => (await indexedDB.databases()).map(({ name }) => name)"
    assert phone.page.evaluate(held) == ["underseal"]


def test_the_words_change_with_the_language_and_stay_changed(new_phone: Callable[[], Handset]) -> None:
    phone = new_phone()
    open_account(phone)
    phone.page.get_by_label("Language").select_option("nl")
    expect(phone.page.get_by_role("heading", name="Licentie")).to_be_visible()
    phone.page.get_by_role("button", name="Terug").click()
    phone.page.get_by_role("button", name="Vergrendelen").click()
    phone.unlock(CODE)
    expect(phone.page.get_by_role("heading", name="Gesprekken")).to_be_visible()
