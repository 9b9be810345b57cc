"""What is sold, and who sells it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from underseal.core.crypto import hash_new_password, is_password
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, RefusedError
from underseal.network.licences import acts, rules
from underseal.network.licences.actors import Seller, Staff, sells
from underseal.network.licences.book import Book
from underseal.network.licences.history import lines
from underseal.network.licences.model import (
    MAX_PAGE,
    Balance,
    Kind,
    Line,
    Product,
    Reseller,
    alike,
    checked_name,
    checked_reseller,
    checked_words,
)
from underseal.network.licences.money import MAX_MINOR, Money
from underseal.network.licences.periods import MAX_MONTHS, moment, zone

MAX_QUOTA: Final = 1_000_000
"""Largest quota of a reseller, in codes."""

STANDARD_MONTHS: Final = 6
"""Months of a product that says nothing else."""


class Products:
    """What is sold.

    Args:
        book: of the licences.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def add(
        self,
        name: str,
        price: Money,
        *,
        at: datetime,
        by: Staff,
        kind: Kind = Kind.DEVICE,
        months: int = STANDARD_MONTHS,
        zone_name: str = "UTC",
    ) -> Product:
        """Add a product.

        Args:
            name: what people call it. price: of one, from 0. at: now. by: who adds it. kind: with a handset or without.
            months: calendar months that it gives. zone_name: on whose calendar.

        Raises:
            CallerError: one of them cannot be used. ConflictError: there is one of that name.
        """
        name = checked_name(name, "product")
        zone(zone_name)
        if not 1 <= months <= MAX_MONTHS:
            raise CallerError(f"A product gives 1 to {MAX_MONTHS} months.")
        if not 0 <= price.minor <= MAX_MINOR:
            raise CallerError("A price is not negative, and has at most 13 digits.")
        product = Product(name=name, months=months, price=price, kind=Kind(kind), zone=zone_name)
        with self._book.turn() as turn:
            if taken := _taken(name, turn.products()):
                raise ConflictError(
                    f'There is a product "{taken}" already.', hint="A product never changes: add another."
                )
            turn.enter(
                acts.ProductAdded(
                    at=moment(at),
                    by=by,
                    product=name,
                    months=months,
                    price=price.minor,
                    currency=price.currency,
                    kind=product.kind.value,
                    zone=zone_name,
                )
            )
        return product

    def all(self) -> list[Product]:
        """Return all products by name."""
        with self._book.look() as rows:
            return rows.products()


class Resellers:
    """Who sells, what they owe, and how they log in.

    Args:
        book: of the licences.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def add(self, name: str, password: Secret, *, quota: int, at: datetime, by: Staff) -> Reseller:
        """Add a reseller.

        Args:
            name: also the login. password: UTF-8, at least MIN_PASSWORD characters (core.crypto).
            quota: most codes that they may hold unused when they issue for themselves. at: now. by: who adds them.

        Raises:
            CallerError: one of them cannot be used. ConflictError: there is one of that name.
        """
        name = checked_reseller(name)
        hashed = hash_new_password(password)
        _check_quota(quota)
        with self._book.turn() as turn:
            if taken := _taken(name, turn.resellers()):
                raise ConflictError(
                    f'There is a reseller "{taken}" already.',
                    hint="Choose a name that differs by more than the case or width of its letters.",
                )
            turn.enter(acts.ResellerAdded(at=moment(at), by=by, reseller=name, quota=quota, password=hashed))
        return Reseller(name=name, quota=quota, unused=0, disabled=False)

    def get(self, name: str) -> Reseller:
        """Return a reseller.

        Raises:
            NotFoundError: there is none.
        """
        with self._book.look() as rows:
            return _found(rows.reseller(name), name)

    def all(self) -> list[Reseller]:
        """Return all resellers by name."""
        with self._book.look() as rows:
            return rows.resellers()

    def disable(self, name: str, *, why: str, at: datetime, by: Staff) -> None:
        """Keep a reseller out; what they sold goes on working.

        Raises:
            NotFoundError: there is none. ConflictError: they are out already. CallerError: no reason.
        """
        why = checked_words(why, "reason")
        with self._book.turn() as turn:
            reseller = _found(turn.reseller(name), name)
            rules.changed(is_so=reseller.disabled, words=f'The reseller "{name}" is disabled already.')
            turn.enter(acts.ResellerDisabled(at=moment(at), by=by, reseller=name, why=why))

    def enable(self, name: str, *, at: datetime, by: Staff) -> None:
        """Let a reseller in again.

        Raises:
            NotFoundError: there is none. ConflictError: they are not kept out.
        """
        with self._book.turn() as turn:
            reseller = _found(turn.reseller(name), name)
            rules.changed(is_so=not reseller.disabled, words=f'The reseller "{name}" is not disabled.')
            turn.enter(acts.ResellerEnabled(at=moment(at), by=by, reseller=name))

    def set_quota(self, name: str, quota: int, *, at: datetime, by: Staff) -> None:
        """Change how many unused codes a reseller may hold.

        Raises:
            NotFoundError: there is none. CallerError: the number cannot be used.
        """
        _check_quota(quota)
        with self._book.turn() as turn:
            _found(turn.reseller(name), name)
            turn.enter(acts.QuotaSet(at=moment(at), by=by, reseller=name, quota=quota))

    def set_password(self, name: str, password: Secret, *, at: datetime, by: Staff | Seller) -> None:
        """Give a reseller another password.

        Raises:
            NotFoundError: there is none, or it is another than the one who asks. CallerError: the password cannot be used.
        """
        hashed = hash_new_password(password)
        with self._book.turn() as turn:
            _found(turn.reseller(name), name)
            if not sells(by, name):
                raise rules.no_reseller(name)
            turn.enter(acts.PasswordSet(at=moment(at), by=by, reseller=name, password=hashed))

    def check_password(self, name: str, password: Secret) -> Reseller:
        """Return the reseller who may log in with a password (some 50 ms).

        How often somebody may try is left to the door that asks.

        Raises:
            RefusedError: no such reseller, another password, or disabled; it does not say which.
        """
        with self._book.look() as rows:
            reseller, kept = rows.reseller(name), rows.password(name)
        if not is_password(kept, password) or reseller is None or reseller.disabled:
            raise RefusedError("The name or the password is wrong.")
        return reseller

    def password_mark(self, name: str) -> str:
        """Return a word that is another one after each change of a reseller's password, "" for nobody; not a secret.

        A door keeps it with a session, so that a new password ends the sessions of the old one wherever it was set.
        """
        with self._book.look() as rows:
            kept = rows.password(name)
        return hashlib.sha256(kept.encode()).hexdigest() if kept else ""

    def pay(self, name: str, amount: Money, *, note: str = "", at: datetime, by: Staff) -> int:
        """Enter a payment that came in; a negative amount takes back one that was entered wrongly.

        Returns:
            The number of the ledger's entry.

        Raises:
            NotFoundError: there is no such reseller. CallerError: nothing was paid, or the note does not print.
        """
        if amount.minor == 0:
            raise CallerError("A payment of nothing is none.")
        if abs(amount.minor) > MAX_MINOR:
            raise CallerError("That is more than can be entered at once.")
        note = checked_words(note, "note", empty=True)
        with self._book.turn() as turn:
            _found(turn.reseller(name), name)
            return turn.enter(
                acts.Paid(
                    at=moment(at),
                    by=by,
                    reseller=name,
                    amount=amount.minor,
                    currency=amount.currency,
                    note=note,
                )
            )

    def balances(self, name: str | None = None) -> tuple[list[Balance], int]:
        """Return what a reseller (None: each) owes by currency, and how many entries of the ledger that counts in.

        Raises:
            NotFoundError: there is no such reseller.
        """
        with self._book.look() as rows:
            if name is not None:
                _found(rows.reseller(name), name)
            return rows.balances(name), rows.applied()[0]

    def statement(self, name: str, *, before: int | None = None, limit: int = 100) -> list[Line]:
        """Return a page of a reseller's account out of the ledger, the newest line first.

        Args:
            name: whose. before: number of the last line of the page before. limit: how many at most, up to MAX_PAGE.

        Raises:
            NotFoundError: there is no such reseller. IntegrityError: an entry was changed.
        """
        with self._book.look() as rows:
            _found(rows.reseller(name), name)
            numbers = rows.account_of(name, before=before, limit=min(limit, MAX_PAGE))
        return lines(self._book.ledger, numbers)


def _taken(name: str, those: Iterable[Product | Reseller]) -> str:
    """Return which name is taken that could be mistaken for a new one, "" for none."""
    return next((one.name for one in those if alike(one.name) == alike(name)), "")


def _found(reseller: Reseller | None, name: str) -> Reseller:
    if reseller is None:
        raise rules.no_reseller(name)
    return reseller


def _check_quota(quota: int) -> None:
    if not 0 <= quota <= MAX_QUOTA:
        raise CallerError(f"A quota is a number from 0 to {MAX_QUOTA:,}.")
