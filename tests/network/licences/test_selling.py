"""What is sold and by whom: quotas, balances that the ledger alone gives too, and eyes for one's own only."""

import os
import pwd
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError
from underseal.network.licences import (
    NETWORK,
    Balance,
    CodeState,
    Kind,
    Money,
    Role,
    Seller,
    Shop,
    Staff,
    State,
    Subscriber,
    balances_of,
)
from underseal.network.licences.model import checked_name

from .shelf import HALF_YEAR, NORTH, NOW, OFFICE, PASSWORD, PRODUCT, RENEWAL, RETRY, SOUTH, Shelf

LATER = NOW + timedelta(days=400)


def euros(text: str) -> Money:
    return Money.parse(f"{text} EUR")


def test_what_is_sold_is_listed_as_it_was_added(shelf: Shelf) -> None:
    months = [(product.name, product.months, product.price, product.kind) for product in shelf.licences.products.all()]
    assert months == [(RENEWAL, 1, euros("150"), Kind.SUBSCRIPTION), (PRODUCT, 6, euros("1200"), Kind.DEVICE)]


def test_a_product_is_not_added_twice_in_another_case(shelf: Shelf) -> None:
    with pytest.raises(ConflictError, match="already"):
        shelf.licences.products.add(PRODUCT.upper(), euros("1"), at=NOW, by=OFFICE)


@pytest.mark.parametrize(
    ("name", "price", "months", "zone"),
    [
        ("", "1", 6, "UTC"),
        ("a\nb", "1", 6, "UTC"),
        ("x" * 61, "1", 6, "UTC"),
        ("x", "-1", 6, "UTC"),
        ("x", "1", 0, "UTC"),
        ("x", "1", 121, "UTC"),
        ("x", "1", 6, "Mars/Olympus"),
    ],
)
def test_a_product_that_cannot_be_used_is_refused(shelf: Shelf, name: str, price: str, months: int, zone: str) -> None:
    with pytest.raises(CallerError):
        shelf.licences.products.add(name, euros(price), months=months, zone_name=zone, at=NOW, by=OFFICE)


@given(st.text(max_size=80))
def test_a_name_prints_on_one_line_or_is_refused(text: str) -> None:
    try:
        name = checked_name(text, "product")
    except CallerError:
        return
    assert name.isprintable()
    assert name == name.strip() != ""


def test_months_are_counted_on_the_clock_of_the_product(shelf: Shelf) -> None:
    shelf.licences.products.add("Brussels", euros("1"), months=1, zone_name="Europe/Brussels", at=NOW, by=OFFICE)
    pin = shelf.licences.activate(shelf.code("Brussels"), retry_key=RETRY, at=NOW).pin  # 05:00, before the clock change
    assert shelf.licences.get(pin).ends == NOW.replace(month=4, hour=3)


def test_a_reseller_issues_within_its_quota_and_a_used_code_makes_room(shelf: Shelf) -> None:
    shop = Shop.enter(shelf.licences, NORTH, PASSWORD)
    batch = shop.issue(PRODUCT, 10, at=NOW)
    assert shop.reseller().unused == 10
    with pytest.raises(RefusedError, match="11 unused codes, and the quota is 10"):
        shop.issue(PRODUCT, 1, at=NOW)
    shelf.licences.activate(batch.codes[0].text, retry_key=RETRY, at=NOW)
    shop.void(batch.serial(2), why="torn", at=NOW)
    assert len(shop.issue(PRODUCT, 2, at=NOW).codes) == 2


def test_the_operator_is_not_held_to_a_quota_but_what_it_issues_counts(shelf: Shelf) -> None:
    shelf.licences.codes.issue(NORTH, PRODUCT, 11, at=NOW, by=OFFICE)
    with pytest.raises(RefusedError, match="quota"):
        Shop(shelf.licences, NORTH).issue(PRODUCT, 1, at=NOW)


@pytest.mark.parametrize("count", [0, -1, 5_001])
def test_a_batch_has_a_size(shelf: Shelf, count: int) -> None:
    with pytest.raises(CallerError, match="1 to 5,000"):
        shelf.licences.codes.issue(NORTH, PRODUCT, count, at=NOW, by=OFFICE)


def test_the_largest_batch_fits_an_entry(shelf: Shelf) -> None:
    assert len(shelf.licences.codes.issue(NORTH, PRODUCT, 5_000, at=NOW, by=OFFICE).codes) == 5_000


@pytest.mark.parametrize(("reseller", "product"), [("nemo", PRODUCT), (NORTH, "nothing")])
def test_nothing_is_issued_for_nobody_or_of_nothing(shelf: Shelf, reseller: str, product: str) -> None:
    with pytest.raises(NotFoundError):
        shelf.licences.codes.issue(reseller, product, 1, at=NOW, by=OFFICE)


@pytest.mark.parametrize(
    ("name", "password"), [(NORTH, b"wrong horse battery"), ("nemo", b"correct horse battery"), (NORTH, b"x" * 5000)]
)
def test_a_login_does_not_say_what_is_wrong(shelf: Shelf, name: str, password: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        Shop.enter(shelf.licences, name, Secret(password))
    assert refused.value.message == "The name or the password is wrong."


def test_a_disabled_reseller_can_do_nothing_and_what_it_sold_works_on(shelf: Shelf) -> None:
    shop = Shop.enter(shelf.licences, NORTH, PASSWORD)
    batch, pin = shop.issue(PRODUCT, 2, at=NOW), shelf.phone()
    shelf.licences.resellers.disable(NORTH, why="late", at=NOW, by=OFFICE)
    for act in (
        lambda: Shop.enter(shelf.licences, NORTH, PASSWORD),
        lambda: shop.issue(PRODUCT, 1, at=NOW),
        lambda: shop.void(batch.serial(1), why="torn", at=NOW),
        lambda: shop.transfer(pin, at=NOW),
        shop.sales,
        shop.counts,
        shop.balances,
        lambda: shop.ending(NOW, LATER),
        lambda: shelf.licences.codes.issue(NORTH, PRODUCT, 1, at=NOW, by=OFFICE),
    ):
        with pytest.raises(RefusedError):
            act()
    assert shelf.licences.activate(batch.codes[0].text, retry_key=RETRY, at=NOW).fresh
    with pytest.raises(ConflictError):
        shelf.licences.resellers.disable(NORTH, why="late", at=NOW, by=OFFICE)
    shelf.licences.resellers.enable(NORTH, at=NOW, by=OFFICE)
    with pytest.raises(ConflictError):
        shelf.licences.resellers.enable(NORTH, at=NOW, by=OFFICE)
    assert Shop.enter(shelf.licences, NORTH, PASSWORD).sales()


@pytest.mark.parametrize("short", ["short", "ééééééééééé", "\ud800" * 12])
def test_a_new_password_has_twelve_characters(shelf: Shelf, short: str) -> None:
    new = Secret(short.encode("utf-8", "surrogatepass"))
    with pytest.raises(CallerError, match="12 characters"):
        shelf.licences.resellers.set_password(NORTH, new, at=NOW, by=Seller.reseller(NORTH))
    assert Shop.enter(shelf.licences, NORTH, PASSWORD)


def test_a_reseller_sees_its_own_and_nothing_else(shelf: Shelf) -> None:
    mine = shelf.phone()
    theirs = shelf.licences.activate(shelf.code(reseller=SOUTH), retry_key=RETRY, at=NOW).pin
    foreign = shelf.licences.codes.issue(SOUTH, PRODUCT, 1, at=NOW, by=OFFICE)
    shop = Shop(shelf.licences, NORTH)
    assert [sale.pin for sale in shop.sales()] == [mine]
    assert [licence.pin for licence in shop.ending(NOW, LATER)] == [mine]
    assert [balance.reseller for balance in shop.balances()[0]] == [NORTH]
    assert sum(shop.counts().values()) == 1
    with pytest.raises(NotFoundError, match="There is no code"):
        shop.void(foreign.serial(1), why="envy", at=NOW)
    with pytest.raises(NotFoundError):
        shop.transfer(theirs, at=NOW)


def test_a_void_code_is_worth_nothing_and_is_owed_no_more(shelf: Shelf) -> None:
    batch = shelf.licences.codes.issue(NORTH, PRODUCT, 2, at=NOW, by=OFFICE)
    voided = shelf.licences.codes.void(batch.serial(1), why="torn", at=NOW, by=OFFICE)
    assert [sale.serial for sale in voided] == [batch.serial(1)]
    with pytest.raises(RefusedError, match="used before, or made void"):
        shelf.licences.activate(batch.codes[0].text, retry_key=RETRY, at=NOW)
    with pytest.raises(ConflictError, match="is void"):
        shelf.licences.codes.void(batch.serial(1), why="torn", at=NOW, by=OFFICE)
    shelf.licences.activate(batch.codes[1].text, retry_key=RETRY, at=NOW)
    with pytest.raises(ConflictError, match="is activated"):
        shelf.licences.codes.void(batch.serial(2), why="torn", at=NOW, by=OFFICE)
    ((balance,), _) = shelf.licences.resellers.balances(NORTH)
    assert (balance.issued, balance.voided, balance.due) == (euros("2400"), euros("1200"), euros("1200"))


def test_what_is_left_of_a_lost_sheet_is_made_void_at_once(shelf: Shelf) -> None:
    codes = shelf.licences.codes
    batch = codes.issue(NORTH, PRODUCT, 3, at=NOW, by=OFFICE)
    shelf.licences.activate(batch.codes[1].text, retry_key=RETRY, at=NOW)
    with pytest.raises(NotFoundError):
        codes.void(str(batch.number), why="envy", at=NOW, by=Seller.reseller(SOUTH))
    voided = codes.void(str(batch.number), why="lost", at=NOW, by=OFFICE)
    assert [sale.serial for sale in voided] == [batch.serial(1), batch.serial(3)]
    with pytest.raises(ConflictError, match="No code of the batch"):
        codes.void(str(batch.number), why="lost", at=NOW, by=OFFICE)
    with pytest.raises(NotFoundError):
        codes.void("99999", why="lost", at=NOW, by=OFFICE)
    assert codes.counts()[CodeState.VOID] == 2


@pytest.mark.parametrize("serial", ["", "-3", "17-", "a-b", "1-2-3", "٣-١", "9" * 30 + "-1"])
def test_what_is_no_serial_is_refused(shelf: Shelf, serial: str) -> None:
    with pytest.raises(CallerError, match="serial"):
        shelf.licences.codes.void(serial, why="torn", at=NOW, by=OFFICE)


def test_balances_are_kept_by_currency_and_the_ledger_alone_gives_them(shelf: Shelf) -> None:
    licences = shelf.licences
    licences.products.add("Tokyo", Money.parse("90000 JPY"), at=NOW, by=OFFICE)
    licences.codes.issue(NORTH, "Tokyo", 3, at=NOW, by=OFFICE)
    licences.codes.issue(NORTH, PRODUCT, 2, at=NOW, by=OFFICE)
    licences.codes.issue(SOUTH, PRODUCT, 1, at=NOW, by=OFFICE)
    licences.resellers.pay(NORTH, euros("2500.50"), note="bank 7", at=NOW, by=OFFICE)
    licences.resellers.pay(NORTH, euros("-0.50"), note="bank 7, corrected", at=NOW, by=OFFICE)
    counted = balances_of(licences._book.ledger.oldest_first())
    assert (counted, licences._book.ledger.checkpoint().size) == licences.resellers.balances()
    assert [(balance.reseller, str(balance.due)) for balance in counted] == [
        (NORTH, "-100.00 EUR"),
        (NORTH, "270000 JPY"),
        (SOUTH, "1200.00 EUR"),
    ]
    assert licences.resellers.balances(SOUTH)[0] == counted[2:]


def test_a_balance_is_as_of_an_entry(shelf: Shelf) -> None:
    ledger = shelf.licences._book.ledger
    shelf.licences.codes.issue(NORTH, PRODUCT, 2, at=NOW, by=OFFICE)
    size = ledger.checkpoint().size
    shelf.licences.resellers.pay(NORTH, euros("2400"), at=NOW, by=OFFICE)
    then, now = balances_of(ledger.read(limit=size)), balances_of(ledger.oldest_first())
    assert then == [Balance(reseller=NORTH, issued=euros("2400"), voided=euros("0"), paid=euros("0"))]
    assert str(now[0].due) == "0.00 EUR"


def test_an_account_is_read_line_by_line_and_comes_to_the_balance(shelf: Shelf) -> None:
    licences = shelf.licences
    batch = licences.codes.issue(NORTH, PRODUCT, 2, at=NOW, by=OFFICE)
    licences.codes.issue(SOUTH, PRODUCT, 1, at=NOW, by=OFFICE)
    licences.codes.void(batch.serial(2), why="torn", at=NOW, by=Seller.reseller(NORTH))
    licences.resellers.pay(NORTH, euros("200"), note="bank 7", at=NOW, by=OFFICE)
    newest = licences.resellers.statement(NORTH, limit=2)
    rest = Shop(licences, NORTH).statement(before=newest[-1].number)
    assert [(line.act, str(line.owed), line.by, line.words) for line in newest + rest] == [
        ("paid", "-200.00 EUR", OFFICE, "bank 7"),
        ("voided", "-1200.00 EUR", Seller.reseller(NORTH), f"{batch.serial(2)}: torn"),
        ("issued", "2400.00 EUR", OFFICE, "2 x Six months"),
    ]
    ((balance,), _) = licences.resellers.balances(NORTH)
    assert sum(line.owed.minor for line in newest + rest) == balance.due.minor
    with pytest.raises(NotFoundError):
        licences.resellers.statement("nemo")


@pytest.mark.parametrize("name", ["\ud800", "x" * 10_000, "a\nb", "\0", "nemo' OR 1=1 --"])
def test_whatever_is_asked_for_as_a_name_is_not_there(shelf: Shelf, name: str) -> None:
    licences = shelf.licences
    for act in (
        lambda: licences.resellers.get(name),
        lambda: licences.codes.issue(name, PRODUCT, 1, at=NOW, by=OFFICE),
        lambda: licences.codes.issue(NORTH, name, 1, at=NOW, by=OFFICE),
        lambda: licences.get(name),
        lambda: licences.resellers.pay(name, euros("1"), at=NOW, by=OFFICE),
    ):
        with pytest.raises(NotFoundError) as refused:
            act()
        assert refused.value.message.isprintable()
        assert len(refused.value.message) < 500
    assert licences.codes.sales(reseller=name) == []
    assert licences.ending(NOW, LATER, reseller=name) == []
    assert licences.standing(name, NOW).state is State.NONE
    with pytest.raises(RefusedError):
        Shop.enter(licences, name, PASSWORD)


def test_one_name_has_one_form(shelf: Shelf) -> None:
    shelf.licences.products.add("Cafe\u0301", euros("1"), at=NOW, by=OFFICE)
    with pytest.raises(ConflictError):
        shelf.licences.products.add("Caf\u00e9", euros("1"), at=NOW, by=OFFICE)


@pytest.mark.parametrize(("name", "amount", "note"), [("nemo", "1", ""), (NORTH, "0", ""), (NORTH, "1", "a\nb")])
def test_a_payment_of_nobody_or_nothing_is_refused(shelf: Shelf, name: str, amount: str, note: str) -> None:
    with pytest.raises(CallerError):
        shelf.licences.resellers.pay(name, euros(amount), note=note, at=NOW, by=OFFICE)


def test_sales_are_paged_by_key_and_filtered(shelf: Shelf) -> None:
    licences = shelf.licences
    batches = [licences.codes.issue(NORTH, product, 5, at=NOW, by=OFFICE) for product in (PRODUCT, RENEWAL, PRODUCT)]
    licences.codes.issue(SOUTH, PRODUCT, 5, at=NOW, by=OFFICE)
    licences.activate(batches[0].codes[0].text, retry_key=RETRY, at=NOW)
    pages, before = [], None
    while page := licences.codes.sales(reseller=NORTH, before=before, limit=4):
        pages.append([sale.serial for sale in page])
        before = page[-1].serial
    assert [len(page) for page in pages] == [4, 4, 4, 3]
    expected = [batch.serial(position) for batch in reversed(batches) for position in (5, 4, 3, 2, 1)]
    assert [serial for page in pages for serial in page] == expected
    assert len(licences.codes.sales(product=RENEWAL)) == 5
    assert [sale.serial for sale in licences.codes.sales(state=CodeState.ACTIVATED)] == [batches[0].serial(1)]
    assert licences.codes.counts(NORTH) == {
        CodeState.UNUSED: 14,
        CodeState.ACTIVATED: 1,
        CodeState.RENEWED: 0,
        CodeState.VOID: 0,
    }


def test_licences_are_paged_by_their_end_and_counted_by_their_state(shelf: Shelf) -> None:
    licences = shelf.licences
    pins = [shelf.phone(NOW + timedelta(days=number)) for number in range(6)]
    licences.suspend(pins[4], why="unpaid", at=NOW, by=OFFICE)
    licences.revoke(pins[5], why="stolen", at=NOW, by=OFFICE)
    first = licences.ending(HALF_YEAR, HALF_YEAR + timedelta(days=3), limit=2)
    rest = licences.ending(HALF_YEAR, HALF_YEAR + timedelta(days=3), after=first[-1])
    assert [licence.pin for licence in first + rest] == pins[:3]
    assert licences.counts(HALF_YEAR) == {State.ACTIVE: 3, State.EXPIRED: 1, State.SUSPENDED: 1, State.REVOKED: 1}


def test_the_history_of_a_licence_tells_every_act_and_no_digest(shelf: Shelf) -> None:
    licences, pin = shelf.licences, shelf.phone()
    licences.renew(pin, shelf.code(RENEWAL), NOW)
    licences.transfer(pin, at=NOW, by=Seller.reseller(NORTH))
    licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
    shelf.phone()
    told = licences.history(pin)
    assert [(act.act, act.by) for act in told] == [
        ("activated", Subscriber.pin(pin)),
        ("renewed", Subscriber.pin(pin)),
        ("transfer_issued", Seller.reseller(NORTH)),
        ("suspended", OFFICE),
    ]
    assert [act.number for act in told] == sorted(act.number for act in told)
    assert told[3].words == "why unpaid"
    assert licences.get(pin).code.hex() not in "".join(act.words for act in told)


@pytest.mark.parametrize("quota", [-1, 1_000_001])
def test_a_quota_that_cannot_be_used_is_refused(shelf: Shelf, quota: int) -> None:
    with pytest.raises(CallerError, match="quota"):
        shelf.licences.resellers.set_quota(NORTH, quota, at=NOW, by=OFFICE)


def test_a_reseller_is_not_added_twice_in_another_case(shelf: Shelf) -> None:
    with pytest.raises(ConflictError, match="already"):
        shelf.licences.resellers.add("North", PASSWORD, quota=1, at=NOW, by=OFFICE)
    with pytest.raises(NotFoundError, match="nemo"):
        shelf.licences.resellers.get("nemo")
    assert [reseller.name for reseller in shelf.licences.resellers.all()] == [NORTH, SOUTH]


@pytest.mark.parametrize("name", [".", "..", "north/east", "north\\east", "/", " .. "])
def test_a_reseller_s_name_is_one_step_of_an_address_and_the_name_of_a_file(shelf: Shelf, name: str) -> None:
    with pytest.raises(CallerError, match="part of an address") as refused:
        shelf.licences.resellers.add(name, PASSWORD, quota=1, at=NOW, by=OFFICE)
    assert refused.value.hint


@pytest.mark.parametrize("name", ["NORTH", "ｎｏｒｔｈ", "Ｎorth"])
def test_a_name_that_could_be_taken_for_another_is_taken(shelf: Shelf, name: str) -> None:
    with pytest.raises(ConflictError, match='"north" already') as refused:
        shelf.licences.resellers.add(name, PASSWORD, quota=1, at=NOW, by=OFFICE)
    assert refused.value.hint


def test_equal_names_of_an_operator_a_reseller_a_pin_and_an_account_are_four_people(shelf: Shelf) -> None:
    licences, name = shelf.licences, "222222"
    licences.resellers.add(name, PASSWORD, quota=1, at=NOW, by=Staff.operator(name))
    licences.codes.issue(name, PRODUCT, 1, at=NOW, by=Seller.reseller(name))
    licences.resellers.set_quota(name, 2, at=NOW, by=Staff.command_line())
    told = licences.told(limit=3)
    assert [(act.by.role, act.by.name) for act in told] == [
        (Role.COMMAND_LINE, pwd.getpwuid(os.geteuid()).pw_name),
        (Role.RESELLER, name),
        (Role.OPERATOR, name),
    ]
    assert len({Staff.operator(name), Seller.reseller(name), Subscriber.pin(name)}) == 3


def test_a_reseller_gives_nobody_else_a_password(shelf: Shelf) -> None:
    with pytest.raises(NotFoundError):
        shelf.licences.resellers.set_password(SOUTH, PASSWORD, at=NOW, by=Seller.reseller(NORTH))


def test_the_network_s_own_acts_are_nobody_s(shelf: Shelf) -> None:
    shelf.phone()
    assert shelf.licences.notices(HALF_YEAR - timedelta(days=1))
    assert shelf.licences.told(limit=1)[0].by == NETWORK
