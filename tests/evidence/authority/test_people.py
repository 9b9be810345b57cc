"""Users are added, kept out, let in and given passwords by whom it is for; the audit names what was done, and nothing else."""

from collections.abc import Callable

import pytest

from casework_databases import Filling, nothing
from underseal.core.records import Secret
from underseal.errors import CallerError, ConflictError, NotFoundError, RefusedError, ThrottledError, UndersealError
from underseal.evidence.audit import Audit
from underseal.evidence.authority import Door, Gate, People
from underseal.evidence.authority.door import LOGIN_WINDOW, LOGINS_PER_NAME
from underseal.evidence.casework import CaseWork, Role

OLD = Secret(b"correct horse battery")
NEW = Secret(b"a longer battery staple")
SHORT = Secret(b"horse")


def two_users(casework: CaseWork) -> None:
    casework.users.add("anna", Role.ADMINISTRATOR, OLD, at=0)
    casework.users.add("ines", Role.INVESTIGATOR, OLD, at=0)


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling:
    return two_users if "people" in request.fixturenames else nothing


@pytest.fixture
def people(casework: CaseWork, gate: Gate) -> Callable[[str], People]:
    """The users of a house that has an administrator and an investigator, in the hands of one of them."""
    return lambda user: People(casework, gate, Door(casework, gate), user=user)


def acts(audit: Audit) -> list[tuple[str, str, dict[str, str | int]]]:
    return [(entry.act, entry.user, dict(entry.details)) for entry in audit.entries(oldest_first=True)]


def test_every_change_and_every_look_is_in_the_audit(people: Callable[[str], People], audit: Audit) -> None:
    anna = people("anna")
    anna.add("fatma", Role.FILTER, OLD)
    assert anna.disable("fatma", why="on leave").disabled
    assert not anna.enable("fatma").disabled
    anna.set_password("fatma", NEW)
    assert [user.name for user in anna.list()] == ["anna", "fatma", "ines"]
    assert acts(audit) == [
        ("user_added", "anna", {"user": "fatma", "role": "filter"}),
        ("user_disabled", "anna", {"user": "fatma", "reason": "on leave"}),
        ("user_changed", "anna", {"user": "fatma", "change": "enabled"}),
        ("user_changed", "anna", {"user": "fatma", "change": "password"}),
        ("users_listed", "anna", {"count": 3}),
    ]


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        (lambda anna: anna.add("ines", Role.FILTER, NEW), ConflictError),
        (lambda anna: anna.add("Fatma", Role.FILTER, NEW), CallerError),
        (lambda anna: anna.add("fatma", Role.FILTER, SHORT), CallerError),
        (lambda anna: anna.disable("anna", why="a mistake"), ConflictError),
        (lambda anna: anna.disable("nemo", why="a mistake"), NotFoundError),
        (lambda anna: anna.enable("nemo"), NotFoundError),
        (lambda anna: anna.set_password("nemo", NEW), NotFoundError),
        (lambda anna: anna.set_password("ines", SHORT), CallerError),
        (lambda anna: anna.change_password(OLD, SHORT, address="here"), CallerError),
    ],
)
def test_what_was_not_done_is_not_in_the_audit(
    people: Callable[[str], People], audit: Audit, deed: Callable[[People], object], error: type[UndersealError]
) -> None:
    with pytest.raises(error):
        deed(people("anna"))
    assert audit.size == 0


def test_a_user_changes_the_own_password_with_the_old_one(
    people: Callable[[str], People], casework: CaseWork, audit: Audit
) -> None:
    token, _ = casework.sessions.start("ines", at=0, lasts=1000)
    people("ines").change_password(OLD, NEW, address="here")
    assert casework.users.login("ines", NEW).name == "ines"
    with pytest.raises(RefusedError, match="session has ended"):
        casework.sessions.find(token, at=1)
    assert acts(audit) == [("password_changed", "ines", {})]


def test_the_session_in_which_one_changes_it_goes_on(people: Callable[[str], People], casework: CaseWork) -> None:
    here, elsewhere = (casework.sessions.start("ines", at=0, lasts=1000)[0] for _ in range(2))
    people("ines").change_password(OLD, NEW, address="here", keep=here)
    assert casework.sessions.find(here, at=1).actor.name == "ines"
    with pytest.raises(RefusedError, match="session has ended"):
        casework.sessions.find(elsewhere, at=1)


def test_an_administrator_does_not_set_the_own_password_without_the_old_one(
    people: Callable[[str], People], casework: CaseWork, audit: Audit
) -> None:
    with pytest.raises(RefusedError, match="present one") as refused:
        people("anna").set_password("anna", NEW)
    assert "underseal user password" in refused.value.hint
    assert casework.users.login("anna", OLD).name == "anna"
    assert acts(audit) == [("refused", "anna", {"act": "user_changed", "reason": "own password"})]


def test_without_the_old_one_a_password_stays_and_guesses_are_counted(
    people: Callable[[str], People], casework: CaseWork, gate: Gate, audit: Audit
) -> None:
    ines = people("ines")
    for _ in range(LOGINS_PER_NAME - 1):
        casework.attempts.wait("ines", at=gate.clock(), times=LOGINS_PER_NAME, per=LOGIN_WINDOW)
    with pytest.raises(RefusedError, match="password is wrong"):
        ines.change_password(NEW, NEW, address="here")
    with pytest.raises(ThrottledError):
        ines.change_password(OLD, NEW, address="here")
    assert casework.users.login("ines", OLD).name == "ines"
    entry = audit.entries()[0]
    assert (entry.act, entry.user, entry.details) == (
        "login_failed",
        "ines",
        {"reason": "throttled", "address": "here"},
    )


def test_nobody_but_an_administrator_sets_the_password_of_another(people: Callable[[str], People]) -> None:
    with pytest.raises(RefusedError, match="role investigator"):
        people("ines").set_password("anna", NEW)


def test_in_a_workspace_of_one_person_there_is_no_password_to_change(
    casework: CaseWork, gate: Gate, audit: Audit
) -> None:
    single = People(casework, gate, Door(casework, gate), user="anna")
    with pytest.raises(NotFoundError, match="no user anna"):
        single.change_password(OLD, NEW, address="here")
    assert audit.size == 0
