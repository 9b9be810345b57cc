"""Licences are found by what one knows of them, page by page; the ledger is shown without what must stay secret."""

from datetime import timedelta

import pytest

from underseal.errors import CodeUnknownError, NotFoundError, RefusedError
from underseal.network.licences import Code, Money, Shop, State, Wanted

from .shelf import HALF_YEAR, NORTH, NOW, OFFICE, PASSWORD, PRODUCT, RENEWAL, RETRY, SOUTH, Shelf


def sell(shelf: Shelf, reseller: str, count: int, product: str = PRODUCT) -> list[str]:
    batch = shelf.licences.codes.issue(reseller, product, count, at=NOW, by=OFFICE)
    return [
        shelf.licences.activate(code.text, retry_key=RETRY, at=NOW + timedelta(days=day)).pin
        for day, code in enumerate(batch.codes)
    ]


def test_pages_in_both_directions_list_every_licence_once(shelf: Shelf) -> None:
    pins = sell(shelf, NORTH, 7)
    for latest_first in (False, True):
        found: list[str] = []
        after = None
        while page := shelf.licences.search(Wanted(), at=NOW, latest_first=latest_first, after=after, limit=3):
            found += [licence.pin for licence in page]
            after = page[-1].ends, page[-1].pin
        assert found == (pins[::-1] if latest_first else pins)


def test_each_thing_that_is_known_narrows_the_search(shelf: Shelf) -> None:
    pins = sell(shelf, NORTH, 2) + sell(shelf, SOUTH, 1, RENEWAL)
    shelf.licences.suspend(pins[0], why="asked to", at=NOW, by=OFFICE)
    shelf.licences.revoke(pins[1], why="stolen", at=NOW, by=OFFICE)

    def found(wanted: Wanted, days: int = 0) -> set[str]:
        at = NOW + timedelta(days=days)
        licences = shelf.licences.search(wanted, at=at)
        assert shelf.licences.count(wanted, at) == len(licences)
        return {licence.pin for licence in licences}

    assert found(Wanted(pin=pins[0][:4].lower())) == {pin for pin in pins if pin.startswith(pins[0][:4])}
    assert found(Wanted(reseller=SOUTH)) == found(Wanted(product=RENEWAL)) == {pins[2]}
    assert found(Wanted(state=State.SUSPENDED)) == {pins[0]}
    assert found(Wanted(state=State.REVOKED)) == {pins[1]}
    assert found(Wanted(state=State.ACTIVE)) == found(Wanted(state=State.EXPIRED), days=40) == {pins[2]}
    assert found(Wanted(state=State.EXPIRED)) == found(Wanted(state=State.NONE)) == set()
    assert found(Wanted(until=HALF_YEAR)) == {pins[2]}


def test_a_search_in_a_shop_never_leaves_it(shelf: Shelf) -> None:
    sell(shelf, NORTH, 1)
    own = sell(shelf, SOUTH, 1)
    shop = Shop.enter(shelf.licences, SOUTH, PASSWORD)
    for wanted in (Wanted(), Wanted(reseller=NORTH)):
        assert [licence.pin for licence in shop.search(wanted, at=NOW)] == own
        assert shop.count(wanted, NOW) == 1
    assert [month.codes for month in shop.months()] == [1]
    shelf.licences.resellers.disable(SOUTH, why="closed", at=NOW, by=OFFICE)
    for ask in (shop.months, shop.products, lambda: shop.search(Wanted(), at=NOW), lambda: shop.count(Wanted(), NOW)):
        with pytest.raises(RefusedError):
            ask()


def test_a_batch_comes_again_only_for_who_holds_all_its_codes(shelf: Shelf) -> None:
    batch = shelf.licences.codes.issue(NORTH, PRODUCT, 3, at=NOW, by=OFFICE)
    codes = [code.text for code in batch.codes]
    assert shelf.licences.codes.issued(batch.number, codes, by=OFFICE) == batch
    assert Shop(shelf.licences, NORTH).issued(batch.number, codes) == batch
    for wrong in (codes[:2], codes[::-1], [*codes[:2], Code.draw().text], []):
        with pytest.raises(NotFoundError):
            shelf.licences.codes.issued(batch.number, wrong, by=OFFICE)
    with pytest.raises(NotFoundError):
        Shop(shelf.licences, SOUTH).issued(batch.number, codes)
    with pytest.raises(NotFoundError):
        shelf.licences.codes.issued(batch.number + 1, codes, by=OFFICE)
    with pytest.raises(CodeUnknownError):
        shelf.licences.codes.issued(batch.number, ["no code"], by=OFFICE)


def test_months_leave_out_what_is_void(shelf: Shelf) -> None:
    batch = shelf.licences.codes.issue(NORTH, RENEWAL, 3, at=NOW, by=OFFICE)
    shelf.licences.codes.void(batch.serial(1), why="lost", at=NOW, by=OFFICE)
    shelf.licences.codes.issue(SOUTH, RENEWAL, 1, at=NOW + timedelta(days=40), by=OFFICE)
    months = [(month.month, month.codes, month.price) for month in shelf.licences.codes.months()]
    assert months == [("2026-04", 1, Money.parse("150.00 EUR")), ("2026-03", 2, Money.parse("300.00 EUR"))]


def test_the_ledger_is_shown_newest_first_without_digests_and_passwords(shelf: Shelf) -> None:
    sell(shelf, NORTH, 1)
    lines = shelf.licences.told(limit=2)
    older = shelf.licences.told(before=lines[-1].number)
    numbers = [line.number for line in lines + older]
    assert numbers == list(range(shelf.licences.checkpoint().size))[::-1]
    assert lines[0].act == "activated"
    assert lines[1].details == {"reseller": NORTH, "product": PRODUCT, "price": "1200.00 EUR", "codes": "1"}
    assert lines[1].by == OFFICE
    assert "argon2" not in str(lines + older)
    assert "code" not in lines[0].details


def test_balances_counted_anew_are_those_of_the_database(shelf: Shelf) -> None:
    sell(shelf, NORTH, 2)
    shelf.licences.resellers.pay(NORTH, Money.parse("100.00 EUR"), at=NOW, by=OFFICE)
    balances, size = shelf.licences.resellers.balances()
    assert shelf.licences.recounted(size) == balances
    assert shelf.licences.recounted(size - 1) != balances, "the last entry is the payment"


def test_a_mark_changes_with_the_password_and_with_nothing_else(shelf: Shelf) -> None:
    resellers = shelf.licences.resellers
    before = resellers.password_mark(NORTH)
    resellers.set_quota(NORTH, 3, at=NOW, by=OFFICE)
    assert resellers.password_mark(NORTH) == before != resellers.password_mark(SOUTH)
    resellers.set_password(NORTH, PASSWORD, at=NOW, by=OFFICE)
    assert resellers.password_mark(NORTH) not in {before, ""}
    assert resellers.password_mark("nobody") == ""
