"""Who came into the office, who was not let in, who went, and who may come: entries of the same signed ledger.

It is one ledger, so that a new password, which stands in it anyway, and the logins around it have one order and one
signature. How often a stranger may cause an entry is left to the door.
"""

from datetime import datetime

from underseal.network.licences import acts
from underseal.network.licences.actors import Actor, Seller, Staff
from underseal.network.licences.book import Book
from underseal.network.licences.history import history
from underseal.network.licences.model import MAX_PAGE, Told, alike
from underseal.network.licences.periods import moment


class Entrances:
    """Comings and goings.

    Args:
        book: of the licences.
    """

    def __init__(self, book: Book) -> None:
        self._book = book

    def came(self, by: Staff | Seller, *, door: str, origin: str, at: datetime) -> None:
        """Enter that somebody came in: by which door ("password", "link"), and from how far."""
        with self._book.turn() as turn:
            turn.enter(acts.LoggedIn(at=moment(at), by=by, door=door, origin=origin))

    def refused(self, by: Actor, *, account: str, reason: str, origin: str, at: datetime) -> None:
        """Enter that somebody was not let in.

        Args:
            by: STRANGER, or whoever wanted another password of their own and did not know the present one.
            account: whose name was tried, "" where nobody has it. reason: a word. origin: from how far. at: now.
        """
        with self._book.turn() as turn:
            turn.enter(acts.LoginRefused(at=moment(at), by=by, account=account, reason=reason, origin=origin))

    def left(self, by: Staff | Seller, *, origin: str, at: datetime) -> None:
        """Enter that somebody ended their session."""
        with self._book.turn() as turn:
            turn.enter(acts.LoggedOut(at=moment(at), by=by, origin=origin))

    def knows(self, name: str) -> bool:
        """Say whether an operator or a reseller has a name, as it is typed."""
        with self._book.look() as rows:
            return rows.operator(name) is not None or rows.reseller(name) is not None

    def page(self, *, name: str = "", before: int | None = None, limit: int = 100) -> list[Told]:
        """Return a page of entries about who came, who did not, and who may: also new accounts and passwords. Newest first.

        Args:
            name: how the name of the operator or reseller begins, in either case; "" for all.
            before: number of the last entry of the page before. limit: how many at most, up to MAX_PAGE.

        Raises:
            IntegrityError: an entry was changed.
        """
        with self._book.look() as rows:
            numbers = rows.entrances(alike(name.strip()), before=before, limit=min(limit, MAX_PAGE))
        return history(self._book.ledger, numbers)
