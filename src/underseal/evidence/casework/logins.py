"""Web sessions and one-time links. Tokens have 256 random bits; only their SHA-256 is stored."""

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, or_, update

from underseal.core.records import Secret
from underseal.core.web.tokens import TOKEN_BYTES, hashed, new_token
from underseal.errors import RefusedError
from underseal.evidence.casework.database import Database
from underseal.evidence.casework.models import LinkRow, SessionRow
from underseal.evidence.casework.users import Actor, actor

TOUCH: Final = 60_000
"""How stale `last_seen` may be, in milliseconds: reading a page is then seldom a write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """A login in a browser. All times in ms since 1970.

    Attributes:
        actor: who, as of now. csrf: what a changing request must repeat.
        created, last_seen, expires: when it began, was last used (within TOUCH), and ends.
    """

    actor: Actor
    csrf: str
    created: int
    last_seen: int
    expires: int


class WebSessions:
    """The logins in browsers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, user: str, *, at: int, lasts: int) -> tuple[Secret, WebSession]:
        """Begin a session, and clear away the ones that have ended.

        Args:
            user: whose login has been checked.
            at: now, ms since 1970.
            lasts: for how long, in ms.

        Returns:
            The token for the cookie (43 ASCII characters), and the session.

        Raises:
            RefusedError: there is no such user, or they are disabled.
        """
        token = new_token()
        row = SessionRow(
            token_hash=hashed(token),
            user=user,
            csrf=secrets.token_urlsafe(TOKEN_BYTES),
            created=at,
            last_seen=at,
            expires=at + lasts,
        )
        with self._database.write() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires <= at))
            who = actor(session, user)
            session.add(row)
            return token, _web_session(row, who)

    def find(self, token: Secret, *, at: int) -> WebSession:
        """Return the session of a token, and note that it was used.

        Raises:
            RefusedError: there is none, it has ended, or its user is gone or disabled.
        """
        with self._database.read() as session:
            row = session.get(SessionRow, hashed(token))
            if row is None or row.expires <= at:
                raise RefusedError("The session has ended.", hint="Log in again.")
            found = _web_session(row, actor(session, row.user))
        if at - found.last_seen >= TOUCH:
            used = update(SessionRow).where(SessionRow.token_hash == hashed(token)).values(last_seen=at)
            with self._database.write() as session:
                session.execute(used)
        return found

    def end(self, token: Secret) -> None:
        """End a session; one that is not there has ended already."""
        with self._database.write() as session:
            session.execute(delete(SessionRow).where(SessionRow.token_hash == hashed(token)))


class Links:
    """Links that log in once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, user: str, *, at: int, lasts: int) -> Secret:
        """Make a link and forget the ones that are used or too old.

        Args:
            user: whom it logs in.
            at: now, ms since 1970.
            lasts: for how long it can be used, in ms.

        Returns:
            Its token, 43 ASCII characters.

        Raises:
            RefusedError: there is no such user, or they are disabled.
        """
        token = new_token()
        with self._database.write() as session:
            session.execute(delete(LinkRow).where(or_(LinkRow.expires <= at, LinkRow.used.is_not(None))))
            actor(session, user)
            session.add(LinkRow(token_hash=hashed(token), user=user, created=at, expires=at + lasts, used=None))
        return token

    def redeem(self, token: Secret, *, at: int) -> Actor:
        """Use a link up, and return whom it logs in.

        Raises:
            RefusedError: it is unknown, used or too old, or its user is gone or disabled.
        """
        use_up = (
            update(LinkRow)
            .where(LinkRow.token_hash == hashed(token), LinkRow.used.is_(None), LinkRow.expires > at)
            .values(used=at)
            .returning(LinkRow.user)
        )
        with self._database.write() as session:
            user = session.scalar(use_up)
            if user is None:
                raise RefusedError("The link has been used, or is too old.", hint="Ask for a new one.")
            return actor(session, user)


def _web_session(row: SessionRow, who: Actor) -> WebSession:
    return WebSession(actor=who, csrf=row.csrf, created=row.created, last_seen=row.last_seen, expires=row.expires)
