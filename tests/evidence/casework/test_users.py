"""Named users: added by name and role, checked by password, kept out when disabled."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from casework_databases import Filling, nothing
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, InternalError, NotFoundError, RefusedError
from underseal.evidence.casework import Actor, CaseWork, Role, User

from .material import AUTHORITY
from .racing import at_once

PASSWORD = Secret(b"correct horse")
OTHER = Secret("batterij nietje ж".encode())
GRANTED = replace(AUTHORITY, number="BR-2", added_by="root")


def with_root(casework: CaseWork) -> None:
    casework.users.add("root", Role.ADMINISTRATOR, PASSWORD, at=1)


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling:
    return with_root if "root" in request.fixturenames else nothing


@pytest.fixture
def root(casework: CaseWork) -> User:
    return casework.users.get("root")


def test_without_named_users_anybody_who_may_open_the_folder_acts(casework: CaseWork) -> None:
    assert casework.users.actor("Anna Smit") == Actor(name="Anna Smit", role=None)


def test_the_first_named_user_ends_that(casework: CaseWork, root: User) -> None:
    assert casework.users.actor("root") == Actor(name="root", role=Role.ADMINISTRATOR)
    with pytest.raises(RefusedError, match="anna is not a user"):
        casework.users.actor("anna")
    assert casework.users.list() == (root,)


def test_the_first_named_user_must_be_an_administrator(casework: CaseWork) -> None:
    with pytest.raises(CallerError, match="must be an administrator"):
        casework.users.add("anna", Role.INVESTIGATOR, PASSWORD, at=1)
    assert casework.users.list() == ()


@pytest.mark.usefixtures("root")
def test_a_name_is_given_once(casework: CaseWork) -> None:
    with pytest.raises(ConflictError, match="a user root already"):
        casework.users.add("root", Role.FILTER, OTHER, at=2)
    assert casework.users.get("root").role is Role.ADMINISTRATOR
    with pytest.raises(NotFoundError):
        casework.users.get("anna")


@pytest.mark.parametrize("name", ["", "Anna", "an na", "-anna", "anna\n", "аnna", "a" * 65, "a/b"])
def test_names_that_could_be_mistaken_are_refused(casework: CaseWork, name: str) -> None:
    with pytest.raises(CallerError, match="cannot be used"):
        casework.users.add(name, Role.ADMINISTRATOR, PASSWORD, at=1)


@pytest.mark.parametrize("password", [b"", b"elevenchars", "жжжжжж".encode(), b"x" * 2000])
def test_passwords_too_short_or_too_long_are_refused(casework: CaseWork, password: bytes) -> None:
    with pytest.raises(CallerError):
        casework.users.add("root", Role.ADMINISTRATOR, Secret(password), at=1)


@pytest.mark.usefixtures("root")
def test_a_login_needs_the_right_password_and_does_not_say_what_was_wrong(casework: CaseWork) -> None:
    casework.users.add("anna", Role.INVESTIGATOR, OTHER, at=2)
    assert casework.users.login("anna", OTHER).role is Role.INVESTIGATOR
    casework.users.set_disabled("anna", disabled=True)
    messages = set()
    for name, password in [
        ("root", OTHER),
        ("anna", OTHER),
        ("nobody", PASSWORD),
        ("a\0", PASSWORD),
        ("\ud800", OTHER),
    ]:
        with pytest.raises(RefusedError) as caught:
            casework.users.login(name, password)
        messages.add(caught.value.message)
    assert messages == {"The name or the password is wrong."}
    casework.users.set_disabled("anna", disabled=False)
    assert casework.users.login("anna", OTHER).name == "anna"


@pytest.mark.usefixtures("root")
def test_a_new_password_replaces_the_old_one_and_ends_sessions(casework: CaseWork) -> None:
    token, _ = casework.sessions.start("root", at=10, lasts=100)
    casework.users.set_password("root", OTHER)
    assert casework.users.login("root", OTHER).name == "root"
    with pytest.raises(RefusedError):
        casework.users.login("root", PASSWORD)
    with pytest.raises(RefusedError, match="session has ended"):
        casework.sessions.find(token, at=11)
    with pytest.raises(NotFoundError):
        casework.users.set_password("anna", OTHER)


@pytest.mark.usefixtures("root")
def test_the_last_administrator_stays(casework: CaseWork) -> None:
    with pytest.raises(ConflictError, match="no administrator left"):
        casework.users.set_disabled("root", disabled=True)
    with pytest.raises(ConflictError, match="no administrator left"):
        casework.users.set_role("root", Role.FILTER)
    assert casework.users.get("root").role is Role.ADMINISTRATOR
    casework.users.add("second", Role.ADMINISTRATOR, OTHER, at=2)
    casework.users.set_role("root", Role.FILTER)
    assert casework.users.get("root").role is Role.FILTER


CHANGES: list[Callable[[CaseWork, Callable[[], None]], object]] = [
    lambda work, announce: work.users.add("anna", Role.FILTER, OTHER, at=2, announce=announce),
    lambda work, announce: work.users.set_password("root", OTHER, announce=announce),
    lambda work, announce: work.users.set_disabled("second", disabled=True, announce=announce),
    lambda work, announce: work.authorities.add(GRANTED, announce=announce),
    lambda work, announce: work.authorities.withdraw("BR-1", by="root", why="annulled", at=3, announce=announce),
]


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("change", CHANGES)
def test_what_cannot_be_announced_is_not_done(
    casework: CaseWork, change: Callable[[CaseWork, Callable[[], None]], object]
) -> None:
    def refuse() -> None:
        raise InternalError("The audit cannot be written.")

    casework.users.add("second", Role.ADMINISTRATOR, PASSWORD, at=1)
    casework.authorities.add(replace(GRANTED, number="BR-1"))
    users, authorities = casework.users.list(), casework.authorities.list()
    with pytest.raises(InternalError, match="audit cannot be written"):
        change(casework, refuse)
    assert (casework.users.list(), casework.authorities.list()) == (users, authorities)
    assert casework.users.login("root", PASSWORD).name == "root"


def _disable(casework: CaseWork, number: int) -> None:
    casework.users.set_disabled(f"admin{number}", disabled=True)


def test_administrators_who_disable_each_other_at_once_leave_one(casework: CaseWork, made_url: str) -> None:
    for number in range(3):
        casework.users.add(f"admin{number}", Role.ADMINISTRATOR, PASSWORD, at=1)
    assert at_once(made_url, _disable) == ["conflict", "done", "done"]
    assert sum(not user.disabled for user in casework.users.list()) == 1


def _add(casework: CaseWork, _number: int) -> None:
    casework.users.add("root", Role.ADMINISTRATOR, PASSWORD, at=1)


def test_of_processes_that_add_one_user_at_once_one_succeeds(made_url: str) -> None:
    assert at_once(made_url, _add) == ["conflict", "conflict", "done"]
