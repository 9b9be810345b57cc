"""The licences of a network: one object for its homeserver, its office and its command line."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, Self

from underseal.core.ledger import Checkpoint, Progress, Signer
from underseal.errors import CallerError, CodeUnknownError
from underseal.network.licences import acts, rules
from underseal.network.licences.accounts import balances_of
from underseal.network.licences.actors import NETWORK, Seller, Staff, Subscriber, sells
from underseal.network.licences.book import Book, Turn
from underseal.network.licences.catalogue import Products, Resellers
from underseal.network.licences.codes import Code
from underseal.network.licences.entrances import Entrances
from underseal.network.licences.history import history, page
from underseal.network.licences.model import (
    MAX_PAGE,
    Activation,
    Balance,
    CodeState,
    Licence,
    Notice,
    Standing,
    State,
    Told,
    Wanted,
    checked_words,
)
from underseal.network.licences.operators import Operators
from underseal.network.licences.periods import MAX_MONTHS, moment
from underseal.network.licences.selling import Codes
from underseal.network.licences.standings import Standings
from underseal.network.pins import Pin, random_pin

RETRY_BYTES: Final = 32
"""Length of a phone's retry key, in bytes."""

_NOTICES_AT_ONCE: Final = 1_000
"""Notices entered in one turn, so that nobody waits long behind them."""


class Licences:
    """All licences of a network, for many threads and processes at once.

    Args:
        folder: made by `create`.
        key: signs the ledger.
        draw: draws a PIN.

    Attributes:
        products: what is sold. resellers: who sells it. codes: what they sell. operators: who runs the network by name.
        entrances: who came in, who did not, and who may.

    Raises:
        IntegrityError: there is no ledger, or the database speaks of another one.
    """

    def __init__(self, folder: Path, key: Signer, *, draw: Callable[[], Pin] = random_pin) -> None:
        self._book = Book(folder, key)
        self._draw = draw
        self._standings = Standings(self._book)
        self.products = Products(self._book)
        self.resellers = Resellers(self._book)
        self.codes = Codes(self._book)
        self.operators = Operators(self._book)
        self.entrances = Entrances(self._book)

    @classmethod
    def create(cls, folder: Path, key: Signer) -> "Licences":
        """Make an empty set of licences in an empty or missing folder.

        Raises:
            ConflictError: something is there already.
        """
        Book.create(folder, key).close()
        return cls(folder, key)

    def close(self) -> None:
        """Close the database's connections."""
        self._book.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the phone ----------------------------------------------------------------------------------------------------

    def standing(self, pin: str, at: datetime) -> Standing:
        """Return how the licence of a PIN stands; see `Standings.get`."""
        return self._standings.get(pin, at)

    def activate(self, code: str, *, retry_key: bytes, at: datetime) -> Activation:
        """Make a licence of a code, with a PIN that nobody had before; or move one to another phone by a transfer code.

        Args:
            code: as typed or scanned.
            retry_key: RETRY_BYTES random bytes of the phone; with the same ones it may ask again until `settle`.
            at: now.

        Raises:
            CodeUnknownError: no code is written like that, or none was issued.
            CodeSpentError: it was used, or made void.
            CallerError: the retry key has another length.
        """
        digest = Code.parse(code).digest
        if len(retry_key) != RETRY_BYTES:
            raise CallerError(f"A retry key has {RETRY_BYTES} bytes.")
        retry, at = hashlib.sha256(retry_key).digest(), moment(at)
        self._refuse_unknown(digest)
        with self._book.turn() as turn:
            if transfer := turn.transfer(digest):
                licence = rules.found(turn.licence(transfer.pin), transfer.pin)
                if transfer.state == "used":
                    return rules.repeated(licence, digest, retry)
                rules.movable(transfer, licence)
                turn.enter(
                    acts.Transferred(at=at, by=Subscriber.pin(licence.pin), pin=licence.pin, code=digest, retry=retry)
                )
                return Activation(pin=licence.pin, ends=licence.ends, fresh=True, replacement=True)
            sale = turn.code(digest)
            if sale and sale.state is CodeState.ACTIVATED and sale.pin:
                return rules.repeated(rules.found(turn.licence(sale.pin), sale.pin), digest, retry)
            sale = rules.unused(sale)
            product = turn.product(sale.product)
            if product is None:
                raise rules.unknown_code()
            act = rules.activated(sale, product, pin=self._free_pin(turn), code=digest, retry=retry, at=at)
            turn.enter(act)
            return Activation(pin=Pin(act.pin), ends=act.ends, fresh=True, replacement=False)

    def settle(self, pin: str, at: datetime) -> None:
        """Say that the phone of a PIN has uploaded its keys, so that its retry key works no more; again and again is fine.

        Raises:
            NotFoundError: there is no such licence.
        """
        with self._book.look() as rows:
            if rules.found(rows.licence(pin), pin).retry is None:
                return
        with self._book.turn() as turn:
            if rules.found(turn.licence(pin), pin).retry is not None:
                turn.enter(acts.Settled(at=moment(at), by=Subscriber.pin(pin), pin=pin))

    def renew(self, pin: str, code: str, at: datetime) -> Standing:
        """Give a licence the months of a code: from its end, or from now where that is past.

        A suspended licence stays suspended; a transfer code renews nothing.

        Raises:
            CodeUnknownError, CodeSpentError: as `activate`. NotFoundError: there is no such licence.
            RefusedError: it is revoked.
        """
        digest, at = Code.parse(code).digest, moment(at)
        self._refuse_unknown(digest)
        with self._book.turn() as turn:
            licence = rules.found(turn.licence(pin), pin)
            rules.alive(licence, "renewed")
            if turn.transfer(digest):
                raise CodeUnknownError("This code moves a PIN to another phone, and renews nothing.")
            sale = rules.unused(turn.code(digest))
            product = turn.product(sale.product)
            if product is None:
                raise rules.unknown_code()
            run, ends = rules.prolonged(licence, product.months, product.zone, at)
            turn.enter(
                acts.Renewed(
                    at=at,
                    by=Subscriber.pin(pin),
                    pin=pin,
                    code=digest,
                    anchor=run.anchor,
                    months=run.months,
                    zone=run.zone,
                    ends=ends,
                )
            )
            return rules.found(turn.licence(pin), pin).standing(at)

    def notices(self, at: datetime) -> list[Notice]:
        """Return the notices that are due and were not returned before: 30, 7 and 1 days before the end.

        Only the most urgent one comes where several are due at once. A licence that is suspended or revoked gets none.
        A notice counts as given from here on: where the process dies before it is shown, it is lost, not shown twice.
        """
        at, found = moment(at), list[Notice]()
        while True:
            with self._book.look() as rows:
                if not rows.due(at, 1):
                    return found
            with self._book.turn() as turn:
                page = turn.due(at, _NOTICES_AT_ONCE)
                if page:
                    turn.enter(*(acts.Noticed(at=at, by=NETWORK, pin=n.pin, days=n.days, ends=n.ends) for n in page))
                found += page

    # --- the office ---------------------------------------------------------------------------------------------------

    def extend(self, pin: str, months: int, *, why: str, at: datetime, by: Staff) -> Standing:
        """Give a licence more time without a code, as `renew` counts it.

        Raises:
            NotFoundError: there is no such licence. RefusedError: it is revoked. CallerError: no reason, or not 1 to
                MAX_MONTHS months.
        """
        why, at = checked_words(why, "reason"), moment(at)
        if not 1 <= months <= MAX_MONTHS:
            raise CallerError(f"A licence is extended by 1 to {MAX_MONTHS} months.")
        with self._book.turn() as turn:
            licence = rules.found(turn.licence(pin), pin)
            run, ends = rules.prolonged(licence, months, licence.run.zone, at)
            turn.enter(
                acts.Extended(
                    at=at,
                    by=by,
                    pin=pin,
                    anchor=run.anchor,
                    months=run.months,
                    zone=run.zone,
                    ends=ends,
                    why=why,
                )
            )
            return rules.found(turn.licence(pin), pin).standing(at)

    def suspend(self, pin: str, *, why: str, at: datetime, by: Staff) -> None:
        """Pause a licence; its time runs on meanwhile.

        Raises:
            NotFoundError: there is none. RefusedError: it is revoked. ConflictError: it is suspended already.
            CallerError: no reason.
        """
        why = checked_words(why, "reason")
        with self._book.turn() as turn:
            licence = rules.found(turn.licence(pin), pin)
            rules.alive(licence, "suspended")
            rules.changed(is_so=licence.suspended, words=f"The licence of {pin} is suspended already.")
            turn.enter(acts.Suspended(at=moment(at), by=by, pin=pin, why=why))

    def resume(self, pin: str, *, at: datetime, by: Staff) -> None:
        """Let a suspended licence go on; it ends when it would have ended.

        Raises:
            NotFoundError: there is none. RefusedError: it is revoked. ConflictError: it is not suspended.
        """
        with self._book.turn() as turn:
            licence = rules.found(turn.licence(pin), pin)
            rules.alive(licence, "resumed")
            rules.changed(is_so=not licence.suspended, words=f"The licence of {pin} is not suspended.")
            turn.enter(acts.Resumed(at=moment(at), by=by, pin=pin))

    def revoke(self, pin: str, *, why: str, at: datetime, by: Staff) -> None:
        """End a licence for good; its PIN is never given out again.

        Raises:
            NotFoundError: there is none. RefusedError: it is revoked already. CallerError: no reason.
        """
        why = checked_words(why, "reason")
        with self._book.turn() as turn:
            rules.alive(rules.found(turn.licence(pin), pin), "revoked again")
            turn.enter(acts.Revoked(at=moment(at), by=by, pin=pin, why=why))

    def transfer(self, pin: str, *, at: datetime, by: Staff | Seller) -> Code:
        """Issue a code that moves a licence to another phone: the PIN and the end stay, earlier such codes die.

        Args:
            pin: whose. at: now. by: the office, or the reseller who sold it.

        Raises:
            NotFoundError: there is no such licence, or none that this reseller sold.
            RefusedError: it is revoked, or the reseller is disabled.
        """
        code = Code.draw()
        with self._book.turn() as turn:
            licence = turn.licence(pin)
            if licence is None or not sells(by, licence.reseller):
                raise rules.no_licence(pin)
            if isinstance(by, Seller):
                rules.enabled(turn.reseller(by.name), by.name)
            rules.alive(licence, "moved")
            turn.enter(acts.TransferIssued(at=moment(at), by=by, pin=pin, code=code.digest))
        return code

    def get(self, pin: str) -> Licence:
        """Return the licence of a PIN.

        Raises:
            NotFoundError: there is none.
        """
        with self._book.look() as rows:
            return rules.found(rows.licence(pin), pin)

    def ending(
        self,
        since: datetime,
        until: datetime,
        *,
        reseller: str | None = None,
        after: Licence | None = None,
        limit: int = 100,
    ) -> list[Licence]:
        """Return a page of licences that end from `since` on and before `until`, the first to end first.

        Args:
            since, until: aware times. reseller: only those that they sold; None for all.
            after: last one of the page before. limit: how many at most, up to MAX_PAGE.
        """
        place = (after.ends, after.pin) if after else None
        with self._book.look() as rows:
            return rows.licences(
                reseller=reseller,
                since=moment(since),
                until=moment(until),
                after=place,
                limit=min(limit, MAX_PAGE),
            )

    def search(
        self,
        wanted: Wanted,
        *,
        at: datetime,
        latest_first: bool = False,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
    ) -> list[Licence]:
        """Return a page of licences in the order of their end.

        Args:
            wanted: which. at: now. latest_first: those that end last come first.
            after: end and PIN of the last one of the page before. limit: how many at most, up to MAX_PAGE.
        """
        with self._book.look() as rows:
            return rows.found(wanted, at=moment(at), latest_first=latest_first, after=after, limit=min(limit, MAX_PAGE))

    def count(self, wanted: Wanted, at: datetime) -> int:
        """Count the licences that `search` finds."""
        with self._book.look() as rows:
            return rows.count(wanted, moment(at))

    def told(self, *, before: int | None = None, limit: int = 100) -> list[Told]:
        """Return a page of the ledger, the newest entry first; see `history.page`."""
        return page(self._book.ledger, before=before, limit=min(limit, MAX_PAGE))

    def checkpoint(self) -> Checkpoint:
        """Return the ledger's newest signed state."""
        return self._book.ledger.checkpoint()

    def recounted(self, size: int) -> list[Balance]:
        """Return what each reseller owes after the first `size` entries, counted out of the ledger alone.

        Raises:
            IntegrityError: an entry was changed.
        """
        return balances_of(islice(self._book.ledger.oldest_first(), size))

    def counts(self, at: datetime) -> dict[State, int]:
        """Count the licences by how they stand at a time."""
        with self._book.look() as rows:
            return rows.standings(moment(at))

    def history(self, pin: str) -> list[Told]:
        """Return every act on a licence, oldest first, out of the ledger.

        Raises:
            NotFoundError: there is no such licence. IntegrityError: an entry was changed.
        """
        with self._book.look() as rows:
            rules.found(rows.licence(pin), pin)
            numbers = rows.entries_of(pin)
        return history(self._book.ledger, numbers)

    def verify(self, progress: Progress | None = None) -> Checkpoint:
        """Check the ledger against its signed root, and the database against what the ledger says.

        Args:
            progress: called now and then with entries done and in all.

        Raises:
            IntegrityError: the ledger was changed, or the database differs from it.
        """
        return self._book.verify(progress)

    def _refuse_unknown(self, digest: bytes) -> None:
        """Refuse a code that nobody issued without waiting for a turn: guessing must not hold up those who sell."""
        with self._book.look() as rows:
            if rows.code(digest) is None and rows.transfer(digest) is None:
                raise rules.unknown_code()

    def _free_pin(self, turn: Turn) -> Pin:
        while turn.licence(pin := self._draw()) is not None:
            pass
        return pin
