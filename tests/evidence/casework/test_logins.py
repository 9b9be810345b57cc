"""Web sessions end when they should; links log in once."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from underseal.core.records import Secret
from underseal.errors import RefusedError
from underseal.evidence.casework import Actor, CaseWork, Role
from underseal.evidence.casework.logins import TOUCH

from .racing import at_once

PASSWORD = Secret(b"correct horse")


def test_a_session_is_found_until_it_expires(casework: CaseWork) -> None:
    token, started = casework.sessions.start("anna", at=1_000, lasts=500)
    assert len(token.reveal()) == 43
    assert started.actor == Actor(name="anna", role=None)
    assert casework.sessions.find(token, at=1_499) == started
    for late in (1_500, 9_999):
        with pytest.raises(RefusedError, match="has ended"):
            casework.sessions.find(token, at=late)


def test_use_is_noted_now_and_then(casework: CaseWork) -> None:
    token, _ = casework.sessions.start("anna", at=0, lasts=10 * TOUCH)
    casework.sessions.find(token, at=TOUCH - 1)
    assert casework.sessions.find(token, at=TOUCH).last_seen == 0
    assert casework.sessions.find(token, at=TOUCH + 1).last_seen == TOUCH


def test_a_session_ends_once_and_ending_it_twice_is_no_matter(casework: CaseWork) -> None:
    token, _ = casework.sessions.start("anna", at=0, lasts=10)
    casework.sessions.end(token)
    casework.sessions.end(token)
    with pytest.raises(RefusedError):
        casework.sessions.find(token, at=1)


@pytest.mark.parametrize("token", [b"", b"guess", b"\xff" * 100_000])
def test_guesses_find_nothing(casework: CaseWork, token: bytes) -> None:
    casework.sessions.start("anna", at=0, lasts=10)
    with pytest.raises(RefusedError):
        casework.sessions.find(Secret(token), at=1)
    with pytest.raises(RefusedError):
        casework.links.redeem(Secret(token), at=1)


def test_sessions_end_with_their_user(casework: CaseWork) -> None:
    single, _ = casework.sessions.start("anna", at=0, lasts=100)
    casework.users.add("root", Role.ADMINISTRATOR, PASSWORD, at=1)
    with pytest.raises(RefusedError, match="anna is not a user"):
        casework.sessions.find(single, at=2)
    casework.users.add("bram", Role.FILTER, PASSWORD, at=1)
    token, started = casework.sessions.start("bram", at=2, lasts=100)
    assert started.actor.role is Role.FILTER
    casework.users.set_role("bram", Role.MAGISTRATE)
    assert casework.sessions.find(token, at=3).actor.role is Role.MAGISTRATE
    casework.users.set_disabled("bram", disabled=True)
    casework.users.set_disabled("bram", disabled=False)
    with pytest.raises(RefusedError):
        casework.sessions.find(token, at=3)
    casework.users.set_disabled("bram", disabled=True)
    with pytest.raises(RefusedError, match="disabled"):
        casework.sessions.start("bram", at=4, lasts=10)


def test_tokens_are_not_in_the_database_and_old_rows_go(casework: CaseWork, made_url: str) -> None:
    casework.sessions.start("anna", at=0, lasts=10)
    casework.links.create("anna", at=0, lasts=10)
    token, _ = casework.sessions.start("anna", at=10, lasts=10)
    link = casework.links.create("anna", at=10, lasts=10)
    with create_engine(made_url, poolclass=NullPool).connect() as connection:
        for table, secret in (("web_sessions", token), ("one_time_links", link)):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()  # one of two words
            assert len(rows) == 1
            assert secret.reveal().decode() not in str(rows)
            assert secret.reveal() not in [bytes(value) for value in rows[0] if isinstance(value, bytes)]


def test_a_link_logs_in_once(casework: CaseWork) -> None:
    link = casework.links.create("anna", at=0, lasts=10)
    assert casework.links.redeem(link, at=9) == Actor(name="anna", role=None)
    with pytest.raises(RefusedError, match="has been used"):
        casework.links.redeem(link, at=9)


def test_a_link_is_too_old_at_its_end_and_made_for_users_only(casework: CaseWork) -> None:
    link = casework.links.create("anna", at=0, lasts=10)
    with pytest.raises(RefusedError, match="too old"):
        casework.links.redeem(link, at=10)
    casework.users.add("root", Role.ADMINISTRATOR, PASSWORD, at=1)
    with pytest.raises(RefusedError, match="not a user"):
        casework.links.create("anna", at=1, lasts=10)
    with pytest.raises(RefusedError, match="not a user"):
        casework.links.redeem(link, at=1)


class Redeem:
    """Redeems a link whose token travels to the other process, which a Secret refuses to do."""

    def __init__(self, token: Secret) -> None:
        self.token = token.reveal()

    def __call__(self, casework: CaseWork, _number: int) -> None:
        casework.links.redeem(Secret(self.token), at=1)


def test_of_processes_that_redeem_one_link_at_once_one_succeeds(casework: CaseWork, made_url: str) -> None:
    link = casework.links.create("anna", at=0, lasts=10)
    assert at_once(made_url, Redeem(link)) == ["done", "refused", "refused"]
