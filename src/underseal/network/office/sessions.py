"""Logins in browsers, and links that log in once. Of a token only its SHA-256 is stored."""

import secrets
from dataclasses import dataclass
from typing import Final

from underseal.core.records import Secret
from underseal.core.web.errors import LoginRequiredError
from underseal.core.web.tokens import MINUTE, TOKEN_BYTES, Lasting, hashed, new_token
from underseal.errors import RefusedError
from underseal.network.office.attempts import Turns
from underseal.network.office.people import Part, Person

TOUCH: Final = MINUTE
"""How stale `last_seen` may be, in milliseconds: reading a page is then seldom a write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A login in a browser. Times in ms since 1970.

    Attributes:
        person: who. mark: of the password that they came in with. csrf: what a changing request must repeat.
        created, last_seen, expires: when it began, was last used (within TOUCH), and ends.
    """

    person: Person
    mark: str
    csrf: str
    created: int
    last_seen: int
    expires: int


class Sessions:
    """The logins in browsers.

    Args:
        turn: gives the database.
    """

    def __init__(self, turn: Turns) -> None:
        self._turn = turn

    def start(self, person: Person, mark: str, *, at: int, lasts: int) -> tuple[Secret, Session]:
        """Begin a session, and clear away the ones that have ended.

        Args:
            person: who has been checked. mark: of their password. at: now, ms since 1970. lasts: for how long, in ms.

        Returns:
            The token for the cookie, and the session.
        """
        token, csrf = new_token(), secrets.token_urlsafe(TOKEN_BYTES)
        session = Session(person=person, mark=mark, csrf=csrf, created=at, last_seen=at, expires=at + lasts)
        row = (hashed(token), person.part.value, person.name, mark, csrf, at, at, session.expires)
        with self._turn() as database:
            database.execute("DELETE FROM session WHERE expires <= ?", (at,))
            database.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return token, session

    def find(self, token: Secret, *, at: int) -> Session:
        """Return the session of a token.

        Raises:
            LoginRequiredError: there is none, or it has ended.
        """
        query = "SELECT part, name, mark, csrf, created, last_seen, expires FROM session WHERE token = ?"
        with self._turn() as database:
            row = database.execute(query, (hashed(token),)).fetchone()
        if row is None or row[6] <= at:
            raise LoginRequiredError("The session has ended.", hint="Log in again.")
        part, name, mark, csrf, created, last_seen, expires = row
        person = Person(part=Part(part), name=name)
        return Session(person=person, mark=mark, csrf=csrf, created=created, last_seen=last_seen, expires=expires)

    def touch(self, token: Secret, session: Session, idle: Lasting, *, at: int) -> None:
        """Note that a session is used, or end it where it was not used for too long.

        Raises:
            LoginRequiredError: it has ended.
        """
        if at - session.last_seen > idle.idle:
            self.end(token)
            raise LoginRequiredError("The session has ended, since it was not used.", hint="Log in again.")
        if at - session.last_seen >= TOUCH:
            with self._turn() as database:
                database.execute("UPDATE session SET last_seen = ? WHERE token = ?", (at, hashed(token)))

    def keep_only(self, token: Secret, person: Person, *, mark: str) -> None:
        """End all sessions of somebody but one, which bears another mark from now on."""
        with self._turn() as database:
            whose = (person.part.value, person.name, hashed(token))
            database.execute("DELETE FROM session WHERE part = ? AND name = ? AND token <> ?", whose)
            database.execute("UPDATE session SET mark = ? WHERE token = ?", (mark, hashed(token)))

    def end(self, token: Secret) -> None:
        """End a session; one that is not there has ended already."""
        with self._turn() as database:
            database.execute("DELETE FROM session WHERE token = ?", (hashed(token),))


class Links:
    """Links that log in the one operator of a network without named ones, once.

    Args:
        turn: gives the database.
    """

    def __init__(self, turn: Turns) -> None:
        self._turn = turn

    def create(self, *, at: int, lasts: int) -> Secret:
        """Make a link in place of all earlier ones, and return its token.

        Args:
            at: now, ms since 1970. lasts: for how long it can be used, in ms.
        """
        token = new_token()
        with self._turn() as database:
            database.execute("DELETE FROM link")
            database.execute("INSERT INTO link VALUES (?, ?)", (hashed(token), at + lasts))
        return token

    def redeem(self, token: Secret, *, at: int) -> None:
        """Use a link up.

        Raises:
            RefusedError: it is unknown, used or too old.
        """
        with self._turn() as database:
            used = database.execute("DELETE FROM link WHERE token = ? AND expires > ?", (hashed(token), at)).rowcount
        if not used:
            raise RefusedError("The link has been used, or is too old.", hint="Start the office again for a new one.")
