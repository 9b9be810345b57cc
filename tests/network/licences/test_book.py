"""The database follows from the ledger alone, whatever was done, and whoever died while doing it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, consumes, initialize, multiple, rule

from examples import examples
from underseal.core.crypto import SigningKey
from underseal.core.ledger import JsonValue
from underseal.errors import ConflictError, IntegrityError, InternalError, UndersealError
from underseal.network.licences import STRANGER, CodeState, Licences, Money, Seller, Staff, State
from underseal.network.licences.acts import CATALOGUE, Extended, from_entry, to_entry
from underseal.network.licences.book import DATABASE, Book
from underseal.network.licences.rules import prolonged

from .shelf import NORTH, NOW, OFFICE, PASSWORD, PRODUCT, RENEWAL, RETRY, SOUTH, Shelf, furnish, make_network
from .tables import assert_true, rows_of, throw_away

AT, BY = "2026-03-09T04:00:00.000Z", {"role": "operator", "name": "anna"}


class AnyActs(RuleBasedStateMachine):
    """Acts in any order, at any time; each is done or refused, and the database stays what the ledger says."""

    codes: Bundle[str] = Bundle("codes")
    transfers: Bundle[str] = Bundle("transfers")
    pins: Bundle[str] = Bundle("pins")

    def __init__(self) -> None:
        super().__init__()
        self._aside = Path(tempfile.mkdtemp())
        self._network = make_network(self._aside / "network")
        self._licences = Licences(self._network.licences, self._network.signing_key)
        self._now = NOW

    @initialize()
    def furnished(self) -> None:
        furnish(self._licences)

    @rule(days=st.integers(1, 200))
    def time_passes(self, days: int) -> None:
        self._now += timedelta(days=days)

    @rule(
        target=codes,
        reseller=st.sampled_from([NORTH, SOUTH]),
        product=st.sampled_from([PRODUCT, RENEWAL]),
        count=st.integers(1, 4),
        own=st.booleans(),
    )
    def issue(self, reseller: str, product: str, count: int, own: bool) -> MultipleResults[str]:  # noqa: FBT001  # hypothesis's
        try:
            batch = self._licences.codes.issue(
                reseller, product, count, at=self._now, by=Seller.reseller(reseller) if own else OFFICE
            )
        except UndersealError:
            return multiple()
        return multiple(*(code.text for code in batch.codes))

    @rule(target=pins, code=consumes(codes))
    def activate(self, code: str) -> MultipleResults[str]:
        try:
            return multiple(self._licences.activate(code, retry_key=RETRY, at=self._now).pin)
        except UndersealError:
            return multiple()

    @rule(code=consumes(transfers))
    def move(self, code: str) -> None:
        self._maybe(lambda: self._licences.activate(code, retry_key=RETRY, at=self._now))

    @rule(pin=pins, code=codes)
    def renew(self, pin: str, code: str) -> None:
        ends = self._licences.get(pin).ends
        if self._maybe(lambda: self._licences.renew(pin, code, self._now)):
            assert self._licences.get(pin).ends > max(ends, self._now)

    @rule(target=transfers, pin=pins)
    def transfer(self, pin: str) -> MultipleResults[str]:
        try:
            return multiple(self._licences.transfer(pin, at=self._now, by=OFFICE).text)
        except UndersealError:
            return multiple()

    @rule(pin=pins, act=st.sampled_from(["settle", "extend", "suspend", "resume", "revoke"]))
    def office(self, pin: str, act: str) -> None:
        doing: dict[str, Callable[[], object]] = {
            "settle": lambda: self._licences.settle(pin, self._now),
            "extend": lambda: self._licences.extend(pin, 1, why="outage", at=self._now, by=OFFICE),
            "suspend": lambda: self._licences.suspend(pin, why="unpaid", at=self._now, by=OFFICE),
            "resume": lambda: self._licences.resume(pin, at=self._now, by=OFFICE),
            "revoke": lambda: self._licences.revoke(pin, why="stolen", at=self._now, by=OFFICE),
        }
        self._maybe(doing[act])

    @rule(batch=st.integers(4, 12), position=st.integers(1, 3))
    def void(self, batch: int, position: int) -> None:
        self._maybe(lambda: self._licences.codes.void(f"{batch}-{position}", why="torn", at=self._now, by=OFFICE))

    @rule(name=st.sampled_from([NORTH, SOUTH]), minor=st.integers(-500, 500), currency=st.sampled_from(["EUR", "JPY"]))
    def pay(self, name: str, minor: int, currency: str) -> None:
        self._maybe(lambda: self._licences.resellers.pay(name, Money(minor, currency), at=self._now, by=OFFICE))

    @rule(name=st.sampled_from([NORTH, SOUTH]), quota=st.integers(0, 20))
    def manage(self, name: str, quota: int) -> None:
        self._licences.resellers.set_quota(name, quota, at=self._now, by=OFFICE)
        self._maybe(lambda: self._licences.resellers.disable(name, why="late", at=self._now, by=OFFICE))
        if quota % 3:
            self._maybe(lambda: self._licences.resellers.enable(name, at=self._now, by=OFFICE))

    @rule()
    def notices(self) -> None:
        for notice in self._licences.notices(self._now):
            assert self._licences.standing(notice.pin, self._now).state is State.ACTIVE

    def _maybe(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except UndersealError:
            return False
        return True

    def teardown(self) -> None:
        self._licences.close()
        try:
            assert_true(self._network.licences, self._network.signing_key)
        finally:
            shutil.rmtree(self._aside)


TestAnyActs = AnyActs.TestCase
TestAnyActs.settings = settings(max_examples=examples(12), stateful_step_count=25, deadline=None)


def everything(shelf: Shelf) -> None:
    """Enter every act of the catalogue."""
    licences = shelf.licences
    pin, other = shelf.phone(), shelf.phone()
    licences.settle(pin, NOW)
    licences.renew(pin, shelf.code(RENEWAL), NOW)
    licences.extend(pin, 1, why="outage", at=NOW, by=OFFICE)
    licences.suspend(pin, why="unpaid", at=NOW, by=OFFICE)
    licences.resume(pin, at=NOW, by=OFFICE)
    licences.activate(licences.transfer(pin, at=NOW, by=OFFICE).text, retry_key=RETRY, at=NOW)
    licences.transfer(pin, at=NOW, by=OFFICE)
    licences.revoke(other, why="stolen", at=NOW, by=OFFICE)
    batch = licences.codes.issue(SOUTH, PRODUCT, 3, at=NOW, by=OFFICE)
    licences.codes.void(batch.serial(2), why="torn", at=NOW, by=OFFICE)
    licences.resellers.pay(SOUTH, Money.parse("100.00 EUR"), note="bank transfer 7", at=NOW, by=OFFICE)
    licences.resellers.pay(SOUTH, Money.parse("-1 JPY"), at=NOW, by=OFFICE)
    licences.resellers.disable(SOUTH, why="late", at=NOW, by=OFFICE)
    licences.resellers.enable(SOUTH, at=NOW, by=OFFICE)
    licences.resellers.set_quota(SOUTH, 3, at=NOW, by=OFFICE)
    licences.resellers.set_password(SOUTH, PASSWORD, at=NOW, by=OFFICE)
    assert licences.notices(licences.get(pin).ends - timedelta(days=1))
    licences.operators.add("anna", PASSWORD, at=NOW, by=Staff.command_line())
    licences.operators.disable("anna", at=NOW, by=OFFICE)
    licences.operators.enable("anna", at=NOW, by=OFFICE)
    licences.operators.set_password("anna", PASSWORD, at=NOW, by=OFFICE)
    licences.entrances.came(OFFICE, door="password", origin="machine", at=NOW)
    licences.entrances.refused(STRANGER, account=SOUTH, reason="wrong_password", origin="public", at=NOW)
    licences.entrances.left(Seller.reseller(SOUTH), origin="private", at=NOW)


def test_a_database_that_is_thrown_away_comes_back_the_same(shelf: Shelf) -> None:
    everything(shelf)
    told = {entry.value()["act"] for entry in shelf.licences._book.ledger.oldest_first()}
    assert told == set(CATALOGUE)
    shelf.licences.close()
    assert_true(shelf.network.licences, shelf.network.signing_key)


def test_an_act_is_read_from_its_entry_as_it_was_entered(shelf: Shelf) -> None:
    everything(shelf)
    for entry in shelf.licences._book.ledger.oldest_first():
        value = entry.value()
        act = from_entry(value, entry.number)
        assert act is not None
        assert {**to_entry(act), "number": entry.number} == value


def test_a_process_that_dies_behind_its_entry_is_finished_by_the_next_turn(shelf: Shelf) -> None:
    pin = shelf.phone()
    licence = shelf.licences.get(pin)
    run, ends = prolonged(licence, 1, "UTC", NOW)
    act = Extended(
        at=NOW, by=OFFICE, pin=pin, anchor=run.anchor, months=run.months, zone=run.zone, ends=ends, why="outage"
    )
    with pytest.raises(KeyboardInterrupt), shelf.licences._book.turn():  # noqa: PT012  # it dies between two steps
        shelf.licences._book.ledger.append(to_entry(act))
        raise KeyboardInterrupt
    assert shelf.licences.get(pin).ends == licence.ends < ends
    shelf.licences.resellers.set_quota(NORTH, 9, at=NOW, by=OFFICE)
    assert shelf.licences.get(pin).ends == ends
    shelf.licences.close()
    assert_true(shelf.network.licences, shelf.network.signing_key)


def test_what_a_dead_writer_left_unsigned_is_no_act_and_moves_no_number(shelf: Shelf) -> None:
    with (shelf.network.licences / "ledger" / "entries.jsonl").open("ab") as file:
        file.write(b'{"act":"revoked","at":"2026-')
    batch = shelf.licences.codes.issue(NORTH, PRODUCT, 2, at=NOW, by=OFFICE)
    assert [sale.serial for sale in shelf.licences.codes.sales()] == [batch.serial(2), batch.serial(1)]
    repaired, issued = shelf.licences._book.ledger.read(after=batch.number - 2)
    assert (repaired.value()["act"], issued.value()["act"]) == ("repaired", "issued")
    shelf.licences.close()
    assert_true(shelf.network.licences, shelf.network.signing_key)


def test_an_act_that_fails_before_its_entry_has_done_nothing(shelf: Shelf) -> None:
    before = rows_of(shelf.network.licences)
    with pytest.raises(ZeroDivisionError), shelf.licences._book.turn():
        raise ZeroDivisionError
    assert rows_of(shelf.network.licences) == before
    assert shelf.licences.resellers.get(NORTH).quota == 10


def test_on_a_full_disk_the_ledger_counts_and_the_next_turn_finishes(shelf: Shelf) -> None:
    writer = shelf.licences._book._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(InternalError, match="full") as refused:
        shelf.licences.codes.issue(NORTH, PRODUCT, 1_000, at=NOW, by=OFFICE)
    assert "make room" in refused.value.hint
    assert shelf.licences.codes.counts()[CodeState.UNUSED] == 0
    writer.execute("PRAGMA max_page_count = 1000000")
    number = shelf.licences._book.ledger.checkpoint().size - 1
    assert len(shelf.licences.codes.void(str(number), why="nobody has seen them", at=NOW, by=OFFICE)) == 1_000
    shelf.licences.close()
    assert_true(shelf.network.licences, shelf.network.signing_key)


def test_a_database_of_another_version_is_folded_anew(shelf: Shelf) -> None:
    pin = shelf.phone()
    shelf.licences.close()
    with closing(sqlite3.connect(shelf.network.licences / DATABASE)) as database:
        database.executescript("PRAGMA user_version = 999; CREATE TABLE later (x); DROP TABLE licence;")
    with shelf.reopened() as licences:
        assert licences.standing(pin, NOW).state is State.ACTIVE
    assert_true(shelf.network.licences, shelf.network.signing_key)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE licence SET ends = '2099-01-01T00:00:00.000Z'",
        "UPDATE code SET state = 'unused' WHERE state = 'activated'",
        "DELETE FROM payment",
        "INSERT INTO notice VALUES ('222222', '2099-01-01T00:00:00.000Z', 1)",
        "UPDATE reseller SET quota = 11 WHERE name = 'north'",
    ],
)
def test_a_database_that_was_changed_by_hand_is_named_by_its_table(shelf: Shelf, change: str) -> None:
    everything(shelf)
    with closing(sqlite3.connect(shelf.network.licences / DATABASE)) as database, database:
        database.execute(change)
    table = next(word for word in ("licence", "code", "payment", "notice", "reseller") if f" {word} " in f"{change} ")
    with pytest.raises(IntegrityError, match=f'"{table}"'):
        shelf.licences.verify()


def test_a_changed_entry_is_named(shelf: Shelf) -> None:
    shelf.phone()
    file = shelf.network.licences / "ledger" / "entries.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"quota":10', b'"quota":99', 1))
    with pytest.raises(IntegrityError, match="Entry 2 "):
        shelf.licences.verify()


def test_the_database_of_another_ledger_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    shelf.phone()
    shelf.licences.close()
    other = make_network(tmp_path / "other")
    shutil.rmtree(shelf.network.licences / "ledger")
    key = SigningKey.load(other.root / "keys" / "signing.key")
    shutil.copytree(other.licences / "ledger", shelf.network.licences / "ledger")
    with pytest.raises(IntegrityError, match="are not those of its ledger") as refused:
        Licences(shelf.network.licences, key)
    assert DATABASE in refused.value.hint
    throw_away(shelf.network.licences)
    with Licences(shelf.network.licences, key) as licences:
        assert licences.products.all() == []


def test_entries_of_a_newer_version_are_refused_and_not_skipped(shelf: Shelf) -> None:
    shelf.licences._book.ledger.append({"act": "gifted"})
    with pytest.raises(IntegrityError, match="no act that this version knows"):
        shelf.phone()


@pytest.mark.parametrize(
    "entry",
    [
        {"act": "quota_set", "at": AT, "by": BY, "reseller": NORTH},
        {"act": "quota_set", "at": "yesterday", "by": BY, "reseller": NORTH, "quota": 1},
        {"act": "quota_set", "at": AT, "by": "operator", "reseller": NORTH, "quota": 1},
        {"act": "quota_set", "at": AT, "by": {"role": "king", "name": "x"}, "reseller": NORTH, "quota": 1},
        {"act": "quota_set", "at": AT, "by": {"role": "operator"}, "reseller": NORTH, "quota": 1},
        {"act": "quota_set", "at": AT, "by": BY, "reseller": NORTH, "quota": True},
        {"act": "quota_set", "at": AT, "by": "x", "reseller": NORTH, "quota": 1, "more": 1},
        {"act": 7},
    ],
)
def test_an_entry_of_another_shape_is_refused(entry: dict[str, JsonValue]) -> None:
    with pytest.raises(IntegrityError, match="Entry 5 "):
        from_entry(entry, 5)


def test_a_book_is_not_made_over_another(shelf: Shelf) -> None:
    with pytest.raises(ConflictError):
        Book.create(shelf.network.licences, shelf.network.signing_key)


def test_a_file_that_is_no_database_is_a_sentence(shelf: Shelf) -> None:
    shelf.licences.close()
    throw_away(shelf.network.licences)
    (shelf.network.licences / DATABASE).write_bytes(b"no database at all, but long enough to be looked at as one" * 40)
    with pytest.raises(InternalError, match="cannot be used"):
        shelf.reopened()


def test_nobody_but_the_owner_can_read_the_database(shelf: Shelf) -> None:
    shelf.phone()
    modes = {file.name: file.stat().st_mode & 0o777 for file in shelf.network.licences.glob("licences.db*")}
    assert set(modes.values()) == {0o600}
