"""Codes on their way to a subscriber: issued in batches, listed, made void."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from underseal.errors import CallerError, ConflictError, NotFoundError
from underseal.network.licences import acts, rules
from underseal.network.licences.actors import Seller, Staff, sells
from underseal.network.licences.book import Book
from underseal.network.licences.codes import Code
from underseal.network.licences.model import (
    MAX_PAGE,
    Batch,
    CodeState,
    Month,
    Sale,
    checked_words,
    shown,
)
from underseal.network.licences.periods import moment

MAX_BATCH: Final = 5_000
"""Most codes of one batch: its entry of the ledger has some 70 bytes for each."""


class Codes:
    """All codes that were ever issued, which are known by their digest alone.

    Args:
        book: of the licences.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def issue(self, reseller: str, product: str, count: int, *, at: datetime, by: Staff | Seller) -> Batch:
        """Issue a batch of codes for a reseller; this is the only time that anybody sees them.

        Args:
            reseller: who sells them. product: what for. count: how many. at: now.
            by: the office, or the reseller, who is held to their quota.

        Raises:
            NotFoundError: no such reseller or product. CallerError: the number cannot be used.
            RefusedError: the reseller is disabled, or the quota is reached.
        """
        if not 1 <= count <= MAX_BATCH:
            raise CallerError(f"A batch has 1 to {MAX_BATCH:,} codes.")
        codes = tuple(Code.draw() for _ in range(count))
        with self._book.turn() as turn:
            seller = rules.enabled(turn.reseller(reseller), reseller)
            sold = turn.product(product)
            if sold is None:
                raise NotFoundError(f'There is no product "{shown(product)}".')
            if isinstance(by, Seller):
                rules.within_quota(seller, count)
            act = acts.Issued(
                at=moment(at),
                by=by,
                reseller=reseller,
                product=product,
                price=sold.price.minor,
                currency=sold.price.currency,
                codes=tuple(code.digest for code in codes),
            )
            number = turn.enter(act)
        return Batch(number=number, reseller=reseller, product=product, price=sold.price, codes=codes, at=act.at)

    def void(self, serial: str, *, why: str, at: datetime, by: Staff | Seller) -> list[Sale]:
        """Make an unused code void, or all unused codes of a batch, so that their price is owed no more.

        Args:
            serial: name of the code that is no secret, "17-3", or number of the batch, "17". why: the reason. at: now.
            by: the office, or the reseller who sells them.

        Returns:
            The codes as they were.

        Raises:
            NotFoundError: there is none, or none of this reseller's. ConflictError: it is used or void.
            CallerError: that is no serial, or there is no reason. RefusedError: the reseller is disabled.
        """
        why, at = checked_words(why, "reason"), moment(at)
        batch, position = _batch_or_serial(serial)
        with self._book.turn() as turn:
            sales = (
                turn.codes_of(batch) if position is None else [sale for sale in [turn.code_at(batch, position)] if sale]
            )
            if not sales or not sells(by, sales[0].reseller):
                raise NotFoundError(f"There is no code {serial}.")
            if isinstance(by, Seller):
                rules.enabled(turn.reseller(by.name), by.name)
            unused = [sale for sale in sales if sale.state is CodeState.UNUSED]
            if not unused:
                raise ConflictError(
                    f"The code {serial} is {sales[0].state} and cannot be made void."
                    if position is not None
                    else f"No code of the batch {serial} is unused."
                )
            turn.enter(*(_voided(sale, at, by, why) for sale in unused))
        return unused

    def sales(
        self,
        *,
        reseller: str | None = None,
        product: str | None = None,
        state: CodeState | None = None,
        before: str | None = None,
        limit: int = 100,
    ) -> list[Sale]:
        """Return a page of codes, the newest first.

        Args:
            reseller: only theirs. product: only for it. state: only those.
            before: serial of the last one of the page before. limit: how many at most, up to MAX_PAGE.

        Raises:
            CallerError: `before` is no serial.
        """
        place = None if before is None else _serial(before)
        with self._book.look() as rows:
            return rows.sales(reseller=reseller, product=product, state=state, before=place, limit=min(limit, MAX_PAGE))

    def issued(self, number: int, codes: Sequence[str], *, by: Staff | Seller) -> Batch:
        """Return a batch again for whoever still holds its codes, such as to print them.

        Args:
            number: of the batch. codes: all of them, in their order.
            by: the office, or the reseller who sells them.

        Raises:
            CodeUnknownError: one is no code. NotFoundError: they are not those of that batch, or it is another reseller's.
        """
        held = tuple(Code.parse(code) for code in codes)
        with self._book.look() as rows:
            sales = [rows.code(code.digest) for code in held]
            whole = rows.codes_of(number)
        if not whole or sales != whole or not sells(by, whole[0].reseller):
            raise NotFoundError(f"Those are not the codes of the batch {number}.")
        first = whole[0]
        return Batch(
            number=number,
            reseller=first.reseller,
            product=first.product,
            price=first.price,
            codes=held,
            at=first.at,
        )

    def months(self, reseller: str | None = None, *, limit: int = 12) -> list[Month]:
        """Return what was sold in the last months in which something was, the newest first; of one reseller or of all."""
        with self._book.look() as rows:
            return rows.months(reseller, limit)

    def counts(self, reseller: str | None = None) -> dict[CodeState, int]:
        """Count the codes by what became of them, of one reseller or of all."""
        with self._book.look() as rows:
            return rows.counts(reseller)


def _voided(sale: Sale, at: datetime, by: Staff | Seller, why: str) -> acts.Voided:
    return acts.Voided(
        at=at,
        by=by,
        batch=sale.batch,
        position=sale.position,
        reseller=sale.reseller,
        price=sale.price.minor,
        currency=sale.price.currency,
        why=why,
    )


def _batch_or_serial(text: str) -> tuple[int, int | None]:
    if "-" in text:
        return _serial(text)
    batch, _ = _serial(f"{text}-0")
    return batch, None


def _serial(text: str) -> tuple[int, int]:
    batch, hyphen, position = text.strip().partition("-")
    if not hyphen or not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in (batch, position)):  # noqa: PLR2004  # beyond that SQLite has no number
        raise CallerError("That is not the serial of a code.", hint="It stands beside the code, such as 17-3.")
    return int(batch), int(position)
